//! Builds benches with cargo and finds their executables.

use std::ffi::OsString;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use cargo_metadata::{Artifact, Message, TargetKind};

use super::workspace::{Harness, Resolved, Workspace};
use crate::channel::CriterionId;
use crate::model::BenchmarkId;

/// What to build: cargo's own arguments, passed on as they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BuildRequest {
    /// Arguments of `cargo bench`: what to build, where, and how much to say.
    pub arguments: Vec<String>,
    /// Some of them name bench targets (`--bench`), so that all others are left out.
    pub names_benches: bool,
    /// Environment variables for cargo and the benches.
    pub variables: Vec<(String, String)>,
}

/// A built bench that may be run.
#[derive(Debug, Clone, PartialEq)]
pub struct BenchExecutable {
    /// Its package.
    pub package: String,
    /// Version of the package.
    pub version: String,
    /// Bench target.
    pub target: String,
    /// The executable.
    pub path: PathBuf,
    /// Folder of the package's manifest: cargo runs benches there.
    pub directory: PathBuf,
    /// Folders for the dynamic linker.
    pub libraries: Vec<PathBuf>,
    /// Its package depends on criterion.
    pub uses_criterion: bool,
}

impl BenchExecutable {
    /// The id of one of its benchmarks.
    pub(crate) fn id(&self, criterion: &CriterionId) -> BenchmarkId {
        let (package, target) = (self.package.clone(), self.target.clone());
        BenchmarkId { package, target, criterion: criterion.clone() }
    }
}

/// A bench that is left out, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct SkippedBench {
    /// Bench target.
    pub target: String,
    /// Why, with the next step.
    pub reason: String,
}

/// The result of a build.
#[derive(Debug, Default)]
pub struct Built {
    /// What may be run, in cargo's order of names.
    pub executables: Vec<BenchExecutable>,
    /// What was left out.
    pub skipped: Vec<SkippedBench>,
}

/// The build failed; cargo has said why on standard error.
#[derive(Debug, thiserror::Error)]
#[error("the benches could not be built: `{command}` ended with {status}")]
pub struct BuildFailed {
    command: String,
    status: std::process::ExitStatus,
}

/// Builds the benches of `workspace`.
///
/// # Errors
/// [`BuildFailed`] when cargo fails; others when it cannot be started or understood.
pub fn build(workspace: &Workspace, request: &BuildRequest) -> Result<Built> {
    workspace.require_benches()?;
    let mut command = cargo_bench(workspace, request);
    let shown = shown(&command);
    let mut child = command.spawn().with_context(|| format!("cannot start `{shown}`"))?;
    let stdout = child.stdout.take().context("cargo has no standard output")?;
    let mut artifacts = Vec::new();
    let mut libraries = Vec::new();
    for message in Message::parse_stream(BufReader::new(stdout)) {
        match message.context("cannot read cargo's messages")? {
            Message::CompilerArtifact(artifact) => artifacts.push(artifact),
            Message::BuildScriptExecuted(script) => {
                libraries.extend(script.linked_paths.iter().map(|path| linked_folder(path.as_str())));
            }
            _ => {}
        }
    }
    let status = child.wait().with_context(|| format!("cannot wait for `{shown}`"))?;
    if !status.success() {
        bail!(BuildFailed { command: shown, status });
    }
    sort_out(&workspace.resolved()?, artifacts, &libraries)
}

fn cargo_bench(workspace: &Workspace, request: &BuildRequest) -> Command {
    let mut command = Command::new(cargo());
    command.args(["bench", "--no-run", "--message-format=json-render-diagnostics"]);
    if !request.names_benches {
        command.args(all_benches(workspace));
    }
    if let Some(path) = workspace.manifest_path() {
        command.arg("--manifest-path").arg(path);
    }
    command
        .args(&request.arguments)
        .envs(request.variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}

/// Cargo's arguments for all bench targets. `--benches` also builds libraries and binaries as benches, which the
/// pattern does not; but to the pattern a bench without its required features is an error.
fn all_benches(workspace: &Workspace) -> &'static [&'static str] {
    if workspace.benches_require_features() { &["--benches"] } else { &["--bench", "*"] }
}

/// The cargo that runs this subcommand.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// A command as a user could type it.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| quoted(&word.to_string_lossy())).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./,:+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// `native=/some/folder` and the like without its kind.
fn linked_folder(path: &str) -> PathBuf {
    let kinds = ["dependency=", "crate=", "native=", "framework=", "all="];
    kinds.iter().find_map(|kind| path.strip_prefix(kind)).unwrap_or(path).into()
}

fn sort_out(project: &Resolved, artifacts: Vec<Artifact>, libraries: &[PathBuf]) -> Result<Built> {
    let mut built = Built::default();
    for artifact in artifacts {
        let Some(path) = artifact.executable.clone() else { continue };
        if !artifact.target.kind.contains(&TargetKind::Bench) {
            continue;
        }
        let package = project.package(&artifact.package_id).context("cargo built an unknown package")?;
        match skip_reason(project.harness(package, &artifact.target.name)?) {
            Some(reason) => built.skipped.push(SkippedBench { target: artifact.target.name, reason }),
            None => built.executables.push(BenchExecutable {
                uses_criterion: project.criterion_of(package).is_some(),
                package: package.name.to_string(),
                version: package.version.to_string(),
                target: artifact.target.name,
                libraries: libraries.iter().cloned().chain(path.parent().map(Into::into)).collect(),
                path: path.into(),
                directory: package.manifest_path.parent().map(Into::into).unwrap_or_default(),
            }),
        }
    }
    built.executables.sort_by(|a, b| (&a.package, &a.target).cmp(&(&b.package, &b.target)));
    Ok(built)
}

fn skip_reason(harness: Harness) -> Option<String> {
    match harness {
        Harness::Own => None,
        Harness::Libtest => Some(
            "it uses libtest's harness; a criterion bench needs `harness = false` in its `[[bench]]`"
                .to_owned(),
        ),
        Harness::OldCriterion(version) => Some(format!(
            "criterion {version} is too old for the runner protocol; use 0.3.3 or later, 0.8 for all of tensorprof"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_command_can_be_typed() {
        let mut command = Command::new("cargo");
        command.args(["bench", "--bench", "*", "--features", "it's"]);
        assert_eq!(shown(&command), r"cargo bench --bench '*' --features 'it'\''s'");
    }

    #[test]
    fn linked_folders_lose_their_kind() {
        assert_eq!(linked_folder("native=/a/b"), PathBuf::from("/a/b"));
        assert_eq!(linked_folder("/a=b/c"), PathBuf::from("/a=b/c"));
    }
}
