//! What models reach: tokens per second, the time to a token, memory per token, and how they depend on context.

use crate::compare::{Comparison, DepthFit, Measure, Metric, ModelComparison, Row, Sides, Step};
use crate::inference::Phase;
use crate::model::Range;
use crate::report::cells::{both, name};
use crate::report::estimate::{estimate, per};
use crate::report::model_rows::{self, has_steps, rows_of};
use crate::report::quantity::{self, Precision, mebibytes, significant};
use crate::report::rate::unit;
use crate::report::table::{Table, Text, long, parts};
use crate::report::tables;

pub(super) fn section(comparison: &Comparison) -> String {
    let all = [
        passes(comparison),
        generations(comparison),
        requests(comparison),
        bounds(comparison),
        depth(comparison),
    ];
    parts("## Inference Throughput\n\n", all)
}

/// Tokens per second of one pass and of decoding.
fn passes(comparison: &Comparison) -> String {
    let rows = rows_of(comparison, |phase| match phase {
        Phase::Forward { .. } | Phase::Prefill { .. } | Phase::Decode { .. } | Phase::Token { .. } => true,
        Phase::Creation | Phase::Inference { .. } => false,
    });
    long("### Prefill and Decode\n\n", &rows, "benchmark", |rows| {
        Table::comparing(comparison, rows)
            .left("Benchmark", |(row, _)| name(row))
            .times(comparison, |(row, _)| row.time())
            .right(unit(Metric::TokensPerSecond), |(row, _)| both(row, Metric::TokensPerSecond))
            .page()
    })
}

fn generations(comparison: &Comparison) -> String {
    let generations = model_rows::generations(comparison);
    long("### Tokens of a Generation\n\n", &generations, "benchmark", |generations| {
        tables::generations(comparison, generations).page()
    })
}

/// A prompt and the tokens generated from it, as one request sees them.
fn requests(comparison: &Comparison) -> String {
    let rows = rows_of(comparison, |phase| matches!(phase, Phase::Inference { generated: 1.., .. }));
    let lead = "### End to End\n\nPrefill included: another number than the speed of decoding.\n\n";
    let generated = |phase: &Phase| phase.tokens().unwrap_or(1);
    long(lead, &rows, "benchmark", |rows| {
        Table::comparing(comparison, rows)
            .left("Benchmark", |(row, _)| name(row))
            .right("Tokens", |(_, phase)| Text::Count(Range::exact(generated(phase))))
            .right("Tokens/s, end to end", |(row, _)| both(row, Metric::TokensPerSecond))
            .right("Latency per token, end to end", |(row, _)| both(row, Metric::LatencyPerToken))
            .change(comparison, |(row, _)| row.measure(Metric::LatencyPerToken))
            .right("Memory per token", |(row, _)| memory_per_token(row))
            .page()
    })
}

/// Mean sizes from here on are shown in MiB with two decimals.
const TENTH_MEBIBYTE: f64 = 0.1 * (1 << 20) as f64;

fn memory_per_token(row: &Row) -> Text {
    let means = row.measure(Metric::BytesPerToken).map(Measure::values).unwrap_or_default();
    Text::both(means, |mean| {
        if mean < TENTH_MEBIBYTE { quantity::bytes(mean.round() as u64) } else { mebibytes(mean) }.into()
    })
}

/// What tokens reach of what the machine allows.
fn bounds(comparison: &Comparison) -> String {
    let rows = tables::bounded_by_token(comparison);
    let lead = "### Against the Machine\n\nA token that is generated waits for its bytes: all weights, and the keys and \
        values of its context. No more tokens a second can be had than the bandwidth of where these bytes lie allows, \
        whatever the kernels do. A prompt goes through the weights once, so its tokens wait for arithmetic. Of an \
        inference, these are the tokens after the first.\n\n";
    long(lead, &rows, "benchmark", |rows| tables::token_bounds(comparison, rows).page())
}

/// How the time and the memory of a token depend on its context.
fn depth(comparison: &Comparison) -> String {
    let models: Vec<&ModelComparison> = comparison.models.iter().filter(|model| has_steps(model)).collect();
    let lead = "### Latency and Memory against Context\n\nOf one decoded token with c tokens in its context, \
        t(c) = a + b c:\n\n";
    long(lead, &models, "model", |models| depth_table(comparison, models))
}

fn depth_table(comparison: &Comparison, models: &[&ModelComparison]) -> String {
    let counted =
        |model: &ModelComparison| (model.model.matrix_parameters > 0).then(|| model.model.flops_at(0));
    let cached = |model: &ModelComparison| model.model.kv_bytes_per_token().filter(|size| *size > 0);
    Table::of(models)
        .left("Model", |model| Text::foreign(&model.model.name))
        .each_side(comparison, "a", |model, side| model.depth_fit[side].map(intercept))
        .each_side(comparison, "b", |model, side| model.depth_fit[side].map(slope))
        .each_side(comparison, "Allocation", |model, side| allocation(&model.steps[side]))
        .right("FLOPs at c = 0", |model| counted(model).map(|flops| Text::Count(Range::exact(flops))))
        .right("KV cache per token", |model| cached(model).map(|size| Text::Bytes(Range::exact(size))))
        .page()
}

fn intercept(fit: DepthFit) -> String {
    format!("{} ms", significant(fit.intercept_ns / 1e6, Precision::ROUGH))
}

fn slope(fit: DepthFit) -> String {
    estimate(&per(&fit.slope_ns, 1e3), " µs")
}

/// Bytes allocated at the first and at the last context: `96 KiB at 10 → 400 KiB at 34`.
fn allocation(steps: &[Step]) -> Text {
    let mut counted = steps.iter().filter_map(|step| Some((step.context, step.bytes?)));
    let (first, last) = (counted.next(), counted.next_back());
    let show =
        |(context, size)| Text::line([Text::Bytes(size), " at ".into(), Text::Count(Range::exact(context))]);
    match last {
        None => first.map(show).into(),
        Some(_) => Text::both(Sides::new(first, last), show),
    }
}
