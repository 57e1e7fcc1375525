//! Saved baselines as text: one in full (`show`), and the list of them (`list`); each for a terminal and as
//! JSON, the first as markdown too. The caller strips colours where the output is no terminal.

pub(in crate::report) mod json;
mod list;
mod show;

pub use json::{list as list_json, show as show_json};
pub use list::table as list_table;
pub use show::table as show_table;
pub(super) use show::{LONGEST_REASON, values};

use crate::model::Baseline;

/// A baseline as markdown, without a heading.
pub fn show_markdown(baseline: &Baseline) -> String {
    super::markdown::baseline::page(baseline)
}

/// Most rounds of any benchmark.
pub(super) fn rounds(baseline: &Baseline) -> usize {
    baseline.benchmarks.iter().map(|benchmark| benchmark.rounds.len()).max().unwrap_or(0)
}

/// The commit in short, with `*` where the working tree differed from it.
pub(in crate::report) fn commit(baseline: &Baseline) -> String {
    let Some(revision) = &baseline.environment.revision else { return "-".to_owned() };
    let hash: String = revision.commit.chars().take(10).collect();
    let dirty = if revision.dirty { "*" } else { "" };
    super::escape::printable(&format!("{hash}{dirty}"))
}
