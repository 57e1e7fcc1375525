//! Sizes of models and families of operations as JSON.

use serde::Serialize;

use super::row::TimeJson;
use super::{PairJson, labels};
use crate::compare::{Comparison, Estimate, Family, Sides, SizeComparison, SizeFit};
use crate::inference::Phase;
use crate::report::model_rows::name;

/// A value and its interval; three equal numbers where there is none.
#[derive(Serialize)]
pub(super) struct EstimateJson {
    value: f64,
    low: f64,
    high: f64,
}

impl EstimateJson {
    pub(super) fn new(estimate: Estimate) -> Self {
        EstimateJson { value: estimate.value, low: estimate.low, high: estimate.high }
    }
}

/// Two sizes of a model in one phase, by the names of the models.
#[derive(Serialize)]
pub(super) struct SizesJson<'a> {
    smaller: &'a str,
    larger: &'a str,
    size: Option<String>,
    #[serde(flatten)]
    phase: Phase,
    parameter_ratio: f64,
    flop_ratio: Option<f64>,
    time_ratio: PairJson<Option<EstimateJson>>,
    efficiency_by_parameters: PairJson<Option<f64>>,
    efficiency_by_flops: PairJson<Option<f64>>,
    exponent: PairJson<Option<EstimateJson>>,
}

impl<'a> SizesJson<'a> {
    pub(super) fn new(sizes: &SizeComparison, comparison: &'a Comparison) -> Self {
        let estimates =
            |sides: Sides<Option<Estimate>>| PairJson::new(sides.map(|side| side.map(EstimateJson::new)));
        SizesJson {
            smaller: name(comparison, sizes.smaller),
            larger: name(comparison, sizes.larger),
            size: sizes.phase.size(),
            phase: sizes.phase,
            parameter_ratio: sizes.parameter_ratio,
            flop_ratio: sizes.flop_ratio,
            time_ratio: estimates(sizes.time_ratio),
            efficiency_by_parameters: PairJson::new(Sides::of(|side| sizes.efficiency_by_parameters(side))),
            efficiency_by_flops: PairJson::new(Sides::of(|side| sizes.efficiency_by_flops(side))),
            exponent: estimates(Sides::of(|side| sizes.exponent(side))),
        }
    }
}

/// Growth of time with FLOPs over all sizes of models of one element type, by their names.
#[derive(Serialize)]
pub(super) struct SizeFitJson<'a> {
    dtype: Option<&'static str>,
    models: Vec<&'a str>,
    size: Option<String>,
    #[serde(flatten)]
    phase: Phase,
    exponent: PairJson<Option<EstimateJson>>,
}

impl<'a> SizeFitJson<'a> {
    pub(super) fn new(fit: &SizeFit, comparison: &'a Comparison) -> Self {
        SizeFitJson {
            dtype: fit.dtype.map(|dtype| dtype.name()),
            models: fit.models.iter().map(|&model| name(comparison, model)).collect(),
            size: fit.phase.size(),
            phase: fit.phase,
            exponent: PairJson::new(fit.exponent.map(|exponent| exponent.map(EstimateJson::new))),
        }
    }
}

/// A family of operations; its rows by their labels, its time as geometric means over them.
#[derive(Serialize)]
pub(super) struct FamilyJson<'a> {
    label: &'a str,
    rows: Vec<&'a str>,
    time: Option<TimeJson>,
    exponent: PairJson<Option<EstimateJson>>,
    expected_exponent: Option<f64>,
}

impl<'a> FamilyJson<'a> {
    pub(super) fn new(family: &'a Family, comparison: &'a Comparison) -> Self {
        FamilyJson {
            label: &family.label,
            rows: labels(&family.rows, comparison),
            time: family.time.as_ref().map(TimeJson::new),
            exponent: PairJson::new(family.exponent.map(|exponent| exponent.map(EstimateJson::new))),
            expected_exponent: family.expected_exponent,
        }
    }
}
