//! The list of saved baselines.

use anstyle::Style;

use super::{commit, rounds};
use crate::model::Baseline;
use crate::report::escape::{clip, printable};
use crate::report::quantity::count;
use crate::report::terminal::aligned::Columns;

/// Longest name of a CPU, characters.
const LONGEST_CPU: usize = 28;

/// Baselines as a table for a terminal of that width, in the order given. Empty for none.
pub fn table(baselines: &[Baseline], width: Option<usize>) -> String {
    if baselines.is_empty() {
        return String::new();
    }
    let mut columns = Columns::new("name")
        .word("created (UTC)", 0)
        .word("commit", 0)
        .word("machine", 2)
        .number("rows", 0)
        .number("rounds", 0)
        .number("sessions", 1);
    for baseline in baselines {
        columns.line(cells(baseline), Style::new(), 0);
    }
    columns.render(width)
}

fn cells(baseline: &Baseline) -> [String; 7] {
    [
        baseline.name.to_string(),
        baseline.created().strftime("%Y-%m-%d %H:%M").to_string(),
        commit(baseline),
        clip(&printable(&baseline.environment.machine.cpu), LONGEST_CPU),
        count(baseline.benchmarks.len() as u64),
        count(rounds(baseline) as u64),
        count(baseline.sessions.len() as u64),
    ]
}
