//! Tokens per second of every phase of every model.

use super::chart::{Chart, drawn};
use super::dots::{Dots, Pair};
use super::kinds::TOKENS;
use super::legend;
use super::rows::{PLOT, RowText};
use super::scale::Scale;
use super::whisker::{amounts, of_candidate};
use crate::compare::{Comparison, Measure, Metric, Row, Sides};
use crate::inference::Phase;
use crate::report::cells::digits;
use crate::report::model_rows::rows_of;
use crate::report::order::{strength, strongest};
use crate::report::quantity::{self, significant, things};

/// Most rows that are drawn.
const MOST: usize = 30;
/// Ratio of the largest to the smallest rate above which the axis is logarithmic.
const WIDE: f64 = 100.0;

/// The chart, where at least one benchmark of a model has tokens.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let mut rows: Vec<&Row> = rows_of(comparison, |_| true).into_iter().map(|(row, _)| row).collect();
    rows.retain(|row| row.measure(Metric::TokensPerSecond).is_some());
    let all = rows.len();
    let rows = strongest(rows, MOST, |row| strength(row)[0]);
    let groups = rows.chunk_by(|row, next| model(row) == model(next)).map(<[_]>::len).collect();
    let (pairs, texts): (Vec<Pair>, Vec<RowText<'_>>) =
        rows.iter().map(|row| pair(row, comparison.is_alone())).unzip();
    let rates = pairs.iter().flat_map(|pair| amounts(pair.sides, pair.interval));
    let scale = Scale::decimal(rates, PLOT, WIDE);
    let shown = drawn(comparison, rows.len(), all, things(all, "benchmark"), "benchmarks");
    let mut phases = rows.iter().filter_map(|row| Some(row.inference.as_ref()?.phase));
    let requests = phases.any(|phase| matches!(phase, Phase::Inference { .. }));
    let end_to_end = if requests { "; inference: end to end, prefill included" } else { "" };
    let form = scale.form();
    let apart = legend::apart(comparison, "hollow");
    let description = format!("Tokens per second of {shown}{end_to_end}; {form}{apart}");
    Dots { kind: TOKENS, pairs, texts, groups, scale, limit: None }.chart(comparison, description)
}

fn model(row: &Row) -> Option<&str> {
    row.inference.as_ref().map(|inference| inference.model.as_str())
}

fn pair(row: &Row, alone: bool) -> (Pair, RowText<'_>) {
    let measure = row.measure(Metric::TokensPerSecond);
    let sides = measure.map(Measure::values).unwrap_or_default();
    let precision = digits(row, Metric::TokensPerSecond);
    let show = |rate| significant(rate, precision);
    let numbers = match sides {
        Sides { baseline: None, candidate: Some(rate) } if alone => show(rate),
        sides => quantity::sides(sides, "→", show),
    };
    (Pair { sides, interval: measure.and_then(of_candidate) }, RowText { name: &row.label, numbers })
}
