//! The tables of a comparison that terminals, pages and comments have in common.

use std::cmp::Reverse;

use super::cells::{
    allocated, bytes, leading_rate, memory, most, name, per_token, size_change, status, tone,
};
use super::footnotes;
use super::models::{decode_rate, quantile};
use super::order::bytes_apart;
use super::quantity::{Precision, Time, bytes_delta};
use super::table::{Table, Text, Tone};
use crate::compare::{AllocationChange, AllocationVerdict, Comparison, GenerationComparison, Row, Warning};

/// Benchmarks with what must be known of their times; columns are to be added.
fn named<'a>(heading: &str, comparison: &Comparison, rows: &'a [&'a Row]) -> Table<'a, &'a Row> {
    Table::of(rows)
        .left(heading, |row| name(row))
        .on_terminal("benchmark")
        .notes(|row| footnotes::of_row(row, comparison))
        .tones(|row| tone(row))
}

/// The times of benchmarks alone.
pub(super) fn times<'a>(comparison: &Comparison, rows: &'a [&'a Row]) -> Table<'a, &'a Row> {
    named("Method", comparison, rows).times(comparison, |row| row.time)
}

/// Benchmarks with times, allocation and verdict. Where allocation varied, the most that was seen: a footnote says so, and
/// the table of allocation has the range.
pub(super) fn benchmarks<'a>(comparison: &Comparison, rows: &'a [&'a Row]) -> Table<'a, &'a Row> {
    times(comparison, rows)
        .right("Rate", |row| leading_rate(row).unwrap_or_else(|| "".into()))
        .on_terminals_only()
        .given_up(2)
        .right("Baseline Alloc", |row| bytes(row).map(|bytes| most(bytes.baseline)))
        .on_pages_only()
        .right("Candidate Alloc", |row| bytes(row).map(|bytes| most(bytes.candidate)))
        .on_pages_only()
        .left("Status", |row| status(row))
        .on_terminal("verdict")
}

/// The same in short.
pub(super) fn changed<'a>(comparison: &Comparison, rows: &'a [&'a Row]) -> Table<'a, &'a Row> {
    named("Benchmark", comparison, rows)
        .sides(comparison, |row| row.time)
        .changes(comparison, |row| row.time)
        .right("Allocated", |row| allocated(row))
        .left("Status", |row| status(row))
}

/// Benchmarks that one side lacks, and why.
pub(super) fn one_sided<'a>(comparison: &Comparison, rows: &'a [&'a Row]) -> Table<'a, &'a Row> {
    Table::of(rows)
        .left("Method", |row| name(row))
        .left("Status", |row| row.verdict.words())
        .sides(comparison, |row| row.time)
        .left("Reason", |row| reasons(row, comparison))
}

fn reasons(row: &Row, comparison: &Comparison) -> Text {
    Text::joined(row.notes.iter().map(|note| footnotes::text(note, comparison)), " ")
}

/// A row and its allocation.
pub(super) type Allocating<'a> = (&'a Row, &'a AllocationChange);

/// The rows with allocation of these verdicts, the greatest difference first.
pub(super) fn allocating<'a>(
    comparison: &'a Comparison,
    wanted: impl Fn(AllocationVerdict) -> bool,
) -> Vec<Allocating<'a>> {
    let rows = comparison.rows.iter().filter_map(|row| Some((row, row.allocation.as_ref()?)));
    let mut rows: Vec<_> = rows.filter(|(_, allocation)| wanted(allocation.verdict)).collect();
    rows.sort_by_key(|(_, allocation)| Reverse(bytes_apart(allocation)));
    rows
}

/// Allocation on both sides.
pub(super) fn allocation<'a>(
    comparison: &Comparison,
    rows: &'a [Allocating<'a>],
) -> Table<'a, Allocating<'a>> {
    let delta = |allocation: &AllocationChange| {
        bytes_delta(allocation.bytes.baseline.high, allocation.bytes.candidate.high)
    };
    Table::of(rows)
        .left("Method", |(row, _)| name(row))
        .on_terminal("allocation")
        .right("Baseline", |(_, allocation)| Text::Bytes(allocation.bytes.baseline))
        .on_terminal("before")
        .right("Candidate", |(_, allocation)| Text::Bytes(allocation.bytes.candidate))
        .on_terminal("after")
        .toned()
        .right("Delta", |(_, allocation)| delta(allocation))
        .given_up(2)
        .right("Change", |(_, allocation)| size_change(allocation))
        .right("Allocations", |(_, allocation)| {
            allocation.count.as_ref().map(|count| Text::counts(count, Text::Count))
        })
        .given_up(1)
        .right("Peak", |(_, allocation)| allocation.peak.as_ref().map(|peak| Text::counts(peak, Text::Bytes)))
        .on_pages_only()
        .left("Memory", |(_, allocation)| memory(allocation.verdict))
        .on_terminal("verdict")
        .left("Time", |(row, _)| status(row))
        .on_pages_only()
        .notes(|(row, _)| {
            let varies = row.notes.iter().filter(|note| **note == Warning::AllocationVaries);
            varies.map(|note| footnotes::text(note, comparison)).collect()
        })
        .tones(|(_, allocation)| match allocation.verdict {
            AllocationVerdict::More => Tone::Worse,
            _ => Tone::Better,
        })
}

/// A row and the generation that it times.
pub(super) type Generation<'a> = (&'a Row, &'a GenerationComparison);

/// The first token of generations, and those after it.
pub(super) fn generations<'a>(
    comparison: &Comparison,
    rows: &'a [Generation<'a>],
) -> Table<'a, Generation<'a>> {
    Table::of(rows)
        .left("Benchmark", |(row, _)| name(row))
        .on_terminal("generation")
        .right("TTFT", |(_, generation)| per_token(Some(&generation.first_token), 1))
        .change(comparison, |(_, generation)| Some(generation.first_token))
        .given_up(2)
        .right("TPOT", |(_, generation)| per_token(generation.per_token.as_ref(), 1))
        .change(comparison, |(_, generation)| generation.per_token)
        .right("Decode tokens/s", |(_, generation)| decode(generation))
        .given_up(1)
        .right("ITL median", |(_, generation)| median(generation))
        .given_up(3)
        .right("ITL tail", |(_, generation)| tail(generation))
        .on_pages_only()
        .right("Steps", |(_, generation)| {
            Text::both(generation.latency, |latency| Text::count(latency.steps))
        })
        .on_pages_only()
}

fn decode(generation: &GenerationComparison) -> Text {
    let precision = Precision::of_time(generation.per_token.as_ref());
    let rates = decode_rate(generation).map_or([None; 2], |rate| [rate.baseline, rate.candidate]);
    Text::both(rates, |rate| Text::Number(rate, precision, ""))
}

fn median(generation: &GenerationComparison) -> Text {
    let medians = generation.latency.map(|side| side.map(|latency| latency.median_ns));
    Text::both(Time::pair(medians, Precision::of_time(generation.per_token.as_ref())), Text::Time)
}

/// The tails by their names: `p99 5.10 ms → max 4.90 ms`.
fn tail(generation: &GenerationComparison) -> Text {
    let tails = generation.latency.map(|side| side.map(|latency| quantile(latency.tail)));
    let precision = Precision::of_time(generation.per_token.as_ref());
    let times = Time::pair(tails.map(|tail| tail.map(|(_, nanoseconds)| nanoseconds)), precision);
    let [baseline, candidate] = [0, 1].map(|side| Some((tails[side]?.0, times[side]?)));
    Text::both([baseline, candidate], |(name, time)| Text::line([format!("{name} ").into(), time.into()]))
}
