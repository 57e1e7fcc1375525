//! Asks cargo how it starts the benches that it builds.
//!
//! `cargo bench` starts benches by a runner, if it has one. As such it is given this tool, which notes what it is started with.
//! So the call that builds is also the one that asks, unless the user may have a runner: then cargo would start the benches
//! by that, and run them. It builds, is asked which runner it is, and starts this tool in its place.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use toml::Value;

use super::recording::Recording;
use super::{Invocation, user_runner};
use crate::runner::build::BuildRequest;
use crate::runner::cargo::{Cargo, values_of};
use crate::runner::toolchain;

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
}

impl<'a> Inquiry<'a> {
    pub(in crate::runner) fn new(cargo: &'a Cargo, request: &'a BuildRequest) -> Result<Inquiry<'a>> {
        let recording = Recording::new(&request.recorder)?;
        let user_runner = user_runner::may_be_configured(cargo, &request.arguments)?;
        Ok(Inquiry { cargo, request, recording, user_runner })
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
            runners = user_runners(executables, ask)?;
            self.record(runners.values().all(Vec::is_empty), ask)
                .context("cannot ask cargo how it starts the benches")?;
        }
        let mut noted = self.recording.invocations(&self.given())?;
        let mut started = |path: &&Path| {
            let noted = noted.remove(*path).with_context(|| unsaid(path))?;
            Ok(Invocation { runner: runners.remove(*path).unwrap_or_default(), ..noted })
        };
        executables.iter().map(&mut started).collect()
    }

    /// Has cargo start the recording. A value of `--config` replaces one that a file or a variable sets, but not a text by a
    /// list or a list by a text: cargo refuses one of the two before it builds anything.
    fn record(&self, without_runner: bool, ask: Ask<'_>) -> Result<String> {
        if without_runner {
            return ask(&self.records(EVERY_TARGET, list)?);
        }
        let target = values_of(&self.request.arguments, "--target").last();
        let triple = toolchain::triple(self.cargo, target)?;
        ask(&self.records(&triple, list)?).or_else(|_| ask(&self.records(&triple, text)?))
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

/// The user's runner of each executable; empty for none.
fn user_runners(executables: &[&Path], ask: Ask<'_>) -> Result<BTreeMap<PathBuf, Vec<OsString>>> {
    let printed = ask(&["--no-run", "--verbose", "--color", "never"].map(str::to_owned))
        .context("cannot ask cargo which runner it has")?;
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
