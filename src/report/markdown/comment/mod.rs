//! A comparison in short: a comment on a pull request, the summary of a step.

mod limited;

use std::cmp::Reverse;

use self::limited::Limited;
use super::{context, summary};
use crate::compare::{Comparison, Difference, Row, Sides, Verdict, Warning};
use crate::report::escape::{code, elide, printable};
use crate::report::order::{bytes_apart, report_order};
use crate::report::tables::{self, Generation};
use crate::report::{Reproduction, model_rows};

/// The first line, which a reader does not see: by it a program finds its comment to replace it.
const MARKER: &str = "<!-- tensorprof -->";
/// Most rows in the open.
const MOST_ROWS: usize = 10;
/// Longest path, characters.
const LONGEST_PATH: usize = 200;

/// The whole text; `report` is where the whole report lies, if there is one.
pub(in crate::report) fn page(
    comparison: &Comparison,
    reproduction: &Reproduction,
    report: Option<&str>,
) -> String {
    let changed = changing(comparison);
    let (open, folded) = changed.split_at(changed.len().min(MOST_ROWS));
    let generations = model_rows::generations(comparison);
    let rows = |rows: &[&Row]| tables::changed(comparison, rows).comment();
    let Sides { baseline, candidate } =
        comparison.sides.as_ref().map(|side| code(side.baseline.name.as_str()));
    let verdict = summary::words(comparison);
    let mut text = Limited::new(&format!("{MARKER}\n### {candidate} against {baseline}\n\n{verdict}\n"));
    text.list("changed benchmark", open, rows);
    text.fold("more changed benchmark", folded, rows);
    text.fold("token generation", &generations, |generations: &[Generation<'_>]| {
        tables::generations(comparison, generations).comment()
    });
    text.fold("environment difference", &comparison.differences, |differences: &[Difference]| {
        context::differing(differences, &comparison.options)
    });
    text.fold("note", &comparison.warnings, |warnings: &[Warning]| context::warnings(comparison, warnings));
    let advice = context::advice(comparison, reproduction);
    if !advice.is_empty() {
        text.details("What decides open rows", &advice);
    }
    let (sides, commands) = (context::sides(comparison), context::commands(&reproduction.commands));
    text.details("Sides and command", &format!("{sides}\n{}\n", commands.trim_end()));
    let report = report.map(|path| code(&elide(&printable(path), LONGEST_PATH)));
    text.finish(report.as_deref())
}

/// The rows that changed in time or allocation, or are new, gone or broken: by [`place`], then as in reports.
fn changing(comparison: &Comparison) -> Vec<&Row> {
    let rows = report_order(&comparison.rows).into_iter();
    let mut placed: Vec<(Place, &Row)> = rows.filter_map(|row| Some((place(row)?, row))).collect();
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, row)| row).collect()
}

/// A group of rows and, where allocation alone changed, the bytes by which it did.
type Place = (usize, Reverse<u64>);

/// Time goes first, what rose before what fell; none for a row that did not change.
fn place(row: &Row) -> Option<Place> {
    let apart = Reverse(bytes_apart(row));
    match (row.verdict, row.allocation_verdict()) {
        (Verdict::Regressed, _) => Some((0, Reverse(0))),
        (Verdict::Improved, _) => Some((1, Reverse(0))),
        (Verdict::Suspect, _) => Some((2, Reverse(0))),
        (_, Some(Verdict::Regressed)) => Some((3, apart)),
        (_, Some(Verdict::Improved)) => Some((4, apart)),
        (Verdict::Failed, _) => Some((5, Reverse(0))),
        (Verdict::NotMeasured, _) => Some((6, Reverse(0))),
        (Verdict::Removed, _) => Some((7, Reverse(0))),
        (Verdict::Added, _) => Some((8, Reverse(0))),
        (Verdict::Unchanged | Verdict::Inconclusive | Verdict::NotComparable, _) => None,
    }
}
