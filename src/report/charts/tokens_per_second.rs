//! Tokens per second of every phase of every model, as paired bars.

use super::bars::{Bars, PLOT, Pair};
use super::chart::Chart;
use super::files::TOKENS_FILE;
use super::scale::Scale;
use crate::compare::{Comparison, Measure, Metric, Row};
use crate::inference::Phase;
use crate::report::cells::digits;
use crate::report::model_rows::rows_of;
use crate::report::order::{strength, strongest};
use crate::report::quantity::{count, sides, significant, things};

/// Most rows that are drawn.
const MOST: usize = 30;
/// Ratio of the largest to the smallest rate above which the axis is logarithmic.
const WIDE: f64 = 100.0;

const TITLE: &str = "Tokens per second";
const ALT: &str = "Bar chart: tokens per second of both sides, one pair of bars a benchmark";

/// The chart, where at least one benchmark of a model has tokens.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let mut rows: Vec<&Row> = rows_of(comparison, |_| true).into_iter().map(|(row, _)| row).collect();
    rows.retain(|row| row.measure(Metric::TokensPerSecond).is_some());
    let all = rows.len();
    let rows = strongest(rows, MOST, |row| strength(row)[0]);
    if rows.is_empty() {
        return None;
    }
    let groups: Vec<Vec<Pair<'_>>> = rows
        .chunk_by(|row, next| model(row) == model(next))
        .map(|rows| rows.iter().map(|row| pair(row)).collect())
        .collect();
    let rates = groups.iter().flatten().flat_map(|pair| pair.sides.into_array()).flatten();
    let scale = Scale::decimal(rates, PLOT, WIDE);
    let description = description(&rows, all, scale.form());
    let svg = Bars { title: TITLE, groups, scale }.document(&description)?;
    Some(Chart { file_name: TOKENS_FILE, title: TITLE, alt: ALT, description, svg })
}

fn model(row: &Row) -> Option<&str> {
    row.inference.as_ref().map(|inference| inference.model.as_str())
}

fn pair(row: &Row) -> Pair<'_> {
    let rates = row.measure(Metric::TokensPerSecond).map(Measure::values).unwrap_or_default();
    let precision = digits(row, Metric::TokensPerSecond);
    Pair { name: &row.label, sides: rates, text: sides(rates, "→", |rate| significant(rate, precision)) }
}

fn description(rows: &[&Row], all: usize, form: &str) -> String {
    let shown = if rows.len() == all {
        things(all, "benchmark")
    } else {
        format!("the {} of {} benchmarks that changed most", count(rows.len() as u64), count(all as u64))
    };
    let requests = rows.iter().any(|row| {
        row.inference.as_ref().is_some_and(|inference| matches!(inference.phase, Phase::Inference { .. }))
    });
    let end_to_end = if requests { "; inference: end to end, prefill included" } else { "" };
    format!("Tokens per second of {shown}{end_to_end}; {form}; baseline hollow, candidate filled.")
}
