//! One baseline without another.

use super::{Comparison, Measured, Options, Warning, compare_where};
use crate::model::{Baseline, BenchmarkId, Session, Settings};

/// All that a comparison finds of a single side: the baseline is the candidate, and there is nothing on the other side.
/// Rows that were measured are [`Added`](super::Verdict::Added); none is judged.
pub fn alone(baseline: &Baseline, wanted: &dyn Fn(&BenchmarkId) -> bool) -> Comparison {
    let mut found = compare_where(&nothing(baseline), baseline, &Options::default(), wanted);
    found.measured = Measured::Alone;
    found.null_arm = None;
    // The others are on the absence of the other side.
    found.warnings.retain(|warning| matches!(warning, Warning::Disturbed(_)));
    found
}

/// A side of the same environment that was asked for the same and has measured nothing.
fn nothing(baseline: &Baseline) -> Baseline {
    Baseline {
        settings: Settings { filter: None, ..baseline.settings.clone() },
        sessions: vec![Session::new(baseline.created())],
        unfinished: vec![],
        models: vec![],
        ..baseline.without_benchmarks()
    }
}
