//! The rounds that measure the peaks of this machine.

use std::time::Duration;

use anyhow::{Result, bail};

use super::build::BenchExecutable;
use super::interrupt;
use super::rounds::{self, Notice, RunOptions};
use super::threads;
use crate::model::{Baseline, Settings};

/// A process that reports nothing for this long hangs.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Measures `bench`, which is that of the peaks on so many threads
/// ([`run_bench`](crate::peaks::run_bench)) with these variables, as benches are measured; one
/// thread is kept on one CPU, a different one each round. What the result holds,
/// [`found`](crate::peaks::found()) reads.
///
/// # Errors
/// No process of it can be started, none measures anything, or the user interrupts it.
pub fn measure(
    bench: BenchExecutable,
    variables: Vec<(String, String)>,
    threads: u32,
    notice: &mut dyn FnMut(Notice<'_>),
) -> Result<Baseline> {
    let of_threads = threads::variables_for(threads);
    let one_cpu = of_threads.contains_key(threads::AFFINITY);
    let options = RunOptions { variables, one_cpu, timeout: TIMEOUT, session: 0 };
    let settings = settings();
    let measured = rounds::measure(&[bench], &settings, &options, notice)?;
    // Of rounds that were interrupted not all are there.
    interrupt::check()?;
    if measured.benchmarks.iter().all(|row| row.rounds.is_empty()) {
        let why = measured.failures.first().map_or("it measured nothing", |failure| failure.reason.as_str());
        bail!("a process of this executable failed: {why}");
    }
    Ok(measured.alone("peaks".parse()?, settings, of_threads))
}

/// Short: there are dozens of peaks, none of them varies as kernels do, and nobody waits for them
/// gladly. What was contended, or differs between rounds, gets more of them.
fn settings() -> Settings {
    Settings {
        rounds: 8,
        max_rounds: Some(12),
        warm_up: 0.001,
        measurement: 0.006,
        // The fewest that criterion takes.
        samples: 10,
        ..Settings::default()
    }
}
