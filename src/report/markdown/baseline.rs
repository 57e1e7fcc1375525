//! One baseline.

use super::table::{Column, Table};
use crate::model::Baseline;
use crate::report::escape::{clip, code, printable};
use crate::report::quantity::things;
use crate::report::saved;

/// Where it comes from, and time, rate and allocation of each benchmark.
pub(in crate::report) fn page(baseline: &Baseline) -> String {
    let mut table = Table::new([
        Column::Left("Benchmark"),
        Column::Left("Type"),
        Column::Right("Time"),
        Column::Right("Spread"),
        Column::Right("Rate"),
        Column::Right("Allocated"),
        Column::Right("Allocations"),
    ]);
    for benchmark in &baseline.benchmarks {
        let mut cells = vec![code(&benchmark.id.path())];
        cells.extend(saved::values(benchmark));
        table.row(cells);
    }
    format!("{}\n\n{}{}", origin(baseline), table.render(), below(baseline))
}

fn origin(baseline: &Baseline) -> String {
    let environment = &baseline.environment;
    let places = [("on", &environment.machine.cpu), ("built by", &environment.build.rustc)];
    let places = places.into_iter().filter(|(_, name)| !name.is_empty());
    let places: String = places.map(|(word, name)| format!(", {word} {}", code(name))).collect();
    format!(
        "Baseline {}: {}, {} in {}; created {}, commit {}{places}.",
        code(baseline.name.as_str()),
        things(baseline.benchmarks.len(), "benchmark"),
        things(saved::rounds(baseline), "round"),
        things(baseline.sessions.len(), "session"),
        baseline.created().strftime("%Y-%m-%d %H:%M UTC"),
        code(&saved::commit(baseline)),
    )
}

/// What the spread is, and the benchmarks that failed.
fn below(baseline: &Baseline) -> String {
    let failures = baseline.benchmarks.iter().filter_map(|benchmark| {
        let reason = clip(&printable(benchmark.failure.as_ref()?), saved::LONGEST_REASON);
        Some(format!("- Failed: {}: {}\n", code(&benchmark.id.path()), code(&reason)))
    });
    let failures: Vec<String> = failures.collect();
    let gap = if failures.is_empty() { "" } else { "\n" };
    let spread = if saved::rounds(baseline) > 1 {
        "\nSpread: standard deviation between the lower half of the rounds.\n"
    } else {
        ""
    };
    format!("{spread}{gap}{}", failures.concat())
}
