//! How the benches are built, for the record in a baseline.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use cargo_config2::{Config, ResolveOptions};
use sha2::{Digest as _, Sha256};

use super::cargo::Cargo;
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

/// If one of these is set, cargo takes no flags from its configuration.
const FLAG_VARIABLES: [&str; 2] = ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS"];

/// The facts of the build in `workspace`, except criterion's version, which the benches report.
///
/// # Errors
/// When cargo's configuration cannot be read or rustc cannot be run.
pub fn build_facts(workspace: &Workspace, choices: &BuildChoices) -> Result<Build> {
    let cargo = workspace.cargo();
    let config = configuration(cargo)?;
    let target = target(&config, choices)?;
    let flags = flags(cargo, &config, &target, choices)?;
    let rustc = || cargo.configured(Command::from(config.rustc()));
    Ok(Build {
        rustc: stdout_of(rustc().arg("--version"))?.trim().to_owned(),
        target_features: target_features(&stdout_of(
            rustc().args(["--print", "cfg", "--target", &target]).args(&flags),
        )?),
        target,
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
/// When cargo's configuration cannot be read.
pub(crate) fn rustflags(cargo: &Cargo, choices: &BuildChoices) -> Result<Vec<String>> {
    let config = configuration(cargo)?;
    let target = target(&config, choices)?;
    flags(cargo, &config, &target, choices)
}

/// The name by which cargo's configuration knows the target of a build, where the user names one or not.
///
/// # Errors
/// When cargo's configuration cannot be read or rustc cannot be run.
pub(crate) fn triple(cargo: &Cargo, named: Option<&str>) -> Result<String> {
    let choices = BuildChoices { target: named.map(str::to_owned), ..BuildChoices::default() };
    let target = target(&configuration(cargo)?, &choices)?;
    // The description of a target, in a file of its name.
    Ok(target.strip_suffix(".json").map_or_else(|| target.clone(), file_name))
}

fn file_name(path: &str) -> String {
    Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn configuration(cargo: &Cargo) -> Result<Config> {
    let folder = std::path::absolute(cargo.directory()).context("cannot find the current folder")?;
    let options = ResolveOptions::default().cargo(cargo.program()).env(cargo.environment());
    Config::load_with_options(folder, options).context("cannot read cargo's configuration")
}

fn target(config: &Config, choices: &BuildChoices) -> Result<String> {
    match &choices.target {
        Some(target) => Ok(target.clone()),
        None => config
            .build_target_for_config(None::<&str>)
            .ok()
            .and_then(|targets| targets.first().map(|target| target.triple().to_owned()))
            .map_or_else(|| config.host_triple().map(str::to_owned), Ok)
            .context("cannot get the host of rustc"),
    }
}

fn flags(cargo: &Cargo, config: &Config, target: &str, choices: &BuildChoices) -> Result<Vec<String>> {
    let mut flags = config.rustflags(target).context("cannot read rustc's flags")?.unwrap_or_default().flags;
    if !FLAG_VARIABLES.iter().any(|name| cargo.variable(name).is_some()) {
        flags.extend(choices.config.iter().flat_map(|text| flags_in(text, target)));
    }
    Ok(flags)
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

/// Flags for rustc in a `--config` value such as `build.rustflags=["-C", "target-cpu=native"]`. A value that
/// is the path of a file gives none.
fn flags_in(config: &str, target: &str) -> Vec<String> {
    let Ok(table) = config.parse::<toml::Table>() else { return Vec::new() };
    let build = table.get("build");
    let of_target = table.get("target").and_then(|targets| targets.get(target));
    match of_target.or(build).and_then(|table| table.get("rustflags")) {
        Some(toml::Value::String(flags)) => flags.split_whitespace().map(str::to_owned).collect(),
        Some(toml::Value::Array(flags)) => {
            flags.iter().filter_map(|flag| flag.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    }
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
    fn flags_are_found_in_config_values() {
        let flags = |config| flags_in(config, "x86_64-unknown-linux-gnu").join(" ");
        assert_eq!(flags(r#"build.rustflags=["-C", "target-cpu=native"]"#), "-C target-cpu=native");
        assert_eq!(flags(r#"target.x86_64-unknown-linux-gnu.rustflags="-C a=b""#), "-C a=b");
        assert_eq!(flags("target.wasm32-wasip1.rustflags='-C a=b'"), "");
        assert_eq!(flags("some/config.toml"), "");
    }

    #[test]
    fn target_features_are_read_from_cfg_and_sorted() {
        let cfg =
            "debug_assertions\ntarget_arch=\"x86_64\"\ntarget_feature=\"sse2\"\ntarget_feature=\"avx\"\n";
        assert_eq!(target_features(cfg), ["avx", "sse2"]);
    }
}
