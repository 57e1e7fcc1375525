//! How the time and the memory of a token depend on its context.

use crate::compare::{Comparison, DepthFit, ModelComparison, Step};
use crate::report::escape::code;
use crate::report::estimate::{estimate, per};
use crate::report::markdown::cells::none;
use crate::report::markdown::fold::long;
use crate::report::markdown::table::{Column, Table};
use crate::report::models::has_steps;
use crate::report::quantity::{Precision, bytes, count, range, significant};

/// Latency and Memory against Context.
pub(super) fn tables(comparison: &Comparison) -> String {
    let models: Vec<&ModelComparison> = comparison.models.iter().filter(|model| has_steps(model)).collect();
    if models.is_empty() {
        return String::new();
    }
    let tables = long(&models, "model", table);
    format!("Of one decoded token with c tokens in its context, t(c) = a + b c:\n\n{tables}")
}

fn table(models: &[&ModelComparison]) -> String {
    let mut table = Table::new([
        Column::Left("Model"),
        Column::Right("a, baseline"),
        Column::Right("a, candidate"),
        Column::Right("b, baseline"),
        Column::Right("b, candidate"),
        Column::Right("Allocation, baseline"),
        Column::Right("Allocation, candidate"),
        Column::Right("FLOPs at c = 0"),
        Column::Right("KV cache per token"),
    ]);
    for model in models {
        table.row(cells(model));
    }
    table.render()
}

fn cells(comparison: &ModelComparison) -> [String; 9] {
    let model = &comparison.model;
    let [intercept, candidate_intercept] = comparison.depth_fit.map(|fit| fit.map_or_else(none, intercept));
    let [slope, candidate_slope] = comparison.depth_fit.map(|fit| fit.map_or_else(none, slope));
    let [allocated, candidate_allocated] = comparison.steps.each_ref().map(|steps| allocation(steps));
    let counted = model.matrix_parameters > 0;
    [
        code(&model.name),
        intercept,
        candidate_intercept,
        slope,
        candidate_slope,
        allocated,
        candidate_allocated,
        if counted { count(model.flops_at(0)) } else { none() },
        model.kv_bytes_per_token().filter(|size| *size > 0).map_or_else(none, bytes),
    ]
}

fn intercept(fit: DepthFit) -> String {
    format!("{} ms", significant(fit.intercept_ns / 1e6, Precision::ROUGH))
}

fn slope(fit: DepthFit) -> String {
    estimate(&per(&fit.slope_ns, 1e3), " µs")
}

/// Bytes allocated at the first and at the last context: `96 KiB at 10 → 400 KiB at 34`.
fn allocation(steps: &[Step]) -> String {
    let mut counted = steps.iter().filter_map(|step| Some((step.context, step.bytes?)));
    let Some(first) = counted.next() else { return none() };
    let show = |(context, size)| format!("{} at {}", range(size, bytes), count(context));
    counted.next_back().map_or_else(|| show(first), |last| format!("{} → {}", show(first), show(last)))
}
