//! How to get the same report.

use crate::compare::Comparison;
use crate::report::escape::printable;
use crate::report::{JSON_FILE, Reproduction};

/// Reproduction.
pub(super) fn section(comparison: &Comparison, reproduction: &Reproduction) -> String {
    let [baseline, candidate] =
        [&comparison.baseline, &comparison.candidate].map(|side| printable(&side.baseline.tool_version));
    let versions = if baseline == candidate {
        format!("Measured by tensorprof {baseline}.")
    } else {
        format!("Measured by tensorprof {baseline} (baseline) and {candidate} (candidate).")
    };
    format!(
        "## Reproduction\n\n{}{versions} The same content for programs: [{JSON_FILE}]({JSON_FILE}).\n",
        commands(&reproduction.commands)
    )
}

/// The commands as a fenced block, in a fence longer than any run of backticks in them.
fn commands(commands: &[String]) -> String {
    if commands.is_empty() {
        return String::new();
    }
    let lines: String = commands.iter().map(|command| printable(command) + "\n").collect();
    let longest = lines.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}sh\n{lines}{fence}\n\n")
}
