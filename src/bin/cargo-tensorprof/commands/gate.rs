//! `cargo tensorprof gate --self-test`

use anyhow::{Result, bail};
use tensorprof::compare::{Found, GatePolicy, Trial, self_test};
use tensorprof::model::things;

use super::comparison::limits;
use crate::cli::{CargoFlags, GateArguments, ProjectOptions};
use crate::exit;
use crate::project;
use crate::sources;
use crate::terminal::Terminal;

pub(crate) fn run(
    options: &ProjectOptions,
    arguments: &GateArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    let project = sources::project_here(options, &CargoFlags::default())?;
    let limits = limits(project.as_ref(), &arguments.gate_limit);
    let policy = GatePolicy { limits, ..GatePolicy::default() };
    let options = project::judging(project.as_ref(), arguments.smallest.said());
    let trials = self_test(&policy, &options);
    terminal.result(&trials.iter().map(line).collect::<String>())?;
    match trials.iter().filter(|trial| !trial.holds()).count() {
        0 => Ok(exit::FINE),
        wrong => bail!("the gate does not hold: see {} above", things(wrong, "line")),
    }
}

/// Such as `ok     fails: time=5%: beyond the limit`.
fn line(trial: &Trial) -> String {
    let found = match trial.found {
        Found::Fails => "fails",
        Found::Passes => "passes",
        Found::Impossible => "cannot become so bad",
        Found::Untried => "is not tried, since the made-up benchmark is no model's",
    };
    let word = if trial.holds() { "ok   " } else { "WRONG" };
    format!("{word}  {found}: {}\n", trial.what)
}
