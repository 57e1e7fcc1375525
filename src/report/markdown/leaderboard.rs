//! Several baselines side by side.

use std::collections::BTreeMap;

use crate::compare::{Change, Comparison, Row, Side, Verdict};
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
pub(in crate::report) fn page(comparisons: &[&Comparison]) -> String {
    let Some(first) = comparisons.first() else { return String::new() };
    let rows = rows(comparisons);
    let labels = labels(&rows.keys().copied().collect::<Vec<_>>());
    let lines = rows.values().zip(labels).map(|(entrants, label)| cells(label, entrants));
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
        "{}\nTime of one iteration, and its ratio to {first}. {BEST} marks the fastest of a row, and with it those whose \
         intervals overlap its; in a row without {BEST} the intervals tell no two apart.\n{}",
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

fn cells(label: String, entrants: &[Option<&Row>]) -> Vec<Text> {
    let present = || entrants.iter().copied().flatten();
    let best = Best::of(present().filter_map(Row::time_change));
    let baseline = present().find_map(|row| row.time_ns(Side::Baseline));
    let baseline = baseline.map(|ns| starred(shown(ns), best.first));
    let others = entrants.iter().map(|row| row.and_then(|row| candidate(row, &best)).into());
    [Text::Foreign(label), baseline.into()].into_iter().chain(others).collect()
}

fn candidate(row: &Row, best: &Best) -> Option<Text> {
    let time = shown(row.time_ns(Side::Candidate)?);
    Some(match row.time_change() {
        Some(change) => {
            let ratio = Text::Number(1.0 + change.point, Precision::of(Some(&change)), "");
            starred(Text::line([time, " (×".into(), ratio, ")".into()]), best.has(&change))
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

/// Which entrants of a row are the fastest: that of the least ratio, and those whose intervals overlap its.
struct Best {
    /// Upper end of the interval of the least ratio, less 1; absent where the intervals tell no two apart.
    limit: Option<f64>,
    /// The baseline is among them.
    first: bool,
}

impl Best {
    fn of(changes: impl Iterator<Item = Change>) -> Best {
        let changes: Vec<Change> = changes.collect();
        // The baseline against itself has no change and no doubt.
        let least = changes
            .iter()
            .map(|change| (change.point, change.high))
            .fold((0.0, 0.0), |best, other| if other.0 < best.0 { other } else { best });
        let first = 0.0 <= least.1;
        let all = first && changes.iter().all(|change| change.low <= least.1);
        Best { limit: (!all).then_some(least.1), first: first && !all }
    }

    fn has(&self, change: &Change) -> bool {
        self.limit.is_some_and(|limit| change.low <= limit)
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::change;

    fn best(changes: &[(f64, f64, f64)]) -> (bool, Vec<bool>) {
        let changes: Vec<Change> =
            changes.iter().map(|(point, low, high)| change(*point, *low, *high)).collect();
        let best = Best::of(changes.iter().copied());
        (best.first, changes.iter().map(|change| best.has(change)).collect())
    }

    #[test]
    fn the_fastest_is_marked_with_those_that_overlap_it() {
        assert_eq!(best(&[(-0.5, -0.52, -0.48), (-0.1, -0.12, -0.08)]), (false, vec![true, false]));
        assert_eq!(best(&[(-0.5, -0.52, -0.48), (-0.49, -0.51, -0.47)]), (false, vec![true, true]));
        assert_eq!(best(&[(0.5, 0.48, 0.52)]), (true, vec![false]), "the first is the fastest");
    }

    #[test]
    fn where_no_two_can_be_told_apart_none_is_marked() {
        assert_eq!(best(&[(-0.01, -0.03, 0.01)]), (false, vec![false]));
        assert_eq!(best(&[(0.01, -0.01, 0.03), (0.0, -0.02, 0.02)]), (false, vec![false, false]));
        assert_eq!(best(&[]), (false, vec![]));
    }
}
