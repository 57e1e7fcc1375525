//! Bytes that a token allocates against its context.

use super::TOKEN_ALLOCATION_FILE;
use super::context::{Depths, WIDE, document, pick};
use super::scale::Scale;
use crate::compare::{Comparison, ModelComparison, Step};
use crate::report::Chart;

const TITLE: &str = "Allocation of a token against its context";
const ALT: &str = "Scatter plots: bytes allocated for each decoded token of both sides against its context, one panel a model";

/// The chart, where the steps of at least one model allocate.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let (models, which) = pick(comparison.models.iter().filter_map(depths).collect(), comparison);
    if models.is_empty() {
        return None;
    }
    let description = format!(
        "Bytes allocated in each step of decoding against the tokens in its context, {which}one panel a model; \
         steps without room are left out; baseline hollow, candidate filled."
    );
    let svg = document(&models, TITLE, &description)?;
    Some(Chart { file_name: TOKEN_ALLOCATION_FILE, title: TITLE, alt: ALT, description, svg })
}

fn depths(model: &ModelComparison) -> Option<Depths<'_>> {
    let steps = model.steps.each_ref().map(|steps| steps.iter().filter_map(allocated).collect::<Vec<_>>());
    let scale = |sizes: &[f64], pixels| Scale::bytes(sizes.iter().copied(), pixels, WIDE);
    let allocates = steps.iter().flatten().any(|(_, size)| *size > 0.0);
    allocates.then_some(Depths { model, steps, fits: [None; 2], unit: "per token", scale })
}

/// The most that was seen.
fn allocated(step: &Step) -> Option<(f64, f64)> {
    step.bytes.map(|bytes| (step.context as f64, bytes.high as f64))
}
