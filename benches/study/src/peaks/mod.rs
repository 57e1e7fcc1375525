//! How the peaks of this machine repeat: they are measured again and again, as `save` measures them, and held against what
//! an independent program measures in between.

mod folder;
mod likwid;
mod statistics;
mod table;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use tensorprof::Dtype;
use tensorprof::model::{Access, Baseline, Peaks};
use tensorprof::peaks::{Found, found, run_bench};
use tensorprof::runner::build::BenchExecutable;
use tensorprof::runner::machine::machine;
use tensorprof::runner::peaks;

use self::folder::{Independent, PeaksFolder, Record};
use crate::load::{Load, Work};
use crate::machine_state::{Busyness, Ticks};
use crate::running::say;

pub use self::table::render;

/// Set for processes of this executable that are to be the bench of the peaks, to the number of threads.
const VARIABLE: &str = "TENSORPROF_STUDY_PEAKS";

/// Runs the bench of the peaks if this process is to be it, and tells whether it was.
pub fn was_bench() -> bool {
    let threads = std::env::var(VARIABLE).ok().and_then(|text| text.parse().ok());
    if let Some(threads) = threads {
        run_bench(&machine(), threads);
    }
    threads.is_some()
}

/// A program that measures peaks too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Program {
    /// Of LIKWID, in Debian's package `likwid`.
    LikwidBench,
}

impl Program {
    /// It can be started.
    fn check(self) -> Result<()> {
        match self {
            Program::LikwidBench => likwid::check(),
        }
    }

    /// What it measures of these peaks, those of which it has a test.
    fn measure(self, peaks: &Peaks) -> Result<Independent> {
        match self {
            Program::LikwidBench => likwid::measure(peaks),
        }
    }
}

/// Under which circumstances peaks are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Circumstances {
    /// Threads that work at once.
    pub threads: u32,
    /// What runs beside them.
    pub load: Option<Work>,
}

/// Measures peaks until there are so many measurements of these circumstances in the folder, and what the program says of
/// each where one is named.
///
/// # Errors
/// A process cannot be started, the program is not installed, or the folder cannot be written.
pub fn run(study: &Path, under: Circumstances, times: usize, against: Option<Program>) -> Result<()> {
    let folder = PeaksFolder::new(study, under);
    against.map_or(Ok(()), Program::check)?;
    let _load = under.load.map(|work| Load::start(work, study)).transpose()?;
    for number in 1..=times {
        if !folder.has(number) {
            let (record, baseline) = measure(under.threads)?;
            folder.keep(number, &record, &baseline)?;
            say(&described(number, &record, &found(&baseline, under.threads)))?;
        }
        if let Some(program) = against.filter(|_| !folder.has_independent(number)) {
            let peaks = found(&folder.load(number)?.baseline, under.threads).peaks;
            folder.keep_independent(number, &program.measure(&peaks)?)?;
            say(&format!("peaks {number}: held against the independent program"))?;
        }
    }
    Ok(())
}

fn measure(threads: u32) -> Result<(Record, Baseline)> {
    let (ticks, start) = (Ticks::now(), Instant::now());
    let bench = BenchExecutable::of_this_process(env!("CARGO_PKG_NAME"), "peaks")?;
    let variables = vec![(VARIABLE.to_owned(), threads.to_string())];
    let baseline =
        peaks::measure(bench, variables, threads, &mut |_| {}).context("cannot measure the peaks")?;
    let record = Record { seconds: start.elapsed().as_secs_f64(), machine: Busyness::since(ticks) };
    Ok((record, baseline))
}

/// One line of progress.
fn described(number: usize, record: &Record, Found { peaks, missing }: &Found) -> String {
    let count = rates(peaks).len();
    format!("peaks {number}: {count} in {:.1} s, {missing} missing", record.seconds)
}

/// A peak by what it is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum PeakOf {
    Arithmetic(Dtype, String),
    Bandwidth(Access, String),
}

impl PeakOf {
    /// The name in files.
    fn name(&self) -> String {
        match self {
            PeakOf::Arithmetic(dtype, set) => format!("{}/{set}", dtype.name()),
            PeakOf::Bandwidth(access, level) => format!("{}/{level}", access.name()),
        }
    }

    /// The name in tables.
    fn title(&self) -> String {
        let unit = match self {
            PeakOf::Arithmetic(..) => "GFLOP/s",
            PeakOf::Bandwidth(..) => "GB/s",
        };
        format!("{}, {unit}", self.name().replacen('/', ", ", 1))
    }
}

/// The peaks of one measurement, as work per nanosecond.
fn rates(peaks: &Peaks) -> BTreeMap<PeakOf, f64> {
    let arithmetic = peaks
        .arithmetic
        .iter()
        .map(|peak| (PeakOf::Arithmetic(peak.dtype, peak.instruction_set.clone()), peak.rate.value));
    let bandwidth = peaks
        .bandwidth
        .iter()
        .map(|peak| (PeakOf::Bandwidth(peak.access, peak.level.clone()), peak.rate.value));
    arithmetic.chain(bandwidth).collect()
}
