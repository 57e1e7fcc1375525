//! How to get the same report.

use super::Page;
use crate::report::escape::{code, printable};
use crate::report::{JSON_FILE, Place};

/// Reproduction.
pub(super) fn section(page: &Page<'_>) -> String {
    let [baseline, candidate] =
        [&page.comparison.baseline, &page.comparison.candidate].map(|side| code(&side.baseline.tool_version));
    let versions = if baseline == candidate {
        format!("Measured by tensorprof {baseline}.")
    } else {
        format!("Measured by tensorprof {baseline} (baseline) and {candidate} (candidate).")
    };
    let twin = match page.place {
        Place::Folder => format!(" The same content for programs: [{JSON_FILE}]({JSON_FILE})."),
        Place::Inline(_) => String::new(),
    };
    format!("## Reproduction\n\n{}{versions}{twin}\n", commands(&page.reproduction.commands))
}

/// The commands as a fenced block, in a fence longer than any run of backticks in them.
pub(super) fn commands(commands: &[String]) -> String {
    if commands.is_empty() {
        return String::new();
    }
    let lines: String = commands.iter().map(|command| printable(command) + "\n").collect();
    let longest = lines.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}sh\n{lines}{fence}\n\n")
}
