//! A failure of a bench process, as it is reported to the user.

use super::build::BenchExecutable;
use super::limits::LONGEST_REASON;
use crate::model::{BenchmarkId, clip};

/// A bench process, or a benchmark in it, that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Bench target.
    pub target: String,
    /// The benchmark that failed, or that was running when the process failed.
    pub benchmark: Option<String>,
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
        (&self.target, &self.benchmark, &self.reason) == (&other.target, &other.benchmark, &other.reason)
    }

    /// A failure without output.
    pub(super) fn new(executable: &BenchExecutable, benchmark: Option<&BenchmarkId>, reason: String) -> Self {
        let benchmark = benchmark.map(BenchmarkId::to_string);
        Failure { target: executable.target.clone(), benchmark, reason, output: String::new() }
    }
}
