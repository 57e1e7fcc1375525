//! What a baseline knows of the work of its benchmarks, and from where.

use super::{Line, Saved};
use crate::model::{Range, things};
use crate::report::table::{Table, Text};
use crate::work::{Work, WorkSource};

/// The work of one iteration of each benchmark as text for a terminal of that width: exact counts, and where they come from.
pub fn work_table(saved: &Saved, width: Option<usize>) -> String {
    let rows = saved.lines();
    let count = |of: fn(&Work) -> Option<u64>| {
        move |line: &Line<'_>| {
            line.benchmark.work.as_ref().and_then(of).map(|count| Text::Count(Range::exact(count)))
        }
    };
    let table = Table::of(&rows)
        .left("Benchmark", |line| Text::foreign(&line.row.label))
        .left("Type", |line| Some(line.benchmark.work.as_ref()?.dtype?.name()))
        .right("FLOPs", count(|work| Some(work.flops?.0)))
        .right("Bytes", count(|work| Some(work.bytes?.0)))
        .right("Bits", count(|work| Some(work.bits?.0)))
        .right("Elements", count(|work| Some(work.elements?.0)))
        .right("Tokens", count(|work| Some(work.tokens?.0)))
        .left("From", |line| line.benchmark.work.as_ref().and_then(source));
    let without = rows.iter().filter(|line| line.benchmark.work.as_ref().and_then(source).is_none()).count();
    format!("{}{}", table.terminal(width, ""), advice(without))
}

fn source(work: &Work) -> Option<&'static str> {
    let words = match work.from {
        WorkSource::Bench => "bench",
        WorkSource::Metadata => "metadata",
        WorkSource::Throughput => "criterion's throughput",
    };
    work.counts_something().then_some(words)
}

/// What to do about benchmarks whose work is not known.
fn advice(without: usize) -> String {
    if without == 0 {
        return String::new();
    }
    format!(
        "no work is known of {}: declare it in the bench, or by the id in [package.metadata.tensorprof.rows]\n",
        things(without, "benchmark")
    )
}
