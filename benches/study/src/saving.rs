//! Taking the saves of a study.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::between::busy;
use crate::plan::{Kind, Save};

/// Environment variable of the suite: the share of its work that every operation repeats.
pub const PLANT: &str = "TENSORPROF_PLANT";

/// How saves are taken.
#[derive(Debug, Clone)]
pub struct Saving {
    /// The `cargo-tensorprof` executable; `None`: the one of this workspace, by way of cargo.
    pub tool: Option<PathBuf>,
    /// Bench target of the suite.
    pub bench: String,
    /// Folder of the baselines.
    pub folder: PathBuf,
    /// Other work before each save.
    pub between: Duration,
    /// More arguments for `cargo tensorprof save`.
    pub arguments: Vec<OsString>,
}

impl Saving {
    /// Takes a save; leaves one that is already there.
    ///
    /// # Errors
    /// The tool cannot be started, or fails.
    pub fn take(&self, save: &Save) -> Result<()> {
        if self.file(save).exists() {
            return Ok(());
        }
        busy(self.between);
        let mut command = self.command(save);
        let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
        ensure!(status.success(), "{command:?} failed: {status}");
        Ok(())
    }

    fn file(&self, save: &Save) -> PathBuf {
        self.folder.join(format!("{}.toml", save.name()))
    }

    fn command(&self, save: &Save) -> Command {
        let mut command = self.tool.as_ref().map_or_else(built_tool, Command::new);
        command.current_dir(workspace());
        command.args(["tensorprof", "save", &save.name(), "--package", "tensorprof-suite", "--bench"]);
        command.args([&self.bench, "--threads", "1", "--baselines"]).arg(&self.folder).args(&self.arguments);
        match save.kind {
            Kind::Plain => command.env_remove(PLANT),
            Kind::Planted(percent) => command.env(PLANT, (f64::from(percent) / 100.0).to_string()),
        };
        command
    }
}

/// The command of this workspace, which cargo builds first.
fn built_tool() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args([
        "run",
        "--quiet",
        "--release",
        "--package",
        "tensorprof",
        "--bin",
        "cargo-tensorprof",
        "--",
    ]);
    command
}

/// The root of the workspace, whose suite is saved.
pub fn workspace() -> &'static Path {
    let study = Path::new(env!("CARGO_MANIFEST_DIR"));
    study.ancestors().nth(2).unwrap_or(study)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saving() -> Saving {
        Saving {
            tool: None,
            bench: "models".to_owned(),
            folder: PathBuf::from("/elsewhere"),
            between: Duration::ZERO,
            arguments: vec!["--rounds".into(), "3".into()],
        }
    }

    fn plant(save: Save) -> Option<String> {
        let command = saving().command(&save);
        let (_, value) = command.get_envs().find(|(name, _)| *name == PLANT)?;
        value.map(|value| value.to_string_lossy().into_owned())
    }

    #[test]
    fn only_planted_saves_are_slowed_down() {
        assert_eq!(plant(Save { kind: Kind::Planted(5), number: 1 }), Some("0.05".to_owned()));
        assert_eq!(plant(Save { kind: Kind::Plain, number: 1 }), None);
    }

    #[test]
    fn baselines_go_to_the_folder_of_the_study() {
        let save = Save { kind: Kind::Plain, number: 2 };
        let command = saving().command(&save);
        let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
        let expected = "--bench models --threads 1 --baselines /elsewhere --rounds 3";
        assert!(arguments.join(" ").ends_with(expected), "{arguments:?}");
        assert_eq!(saving().file(&save), PathBuf::from("/elsewhere/plain-02.toml"));
        assert!(workspace().join("Cargo.lock").exists());
    }
}
