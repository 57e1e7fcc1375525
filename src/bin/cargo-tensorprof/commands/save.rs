//! `cargo tensorprof save NAME [FILTER]`

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tensorprof::model::{Baseline, BaselineName, Settings, things};
use tensorprof::runner::threads;
use tensorprof::store::{Mode, StoreError};

use crate::brought_back::Said;
use crate::cli::{ProjectOptions, SaveArguments};
use crate::exit;
use crate::measure::{self, Request};
use crate::peaks::WhichPeaks;
use crate::project::{self, Project};
use crate::sources::load_file;
use crate::terminal::Terminal;
use crate::unsaved;

pub(crate) fn run(
    options: &ProjectOptions,
    mut arguments: SaveArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    let project = Project::open(options, &arguments.cargo)?;
    let mode = match (arguments.force, arguments.append) {
        (true, _) if arguments.keep_partial => Mode::ForceIncomplete,
        (true, _) => Mode::Force,
        (_, true) => Mode::Append,
        _ => Mode::New,
    };
    let name = project.name(&arguments.name)?;
    if let Some(file) = &arguments.from {
        return save_kept(&project, file, &name, mode, terminal);
    }
    // Before the build, so that no time is spent on a name that is taken.
    let reservation = project.store.reserve(&name, mode)?;
    let existing = reservation.existing();
    if existing.is_none() {
        arguments.rounds = arguments.rounds.or(&project.defaults.rounds);
    }
    if let Some(part) = existing.and_then(|existing| existing.settings.partition)
        && arguments.filter.text().is_some()
    {
        bail!(
            "cannot append some benchmarks to baseline `{name}`, which is part {part} of all: `save {name} --append` measures \
             the whole part"
        );
    }
    let request = request(name, &arguments, existing, terminal)?;
    if let Some(replaced) = reservation.replaced() {
        require_all_selected(replaced, &request.settings)?;
    }
    let measured = measure::measure(&project, request, existing, terminal)?;
    if let Some(rounds) = measured.rounds_left {
        return Err(unsaved::interrupted(&project, &reservation, &measured.baseline, rounds));
    }
    let saved = unsaved::save(&project, &reservation, &measured.baseline, terminal);
    let saved = saved.map_err(|error| measure::or_failed(error, &measured.failures))?;
    report_saved(&saved, &project, terminal);
    measure::require_no_failures(&measured.failures)?;
    Ok(exit::FINE)
}

/// Saves what an earlier command measured and could not save.
fn save_kept(
    project: &Project,
    file: &Path,
    name: &BaselineName,
    mode: Mode,
    terminal: &mut Terminal,
) -> Result<u8> {
    let kept = load_kept(file).with_context(|| format!("cannot save what {} holds", file.display()))?;
    let saved = project.store.save(&Baseline { name: name.clone(), ..kept }, mode)?;
    unsaved::warn_of_gaps(&saved, terminal);
    report_saved(&saved, project, terminal);
    unsaved::drop_kept(project, file);
    Ok(exit::FINE)
}

fn load_kept(file: &Path) -> Result<Baseline> {
    let loaded = load_file(file)?;
    match loaded.newer {
        Some(newer) => bail!("{newer}; update tensorprof"),
        None => Ok(loaded.baseline),
    }
}

/// Finds before anything is measured that the filter, or a part, leaves out what is to be replaced.
fn require_all_selected(replaced: &Baseline, settings: &Settings) -> Result<()> {
    if let Some(part) = settings.partition
        && replaced.settings.partition.is_none_or(|other| !other.is_same_part(&part))
    {
        bail!(
            "part {part} cannot replace baseline `{0}`, which has benchmarks of other parts; save it under another name, and \
             `cargo tensorprof merge {0} PART... --force` with all parts",
            replaced.name
        );
    }
    match replaced.left_out_by(settings) {
        lost if lost.is_empty() => Ok(()),
        lost => bail!(StoreError::Loses { name: replaced.name.clone(), lost }),
    }
}

/// What the user asked for. Everything else is as in the existing baseline, or as by default.
fn request(
    name: BaselineName,
    arguments: &SaveArguments,
    existing: Option<&Baseline>,
    terminal: &mut Terminal,
) -> Result<Request> {
    let timeout = Duration::from_secs_f64(arguments.rounds.limits.timeout);
    let mut request = match existing {
        Some(existing) => {
            let said = Said { cargo: &arguments.cargo, bench_arguments: &arguments.bench_arguments };
            Request::like(existing, name, &said, timeout, terminal)?
        }
        None => Request {
            name,
            cargo: arguments.cargo.clone(),
            settings: Settings {
                bench_arguments: arguments.bench_arguments.clone(),
                cargo_arguments: arguments.cargo.recorded(),
                ..Settings::default()
            },
            threads: BTreeMap::new(),
            timeout,
            required: None,
            peaks: WhichPeaks::Known,
        },
    };
    request.peaks = WhichPeaks::Complete.unless(arguments.peaks.no_peaks);
    apply_arguments(&mut request.settings, arguments);
    request.bound_rounds(arguments.rounds.limits.max_rounds)?;
    if let Some(count) = arguments.rounds.time.threads {
        request.threads = threads::variables_for(count);
    }
    Ok(request)
}

fn apply_arguments(settings: &mut Settings, arguments: &SaveArguments) {
    arguments.rounds.time.apply_to(settings);
    if let Some(rounds) = arguments.rounds.rounds {
        settings.rounds = rounds;
        settings.max_rounds = settings.max_rounds.map(|most| most.max(rounds));
    }
    settings.filter = arguments.filter.text().map(str::to_owned).or_else(|| settings.filter.take());
    settings.partition = arguments.partition.or(settings.partition);
}

pub(super) fn report_saved(saved: &Baseline, project: &Project, terminal: &mut Terminal) {
    let path = project::display_path(&project.store.file(&saved.name));
    let count = saved.benchmarks.iter().filter(|benchmark| !benchmark.rounds.is_empty()).count();
    let rounds = saved.benchmarks.iter().map(|benchmark| benchmark.rounds.len()).max().unwrap_or(0);
    let held = format!("{}, {} in all, to {path}", things(count, "benchmark"), things(rounds, "round"));
    terminal.status("Saved", &held);
}
