//! Saves the suite many times, compares all pairs, and prints how three rules judge them.

use std::ffi::OsString;
use std::io::{Write as _, stdout};
use std::path::{PathBuf, absolute};
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Parser;
use tensorprof::compare::Options;
use tensorprof::estimate::uncontended;
use tensorprof::model::Baseline;
use tensorprof_study::analysis::observe;
use tensorprof_study::calibration::session_spreads;
use tensorprof_study::files::load;
use tensorprof_study::plan::{Kind, plan};
use tensorprof_study::saving::Saving;
use tensorprof_study::tables::{contention, estimators, render};

/// How often tensorprof, criterion's rule and a Welch test judge identical code changed, and find planted
/// slowdowns
#[derive(Debug, Parser)]
struct Arguments {
    /// Bench target of the suite: `ops` or `models`; slowdowns can only be planted in `ops`
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
    let arguments = Arguments::parse();
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
    let text = [contention(&saves, &uncontended)?, text, estimators(&saves, &uncontended)?].concat();
    Ok(stdout().write_all(text.as_bytes())?)
}
