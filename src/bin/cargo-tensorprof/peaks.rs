//! The peaks of this machine: known from an earlier command, or measured now.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, bail};
use tensorprof::model::{Peaks, Settings, things};
use tensorprof::peaks::{self, Found};
use tensorprof::runner::rounds::{self, Notice, RunOptions};
use tensorprof::runner::{cache, interrupt, machine, threads};
use tensorprof::store::KnownPeaks;

use crate::own_bench::{self, OwnBench};
use crate::terminal::Terminal;

/// A process that reports nothing for this long hangs.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Which peaks a command uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhichPeaks {
    /// Those measured now.
    Fresh,
    /// Those that are known, and those measured now where none are known.
    Complete,
    /// Those that are known.
    Known,
    /// None.
    None,
}

impl WhichPeaks {
    /// These, unless the user wants none.
    pub(crate) fn unless(self, no_peaks: bool) -> WhichPeaks {
        if no_peaks { WhichPeaks::None } else { self }
    }
}

/// The peaks for benches that run with these variables, by number of threads. What cannot be
/// measured is a warning: a session can do without.
///
/// # Errors
/// The user has interrupted the command.
pub(crate) fn for_benches(
    variables: &BTreeMap<String, String>,
    wanted: WhichPeaks,
    terminal: &mut Terminal,
) -> Result<Vec<Peaks>> {
    if wanted == WhichPeaks::None {
        return Ok(Vec::new());
    }
    let counts = threads::counts(variables);
    let file = KnownPeaks::new(&cache::folder().join("peaks"), &machine::key(&machine::machine()));
    let mut found = if wanted == WhichPeaks::Fresh { Vec::new() } else { file.load() };
    found.retain(|peaks| counts.contains(&peaks.threads));
    let is_known = |count: &u32| found.iter().any(|peaks| peaks.threads == *count);
    let missing: Vec<u32> = counts.into_iter().filter(|count| !is_known(count)).collect();
    if wanted != WhichPeaks::Known && !missing.is_empty() {
        match peaks::impossible() {
            Some(reason) => terminal.status("Skipping", &format!("the peaks of this machine: {reason}")),
            None => {
                for count in missing {
                    found.extend(measure_and_keep(count, &file, terminal)?);
                }
            }
        }
    }
    found.sort_by_key(|peaks| peaks.threads);
    Ok(found)
}

fn measure_and_keep(count: u32, file: &KnownPeaks, terminal: &mut Terminal) -> Result<Option<Peaks>> {
    let Found { peaks, missing } = match measure(count, terminal) {
        Ok(found) => found,
        Err(error) => {
            interrupt::check()?;
            terminal.warning(&format!(
                "cannot measure the peaks of this machine: {error:#}; `--no-peaks` leaves them out"
            ));
            return Ok(None);
        }
    };
    let is_empty = peaks.arithmetic.is_empty() && peaks.bandwidth.is_empty();
    if missing > 0 {
        terminal.warning(&format!(
            "{missing} of the peaks on {} could not be measured, since they failed or other programs or machines used the \
             cores; `cargo tensorprof doctor` measures them again",
            on_threads(count)
        ));
    }
    let is_known = file.load().iter().any(|known| known.threads == count);
    let is_best = !is_empty && (missing == 0 || !is_known);
    if is_best && let Err(cause) = file.add(peaks.clone()) {
        terminal.warning(&format!(
            "cannot keep the peaks of this machine in {}: {cause}; the next `save` will measure them again",
            file.path().display()
        ));
    }
    Ok((!is_empty).then_some(peaks))
}

/// Measures the peaks on so many threads, as benches are measured; one thread is kept on one CPU, a
/// different one each round.
fn measure(count: u32, terminal: &mut Terminal) -> Result<Found> {
    let (bench, settings, variables) = (OwnBench::Peaks(count), settings(), threads::variables_for(count));
    let options = RunOptions {
        variables: bench.variables(),
        one_cpu: variables.contains_key(threads::AFFINITY),
        timeout: TIMEOUT,
        session: 0,
    };
    let what = format!("the peaks of this machine on {}", on_threads(count));
    terminal.status("Measuring", &what);
    let progress = terminal.progress("about");
    progress.begins(what);
    let executables = [bench.executable()?];
    let measured = rounds::measure(&executables, &settings, &options, &mut |notice| match notice {
        Notice::Expected(left) => progress.expect(left),
        Notice::Measured(_) => progress.measured(),
        _ => {}
    });
    progress.end();
    let measured = measured?;
    // Of rounds that were interrupted not all are there.
    interrupt::check()?;
    if measured.benchmarks.iter().all(|row| row.rounds.is_empty()) {
        let why = measured.failures.first().map_or("it measured nothing", |failure| failure.reason.as_str());
        bail!("a process of this executable failed: {why}");
    }
    Ok(peaks::found(&own_bench::baseline(measured, &settings, variables)?, count))
}

/// Short: there are dozens of peaks, none of them varies as kernels do, and nobody waits for them
/// gladly.
fn settings() -> Settings {
    const ROUNDS: u32 = 5;
    Settings {
        rounds: ROUNDS,
        max_rounds: Some(ROUNDS),
        warm_up: 0.002,
        measurement: 0.008,
        samples: 10,
        ..Settings::default()
    }
}

fn on_threads(count: u32) -> String {
    things(count as usize, "thread")
}
