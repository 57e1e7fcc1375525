//! A failure of a bench process, as it is reported to the user.

use super::build::BenchExecutable;
use super::limits::LONGEST_REASON;
use crate::model::{BenchmarkId, clip};

/// A bench process, or a benchmark in it, that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Package of the bench.
    pub package: String,
    /// Bench target.
    pub target: String,
    /// What the bench is called among those of its build.
    pub bench: String,
    /// The benchmark that failed, or that was running when the process failed.
    pub benchmark: Option<BenchmarkId>,
    /// Why, in words.
    pub reason: String,
    /// The last lines of the process's output.
    pub output: String,
}

/// A reason as it is kept: cut where it is very long.
pub(super) fn kept(reason: &str) -> String {
    clip(reason, LONGEST_REASON)
}

impl Failure {
    /// It is of the same bench and benchmark, for the same reason.
    pub(super) fn is_same(&self, other: &Failure) -> bool {
        let Failure { package, target, bench: _, benchmark, reason, output: _ } = self;
        (package, target, benchmark, reason)
            == (&other.package, &other.target, &other.benchmark, &other.reason)
    }

    /// A failure without output.
    pub(super) fn new(executable: &BenchExecutable, benchmark: Option<&BenchmarkId>, reason: String) -> Self {
        let BenchExecutable { package, target, label, .. } = executable.clone();
        Failure {
            package,
            target,
            bench: label,
            benchmark: benchmark.cloned(),
            reason,
            output: String::new(),
        }
    }
}
