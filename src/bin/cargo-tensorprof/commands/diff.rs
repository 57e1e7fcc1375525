//! `cargo tensorprof diff A [B]`

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use tensorprof::compare::{self, Comparison, Gate, GatePolicy, InconclusiveRows, Options, Outcome, Rule};
use tensorprof::model::{Baseline, BaselineName, BenchmarkId};
use tensorprof::report::terminal::View;
use tensorprof::report::{self, Report, Reproduction};
use tensorprof::store::Mode;

use super::report_folder;
use crate::cli::{DiffArguments, DiffFormat, InconclusivePolicy, ProjectOptions, RuleName};
use crate::exit;
use crate::filter::Filter;
use crate::measure::{self, Measured, Request};
use crate::project::{self, Project};
use crate::terminal::Terminal;

/// Name of a candidate that is measured now and not saved.
const WORKING_TREE: &str = "working-tree";

pub(crate) fn run(options: &ProjectOptions, arguments: DiffArguments, terminal: &mut Terminal) -> Result<u8> {
    let project = Project::open(options, &arguments.cargo)?;
    let filter = Filter::parse(arguments.filter.as_deref())?;
    let baseline = project.load(&arguments.baseline, terminal)?;
    let saved = arguments.candidate.as_ref().map(|name| project.load(name, terminal)).transpose()?;
    let folder = create_report_folder(&project, &arguments)?;
    let (candidate, failures) = match saved {
        Some(candidate) => (candidate, Vec::new()),
        None => {
            let measured = measure_now(&project, &baseline, &arguments, terminal)?;
            (measured.baseline, measured.failures)
        }
    };
    let wanted = |id: &BenchmarkId| filter.matches(id);
    let judging = options_of(&arguments);
    let comparison = compare::compare_where(&baseline, &candidate, &judging, &wanted);
    let reproduction = reproduction(options.baselines.as_deref(), &arguments, &judging);
    publish(&comparison, &reproduction, &folder, &arguments, terminal)?;
    measure::require_no_failures(&failures)?;
    Ok(exit_code(&comparison, &arguments, terminal))
}

/// Creates the folder of the report, so that a problem with it is found before anything is measured.
fn create_report_folder(project: &Project, arguments: &DiffArguments) -> Result<PathBuf> {
    let candidate = arguments.candidate.as_ref().or(arguments.save.as_ref());
    let candidate = candidate.map_or(WORKING_TREE, BaselineName::as_str);
    let folder = match &arguments.output {
        Some(folder) => folder.clone(),
        None => project.report_folder(arguments.baseline.as_str(), candidate),
    };
    report_folder::create(&folder)?;
    Ok(folder)
}

/// Measures the working tree as the baseline was measured. Saves the result if a name is given.
fn measure_now(
    project: &Project,
    baseline: &Baseline,
    arguments: &DiffArguments,
    terminal: &mut Terminal,
) -> Result<Measured> {
    let reservation = match &arguments.save {
        Some(name) => Some(project.store.reserve(name, Mode::New)?),
        None => None,
    };
    let name = arguments.save.clone().map_or_else(|| WORKING_TREE.parse::<BaselineName>(), Ok)?;
    let timeout = Duration::from_secs_f64(arguments.limits.timeout);
    let mut request = Request::like(baseline, name, &arguments.cargo, timeout)?;
    request.bound_rounds(arguments.limits.max_rounds)?;
    request.settings.filter = request.settings.filter.or_else(|| arguments.filter.clone());
    let measured = measure::measure(project, request, None, terminal)?;
    if let Some(reservation) = reservation {
        let saved = reservation.commit(&measured.baseline)?;
        terminal.status("Saved", &project::display_path(&project.store.file(&saved.name)));
    }
    Ok(measured)
}

fn options_of(arguments: &DiffArguments) -> Options {
    Options {
        rule: match arguments.judging.rule {
            RuleName::Interval => Rule::Interval,
            RuleName::Point => Rule::Point,
        },
        threshold: arguments.judging.threshold / 100.0,
        across: arguments.judging.across(),
        ..Options::default()
    }
}

/// The command that reproduces this report.
fn reproduction(folder: Option<&Path>, arguments: &DiffArguments, options: &Options) -> Reproduction {
    let candidate = arguments.candidate.as_ref().or(arguments.save.as_ref()).map(BaselineName::as_str);
    let filter = arguments.filter.as_deref();
    let mut command = report::diff_command(arguments.baseline.as_str(), candidate, filter, options);
    if let Some(folder) = folder {
        command.push_str(&format!(" --baselines {}", folder.display()));
    }
    Reproduction { commands: vec![command] }
}

/// Prints the requested format and writes the report.
fn publish(
    comparison: &Comparison,
    reproduction: &Reproduction,
    folder: &Path,
    arguments: &DiffArguments,
    terminal: &mut Terminal,
) -> Result<()> {
    let report = report::render(comparison, reproduction);
    let page = project::display_path(&folder.join(report::MARKDOWN_FILE));
    let view = View { width: terminal.width(), all: arguments.all_rows };
    let text = match arguments.format {
        DiffFormat::Table => &report::terminal::table(comparison, view),
        DiffFormat::Markdown => &report.markdown,
        DiffFormat::Comment => &report::comment(comparison, reproduction, &page),
        DiffFormat::Csv => &report::csv(comparison),
        DiffFormat::Json => &report.json,
    };
    terminal.result(text)?;
    write_report(folder, &report)?;
    terminal.status("Report", &page);
    Ok(())
}

/// Writes the files of the report. Removes charts that an earlier report left in the folder and this one does
/// not have.
fn write_report(folder: &Path, report: &Report) -> Result<()> {
    let files: Vec<(String, String)> = report.files().collect();
    for name in report::chart_files() {
        let stale = folder.join(name);
        if stale.exists() && files.iter().all(|(file, _)| file != name) {
            fs::remove_file(&stale).with_context(|| format!("cannot remove {}", stale.display()))?;
        }
    }
    report_folder::write(folder, files)
}

/// The exit code, and what the gate says where it was asked.
fn exit_code(comparison: &Comparison, arguments: &DiffArguments, terminal: &mut Terminal) -> u8 {
    if !arguments.gate {
        return if comparison.is_judged() { exit::FINE } else { exit::CANNOT_JUDGE };
    }
    let inconclusive = match arguments.gate_inconclusive {
        InconclusivePolicy::Pass => InconclusiveRows::Pass,
        InconclusivePolicy::Fail => InconclusiveRows::Fail,
    };
    let gate = Gate::of(comparison, GatePolicy { inconclusive });
    terminal.status("Gate", &report::gate_message(&gate));
    match gate.outcome {
        Outcome::Passed => exit::FINE,
        Outcome::Regressed => exit::REGRESSED,
        Outcome::CannotJudge => exit::CANNOT_JUDGE,
    }
}
