//! The table of generations: the first token, and those after it.

use anstyle::Style;

use super::aligned::Columns;
use super::{View, more};
use crate::compare::{Comparison, GenerationComparison, Row, TimeChange};
use crate::report::change::point;
use crate::report::escape::printable;
use crate::report::models::{decode_rate, generations};
use crate::report::quantity::{NONE, Precision, sides, significant, time};

/// Rows that are shown unless all are asked for.
const MOST_ROWS: usize = 20;

pub(super) fn section(comparison: &Comparison, view: View) -> String {
    let mut generations = generations(comparison);
    if generations.is_empty() {
        return String::new();
    }
    let most = if view.all { generations.len() } else { MOST_ROWS };
    let rest = generations.len().saturating_sub(most);
    generations.truncate(most);
    let mut columns = Columns::new("generation")
        .number("TTFT", 0)
        .number("change", 2)
        .number("TPOT", 0)
        .number("change", 0)
        .number("decode tokens/s", 1)
        .number("ITL median", 3);
    for (row, generation) in generations {
        columns.line(cells(row, generation), Style::new(), 0);
    }
    format!("{}{}", columns.render(view.width), more(rest))
}

fn cells(row: &Row, generation: &GenerationComparison) -> [String; 7] {
    let [first, next] = [Some(&generation.first_token), generation.per_token.as_ref()];
    let precision = Precision::of_time(next);
    let decode = decode_rate(generation).map_or([None; 2], |rate| [rate.baseline, rate.candidate]);
    let median = generation.latency.map(|side| side.map(|side| side.median_ns));
    [
        printable(&row.label),
        times(first),
        change(first),
        times(next),
        change(next),
        sides(decode, "->", |rate| significant(rate, precision)),
        both(median, precision),
    ]
}

fn times(of: Option<&TimeChange>) -> String {
    both(
        [of.and_then(|time| time.baseline_ns), of.and_then(|time| time.candidate_ns)],
        Precision::of_time(of),
    )
}

/// `2.15 ms -> 122 µs`.
fn both(nanoseconds: [Option<f64>; 2], precision: Precision) -> String {
    sides(nanoseconds, "->", |side| time(side, precision))
}

fn change(of: Option<&TimeChange>) -> String {
    of.and_then(|time| time.change.as_ref()).map_or_else(|| NONE.to_owned(), point)
}
