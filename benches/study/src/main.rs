//! The study: how often rules judge identical code changed, and how often they find planted slowdowns.

use std::ffi::OsString;
use std::io::{Write as _, stdout};
use std::path::{Path, PathBuf, absolute};
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::{Args, Parser, Subcommand};
use tensorprof::compare::Options;
use tensorprof::estimate::uncontended;
use tensorprof::model::Baseline;
use tensorprof::runner::invocation;
use tensorprof::runner::machine::machine;
use tensorprof_study::aims::{self, ColumnRows};
use tensorprof_study::analysis::observe;
use tensorprof_study::calibration::session_spreads;
use tensorprof_study::clocks;
use tensorprof_study::column::Column;
use tensorprof_study::cost;
use tensorprof_study::files::load;
use tensorprof_study::folder::ColumnFolder;
use tensorprof_study::judged::judge;
use tensorprof_study::layout::{self, Alignment, Layouts};
use tensorprof_study::load::{self as other_work, Work};
use tensorprof_study::measuring::Measuring;
use tensorprof_study::overhead;
use tensorprof_study::peaks::{self, Circumstances, Program};
use tensorprof_study::plan::{Kind, plan};
use tensorprof_study::readings;
use tensorprof_study::running::Running;
use tensorprof_study::saving::Saving;
use tensorprof_study::tables::{contention, estimators, render};
use tensorprof_study::unit::{Part, Subject};

/// How often tensorprof and other rules judge identical code changed, and find planted slowdowns
#[derive(Debug, Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    saves: Saves,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure a column of the study, unit after unit; what is in the folder is not measured again
    Run(Run),
    /// Print what has been measured
    Table {
        #[command(flatten)]
        folder: Folder,
    },
    /// Measure a save of the suite's operations and `cargo bench` on them, in turn
    Cost {
        #[command(flatten)]
        folder: Folder,
        /// How many times
        #[arg(long, value_name = "N", default_value_t = 2)]
        times: usize,
        /// Regular expression on benchmark ids
        #[arg(long, value_name = "REGEX")]
        filter: Option<String>,
    },
    /// Measure what a save of a large workspace takes beside its benches
    Overhead {
        #[command(flatten)]
        folder: Folder,
        #[command(flatten)]
        request: overhead::Request,
    },
    /// Measure the peaks of this machine several times; what is in the folder is not measured again
    Peaks {
        #[command(flatten)]
        folder: Folder,
        /// How many measurements there are to be
        #[arg(long, value_name = "N", default_value_t = 10)]
        times: usize,
        /// Threads that work at once; one is pinned
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        threads: u32,
        /// What runs beside the measurements; nothing without it
        #[arg(long)]
        load: Option<Work>,
        /// An independent program that measures them as well
        #[arg(long, value_name = "PROGRAM")]
        against: Option<Program>,
    },
    /// Link the suite's operations with their functions in other orders, and measure each against the linker's own, in turn;
    /// what is in the folder is not measured again
    Layout {
        #[command(flatten)]
        folder: Folder,
        /// How many other orders
        #[arg(long, value_name = "N", default_value_t = 4)]
        orders: usize,
        /// Let all functions begin at multiples of 64 bytes
        #[arg(long)]
        align: bool,
        /// Time that a row may take on average in a run in turn, both sides together, seconds
        #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
        budget: f64,
    },
    /// Keep cores busy until standard input ends
    #[command(hide = true)]
    Load { work: Work, folder: PathBuf },
}

#[derive(Debug, Args)]
struct Folder {
    /// Folder of the study
    #[arg(long, value_name = "DIR", default_value = "target/study")]
    folder: PathBuf,
}

#[derive(Debug, Args)]
struct Run {
    /// The column
    #[arg(long)]
    column: Column,
    /// Begin no unit after so many minutes
    #[arg(long, value_name = "N", default_value_t = 60.0)]
    minutes: f64,
    #[command(flatten)]
    folder: Folder,
    /// Which benches
    #[arg(long, value_delimiter = ',', default_values = ["operations", "plain", "models"])]
    parts: Vec<Part>,
    /// Threads of the benches' pools; one is pinned
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    threads: u32,
    /// Slowdowns to plant, percent
    #[arg(long, value_name = "PERCENT", value_delimiter = ',', default_values_t = [5, 3])]
    plants: Vec<u32>,
    /// Measure identical code alone
    #[arg(long, conflicts_with = "plants")]
    identical: bool,
    /// What runs beside the measurements of a loaded column
    #[arg(long, default_value = "loops")]
    load: Work,
    /// Time that a row may take on average in a run in turn, both sides together, seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    budget: f64,
    /// Regular expression on benchmark ids
    #[arg(long, value_name = "REGEX")]
    filter: Option<String>,
}

/// The study of saves with other work in between.
#[derive(Debug, Args)]
struct Saves {
    /// Bench target of the suite: `ops` or `models`
    #[arg(long, value_name = "NAME", default_value = "ops")]
    bench: String,
    /// Saves of the suite as it is
    #[arg(long, value_name = "N", default_value_t = 10)]
    saves: usize,
    /// Slowdowns to plant, percent
    #[arg(long, value_name = "PERCENT", value_delimiter = ',', default_values_t = [3, 5, 10])]
    plants: Vec<u32>,
    /// Saves of each planted slowdown
    #[arg(long, value_name = "N", default_value_t = 5)]
    plant_saves: usize,
    /// Folder of the study's baselines; existing saves are not taken again
    #[arg(long, value_name = "DIR", default_value = "target/study")]
    dir: PathBuf,
    /// Take no saves, and analyse those in the folder
    #[arg(long)]
    reuse: bool,
    /// Other work before each save, seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    between: u64,
    /// The cargo-tensorprof executable, instead of the one that cargo builds from this workspace
    #[arg(long, value_name = "PATH")]
    tool: Option<PathBuf>,
    /// More arguments for `cargo tensorprof save`, such as `--rounds 5` or a filter
    #[arg(last = true)]
    arguments: Vec<OsString>,
}

fn main() -> Result<()> {
    if peaks::was_bench() {
        return Ok(());
    }
    if let Some(answer) = invocation::answer(std::env::args_os().skip(1)) {
        return Ok(answer?);
    }
    let arguments = Arguments::parse();
    match arguments.command {
        None => saves(arguments.saves),
        Some(Command::Run(run)) => running(run)?.run(),
        Some(Command::Table { folder }) => table(&absolute(folder.folder)?),
        Some(Command::Cost { folder, times, filter }) => costs(&absolute(folder.folder)?, times, filter),
        Some(Command::Overhead { folder, request }) => {
            let kept = overhead::kept(&absolute(folder.folder)?);
            overhead::measure(&kept, &request)?;
            print(&overhead::render(&kept.load()?)?)
        }
        Some(Command::Peaks { folder, times, threads, load, against }) => {
            let folder = absolute(folder.folder)?;
            peaks::run(&folder, Circumstances { threads, load }, times, against)?;
            print(&peaks::render(&folder)?)
        }
        Some(Command::Layout { folder, orders, align, budget }) => {
            let folder = absolute(folder.folder)?;
            let alignment = if align { Alignment::Aligned } else { Alignment::Default };
            let measuring = measuring(Duration::try_from_secs_f64(budget)?, None);
            Layouts::new(&folder, alignment).run(orders, &measuring)?;
            print(&layout::render(&folder)?)
        }
        Some(Command::Load { work, folder }) => other_work::run(work, &folder),
    }
}

fn running(run: Run) -> Result<Running> {
    let subject = |&part: &Part| Subject { part, threads: run.threads };
    Ok(Running {
        column: run.column,
        folder: absolute(run.folder.folder)?,
        time: Duration::try_from_secs_f64(60.0 * run.minutes)?,
        subjects: run.parts.iter().map(subject).collect(),
        plants: if run.identical { Vec::new() } else { run.plants },
        load: run.load,
        measuring: measuring(Duration::try_from_secs_f64(run.budget)?, run.filter),
    })
}

fn measuring(budget: Duration, filter: Option<String>) -> Measuring {
    Measuring { budget, filter, machine: machine() }
}

fn table(folder: &Path) -> Result<()> {
    let column = |column: Column| -> Result<ColumnRows> {
        let units = ColumnFolder::new(folder, column).load()?;
        Ok(ColumnRows { column, rows: judge(column, &units), units })
    };
    let columns = Column::ALL.into_iter().map(column).collect::<Result<Vec<_>>>()?;
    let costs = cost::kept(folder).load()?;
    let tables = [
        aims::render(&columns)?,
        readings::render(&columns)?,
        clocks::render(&columns)?,
        cost::render(&costs)?,
        overhead::render(&overhead::kept(folder).load()?)?,
        peaks::render(folder)?,
        layout::render(folder)?,
    ];
    print(&tables.concat())
}

fn costs(folder: &Path, times: usize, filter: Option<String>) -> Result<()> {
    let kept = cost::kept(folder);
    let measuring = measuring(Duration::ZERO, filter);
    for _ in 0..times {
        cost::measure(&kept, &measuring)?;
    }
    print(&cost::render(&kept.load()?)?)
}

fn saves(arguments: Saves) -> Result<()> {
    let folder = absolute(&arguments.dir)?;
    if !arguments.reuse {
        let saves = plan(arguments.saves, &arguments.plants, arguments.plant_saves);
        let saving = Saving {
            tool: arguments.tool.map(absolute).transpose()?,
            bench: arguments.bench,
            folder: folder.clone(),
            between: Duration::from_secs(arguments.between),
            arguments: arguments.arguments,
        };
        saves.iter().try_for_each(|save| saving.take(save))?;
    }
    let saves = load(&folder)?;
    ensure!(!saves.is_empty(), "no saves of a study in {}; run without --reuse", folder.display());
    let observations = observe(&saves, &Options::default());
    let uncontended: Vec<(Kind, Baseline)> =
        saves.iter().map(|(kind, save)| (*kind, uncontended(save).side)).collect();
    let text = render(&observations, &session_spreads(&uncontended, &observations))?;
    print(&[contention(&saves, &uncontended)?, text, estimators(&saves, &uncontended)?].concat())
}

fn print(text: &str) -> Result<()> {
    Ok(stdout().write_all(text.as_bytes())?)
}
