//! Several baselines side by side.

use std::collections::BTreeMap;

use crate::compare::{Comparison, Ranking, Row, Side, Verdict};
use crate::model::{BenchmarkId, labels};
use crate::report::change::ratio;
use crate::report::escape::code;
use crate::report::footnotes;
use crate::report::quantity::{Precision, Time};
use crate::report::table::{Form, Table, Text};

const BEST: &str = "★";

/// A benchmark in every comparison that holds it.
type Entrants<'a> = Vec<Option<&'a Row>>;

/// One column for the baseline that all comparisons share, one for the candidate of each. Empty without
/// comparisons.
pub(in crate::report) fn page(comparisons: &[&Comparison], ranking: &Ranking) -> String {
    let Some(first) = comparisons.first() else { return String::new() };
    let rows = rows(comparisons);
    let labels = labels(&rows.keys().copied().collect::<Vec<_>>());
    let lines = rows.iter().zip(labels);
    let lines = lines
        .map(|((id, entrants), label)| cells(label, entrants, |entrant| ranking.is_fastest(id, entrant)));
    let mut lines: Vec<Vec<Text>> = lines.collect();
    if comparisons.iter().any(|comparison| comparison.summary.time_geomean.is_some()) {
        lines.push(geomeans(comparisons));
    }
    let candidates = comparisons.iter().map(|comparison| &comparison.sides.candidate);
    let sides = std::iter::once(&first.sides.baseline).chain(candidates);
    let mut table = Table::of(&lines).left("Benchmark", |line| line[0].clone());
    for (index, side) in sides.enumerate() {
        table = table.right(Text::foreign(side.baseline.name.as_str()), move |line| line[index + 1].clone());
    }
    let first = code(first.sides.baseline.baseline.name.as_str());
    format!(
        "{}\nTime of one iteration, and its ratio to {first}. {BEST} marks what is faster than another of its row and slower \
         than none, by the verdicts of `diff` on every two; in a row without {BEST} it tells no two apart.\n{}",
        table.page(),
        notes(comparisons)
    )
}

/// Every benchmark of every baseline, by id.
fn rows<'a>(comparisons: &[&'a Comparison]) -> BTreeMap<&'a BenchmarkId, Entrants<'a>> {
    let mut rows = BTreeMap::new();
    for (index, comparison) in comparisons.iter().enumerate() {
        for row in &comparison.rows {
            rows.entry(&row.id).or_insert_with(|| vec![None; comparisons.len()])[index] = Some(row);
        }
    }
    rows
}

/// The name, and a cell for each side; `is_best` of its number, 0 for the baseline that all comparisons share.
fn cells(label: String, entrants: &[Option<&Row>], is_best: impl Fn(usize) -> bool) -> Vec<Text> {
    let present = || entrants.iter().copied().flatten();
    let baseline = present().find_map(|row| row.time_ns(Side::Baseline)).map(shown);
    let others = entrants.iter().map(|row| row.and_then(candidate));
    let sides = std::iter::once(baseline).chain(others).enumerate();
    let sides = sides.map(|(entrant, cell)| cell.map(|cell| starred(cell, is_best(entrant))).into());
    std::iter::once(Text::Foreign(label)).chain(sides).collect()
}

fn candidate(row: &Row) -> Option<Text> {
    let time = shown(row.time_ns(Side::Candidate)?);
    Some(match row.time_change() {
        Some(change) => {
            let ratio = Text::Number(1.0 + change.point, Precision::of(Some(&change)), "");
            Text::line([time, " (×".into(), ratio, ")".into()])
        }
        None if row.verdict == Verdict::NotComparable => Text::line([time, " (not comparable)".into()]),
        None => time,
    })
}

fn shown(nanoseconds: f64) -> Text {
    Text::Time(Time::new(nanoseconds, Precision::UNKNOWN))
}

fn starred(text: Text, best: bool) -> Text {
    if best { Text::line([Text::strong(text), format!(" {BEST}").into()]) } else { text }
}

fn geomeans(comparisons: &[&Comparison]) -> Vec<Text> {
    let others = comparisons.iter().map(|comparison| comparison.summary.time_geomean.as_ref());
    let others = others.map(|change| change.map(|change| format!("×{}", ratio(change))).into());
    [Text::strong("Geometric Mean of Time Ratios"), "×1".into()].into_iter().chain(others).collect()
}

/// What a reader should know of each comparison.
fn notes(comparisons: &[&Comparison]) -> String {
    let of_one = |comparison: &Comparison| {
        let name = code(comparison.sides.candidate.baseline.name.as_str());
        let texts = comparison.warnings.iter().map(|warning| footnotes::text(warning, comparison));
        texts.map(|text| format!("- {name}: {}\n", text.write(Form::Page))).collect::<String>()
    };
    let notes: String = comparisons.iter().copied().map(of_one).collect();
    if notes.is_empty() { notes } else { format!("\n{notes}") }
}
