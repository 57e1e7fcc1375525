//! The models of both sides with their benchmarks.

use std::collections::BTreeMap;

use super::ModelComparison;
use super::depth::depth_fit;
use super::generations::generation;
use super::steps::{RecordedStep, recorded_steps};
use crate::compare::Sides;
use crate::compare::evidence::Evidence;
use crate::inference::Model;

/// Every model of either side, by element type, then parameters, then name.
pub(in crate::compare) fn models(evidence: &Evidence<'_>) -> Vec<ModelComparison> {
    // The candidate's last: its facts replace the baseline's. Of several of one name on a side the first counts.
    let sides = evidence.sides.iter().flat_map(|side| side.side.models.iter().rev());
    let by_name: BTreeMap<&str, &Model> = sides.map(|model| (model.name.as_str(), model)).collect();
    let mut models: Vec<&Model> = by_name.into_values().collect();
    models.sort_by_key(|model| (model.dtype, model.parameters));
    models.into_iter().map(|model| comparison(evidence, model)).collect()
}

fn comparison(evidence: &Evidence<'_>, model: &Model) -> ModelComparison {
    let rows = rows_of(evidence, &model.name);
    let recorded = Sides::of(|side| recorded_steps(evidence, &model.name, side));
    let confidence = evidence.options.confidence;
    ModelComparison {
        model: model.clone(),
        generations: rows.iter().filter_map(|&row| generation(evidence, row)).collect(),
        rows,
        depth_fit: recorded.as_ref().map(|steps| depth_fit(steps, confidence)),
        steps: recorded.map(|steps| steps.into_iter().map(|RecordedStep { step, .. }| step).collect()),
    }
}

/// By phase and its size, then by id.
fn rows_of(evidence: &Evidence<'_>, model: &str) -> Vec<usize> {
    let of_model = evidence.rows().filter_map(|(index, row)| {
        let inference = row.inference.as_ref()?;
        (inference.model == model).then_some((inference.phase, index))
    });
    let mut rows: Vec<_> = of_model.collect();
    rows.sort();
    rows.into_iter().map(|(_, index)| index).collect()
}
