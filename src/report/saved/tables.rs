//! The tables of a single baseline.

use super::{Line, Saved};
use crate::compare::{Metric, Side};
use crate::report::cells::{both, bound_by, leading_rate, live, name, of_avx2};
use crate::report::footnotes;
use crate::report::table::{Form, Table, Text};
use crate::report::tables::{Measured, bound_of, notes_of, number, of_metrics};

/// Time, rate, efficiency and allocation of each benchmark.
pub(super) fn benchmarks<'a>(saved: &'a Saved, lines: &'a [Line<'a>]) -> Table<'a, Line<'a>> {
    let found = &saved.found;
    Table::comparing(found, lines)
        .left("Benchmark", |line| name(line.row))
        .left("Type", |line| Some(line.benchmark.work.as_ref()?.dtype?.name()))
        .drop_priority(3)
        .times(found, |line| line.row.time())
        .right("Rate", |line| leading_rate(line.row))
        .right("Of peak", |line| both(line.row, Metric::Efficiency))
        .left("Bound by", |line| bound_by(line.row))
        .drop_priority(4)
        .right("Of AVX2", |line| of_avx2(line.row))
        .drop_priority(5)
        .right("Allocated", |line| Some(Text::Bytes(line.benchmark.allocation?.bytes)))
        .right("Allocations", |line| Some(Text::Count(line.benchmark.allocation?.count?)))
        .drop_priority(2)
        .right("Live", |line| Some(live(line.benchmark.allocation?.live?)))
        .drop_priority(3)
        .notes(move |line| footnotes::of_peaks(line.row, found))
}

/// The benchmarks that failed or were not measured, after a word for each, and why.
pub(super) fn gaps(lines: &[Line<'_>], form: Form, [failed, not_measured]: [String; 2]) -> String {
    let gap = |Line { benchmark, row }: &Line<'_>| {
        let word = if benchmark.failure.is_some() { &failed } else { &not_measured };
        let reason = Text::reason(benchmark.gap()?).write(form);
        Some(format!("{word}: {}: {reason}\n", form.foreign(&row.label)))
    };
    lines.iter().filter_map(gap).collect()
}

/// Every metric of every benchmark, for programs: the greatest value seen, with the ends of its interval, or of what was
/// seen of a count that varies.
pub(super) fn measures<'a>(saved: &Saved, rows: &'a [Measured<'a>]) -> Table<'a, Measured<'a>> {
    let value = |(row, metric): &Measured<'a>| row.measure(*metric)?.values().candidate;
    let end = |(row, metric): &Measured<'a>, end: usize| {
        let measure = row.measure(*metric)?;
        let seen = measure.sides.candidate.filter(|value| !value.is_exact());
        let seen = seen.map(|value| [value.least, value.most]);
        Some(measure.interval(Side::Candidate).or(seen)?[end])
    };
    of_metrics(rows)
        .right("value", move |item| number(value(item)))
        .right("low", move |item| number(end(item, 0)))
        .right("high", move |item| number(end(item, 1)))
        .left("bound", |(row, metric)| bound_of(row, *metric))
        .left("notes", |item| notes_of(item, &saved.found))
}
