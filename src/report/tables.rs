//! The tables of a comparison that terminals, pages and comments have in common.

use std::cmp::Reverse;

use super::anchors::anchors;
use super::cells::{
    allocated, both, bound_by, bytes, bytes_change, digits, leading_rate, limit, memory, most, name, of_avx2,
    once, status, tone,
};
use super::change::ends;
use super::escape::printable;
use super::footnotes;
use super::model_rows::{self, quantile};
use super::order::bytes_apart;
use super::quantity::{self, Precision, Time, delta, share};
use super::table::{Table, Text};
use crate::compare::{
    Comparison, GenerationComparison, Measure, Metric, Row, Side, TokenEfficiency, Unit, Verdict, Warning,
};
use crate::estimate::TokenBound;
use crate::inference::Phase;
use crate::model::Range;

/// Benchmarks with what must be known of their times; columns are to be added.
fn named<'a>(comparison: &Comparison, rows: &'a [&'a Row]) -> Table<'a, &'a Row> {
    noted(comparison, Table::of(rows).left("Benchmark", |row| name(row)))
}

/// The table in which links to the rows arrive.
fn anchored<'a>(comparison: &Comparison, rows: &'a [&'a Row]) -> Table<'a, &'a Row> {
    let anchors = anchors(comparison.rows.iter().map(|row| row.label.as_str()));
    Table::of(rows).left("Benchmark", |row| {
        let anchor = anchors.get(row.label.as_str()).cloned().map(Text::Anchor);
        Text::line([anchor.unwrap_or_else(|| "".into()), name(row)])
    })
}

fn noted<'a>(comparison: &Comparison, table: Table<'a, &'a Row>) -> Table<'a, &'a Row> {
    table
        .on_terminal("benchmark")
        .notes(|row| footnotes::of_row(row, comparison))
        .tones(|row| tone(row.verdict))
}

/// The times of benchmarks alone.
pub(super) fn times<'a>(comparison: &Comparison, rows: &'a [&'a Row]) -> Table<'a, &'a Row> {
    named(comparison, rows).times(comparison, |row| row.time())
}

/// Benchmarks with times, allocation and verdict. Where allocation varied, the most that was seen: a footnote says so, and
/// the table of allocation has the range.
pub(super) fn benchmarks<'a>(comparison: &Comparison, rows: &'a [&'a Row]) -> Table<'a, &'a Row> {
    let bytes_of =
        |row: &Row, side| Some(Text::Bytes(Range::exact(most(row, Metric::AllocatedBytes)?[side])));
    noted(comparison, anchored(comparison, rows))
        .times(comparison, |row| row.time())
        .left("Status", |row| status(row))
        .on_terminal("verdict")
        .leading()
        .right("Rate", |row| leading_rate(row).unwrap_or_else(|| "".into()))
        .on_terminals_only()
        .drop_priority(2)
        .right("Of peak", |row| both(row, Metric::Efficiency))
        .on_terminals_only()
        .drop_priority(3)
        .left("Bound by", |row| bound_by(row))
        .on_terminals_only()
        .drop_priority(4)
        .right("Of AVX2", |row| of_avx2(row))
        .on_terminals_only()
        .drop_priority(5)
        .right("Baseline Alloc", |row| bytes_of(row, Side::Baseline))
        .on_pages_only()
        .right("Candidate Alloc", |row| bytes_of(row, Side::Candidate))
        .on_pages_only()
}

/// The same in short.
pub(super) fn changed<'a>(comparison: &Comparison, rows: &'a [&'a Row]) -> Table<'a, &'a Row> {
    named(comparison, rows)
        .sides(comparison, |row| row.time())
        .changes(comparison, |row| row.time())
        .right("Allocated", |row| allocated(row))
        .left("Status", |row| status(row))
        .leading()
}

/// Benchmarks that one side lacks, and why.
pub(super) fn one_sided<'a>(comparison: &Comparison, rows: &'a [&'a Row]) -> Table<'a, &'a Row> {
    let reasons =
        |row: &Row| Text::joined(row.notes.iter().map(|note| footnotes::text(note, comparison)), " ");
    anchored(comparison, rows)
        .left("Status", |row| row.verdict.words())
        .sides(comparison, |row| row.time())
        .left("Reason", |row| reasons(row))
}

/// The rows with allocation of these verdicts, the greatest difference first.
pub(super) fn allocating(comparison: &Comparison, wanted: impl Fn(Verdict) -> bool) -> Vec<&Row> {
    let rows = comparison.rows.iter().filter(|row| row.allocation_verdict().is_some_and(&wanted));
    let mut rows: Vec<&Row> = rows.collect();
    rows.sort_by_key(|row| Reverse(bytes_apart(row)));
    rows
}

/// Allocation on both sides.
pub(super) fn allocation<'a>(comparison: &Comparison, rows: &'a [&'a Row]) -> Table<'a, &'a Row> {
    let verdict = |row: &Row| row.allocation_verdict().unwrap_or(Verdict::Unchanged);
    Table::of(rows)
        .left("Benchmark", |row| name(row))
        .on_terminal("allocation")
        .right("Baseline", |row| bytes(row, Side::Baseline).map(Text::Bytes))
        .on_terminal("before")
        .right("Candidate", |row| bytes(row, Side::Candidate).map(Text::Bytes))
        .on_terminal("after")
        .toned()
        .right("Delta", |row| Some(delta(most(row, Metric::AllocatedBytes)?, quantity::bytes)))
        .drop_priority(2)
        .right("Change", |row| bytes_change(row))
        .leading()
        .right("Allocations", |row| both(row, Metric::Allocations))
        .drop_priority(1)
        .right("Peak", |row| both(row, Metric::PeakBytes))
        .on_pages_only()
        .right("Live", |row| both(row, Metric::LiveBytes))
        .on_pages_only()
        .left("Memory", |row| memory(verdict(row)))
        .on_terminal("verdict")
        .leading()
        .left("Time", |row| status(row))
        .on_pages_only()
        .notes(|row| footnotes::of_kind(row, comparison, |note| *note == Warning::AllocationVaries))
        .tones(|row| tone(verdict(row)))
}

/// A metric of a row.
pub(super) type Measured<'a> = (&'a Row, Metric);

/// What a metric of a row is of, for programs; columns are to be added. Ids are whole, whatever a label leaves of them.
pub(super) fn of_metrics<'a>(rows: &'a [Measured<'a>]) -> Table<'a, Measured<'a>> {
    // Whole, and such that it can be printed.
    let part = |text: &str| Text::Foreign(printable(text));
    Table::of(rows)
        .left("id", move |(row, _)| part(&row.id.path()))
        .left("label", |(row, _)| name(row))
        .left("package", move |(row, _)| part(&row.id.package))
        .left("target", move |(row, _)| part(&row.id.target))
        .left("group", move |(row, _)| part(&row.id.criterion.group))
        .left("function", move |(row, _)| row.id.criterion.function.as_deref().map(part))
        .left("parameter", move |(row, _)| row.id.criterion.parameter.as_deref().map(part))
        .left("metric", |(_, metric)| metric.key())
        .left("unit", |(_, metric)| unit(*metric))
}

/// Every metric of every row with what was decided, for programs. The verdict on a count is that more is *regressed*.
pub(super) fn measures<'a>(comparison: &Comparison, rows: &'a [Measured<'a>]) -> Table<'a, Measured<'a>> {
    let measure = |(row, metric): &Measured<'a>| row.measure(*metric);
    let values = move |item: &Measured<'a>| measure(item).map(Measure::values).unwrap_or_default();
    let change = move |item: &Measured<'a>| measure(item)?.change;
    of_metrics(rows)
        .right("baseline", move |item| number(values(item).baseline))
        .right("candidate", move |item| number(values(item).candidate))
        .right("change", move |item| number(change(item).map(|change| change.point)))
        .right("low", move |item| number(ends(change(item).as_ref())[0]))
        .right("high", move |item| number(ends(change(item).as_ref())[1]))
        .right("threshold", move |item| {
            number(measure(item).and_then(|found| Some(found.threshold?.value())))
        })
        .left("verdict", move |item| match item {
            (row, Metric::Time) => Some(row.verdict.name()),
            _ => measure(item)?.verdict.map(Verdict::name),
        })
        .left("bound", |(row, metric)| bound_of(row, *metric))
        .left("notes", |item| notes_of(item, comparison))
}

/// A number for programs.
pub(super) fn number(value: Option<f64>) -> Option<Text> {
    let value = value.filter(|value| value.is_finite())?;
    Some(Text::Number(value, Precision::UNKNOWN, ""))
}

/// The unit of a metric for programs.
pub(super) fn unit(metric: Metric) -> &'static str {
    match metric.unit() {
        Unit::Nanoseconds => "ns",
        Unit::Bytes => "bytes",
        Unit::Count => "count",
        Unit::Rate(unit) => unit,
        Unit::Share => "share",
    }
}

/// What bounds the candidate, or the baseline where the candidate has no roof; with the share that it belongs to.
pub(super) fn bound_of(row: &Row, metric: Metric) -> Option<Text> {
    let found = row.efficiencies().latest().filter(|_| metric == Metric::Efficiency)?;
    Some(Text::foreign(found.bound().name()))
}

/// What must be known of a metric of a row: of its share of the peaks, and of its time where that is compared.
pub(super) fn notes_of((row, metric): &Measured<'_>, comparison: &Comparison) -> String {
    let is_told = |note: &Warning| match metric {
        Metric::Efficiency => footnotes::is_of_peaks(note),
        Metric::Time => !footnotes::is_of_peaks(note) && !comparison.is_alone(),
        _ => false,
    };
    footnotes::sentences(&footnotes::of_kind(row, comparison, is_told))
}

/// A row and the generation that it times.
pub(super) type Generation<'a> = (&'a Row, &'a GenerationComparison);

/// The first token of generations, and those after it.
pub(super) fn generations<'a>(
    comparison: &Comparison,
    rows: &'a [Generation<'a>],
) -> Table<'a, Generation<'a>> {
    Table::comparing(comparison, rows)
        .left("Benchmark", |(row, _)| name(row))
        .on_terminal("generation")
        .right("TTFT", |(row, _)| both(row, Metric::FirstToken))
        .change(comparison, |(row, _)| row.measure(Metric::FirstToken))
        .drop_priority(2)
        .right("TPOT", |(row, _)| both(row, Metric::PerToken))
        .change(comparison, |(row, _)| row.measure(Metric::PerToken))
        .right("Decode tokens/s", |(row, _)| both(row, Metric::DecodeTokensPerSecond))
        .drop_priority(1)
        .right("Of bound", |(row, _)| of_bound(row))
        .drop_priority(4)
        .left("Bound", |(row, _)| bound(row))
        .drop_priority(4)
        .right("ITL median", median)
        .drop_priority(3)
        .right("ITL tail", tail)
        .on_pages_only()
        .right("Steps", |(_, generation)| {
            Text::both(generation.latency, |latency| Text::count(latency.steps))
        })
        .on_pages_only()
        .notes(|(row, _)| footnotes::of_peaks(row, comparison))
}

/// What a token of a model reaches of its bound: one that is generated, of the bandwidth by which weights and cache reach
/// the cores, and one of a prompt, of arithmetic.
pub(super) fn token_bounds<'a>(comparison: &Comparison, rows: &'a [&'a Row]) -> Table<'a, &'a Row> {
    let bytes = |bound: &TokenBound| Some(Text::Bytes(Range::exact(bound.bytes?.round() as u64)));
    let most =
        |found: TokenEfficiency<'_>| Text::Number(found.most_tokens_per_second(), Precision::ROUGH, "");
    Table::comparing(comparison, rows)
        .left("Benchmark", |row| name(row))
        .on_terminal("tokens against the machine")
        .right("Tokens/s", |row| {
            let digits = digits(row, token_rate(row));
            Text::both(row.token_efficiencies(), |found| Text::Number(found.tokens_per_second(), digits, ""))
        })
        .drop_priority(2)
        .right("At most", move |row| once(row.token_efficiencies().map(|found| found.map(most))))
        .drop_priority(1)
        .right("Of bound", |row| of_bound(row))
        .leading()
        .left("Bound", |row| bound(row))
        .leading()
        .right("Moved per token", move |row| {
            once(row.token_bounds.as_ref().map(|bound| bytes(bound.as_ref()?)))
        })
        .drop_priority(3)
        .notes(|row| footnotes::of_peaks(row, comparison))
}

/// The rate of the tokens that have a bound: of an inference those after the first.
fn token_rate(row: &Row) -> Metric {
    match row.inference.as_ref().map(|inference| inference.phase) {
        Some(Phase::Inference { .. }) => Metric::DecodeTokensPerSecond,
        _ => Metric::TokensPerSecond,
    }
}

/// The benchmarks of models whose tokens have a bound.
pub(super) fn bounded_by_token(comparison: &Comparison) -> Vec<&Row> {
    let rows = model_rows::rows_of(comparison, |_| true).into_iter().map(|(row, _)| row);
    rows.filter(|row| row.token_efficiencies().any()).collect()
}

/// What a token of the row is held against.
fn bound(row: &Row) -> Text {
    once(row.token_bounds.as_ref().map(|bound| bound.as_ref().map(|bound| limit(&bound.limit))))
}

fn of_bound(row: &Row) -> Text {
    Text::both(row.token_efficiencies(), |found| share(found.share()).into())
}

fn median((row, generation): &Generation<'_>) -> Text {
    let medians = generation.latency.map(|side| side.map(|latency| latency.median_ns));
    Text::both(Time::pair(medians, digits(row, Metric::DecodeTokensPerSecond)), Text::Time)
}

/// The tails by their names: `p99 5.100 ms → max 4.900 ms`.
fn tail((row, generation): &Generation<'_>) -> Text {
    let tails = generation.latency.map(|side| side.map(|latency| quantile(latency.tail)));
    let lengths = tails.map(|tail| tail.map(|(_, nanoseconds)| nanoseconds));
    let times = Time::pair(lengths, digits(row, Metric::DecodeTokensPerSecond));
    Text::both(tails.zip(times).map(|(tail, time)| tail.zip(time)), |((name, _), time)| {
        Text::line([format!("{name} ").into(), time.into()])
    })
}
