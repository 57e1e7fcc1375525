//! All benchmarks of the benches that were built, without running any.

use anyhow::Result;

use super::build::BenchExecutable;
use super::results::Results;
use super::round::{Bench, Runner};
use super::rounds::{Notice, RunOptions};
use crate::model::{BenchmarkId, Settings};

/// The benchmarks that benches list. A bench that cannot list its own is told by a [`Notice`].
///
/// # Errors
/// A bench cannot be started, or the user interrupts it.
pub fn listed(
    executables: &[BenchExecutable],
    settings: &Settings,
    options: &RunOptions,
    notice: &mut dyn FnMut(Notice<'_>),
) -> Result<Vec<BenchmarkId>> {
    let results = Results::new(options.session, options.one_cpu);
    let mut runner = Runner { settings, options, results, listed: None };
    let benches: Vec<Bench<'_>> = executables.iter().map(Bench::new).collect();
    let mut all = Vec::new();
    for bench in &benches {
        all.extend(runner.listed_by(bench, notice)?);
    }
    Ok(all)
}
