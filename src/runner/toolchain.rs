//! How the benches are built, for the record in a baseline.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use super::cargo::Cargo;
use super::configuration::Configuration;
use super::workspace::Workspace;
use crate::model::Build;

/// Choices of the user that the toolchain alone does not tell.
#[derive(Debug, Clone, Default)]
pub struct BuildChoices {
    /// `--profile`.
    pub profile: Option<String>,
    /// `--target`.
    pub target: Option<String>,
    /// Feature flags as given.
    pub features: Vec<String>,
    /// `--config` values as given.
    pub config: Vec<String>,
}

/// Flags for rustc with which functions begin at multiples of 64 bytes, the length of a cache line: what comes before a
/// function then does not move the loops in it across the lines.
pub const ALIGNED: [&str; 2] = ["-C", "llvm-args=-align-all-functions=6"];

/// The facts of the build in `workspace`, except criterion's version, which the benches report.
///
/// # Errors
/// When cargo's configuration cannot be read, it names several targets, or rustc cannot be run.
pub fn build_facts(workspace: &Workspace, choices: &BuildChoices) -> Result<Build> {
    let cargo = workspace.cargo();
    let configuration = Configuration::of(cargo, choices)?;
    let flags = configuration.flags(cargo)?;
    let rustc = || cargo.configured(Command::from(configuration.config.rustc()));
    Ok(Build {
        rustc: stdout_of(rustc().arg("--version"))?.trim().to_owned(),
        target_features: target_features(&stdout_of(
            rustc().args(["--print", "cfg", "--target", &configuration.target]).args(&flags),
        )?),
        target: configuration.triple(),
        profile: choices.profile.clone().unwrap_or_else(|| "bench".to_owned()),
        features: choices.features.clone(),
        rustflags: flags.join(" "),
        lock_hash: lock_hash(&workspace.root()),
        criterion: None,
    })
}

/// The flags for rustc that cargo would take, from the variables, its configuration and the user's choices.
///
/// # Errors
/// When cargo's configuration cannot be read, it names several targets, or rustc cannot be run.
pub(crate) fn rustflags(cargo: &Cargo, choices: &BuildChoices) -> Result<Vec<String>> {
    Configuration::of(cargo, choices)?.flags(cargo)
}

/// The variable by which rustup is told a toolchain.
pub(crate) const RUSTUP_VARIABLE: &str = "RUSTUP_TOOLCHAIN";

/// Cargo of another toolchain that rustup has installed, such as `nightly` or `1.90`.
///
/// # Errors
/// When there is no rustup or it has not installed that toolchain.
pub(crate) fn cargo_of(toolchain: &str) -> Result<PathBuf> {
    let name = toolchain.trim_start_matches('+');
    let mut rustup = Command::new("rustup");
    // It would install what is missing.
    rustup.env("RUSTUP_AUTO_INSTALL", "0").args(["which", "--toolchain", name, "cargo"]);
    let path = stdout_of(&mut rustup).with_context(|| {
        format!("cannot use toolchain `{name}`; install it with `rustup toolchain install {name}`")
    })?;
    Ok(path.trim().into())
}

/// The toolchain that rustup chooses for the current folder, where it is not told one already. Cargo tells its
/// subcommands.
pub(crate) fn chosen_by_rustup() -> Option<String> {
    if [RUSTUP_VARIABLE, "CARGO"].iter().any(|name| std::env::var_os(name).is_some()) {
        return None;
    }
    let said = stdout_of(Command::new("rustup").args(["show", "active-toolchain"])).ok()?;
    said.split_whitespace().next().map(str::to_owned)
}

fn stdout_of(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    anyhow::ensure!(
        output.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The values of `target_feature="..."` lines, sorted.
fn target_features(cfg: &str) -> Vec<String> {
    let mut features: Vec<String> = cfg
        .lines()
        .filter_map(|line| line.strip_prefix("target_feature=\"")?.strip_suffix('"'))
        .map(str::to_owned)
        .collect();
    features.sort_unstable();
    features
}

fn lock_hash(root: &Path) -> Option<String> {
    let lock = std::fs::read(root.join("Cargo.lock")).ok()?;
    Some(Sha256::digest(lock).iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn target_features_are_read_from_cfg_and_sorted() {
        let cfg =
            "debug_assertions\ntarget_arch=\"x86_64\"\ntarget_feature=\"sse2\"\ntarget_feature=\"avx\"\n";
        assert_eq!(target_features(cfg), ["avx", "sse2"]);
    }
}
