//! What a baseline brings back when the working tree is measured as it was: an allowlist.
//!
//! A baseline is data, and whoever can change its file must not choose with it what runs here. It brings back names (of
//! packages, benches, features, a profile, a target triple), a filter, numbers of rounds, samples and threads, and times,
//! each within the bounds of the command line. Arguments of any other kind have to be said again by the user, who has
//! seen them. `SECURITY.md` says whom this guards against.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use clap::Parser;
use tensorprof::model::{Baseline, Settings};
use tensorprof::runner::threads;

use crate::cli::{CargoFlags, RoundOptions};
use crate::defaults;
use crate::project::shell_words;
use crate::terminal::Terminal;

/// What the user said on the command line, which takes precedence over what is recorded.
pub(crate) struct Said<'a> {
    pub(crate) cargo: &'a CargoFlags,
    pub(crate) bench_arguments: &'a [String],
}

/// The flags for cargo and the arguments for the benches with which `baseline` is measured again.
///
/// # Errors
/// It records others than a file may bring back, and the user did not say any.
pub(crate) fn arguments(baseline: &Baseline, said: &Said<'_>) -> Result<(CargoFlags, Vec<String>)> {
    if let (Some(cargo), []) = (cargo_flags(baseline, said), unsaid(baseline, said).as_slice()) {
        return Ok((cargo, said.bench_arguments.to_vec()));
    }
    bail!(
        "cannot measure as baseline `{}` was measured: it records arguments that a file must not choose; if you know what \
         they run, say them again by adding:{}",
        baseline.name,
        shell_words(&unsaid(baseline, said))
    )
}

/// The flags for cargo; `None` where a file must not bring back those that are recorded.
fn cargo_flags(baseline: &Baseline, said: &Said<'_>) -> Option<CargoFlags> {
    if said.cargo.select_nothing() {
        said.cargo.with_recorded(&baseline.settings.cargo_arguments)
    } else {
        Some(said.cargo.clone())
    }
}

/// The arguments that the user has to give for this baseline to be measured again, in the order of a command line.
pub(crate) fn to_be_said(baseline: &Baseline) -> Vec<String> {
    unsaid(baseline, &Said { cargo: &CargoFlags::default(), bench_arguments: &[] })
}

/// Those of them that are not said.
fn unsaid(baseline: &Baseline, said: &Said<'_>) -> Vec<String> {
    let Settings { cargo_arguments, bench_arguments, .. } = &baseline.settings;
    let mut words = Vec::new();
    if cargo_flags(baseline, said).is_none() {
        words.extend(cargo_arguments.iter().cloned());
    }
    if !bench_arguments.is_empty() && said.bench_arguments.is_empty() {
        words.push("--".to_owned());
        words.extend(bench_arguments.iter().cloned());
    }
    words
}

/// The numbers of threads that `baseline` records, by variable. Says which of its variables are left out.
pub(crate) fn threads(baseline: &Baseline, terminal: &mut Terminal) -> BTreeMap<String, String> {
    let (numbers, others) = threads::numbers_among(&baseline.environment.threads);
    for (name, value) in others {
        terminal.warning(&format!(
            "baseline `{}` records `{name}={value}`, which is no number of threads, so it is not set; if you want it, set it \
             yourself",
            baseline.name
        ));
    }
    numbers
}

/// Checks numbers and times against the bounds of the command line.
///
/// # Errors
/// The first that is outside.
pub(crate) fn check_bounds(settings: &Settings) -> Result<()> {
    #[derive(Parser)]
    #[command(no_binary_name = true)]
    struct Line {
        #[command(flatten)]
        _rounds: RoundOptions,
    }
    let mut line = vec![
        format!("--rounds={}", settings.rounds),
        format!("--warm-up-time={}", settings.warm_up),
        format!("--measurement-time={}", settings.measurement),
        format!("--sample-size={}", settings.samples),
    ];
    line.extend(settings.max_rounds.map(|most| format!("--max-rounds={most}")));
    Line::try_parse_from(line)
        .map(drop)
        .map_err(|error| defaults::reason(&error))
        .context("cannot measure with the settings of the baseline")
}
