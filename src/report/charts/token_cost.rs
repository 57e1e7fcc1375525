//! What a token costs against its context: time and allocation of each step of decoding.

use super::chart::Chart;
use super::context_scatter::{ContextPlot, WIDE, document, pick};
use super::files::{TOKEN_ALLOCATION_FILE, TOKEN_LATENCY_FILE};
use super::scale::Scale;
use crate::compare::{Comparison, ModelComparison, Sides, Step};

const LATENCY_TITLE: &str = "Time of a token against its context";
const LATENCY_ALT: &str =
    "Scatter plots: time of each decoded token of both sides against its context, one panel a model";
const ALLOCATION_TITLE: &str = "Allocation of a token against its context";
const ALLOCATION_ALT: &str = "Scatter plots: bytes allocated for each decoded token of both sides against its context, one panel a model";
/// Nanoseconds of the unit that is drawn.
const MILLISECOND: f64 = 1e6;

/// The chart of times, where at least one model has timed steps.
pub(super) fn latency(comparison: &Comparison) -> Option<Chart> {
    let (models, which) = pick(comparison.models.iter().filter_map(time_plot).collect(), comparison);
    if models.is_empty() {
        return None;
    }
    let description = format!(
        "Milliseconds of each step of decoding against the tokens in its context, {which}one panel a model; lines: \
         depth fit; steps without room are left out; baseline hollow and dashed, candidate filled."
    );
    let svg = document(&models, LATENCY_TITLE, &description)?;
    Some(Chart { file_name: TOKEN_LATENCY_FILE, title: LATENCY_TITLE, alt: LATENCY_ALT, description, svg })
}

fn time_plot(model: &ModelComparison) -> Option<ContextPlot<'_>> {
    let steps = model.steps.as_ref().map(|steps| steps.iter().filter_map(time).collect::<Vec<_>>());
    let fits = model.depth_fit.map(|fit| {
        let fit = fit?;
        Some([fit.intercept_ns / MILLISECOND, fit.slope_ns.value / MILLISECOND])
    });
    let scale = |values: &[f64], pixels| Scale::decimal(values.iter().copied(), pixels, WIDE);
    let timed = steps.iter().any(|steps| !steps.is_empty());
    timed.then_some(ContextPlot { model, steps, fits, unit: "ms", scale })
}

fn time(step: &Step) -> Option<(f64, f64)> {
    step.ns.filter(|time| time.is_finite()).map(|time| (step.context as f64, time / MILLISECOND))
}

/// The chart of bytes, where the steps of at least one model allocate.
pub(super) fn allocation(comparison: &Comparison) -> Option<Chart> {
    let (models, which) = pick(comparison.models.iter().filter_map(allocation_plot).collect(), comparison);
    if models.is_empty() {
        return None;
    }
    let description = format!(
        "Bytes allocated in each step of decoding against the tokens in its context, {which}one panel a model; \
         steps without room are left out; baseline hollow, candidate filled."
    );
    let svg = document(&models, ALLOCATION_TITLE, &description)?;
    Some(Chart {
        file_name: TOKEN_ALLOCATION_FILE,
        title: ALLOCATION_TITLE,
        alt: ALLOCATION_ALT,
        description,
        svg,
    })
}

fn allocation_plot(model: &ModelComparison) -> Option<ContextPlot<'_>> {
    let steps = model.steps.as_ref().map(|steps| steps.iter().filter_map(allocated).collect::<Vec<_>>());
    let scale = |sizes: &[f64], pixels| Scale::bytes(sizes.iter().copied(), pixels, WIDE);
    let allocates = steps.iter().flatten().any(|(_, size)| *size > 0.0);
    allocates.then_some(ContextPlot { model, steps, fits: Sides::default(), unit: "per token", scale })
}

/// The most bytes that any iteration allocated in the step.
fn allocated(step: &Step) -> Option<(f64, f64)> {
    step.bytes.map(|bytes| (step.context as f64, bytes.high as f64))
}
