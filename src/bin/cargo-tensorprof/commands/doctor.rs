//! `cargo tensorprof doctor`

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tensorprof::compare::{self, Effort, IdenticalCode, LearnedSessions, Options, Sides};
use tensorprof::estimate;
use tensorprof::model::{BaselineName, CoreReadings, Settings};
use tensorprof::report::doctor::{self, Examination, NullArms};
use tensorprof::runner::head_to_head::{self, HeadToHeadOptions, Notice, NullRows};
use tensorprof::runner::machine::{self, Load};
use tensorprof::runner::{interrupt, threads};

use super::report_folder::{OpenFolder, ReportFolder};
use crate::cli::{DataFormat, DoctorArguments};
use crate::code_sessions;
use crate::exit;
use crate::own_bench::OwnBench;
use crate::peaks::{self, WhichPeaks};
use crate::progress::Progress;
use crate::project;
use crate::terminal::Terminal;

/// Share of the time that the probes get; the rest is for processes of identical code.
const SHARE_OF_PROBES: f64 = 0.25;

/// Time for a benchmark of which the visible change is told, both sides together, seconds.
const BUDGET: f64 = 10.0;

/// A process that reports nothing for this long hangs.
const TIMEOUT: Duration = Duration::from_secs(60);

pub(crate) fn run(arguments: &DoctorArguments, terminal: &mut Terminal) -> Result<u8> {
    interrupt::watch()?;
    // Before minutes are spent: a problem with it.
    let folder = arguments.output.as_deref().map(report_folder).transpose()?;
    let duration = Duration::from_secs_f64(arguments.seconds);
    // Before this command makes load of its own.
    let (facts, conditions, before) = (machine::machine(), machine::conditions(), Load::now());
    let sessions = code_sessions::of_this_machine().load();
    let learned = LearnedSessions::of(&sessions);
    let cores = read_cores(duration.mul_f64(SHARE_OF_PROBES), terminal);
    interrupt::check()?;
    let wanted = WhichPeaks::Fresh.unless(arguments.peaks.no_peaks);
    let peaks = peaks::for_benches(&threads::variables_in(std::env::vars_os()), wanted, terminal)?;
    let identical_code = identical_code(duration.mul_f64(1.0 - SHARE_OF_PROBES), &learned, terminal)?;
    let found = Examination {
        machine: facts,
        conditions,
        cores: estimate::core_states(&cores),
        stolen: before.zip(Load::now()).map(|(before, now)| now.stolen_since(&before)),
        peaks,
        identical_code,
        learned,
        sessions: sessions.len(),
        null_arms: NullArms::of(&sessions),
    };
    let text = match arguments.format {
        DataFormat::Table => doctor::text(&found, terminal.width()),
        DataFormat::Json => doctor::json(&found),
    };
    terminal.result(&text)?;
    if let Some(mut folder) = folder {
        folder.replace_report(doctor::files(&found), doctor::chart_files())?;
        terminal.status("Report", &project::display_path(&folder.file(doctor::MARKDOWN_FILE)));
    }
    Ok(exit::FINE)
}

fn report_folder(path: &Path) -> Result<OpenFolder> {
    let names = std::iter::once(doctor::MARKDOWN_FILE).chain(doctor::chart_files());
    ReportFolder::find(path, names)?.create()
}

fn read_cores(duration: Duration, terminal: &mut Terminal) -> Vec<CoreReadings> {
    let progress = terminal.progress("about");
    if progress.is_hidden() {
        terminal.status("Measuring", &format!("probes on every CPU, {:.1} s", duration.as_secs_f64()));
    }
    progress.begins("probes on every CPU".to_owned());
    let found = machine::read_cores(duration, &mut || progress.tick());
    progress.end();
    found
}

/// Runs two sides of the same executable in turn, and tells what they show.
fn identical_code(
    duration: Duration,
    learned: &LearnedSessions,
    terminal: &mut Terminal,
) -> Result<Option<IdenticalCode>> {
    let bench = OwnBench::IdenticalCode;
    let executable = bench.executable()?;
    let settings = settings(duration);
    let variables = bench.variables();
    let options = Options::default();
    let options_of_run = HeadToHeadOptions {
        settings: &settings,
        variables: Sides::new(&variables[..], &variables[..]),
        one_cpu: true,
        timeout: TIMEOUT,
        budget: duration,
        null_rows: NullRows::None,
        // No look can decide, so that all blocks are measured.
        judging: &Options { threshold: 0.0, ..options.clone() },
    };
    let executables = Sides::new(std::slice::from_ref(&executable), std::slice::from_ref(&executable));
    let progress = terminal.progress("about");
    if progress.is_hidden() {
        terminal.status("Measuring", &format!("identical code in turn, {:.1} s", duration.as_secs_f64()));
    }
    progress.begins("identical code in turn".to_owned());
    let (mut failure, mut blocks, start) = (None, 0, Instant::now());
    let measured = head_to_head::measure(executables, &options_of_run, &mut |notice| match notice {
        Notice::Failed(_, found) => failure = Some(found.reason),
        other => {
            blocks += u32::from(matches!(other, Notice::Block { .. }));
            show(&other, &progress);
        }
    });
    progress.end();
    let measured = measured.context("cannot measure identical code")?;
    if let Some(reason) = failure {
        bail!("cannot measure identical code: a process of this executable failed: {reason}");
    }
    let effort = effort(start.elapsed() / blocks.max(1), &settings);
    let threads = threads::variables_in(std::env::vars_os());
    let name: BaselineName = "identical-code".parse()?;
    let sides = measured.sides.map(|side| side.alone(name.clone(), settings.clone(), threads.clone()));
    Ok(compare::identical_code(sides.as_ref(), Some(learned), effort, &options))
}

fn show(notice: &Notice<'_>, progress: &Progress) {
    match notice {
        Notice::Matched { .. } => progress.starts(),
        // The first has been measured by then.
        Notice::MostBlocks(most) => progress.expect(*most as usize - 1),
        Notice::Measured(_) => progress.measured(),
        _ => {}
    }
}

/// Those of `ab`, unless there is too little time for its fewest blocks.
fn settings(duration: Duration) -> Settings {
    let most = duration.as_secs_f64() / 30.0;
    let usual = Settings::default();
    Settings { warm_up: usual.warm_up.min(most / 3.0), measurement: usual.measurement.min(most), ..usual }
}

/// What the budget pays for, where a block of these settings took so long: with the usual settings, a block and two rounds
/// are the same work.
fn effort(block: Duration, settings: &Settings) -> Effort {
    let time = |settings: &Settings| settings.warm_up + settings.measurement;
    let usual = block.as_secs_f64() * time(&Settings::default()) / time(settings);
    let budget = Duration::from_secs_f64(BUDGET);
    let blocks = head_to_head::affordable_blocks(Duration::from_secs_f64(usual), budget) as usize;
    Effort { rounds: ((BUDGET / usual) as usize).clamp(3, 1000), blocks }
}
