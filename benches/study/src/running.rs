//! Runs a column in slices: unit after unit, as long as there is time, and each kept before the next.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::env;
use std::io::{Write as _, stderr};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use jiff::{Timestamp, Unit as Time};
use tensorprof::compare::Verdict;

use crate::column::Column;
use crate::executables::Bench;
use crate::folder::{ColumnFolder, Finished, Record};
use crate::judged::judge;
use crate::load::{Load, Work};
use crate::machine_state::{Busyness, Ticks};
use crate::measuring::{Measured, Measuring};
use crate::saving::PLANT;
use crate::unit::{Part, Subject, Unit, schedule};

/// What to run.
#[derive(Debug, Clone)]
pub struct Running {
    /// Which column.
    pub column: Column,
    /// The folder of the study.
    pub folder: PathBuf,
    /// No unit begins after this time.
    pub time: Duration,
    /// Which benches.
    pub subjects: Vec<Subject>,
    /// Slowdowns, percent.
    pub plants: Vec<u32>,
    /// What runs beside the measurements of a loaded column.
    pub load: Work,
    /// How units are measured.
    pub measuring: Measuring,
}

impl Running {
    /// Measures the units that are missing, from the first on.
    ///
    /// # Errors
    /// A build fails, a process cannot be started, or the folder cannot be written.
    pub fn run(&self) -> Result<()> {
        ensure!(env::var_os(PLANT).is_none(), "{PLANT} is set, and would slow down both sides; unset it");
        let folder = ColumnFolder::new(&self.folder, self.column);
        let benches = self.build(&folder)?;
        let _load = self.column.is_loaded().then(|| Load::start(self.load, &self.folder)).transpose()?;
        let start = Instant::now();
        for unit in schedule(&self.subjects, &self.plants).filter(|unit| !folder.has(unit)) {
            if start.elapsed() >= self.time {
                break;
            }
            let bench = benches.get(&unit.subject.part).context("a bench that was not built")?;
            let finished = self.measure(&unit, bench)?;
            folder.keep(&unit, &finished.record, &finished.baselines)?;
            say(&self.described(&finished))?;
        }
        Ok(())
    }

    /// Before the load begins.
    fn build(&self, folder: &ColumnFolder) -> Result<BTreeMap<Part, Bench>> {
        let mut benches = BTreeMap::new();
        for part in self.subjects.iter().map(|subject| subject.part) {
            if let Entry::Vacant(missing) = benches.entry(part) {
                missing.insert(Bench::build(part, &folder.executables())?);
            }
        }
        Ok(benches)
    }

    fn measure(&self, unit: &Unit, bench: &Bench) -> Result<Finished> {
        let (ticks, start) = (Ticks::now(), Instant::now());
        let Measured { baselines, failures } = self
            .measuring
            .measure(self.column.way(), unit, bench)
            .with_context(|| format!("cannot measure {}", unit.name()))?;
        let seconds = start.elapsed().as_secs_f64();
        let record = Record { seconds, machine: Busyness::since(ticks), failures };
        Ok(Finished { unit: *unit, record, baselines })
    }

    /// One line of progress.
    fn described(&self, finished: &Finished) -> String {
        let Finished { unit, record, .. } = finished;
        let rows = finished.baselines.first().map_or(0, |side| side.benchmarks.len());
        let machine =
            |value: Option<f64>| value.map_or_else(|| "unknown".to_owned(), |value| format!("{value:.2}"));
        let mut text = format!(
            "{} {}: {rows} rows in {:.0} s, load {}, stolen {}",
            self.column.name(),
            unit.name(),
            record.seconds,
            machine(record.machine.load_average),
            machine(record.machine.steal),
        );
        let judged = judge(self.column, std::slice::from_ref(finished));
        if !judged.is_empty() {
            let count =
                |wanted: Verdict| judged.iter().filter(|row| row.observation.verdict == wanted).count();
            let [slower, faster, same] =
                [Verdict::Regressed, Verdict::Improved, Verdict::Unchanged].map(count);
            text += &format!("; {slower} regressed, {faster} improved, {same} unchanged");
        }
        for failure in &record.failures {
            text += &format!("; FAILED: {failure}");
        }
        text
    }
}

/// A line of progress with the time.
pub(crate) fn say(text: &str) -> Result<()> {
    let now = Timestamp::now().round(Time::Second)?;
    Ok(writeln!(stderr(), "{now} {text}")?)
}
