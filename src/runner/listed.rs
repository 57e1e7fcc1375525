//! All benchmarks of the benches that were built, without running any.

use anyhow::Result;

use super::build::BenchExecutable;
use super::failure::Failure;
use super::round::{Bench, Runner};
use super::rounds::{Notice, RunOptions};
use crate::model::{BenchmarkId, Settings, UnfinishedBench};

/// The benchmarks that benches list.
#[derive(Debug, Default)]
pub struct Listed {
    /// Those of all benches, in the order in which they run.
    pub benchmarks: Vec<BenchmarkId>,
    /// The benches that could not list all of theirs.
    pub unfinished: Vec<UnfinishedBench>,
    /// Why they could not.
    pub failures: Vec<Failure>,
}

/// The benchmarks that benches list. A bench that cannot list its own is told by a [`Notice`].
///
/// # Errors
/// A bench cannot be started, or the user interrupts it.
pub fn listed(
    executables: &[BenchExecutable],
    settings: &Settings,
    options: &RunOptions,
    notice: &mut dyn FnMut(Notice<'_>),
) -> Result<Listed> {
    let mut runner = Runner::new(settings, options);
    let benches: Vec<Bench<'_>> = executables.iter().map(Bench::new).collect();
    let mut benchmarks = Vec::new();
    for bench in &benches {
        benchmarks.extend(runner.listed_by(bench, notice)?);
    }
    let found = runner.results.finish();
    Ok(Listed { benchmarks, unfinished: found.unfinished, failures: found.failures })
}

/// Whether the benches have a benchmark that the filter of the settings lets through and that is `wanted`. A bench that
/// cannot list what it has may have one. None is run.
///
/// # Errors
/// When the user interrupts it.
pub fn may_have(
    executables: &[BenchExecutable],
    settings: &Settings,
    options: &RunOptions,
    wanted: &dyn Fn(&BenchmarkId) -> bool,
    notice: &mut dyn FnMut(Notice<'_>),
) -> Result<bool> {
    let runner = Runner::new(settings, options);
    for executable in executables {
        let (listed, are_all) = runner.list(executable, 1, notice)?;
        if !are_all || listed.iter().any(wanted) {
            return Ok(true);
        }
    }
    Ok(false)
}
