//! Time of a token against its context.

use super::TOKEN_LATENCY_FILE;
use super::context::{Depths, WIDE, document, pick};
use super::scale::Scale;
use crate::compare::{Comparison, ModelComparison, Step};
use crate::report::Chart;

const TITLE: &str = "Time of a token against its context";
const ALT: &str =
    "Scatter plots: time of each decoded token of both sides against its context, one panel a model";
/// Nanoseconds of the unit that is drawn.
const MILLISECOND: f64 = 1e6;

/// The chart, where at least one model has timed steps.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let (models, which) = pick(comparison.models.iter().filter_map(depths).collect(), comparison);
    if models.is_empty() {
        return None;
    }
    let description = format!(
        "Milliseconds of each step of decoding against the tokens in its context, {which}one panel a model; lines: \
         depth fit; steps without room are left out; baseline hollow and dashed, candidate filled."
    );
    let svg = document(&models, TITLE, &description)?;
    Some(Chart { file_name: TOKEN_LATENCY_FILE, title: TITLE, alt: ALT, description, svg })
}

fn depths(model: &ModelComparison) -> Option<Depths<'_>> {
    let steps = model.steps.each_ref().map(|steps| steps.iter().filter_map(time).collect::<Vec<_>>());
    let fits = model.depth_fit.map(|fit| {
        let fit = fit?;
        Some([fit.intercept_ns / MILLISECOND, fit.slope_ns.value / MILLISECOND])
    });
    let scale = |values: &[f64], pixels| Scale::decimal(values.iter().copied(), pixels, WIDE);
    steps.iter().any(|steps| !steps.is_empty()).then_some(Depths { model, steps, fits, unit: "ms", scale })
}

fn time(step: &Step) -> Option<(f64, f64)> {
    step.ns.filter(|time| time.is_finite()).map(|time| (step.context as f64, time / MILLISECOND))
}
