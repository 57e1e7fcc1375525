//! Where a baseline comes from, in short.

use super::quantity::things;
use crate::model::{Baseline, Revision};

/// Characters of a commit hash that are shown.
const SHORT_HASH: usize = 10;

/// When it was made, UTC.
pub(super) fn created(baseline: &Baseline) -> String {
    baseline.created().strftime("%Y-%m-%d %H:%M").to_string()
}

/// The commit in short.
pub(super) fn commit(revision: &Revision) -> String {
    revision.commit.chars().take(SHORT_HASH).collect()
}

/// The commit in short, with `*` where the working tree differed from it.
pub(super) fn state(baseline: &Baseline) -> Option<String> {
    let revision = baseline.environment.revision.as_ref()?;
    Some(commit(revision) + if revision.dirty { "*" } else { "" })
}

/// Most rounds of any benchmark.
pub(super) fn rounds(baseline: &Baseline) -> usize {
    baseline.benchmarks.iter().map(|benchmark| benchmark.rounds.len()).max().unwrap_or(0)
}

/// `21 benchmarks, 5 rounds in 1 session`, or `21 benchmarks, 5 blocks head to head`.
pub(super) fn measured(benchmarks: usize, rounds: usize, baseline: &Baseline) -> String {
    let benchmarks = things(benchmarks, "benchmark");
    if baseline.sessions.iter().all(|session| session.head_to_head.is_some()) {
        return format!("{benchmarks}, {} head to head", things(rounds, "block"));
    }
    format!("{benchmarks}, {} in {}", things(rounds, "round"), things(baseline.sessions.len(), "session"))
}
