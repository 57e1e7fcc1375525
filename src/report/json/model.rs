//! Models as JSON: facts, phases, tokens.

use serde::Serialize;

use super::scaling::EstimateJson;
use super::{PairJson, RangeJson, labels};
use crate::compare::{Comparison, DepthFit, GenerationComparison, InterTokenLatency, ModelComparison, Step};
use crate::inference::{Model, Phase};
use crate::model::Inference;
use crate::report::model_rows::quantile;

/// Facts of a model; 0 is one that was not declared.
#[derive(Serialize)]
pub(in crate::report) struct ModelJson<'a> {
    name: &'a str,
    dtype: Option<&'static str>,
    parameters: u64,
    matrix_parameters: u64,
    layers: u64,
    width: u64,
    heads: u64,
    kv_heads: u64,
    head_size: u64,
    vocabulary: u64,
    context: u64,
    /// Of a decoded token at an empty context.
    flops_per_token: Option<u64>,
    kv_bytes_per_token: Option<u64>,
}

impl<'a> ModelJson<'a> {
    pub(in crate::report) fn new(model: &'a Model) -> Self {
        ModelJson {
            name: &model.name,
            dtype: model.dtype.map(|dtype| dtype.name()),
            parameters: model.parameters,
            matrix_parameters: model.matrix_parameters,
            layers: model.layers,
            width: model.width,
            heads: model.heads,
            kv_heads: model.kv_heads,
            head_size: model.head_size,
            vocabulary: model.vocabulary,
            context: model.context,
            flops_per_token: (model.matrix_parameters > 0).then(|| model.flops_at(0)),
            kv_bytes_per_token: model.kv_bytes_per_token(),
        }
    }
}

/// What a row measures of a model: the name of the phase, its size as in ids, and its numbers of tokens.
#[derive(Serialize)]
pub(in crate::report) struct InferenceJson<'a> {
    model: &'a str,
    size: Option<String>,
    #[serde(flatten)]
    phase: Phase,
}

impl<'a> InferenceJson<'a> {
    pub(in crate::report) fn new(inference: &'a Inference) -> Self {
        InferenceJson { model: &inference.model, size: inference.phase.size(), phase: inference.phase }
    }
}

/// A model of a comparison; its rows by their labels.
#[derive(Serialize)]
pub(super) struct ModelComparisonJson<'a> {
    #[serde(flatten)]
    facts: ModelJson<'a>,
    rows: Vec<&'a str>,
    generations: Vec<GenerationJson<'a>>,
    depth_fit: PairJson<Option<DepthFitJson>>,
    steps: PairJson<Vec<StepJson>>,
}

impl<'a> ModelComparisonJson<'a> {
    pub(super) fn new(model: &'a ModelComparison, comparison: &'a Comparison) -> Self {
        let generation = |generation| GenerationJson::new(generation, comparison);
        ModelComparisonJson {
            facts: ModelJson::new(&model.model),
            rows: labels(&model.rows, comparison),
            generations: model.generations.iter().map(generation).collect(),
            depth_fit: PairJson::new(model.depth_fit.map(|fit| fit.map(DepthFitJson::new))),
            steps: PairJson::new(model.steps.as_ref().map(|steps| steps.iter().map(StepJson::new).collect())),
        }
    }
}

#[derive(Serialize)]
struct GenerationJson<'a> {
    /// Its times to the first and per token, and its rate of decoding, are in the row of this label.
    row: Option<&'a str>,
    inter_token_latency: PairJson<Option<LatencyJson>>,
}

impl<'a> GenerationJson<'a> {
    fn new(generation: &GenerationComparison, comparison: &'a Comparison) -> Self {
        GenerationJson {
            row: labels(&[generation.row], comparison).pop(),
            inter_token_latency: PairJson::new(generation.latency.map(|side| side.map(LatencyJson::new))),
        }
    }
}

#[derive(Serialize)]
struct LatencyJson {
    steps: usize,
    median_ns: f64,
    /// `p99`, `p90` or `max`.
    tail: &'static str,
    tail_ns: f64,
}

impl LatencyJson {
    fn new(latency: InterTokenLatency) -> Self {
        let (tail, tail_ns) = quantile(latency.tail);
        LatencyJson { steps: latency.steps, median_ns: latency.median_ns, tail, tail_ns }
    }
}

#[derive(Serialize)]
struct DepthFitJson {
    intercept_ns: f64,
    slope_ns: EstimateJson,
}

impl DepthFitJson {
    fn new(fit: DepthFit) -> Self {
        DepthFitJson { intercept_ns: fit.intercept_ns, slope_ns: EstimateJson::new(fit.slope_ns) }
    }
}

#[derive(Serialize)]
struct StepJson {
    context: u64,
    ns: Option<f64>,
    allocated_bytes: Option<RangeJson<u64>>,
    allocations: Option<RangeJson<u64>>,
}

impl StepJson {
    fn new(step: &Step) -> Self {
        StepJson {
            context: step.context,
            ns: step.ns,
            allocated_bytes: step.bytes.map(RangeJson::new),
            allocations: step.allocations.map(RangeJson::new),
        }
    }
}
