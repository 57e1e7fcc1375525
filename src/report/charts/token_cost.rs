//! What a token costs against its context: time and allocation of each step of decoding.

use super::chart::Chart;
use super::context_scatter::{ContextPlot, WIDE, chart};
use super::kinds::{TOKEN_ALLOCATION, TOKEN_LATENCY};
use super::scale::Scale;
use crate::compare::{Comparison, ModelComparison, Sides, Step};

/// Nanoseconds of the unit that is drawn.
const MILLISECOND: f64 = 1e6;

/// The chart of times, where at least one model has timed steps.
pub(super) fn latency(comparison: &Comparison) -> Option<Chart> {
    let how = ["lines: depth fit; steps without room are left out", "hollow and dashed"];
    chart(&TOKEN_LATENCY, comparison, time_plot, "Milliseconds of", how)
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
    let how = ["steps without room are left out", "hollow"];
    chart(&TOKEN_ALLOCATION, comparison, allocation_plot, "Bytes allocated in", how)
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
