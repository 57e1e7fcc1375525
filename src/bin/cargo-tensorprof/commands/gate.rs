//! `cargo tensorprof gate --self-test`

use anyhow::{Result, bail};
use tensorprof::compare::{Found, GatePolicy, Options, Trial, self_test};
use tensorprof::model::things;

use crate::cli::GateArguments;
use crate::exit;
use crate::terminal::Terminal;

pub(crate) fn run(arguments: &GateArguments, terminal: &mut Terminal) -> Result<u8> {
    let policy = GatePolicy { limits: arguments.gate_limit.clone(), ..GatePolicy::default() };
    let options = Options { threshold: arguments.threshold / 100.0, ..Options::default() };
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
