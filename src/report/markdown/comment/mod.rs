//! A comparison in short: a comment on a pull request, the summary of a step.

mod limited;
mod rows;

use limited::Limited;

use super::inference::generations;
use super::{environment, header, notes, reproduction, summary};
use crate::compare::{Comparison, Difference, GenerationComparison, Row, Warning};
use crate::report::Reproduction;
use crate::report::escape::{code, elide, printable};
use crate::report::models;

/// The first line, which a reader does not see: by it a program finds its comment to replace it.
const MARKER: &str = "<!-- tensorprof -->";
/// Most rows in the open.
const MOST_ROWS: usize = 10;
/// Longest path, characters.
const LONGEST_PATH: usize = 200;

/// The whole text; `report` is where the whole report lies.
pub(in crate::report) fn page(comparison: &Comparison, reproduction: &Reproduction, report: &str) -> String {
    let changed = rows::changed(comparison);
    let (open, folded) = changed.split_at(changed.len().min(MOST_ROWS));
    let generations = models::generations(comparison);
    let rows = |rows: &[&Row]| rows::table(comparison, rows);
    let mut text = Limited::new(&head(comparison));
    text.list("changed benchmark", open, rows);
    text.fold("more changed benchmark", folded, rows);
    text.fold("token generation", &generations, |generations: &[(&Row, &GenerationComparison)]| {
        generations::table(comparison, generations)
    });
    text.fold("environment difference", &comparison.differences, |differences: &[Difference]| {
        environment::table(differences, &comparison.options)
    });
    text.fold("note", &comparison.warnings, |warnings: &[Warning]| notes::list(comparison, warnings));
    text.details("Sides and command", &origin(comparison, reproduction));
    text.finish(&code(&elide(&printable(report), LONGEST_PATH)))
}

/// What was compared, and the verdict.
fn head(comparison: &Comparison) -> String {
    let [baseline, candidate] =
        [&comparison.baseline, &comparison.candidate].map(|side| code(side.baseline.name.as_str()));
    format!("{MARKER}\n### {candidate} against {baseline}\n\n{}\n", summary::words(comparison))
}

/// Where the sides come from, and the commands.
fn origin(comparison: &Comparison, reproduction: &Reproduction) -> String {
    let commands = reproduction::commands(&reproduction.commands);
    format!("{}\n{}\n", header::sides(comparison), commands.trim_end())
}
