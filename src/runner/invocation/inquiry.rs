//! Asks cargo how it starts the benches that it builds.
//!
//! `cargo bench` starts benches by a runner, if it has one. As such it is given this tool, which notes what it is started with.
//! So the call that builds is also the one that asks, unless the user may have a runner: then cargo would start the benches
//! by that, and run them. It builds, is asked which runner it is, and is given this tool in its place. Only once it says that
//! it would start this tool is it left to start anything.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use toml::Value;

use super::recording::Recording;
use super::{Invocation, user_runner};
use crate::runner::build::BuildRequest;
use crate::runner::cargo::{Cargo, values_of};
use crate::runner::configuration::Configuration;
use crate::runner::interrupt;
use crate::runner::toolchain::BuildChoices;

/// The key of a runner for every target that has no other.
const EVERY_TARGET: &str = "cfg(all())";

/// Calls `cargo bench` once more with these arguments, and returns what it prints to standard error.
pub(in crate::runner) type Ask<'a> = &'a mut dyn FnMut(&[String]) -> Result<String>;

/// What is asked along with one build.
pub(in crate::runner) struct Inquiry<'a> {
    cargo: &'a Cargo,
    request: &'a BuildRequest,
    recording: Recording,
    /// The user may have a runner.
    user_runner: bool,
    /// The target that is built for.
    triple: String,
}

impl<'a> Inquiry<'a> {
    pub(in crate::runner) fn new(cargo: &'a Cargo, request: &'a BuildRequest) -> Result<Inquiry<'a>> {
        let recording = Recording::new(&request.recorder)?;
        let user_runner = user_runner::may_be_configured(cargo, &request.arguments)?;
        let triple = Configuration::of(cargo, &choices(&request.arguments))?.triple();
        Ok(Inquiry { cargo, request, recording, user_runner, triple })
    }

    /// More arguments for the `cargo bench` that builds.
    pub(in crate::runner) fn of_build(&self) -> Result<Vec<String>> {
        if self.user_runner { Ok(vec!["--no-run".to_owned()]) } else { self.records(EVERY_TARGET, list) }
    }

    /// How each of these executables is started, in their order, now that they are built.
    pub(in crate::runner) fn answers(&self, executables: &[&Path], ask: Ask<'_>) -> Result<Vec<Invocation>> {
        // Nothing is to be asked, and cargo would run what is selected.
        if executables.is_empty() {
            return Ok(Vec::new());
        }
        let mut runners = BTreeMap::new();
        if self.user_runner {
            runners = runners_of(executables, &[], ask)?;
            self.record(executables, runners.values().all(Vec::is_empty), ask)
                .context("cannot ask cargo how it starts the benches")?;
        }
        let mut noted = self.recording.invocations(&self.given())?;
        let mut started = |path: &&Path| {
            let noted = noted.remove(*path).with_context(|| unsaid(path))?;
            Ok(Invocation { runner: runners.remove(*path).unwrap_or_default(), ..noted })
        };
        executables.iter().map(&mut started).collect()
    }

    /// Has cargo start the recording, once it says that it would start that and no bench. A value of `--config` replaces a
    /// runner that a file or a variable sets, but not a text by a list or a list by a text, which cargo refuses. Beside a file
    /// that `--config` names, it puts a list behind the user's: then that runner starts the recording.
    fn record(&self, executables: &[&Path], without_runner: bool, ask: Ask<'_>) -> Result<()> {
        let words = self.recording.words()?.map(OsString::from);
        let ways = if without_runner {
            vec![self.records(EVERY_TARGET, list)?]
        } else {
            vec![self.records(&self.triple, list)?, self.records(&self.triple, text)?]
        };
        let mut refusal = None;
        for arguments in ways {
            let error = match runners_of(executables, &arguments, ask) {
                Ok(runners) if runners.values().all(|runner| runner.ends_with(&words)) => {
                    return ask(&arguments).map(drop);
                }
                Ok(_) => {
                    anyhow!(
                        "it has a runner for another target than `{}`; name yours by `--target`",
                        self.triple
                    )
                }
                Err(error) => error,
            };
            interrupt::check()?;
            refusal.get_or_insert(error);
        }
        refusal.map_or(Ok(()), Err)
    }

    /// Arguments for which cargo starts the recording in place of benches for a target.
    fn records(&self, target: &str, form: fn([String; 3]) -> Value) -> Result<Vec<String>> {
        let runner = form(self.recording.words()?);
        Ok(vec!["--config".to_owned(), format!("target.'{target}'.runner={runner}")])
    }

    /// The environment that cargo is given.
    fn given(&self) -> BTreeMap<OsString, OsString> {
        let own = self.request.variables.iter().map(|(name, value)| (name.into(), value.into()));
        self.cargo.environment().into_iter().chain(own).collect()
    }
}

fn list(words: [String; 3]) -> Value {
    Value::Array(words.map(Value::String).into())
}

fn text(words: [String; 3]) -> Value {
    Value::String(words.join(" "))
}

/// What the arguments of a build choose that decides for which target it is.
fn choices(arguments: &[String]) -> BuildChoices {
    let target = values_of(arguments, "--target").last().map(str::to_owned);
    let config = values_of(arguments, "--config").map(str::to_owned).collect();
    BuildChoices { target, config, ..BuildChoices::default() }
}

/// The runner by which cargo would start each executable if it is given these arguments; empty for none.
fn runners_of(
    executables: &[&Path],
    arguments: &[String],
    ask: Ask<'_>,
) -> Result<BTreeMap<PathBuf, Vec<OsString>>> {
    let printing = ["--no-run", "--verbose", "--color", "never"].map(str::to_owned);
    let printed =
        ask(&[&printing[..], arguments].concat()).context("cannot ask cargo which runner it has")?;
    let runner = |path: &&Path| {
        let runner = user_runner::of(path, &printed).with_context(|| unsaid(path))?;
        Ok((path.to_path_buf(), runner))
    };
    executables.iter().map(runner).collect()
}

fn unsaid(executable: &Path) -> String {
    format!(
        "cargo does not say how it starts the bench {}; run `cargo bench --verbose` to see",
        executable.display()
    )
}
