//! A failure of a bench process, as it is reported to the user.

use super::build::BenchExecutable;
use crate::model::BenchmarkId;

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

impl Failure {
    /// A failure without output.
    pub(super) fn new(executable: &BenchExecutable, benchmark: Option<&BenchmarkId>, reason: String) -> Self {
        let benchmark = benchmark.map(BenchmarkId::to_string);
        Failure { target: executable.target.clone(), benchmark, reason, output: String::new() }
    }
}
