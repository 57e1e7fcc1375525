//! What was compared.

use super::table::{Column, Table};
use crate::compare::{Comparison, Side};
use crate::report::escape::code;
use crate::report::quantity::things;

/// Characters of a commit hash that are shown.
const SHORT_HASH: usize = 10;

pub(super) fn section(comparison: &Comparison) -> String {
    format!("# Profile Comparison Report\n\n{}\n{}\n", sides(comparison), environment(comparison))
}

/// Name, date, commit and extent of both sides.
pub(super) fn sides(comparison: &Comparison) -> String {
    let sides = [&comparison.baseline, &comparison.candidate];
    let mut table = Table::new([Column::Left(""), Column::Left("Baseline"), Column::Left("Candidate")]);
    let mut row = |heading: &str, cell: fn(&Side) -> String| {
        let [baseline, candidate] = sides.map(cell);
        table.row([format!("**{heading}**"), baseline, candidate]);
    };
    row("Name", |side| code(side.baseline.name.as_str()));
    row("Created", created);
    row("Commit", commit);
    row("Measured", measured);
    table.render()
}

fn created(side: &Side) -> String {
    side.baseline.created().strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

fn commit(side: &Side) -> String {
    let Some(revision) = &side.baseline.environment.revision else { return "unknown".to_owned() };
    let hash: String = revision.commit.chars().take(SHORT_HASH).collect();
    let branch = revision.branch.as_ref().map_or_else(String::new, |branch| format!(" on {}", code(branch)));
    let dirty = if revision.dirty { ", with uncommitted changes" } else { "" };
    format!("{}{branch}{dirty}", code(&hash))
}

fn measured(side: &Side) -> String {
    format!(
        "{}, {} in {}",
        things(side.benchmarks, "benchmark"),
        things(side.rounds, "round"),
        things(side.baseline.sessions.len(), "session"),
    )
}

/// One line on the environment; the table of differences stands further down.
fn environment(comparison: &Comparison) -> String {
    if comparison.differences.is_empty() {
        return format!("Environment: all {} agree.", things(comparison.agreeing_facts, "recorded fact"));
    }
    let names: Vec<String> = comparison.differences.iter().map(|difference| code(&difference.name)).collect();
    format!(
        "Environment: {} [{}](#environment-differences), {} agree.",
        names.join(", "),
        if names.len() == 1 { "differs" } else { "differ" },
        things(comparison.agreeing_facts, "other fact"),
    )
}
