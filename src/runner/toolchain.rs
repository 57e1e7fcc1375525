//! How the benches are built, as a baseline records it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use super::workspace::Workspace;
use crate::model::Build;

/// What the user asked of cargo that the toolchain alone does not tell.
#[derive(Debug, Clone, Default)]
pub struct BuildChoices {
    /// `--profile`.
    pub profile: Option<String>,
    /// `--target`.
    pub target: Option<String>,
    /// Feature flags as given.
    pub features: Vec<String>,
}

/// Facts of the build in `workspace`, but for criterion's version, which the benches themselves tell.
///
/// # Errors
/// When cargo's configuration cannot be read or rustc cannot be asked.
pub fn build_facts(workspace: &Workspace, choices: &BuildChoices) -> Result<Build> {
    let config = cargo_config2::Config::load_with_cwd(workspace.root())
        .context("cannot read cargo's configuration")?;
    let target = match &choices.target {
        Some(target) => target.clone(),
        None => config
            .build_target_for_config(None::<&str>)
            .ok()
            .and_then(|targets| targets.first().map(|target| target.triple().to_owned()))
            .map_or_else(|| config.host_triple().map(str::to_owned), Ok)
            .context("cannot ask rustc for its host")?,
    };
    let flags = config.rustflags(&target).context("cannot read rustc's flags")?.unwrap_or_default();
    let rustc = || Command::from(config.rustc());
    Ok(Build {
        rustc: said(rustc().arg("--version"))?.trim().to_owned(),
        target_features: target_features(&said(
            rustc().args(["--print", "cfg", "--target", &target]).args(&flags.flags),
        )?),
        target,
        profile: choices.profile.clone().unwrap_or_else(|| "bench".to_owned()),
        features: choices.features.clone(),
        rustflags: flags.flags.join(" "),
        lock_hash: lock_hash(&workspace.root()),
        criterion: None,
    })
}

fn said(command: &mut Command) -> Result<String> {
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
