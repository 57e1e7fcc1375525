//! What the layout of code does to times: the suite's operations, linked with their functions in other orders, measured
//! head to head against the order that the linker chooses. Mytkowicz et al. 2009, "Producing wrong data without doing
//! anything obviously wrong!", and Curtsinger & Berger 2013, "Stabilizer", say why it matters.

mod linking;
mod table;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;
use tensorprof::compare::Sides;
use tensorprof::runner::build::BenchExecutable;

use crate::column::{Column, Way};
use crate::executables::Bench;
use crate::folder::{ColumnFolder, Finished, Record};
use crate::machine_state::{Busyness, Ticks};
use crate::measuring::{Measured, Measuring};
use crate::plan::{Kind, Save};
use crate::running::say;
use crate::unit::{Part, Subject, Unit};
use linking::{Order, link};

/// Where the compiler lets functions begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    /// At multiples of 16 bytes, as it does by itself.
    Default,
    /// At multiples of 64 bytes, a cache line.
    Aligned,
}

impl Alignment {
    const ALL: [Alignment; 2] = [Alignment::Default, Alignment::Aligned];

    /// The name of its folder.
    fn name(self) -> &'static str {
        match self {
            Alignment::Default => "default",
            Alignment::Aligned => "aligned",
        }
    }

    /// The heading in tables.
    fn title(self) -> &'static str {
        match self {
            Alignment::Default => "functions as the compiler aligns them",
            Alignment::Aligned => "functions at multiples of 64 bytes",
        }
    }
}

/// The layouts that are measured with one alignment.
#[derive(Debug, Clone)]
pub struct Layouts {
    folder: ColumnFolder,
    built: PathBuf,
    alignment: Alignment,
}

impl Layouts {
    /// In the folder of the study.
    pub fn new(study: &Path, alignment: Alignment) -> Self {
        let folder = study.join("layout").join(alignment.name());
        Layouts {
            built: folder.join("target"),
            folder: ColumnFolder::new(&folder, Column::HeadToHeadQuiet),
            alignment,
        }
    }

    /// Measures as many orders of functions; those that are in the folder are not measured again.
    ///
    /// # Errors
    /// A build or a process fails, or the folder cannot be written.
    pub fn run(&self, orders: usize, measuring: &Measuring) -> Result<()> {
        let missing: Vec<Unit> = (1..=orders).map(unit).filter(|unit| !self.folder.has(unit)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let bench = Bench::build(Part::Operations, &self.folder.executables())?;
        let linkers = self.linked(Order::Linkers, "linked-a")?;
        for unit in missing {
            let shuffled = self.linked(Order::Shuffled(unit.save.number), "linked-b")?;
            let bench = in_orders(&bench, Sides::new(linkers.clone(), shuffled));
            let (ticks, start) = (Ticks::now(), Instant::now());
            let Measured { baselines, failures } = measuring.measure(Way::HeadToHead, &unit, &bench)?;
            let seconds = start.elapsed().as_secs_f64();
            let record = Record { seconds, machine: Busyness::since(ticks), failures };
            self.folder.keep(&unit, &record, &baselines)?;
            say(&format!("{}: order {} in {seconds:.0} s", self.alignment.title(), unit.save.number))?;
        }
        Ok(())
    }

    fn linked(&self, order: Order, name: &str) -> Result<PathBuf> {
        link(self.alignment, order, &self.built, &self.folder.executables().join(name))
    }

    fn load(&self) -> Result<Vec<Finished>> {
        self.folder.load()
    }
}

/// The bench with these executables in place of its own.
fn in_orders(bench: &Bench, paths: Sides<PathBuf>) -> Bench {
    let executables = bench.executables.clone().zip(paths);
    Bench {
        executables: executables.map(|(executable, path)| BenchExecutable { path, ..executable }),
        build: bench.build.clone(),
    }
}

/// An order of functions is a unit of identical code.
fn unit(order: usize) -> Unit {
    let subject = Subject { part: Part::Operations, threads: 1 };
    Unit { subject, save: Save { kind: Kind::Plain, number: order } }
}

/// The table of all that was measured; empty without any.
///
/// # Errors
/// A file cannot be read.
pub fn render(study: &Path) -> Result<String> {
    let measured = Alignment::ALL.into_iter().map(|alignment| {
        let units = Layouts::new(study, alignment).load()?;
        Ok((alignment, units))
    });
    let measured: Vec<(Alignment, Vec<Finished>)> = measured.collect::<Result<_>>()?;
    let measured: Vec<_> = measured.into_iter().filter(|(_, units)| !units.is_empty()).collect();
    let mut text = String::new();
    if !measured.is_empty() {
        table::render(&mut text, &measured)?;
    }
    Ok(text)
}
