//! `cargo tensorprof diff A [B]`

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use tensorprof::compare::{self, Options, Rule};
use tensorprof::model::{Baseline, BaselineName, BenchmarkId};
use tensorprof::report::{self, Reproduction, WORKING_TREE};
use tensorprof::runner::interrupt::Interrupted;
use tensorprof::store::Mode;

use super::comparison::{exit_code, folder_of, publish};
use super::report_folder::ReportFolder;
use crate::brought_back::Said;
use crate::cli::{DiffArguments, ProjectOptions, RuleName};
use crate::code_sessions;
use crate::filter::Filter;
use crate::measure::{self, Measured, Request};
use crate::project::{self, Project};
use crate::terminal::Terminal;
use crate::unsaved;

pub(crate) fn run(options: &ProjectOptions, arguments: DiffArguments, terminal: &mut Terminal) -> Result<u8> {
    let project = Project::open(options, &arguments.cargo)?;
    let filter = Filter::parse(arguments.filter.text())?;
    let judging = options_of(&arguments, project.judging(arguments.judging.smallest)?);
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
    let own = own_filter(&baseline, &arguments)?;
    let wanted = |id: &BenchmarkId| filter.matches(id) && own.matches(id);
    let learned = if arguments.no_learned { None } else { code_sessions::learned([&baseline, &candidate]) };
    let judging = Options { learned_sessions: learned, ..judging };
    let comparison = compare::compare_where(&baseline, &candidate, &judging, &wanted);
    let reproduction = reproduction(options.baselines.as_deref(), &arguments, &judging);
    let published = publish(&comparison, &reproduction, &arguments.shown, &folder, terminal);
    let is_kept = arguments.candidate.is_some() || arguments.save.is_some();
    published.map_err(|error| {
        if is_kept { error } else { unsaved::keep(&project, error, &[unsaved::unnamed(&candidate)]) }
    })?;
    measure::require_no_failures(&failures)?;
    Ok(exit_code(&comparison, arguments.gate, terminal))
}

/// Creates the folder of the report, so that a problem with it is found before anything is measured.
fn create_report_folder(project: &Project, arguments: &DiffArguments) -> Result<ReportFolder> {
    let candidate = arguments.candidate.as_ref().or(arguments.save.as_ref());
    let candidate = candidate.map_or(WORKING_TREE, BaselineName::as_str);
    let folder = folder_of(project, &arguments.shown, arguments.baseline.as_str(), candidate)?;
    folder.create()?;
    Ok(folder)
}

/// What the baseline was measured of, where the user chooses among that and it is measured again: a bench takes one filter.
fn own_filter(baseline: &Baseline, arguments: &DiffArguments) -> Result<Filter> {
    let chosen = arguments.candidate.is_none() && arguments.filter.text().is_some();
    Filter::parse(baseline.settings.filter.as_deref().filter(|_| chosen))
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
    let said = Said { cargo: &arguments.cargo, bench_arguments: &arguments.bench_arguments };
    let mut request = Request::like(baseline, name, &said, timeout, terminal)?;
    request.settings.rounds = arguments.rounds.unwrap_or(request.settings.rounds);
    request.bound_rounds(arguments.limits.max_rounds)?;
    request.settings.filter = arguments.filter.text().map(str::to_owned).or(request.settings.filter);
    let measured = measure::measure(project, request, None, terminal)?;
    if let Some(rounds) = measured.rounds_left {
        return Err(match &reservation {
            Some(reservation) => unsaved::interrupted(project, reservation, &measured.baseline, rounds),
            None => Interrupted.into(),
        });
    }
    if let Some(reservation) = reservation {
        let saved = unsaved::save(project, &reservation, &measured.baseline, terminal);
        let saved = saved.map_err(|error| measure::or_failed(error, &measured.failures))?;
        terminal.status("Saved", &project::display_path(&project.store.file(&saved.name)));
    }
    Ok(measured)
}

fn options_of(arguments: &DiffArguments, smallest: Options) -> Options {
    Options {
        rule: match arguments.judging.rule {
            RuleName::Interval => Rule::Interval,
            RuleName::Point => Rule::Point,
        },
        across: arguments.judging.across(),
        ..smallest
    }
}

/// The command that reproduces this report.
fn reproduction(folder: Option<&Path>, arguments: &DiffArguments, options: &Options) -> Reproduction {
    let candidate = arguments.candidate.as_ref().or(arguments.save.as_ref()).map(BaselineName::as_str);
    let filter = arguments.filter.text();
    let mut command = report::diff_command(arguments.baseline.as_str(), candidate, filter, options);
    if arguments.no_learned {
        command.push_str(" --no-learned");
    }
    if let Some(folder) = folder {
        command.push_str(&format!(" --baselines {}", folder.display()));
    }
    Reproduction { commands: vec![command] }
}
