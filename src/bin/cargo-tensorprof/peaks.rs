//! The peaks of this machine: known from an earlier command, or measured now.

use std::collections::BTreeMap;

use anyhow::Result;
use tensorprof::model::{Peaks, things};
use tensorprof::peaks::{self, Found};
use tensorprof::runner::rounds::Notice;
use tensorprof::runner::{self, cache, interrupt, machine, threads};
use tensorprof::store::KnownPeaks;

use crate::own_bench::OwnBench;
use crate::terminal::Terminal;

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
    let mut known = file.load();
    known.retain(|peaks| counts.contains(&peaks.threads));
    let is_known = |count: u32| known.iter().any(|peaks| peaks.threads == count);
    let is_wanted = |count: u32| match wanted {
        WhichPeaks::Fresh => true,
        WhichPeaks::Complete => !is_known(count),
        WhichPeaks::Known | WhichPeaks::None => false,
    };
    let wanted: Vec<u32> = counts.into_iter().filter(|count| is_wanted(*count)).collect();
    let impossible = peaks::impossible().filter(|_| !wanted.is_empty());
    if let Some(reason) = impossible {
        terminal.status("Skipping", &format!("the peaks of this machine: {reason}"));
        return Ok(known);
    }
    let others = known.iter().filter(|peaks| !wanted.contains(&peaks.threads));
    let mut found: Vec<Peaks> = others.cloned().collect();
    for count in wanted {
        let measured = measured(count, terminal)?;
        if let Some(measured) = &measured {
            keep(measured, is_known(count), &file, terminal);
        }
        found.extend(measured.map(|measured| measured.peaks));
    }
    found.sort_by_key(|peaks| peaks.threads);
    Ok(found)
}

/// The peaks on so many threads, measured now. `None` where nothing could be measured, of which the
/// user is told.
fn measured(count: u32, terminal: &mut Terminal) -> Result<Option<Found>> {
    let found = match measure(count, terminal) {
        Ok(found) => found,
        Err(error) => {
            interrupt::check()?;
            terminal.warning(&format!(
                "cannot measure the peaks of this machine: {error:#}; `--no-peaks` leaves them out"
            ));
            return Ok(None);
        }
    };
    if found.missing > 0 {
        terminal.warning(&format!(
            "{} of the peaks on {} could not be measured, since they failed or other programs or machines used the \
             cores; `cargo tensorprof doctor` measures them again",
            found.missing,
            on_threads(count)
        ));
    }
    let is_empty = found.peaks.arithmetic.is_empty() && found.peaks.bandwidth.is_empty();
    Ok((!is_empty).then_some(found))
}

/// Keeps peaks for later sessions, unless some are missing and others on as many threads are known.
fn keep(measured: &Found, is_known: bool, file: &KnownPeaks, terminal: &mut Terminal) {
    let is_best = measured.missing == 0 || !is_known;
    if is_best && let Err(cause) = file.add(measured.peaks.clone()) {
        terminal.warning(&format!(
            "cannot keep the peaks of this machine in {}: {cause}; the next `save` will measure them again",
            file.path().display()
        ));
    }
}

fn measure(count: u32, terminal: &mut Terminal) -> Result<Found> {
    let bench = OwnBench::Peaks(count);
    let what = format!("the peaks of this machine on {}", on_threads(count));
    terminal.status("Measuring", &what);
    let progress = terminal.progress("about");
    progress.begins(what);
    let measured =
        runner::peaks::measure(bench.executable()?, bench.variables(), count, &mut |notice| match notice {
            Notice::Expected(left) => progress.expect(left),
            Notice::Measured(_) => progress.measured(),
            _ => {}
        });
    progress.end();
    Ok(peaks::found(&measured?, count))
}

fn on_threads(count: u32) -> String {
    things(count as usize, "thread")
}
