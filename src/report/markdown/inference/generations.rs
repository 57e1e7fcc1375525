//! The first token of a generation, and those after it.

use crate::compare::{Comparison, GenerationComparison, Row, Tail};
use crate::report::escape::code;
use crate::report::markdown::cells::{change, none, sides, times_per};
use crate::report::markdown::fold::long;
use crate::report::markdown::table::{Column, Table, change_heading};
use crate::report::models::{decode_rate, generations, quantile};
use crate::report::quantity::{Precision, count, significant, time};

/// Tokens of a Generation.
pub(super) fn tables(comparison: &Comparison) -> String {
    let generations = generations(comparison);
    if generations.is_empty() {
        return String::new();
    }
    long(&generations, "benchmark", |generations| table(comparison, generations))
}

/// The tokens of some generations.
pub(in crate::report::markdown) fn table(
    comparison: &Comparison,
    generations: &[(&Row, &GenerationComparison)],
) -> String {
    let change = change_heading(comparison);
    let mut table = Table::new([
        Column::Left("Benchmark"),
        Column::Right("TTFT"),
        Column::Right(&change),
        Column::Right("TPOT"),
        Column::Right(&change),
        Column::Right("Decode tokens/s"),
        Column::Right("ITL median"),
        Column::Right("ITL tail"),
        Column::Right("Steps"),
    ]);
    for (row, generation) in generations {
        table.row(cells(row, generation));
    }
    table.render()
}

fn cells(row: &Row, generation: &GenerationComparison) -> [String; 9] {
    let [first, next] = [Some(&generation.first_token), generation.per_token.as_ref()];
    let precision = Precision::of_time(next);
    let decode = decode_rate(generation).map_or([None; 2], |rate| [rate.baseline, rate.candidate]);
    let latency = generation.latency;
    [
        code(&row.label),
        first.map_or_else(none, |time| times_per(time, 1)),
        change(first),
        next.map_or_else(none, |time| times_per(time, 1)),
        change(next),
        sides(decode, |rate| significant(rate, precision)),
        sides(latency.map(|side| side.map(|side| side.median_ns)), |median| time(median, precision)),
        sides(latency.map(|side| side.map(|side| side.tail)), |tail| named(tail, precision)),
        sides(latency.map(|side| side.map(|side| side.steps)), |steps| count(steps as u64)),
    ]
}

/// A tail by its name: `p99 5.1 ms`.
fn named(tail: Tail, precision: Precision) -> String {
    let (name, nanoseconds) = quantile(tail);
    format!("{name} {}", time(nanoseconds, precision))
}
