//! `cargo tensorprof save NAME [FILTER]`

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use tensorprof::model::{Baseline, Settings};
use tensorprof::runner::threads;
use tensorprof::store::Mode;

use crate::brought_back::Said;
use crate::cli::{ProjectOptions, SaveArguments};
use crate::exit;
use crate::measure::{self, Request};
use crate::project::{self, Project};
use crate::terminal::Terminal;

pub(crate) fn run(options: &ProjectOptions, arguments: SaveArguments, terminal: &mut Terminal) -> Result<u8> {
    let project = Project::open(options, &arguments.cargo)?;
    let mode = match (arguments.force, arguments.append) {
        (true, _) => Mode::Force,
        (_, true) => Mode::Append,
        _ => Mode::New,
    };
    // Before the build, so that no time is spent on a name that is taken.
    let reservation = project.store.reserve(&arguments.name, mode)?;
    let existing = reservation.existing();
    let measured = measure::measure(&project, request(&arguments, existing, terminal)?, existing, terminal)?;
    let saved = reservation.commit(&measured.baseline)?;
    report_saved(&saved, &project::display_path(&project.store.file(&saved.name)), terminal);
    measure::require_no_failures(&measured.failures)?;
    Ok(exit::FINE)
}

/// What the user asked for. Everything else is as in the existing baseline, or as by default.
fn request(
    arguments: &SaveArguments,
    existing: Option<&Baseline>,
    terminal: &mut Terminal,
) -> Result<Request> {
    let timeout = Duration::from_secs_f64(arguments.rounds.limits.timeout);
    let mut request = match existing {
        Some(existing) => {
            let said = Said { cargo: &arguments.cargo, bench_arguments: &arguments.bench_arguments };
            Request::like(existing, arguments.name.clone(), &said, timeout, terminal)?
        }
        None => Request {
            name: arguments.name.clone(),
            cargo: arguments.cargo.clone(),
            settings: Settings {
                bench_arguments: arguments.bench_arguments.clone(),
                cargo_arguments: arguments.cargo.recorded(),
                ..Settings::default()
            },
            threads: BTreeMap::new(),
            timeout,
        },
    };
    apply_arguments(&mut request.settings, arguments);
    request.bound_rounds(arguments.rounds.limits.max_rounds)?;
    if let Some(count) = arguments.rounds.time.threads {
        request.threads = threads::variables_for(count);
    }
    Ok(request)
}

fn apply_arguments(settings: &mut Settings, arguments: &SaveArguments) {
    settings.rounds = arguments.rounds.rounds.unwrap_or(settings.rounds);
    arguments.rounds.time.apply_to(settings);
    settings.filter = arguments.filter.clone().or_else(|| settings.filter.take());
}

fn report_saved(saved: &Baseline, path: &str, terminal: &mut Terminal) {
    let count = saved.benchmarks.iter().filter(|benchmark| !benchmark.rounds.is_empty()).count();
    let rounds = saved.benchmarks.iter().map(|benchmark| benchmark.rounds.len()).max().unwrap_or(0);
    let many = |count: usize, thing: &str| format!("{count} {thing}{}", if count == 1 { "" } else { "s" });
    let held = format!("{}, {} in all, to {path}", many(count, "benchmark"), many(rounds, "round"));
    terminal.status("Saved", &held);
}
