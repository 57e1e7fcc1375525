//! Models and their rows: facts in short, and which rows tables and charts take.

use super::quantity::{count, things};
use crate::compare::{Comparison, GenerationComparison, ModelComparison, Row, Tail};
use crate::inference::{Logits, Model, Phase};

/// Facts in short: `128 wide, 2 layers, 4 heads, 461,440 parameters, f32`. Facts that were not declared are left out, and so
/// are logits of every position, which is what models have that declare nothing else.
pub(crate) fn facts(model: &Model) -> String {
    let counted = |number: u64, noun: &str| (number > 0).then(|| things(number as usize, noun));
    let counted = [
        (model.width > 0).then(|| format!("{} wide", count(model.width))),
        counted(model.layers, "layer"),
        counted(model.heads, "head"),
        counted(model.parameters, "parameter"),
    ];
    let dtype = model.dtype.map(|dtype| dtype.name().to_owned());
    let logits = Some(model.logits).filter(|logits| *logits != Logits::EveryPosition);
    counted
        .into_iter()
        .flatten()
        .chain(dtype)
        .chain(logits.map(|logits| format!("logits {logits}")))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The rows of a model with their phases, by phase and then by size.
pub(crate) fn rows<'a>(
    model: &'a ModelComparison,
    comparison: &'a Comparison,
) -> impl Iterator<Item = (&'a Row, Phase)> {
    let row = |index: &usize| comparison.rows.get(*index);
    model.rows.iter().filter_map(row).filter_map(|row| Some((row, row.inference.as_ref()?.phase)))
}

/// The measured rows of all models whose phase is wanted: model by model, by phase and then by size.
pub(crate) fn rows_of(comparison: &Comparison, wanted: fn(&Phase) -> bool) -> Vec<(&Row, Phase)> {
    let rows = comparison.models.iter().flat_map(|model| rows(model, comparison));
    rows.filter(|(row, phase)| row.time().is_some() && wanted(phase)).collect()
}

/// The row that stands for a model: its longest inference, or its longest row where it has none.
pub(crate) fn representative<'a>(model: &'a ModelComparison, comparison: &'a Comparison) -> Option<&'a Row> {
    let length = |row: &Row| row.time().and_then(|time| time.values().latest()).unwrap_or(0.0);
    let rank = |(row, phase): &(&Row, Phase)| (matches!(phase, Phase::Inference { .. }), length(row));
    rows(model, comparison)
        .filter(|(row, _)| row.time().is_some())
        .max_by(|first, second| {
            let ((first_inference, first), (second_inference, second)) = (rank(first), rank(second));
            first_inference.cmp(&second_inference).then(first.total_cmp(&second))
        })
        .map(|(row, _)| row)
}

/// The name of a model by its index.
pub(crate) fn name(comparison: &Comparison, index: usize) -> &str {
    comparison.models.get(index).map_or("", |model| model.model.name.as_str())
}

/// The generations of all models with their rows.
pub(crate) fn generations(comparison: &Comparison) -> Vec<(&Row, &GenerationComparison)> {
    let all = comparison.models.iter().flat_map(|model| &model.generations);
    all.filter_map(|generation| Some((comparison.rows.get(generation.row)?, generation))).collect()
}

/// Steps of decoding were recorded of the model.
pub(crate) fn has_steps(model: &ModelComparison) -> bool {
    model.steps.iter().any(|steps| !steps.is_empty()) || model.depth_fit.any()
}

/// A tail by its name and its value in nanoseconds.
pub(crate) fn quantile(tail: Tail) -> (&'static str, f64) {
    match tail {
        Tail::P99(nanoseconds) => ("p99", nanoseconds),
        Tail::P90(nanoseconds) => ("p90", nanoseconds),
        Tail::Maximum(nanoseconds) => ("max", nanoseconds),
    }
}
