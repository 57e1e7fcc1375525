//! The list of baselines on a terminal.

use crate::model::{Baseline, clip};
use crate::report::origin::{created, rounds, state};
use crate::report::table::{Table, Text};

/// Longest name of a CPU, characters.
const LONGEST_CPU: usize = 28;

/// Baselines as a table for a terminal of that width, in the order given. Empty for none.
pub fn table(baselines: &[Baseline], width: Option<usize>) -> String {
    if baselines.is_empty() {
        return String::new();
    }
    Table::of(baselines)
        .left("Name", |baseline| baseline.name.to_string())
        .left("Created (UTC)", created)
        .left("Commit", |baseline| state(baseline).map(Text::Foreign))
        .left("Machine", |baseline| Text::Foreign(clip(&baseline.environment.machine.cpu, LONGEST_CPU)))
        .drop_priority(2)
        .left("State", |baseline| baseline.gaps().map(|_| "incomplete"))
        .right("Rows", |baseline| Text::count(baseline.benchmarks.len()))
        .right("Rounds", |baseline| Text::count(rounds(baseline)))
        .right("Sessions", |baseline| Text::count(baseline.sessions.len()))
        .drop_priority(1)
        .terminal(width, "")
}
