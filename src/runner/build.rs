//! Builds benches with cargo and finds their executables.

use std::io::{BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use anyhow::{Context as _, Result, anyhow, bail};
use cargo_metadata::diagnostic::DiagnosticLevel;
use cargo_metadata::{Artifact, Message, TargetKind};

use super::cargo::command_line;
use super::child::ProcessGroup;
use super::interrupt;
use super::workspace::{Harness, Resolved, Workspace};
use crate::channel::CriterionId;
use crate::model::BenchmarkId;

/// What to build, as arguments for cargo.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BuildRequest {
    /// Arguments of `cargo bench`: what to build, where, and how verbosely.
    pub arguments: Vec<String>,
    /// Whether they name bench targets (`--bench`); then no others are built.
    pub names_benches: bool,
    /// Environment variables for cargo and the benches.
    pub variables: Vec<(String, String)>,
}

/// A built bench that may be run.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(Default))]
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
    /// Whether its package depends on criterion.
    pub uses_criterion: bool,
}

impl BenchExecutable {
    /// The id of one of its benchmarks.
    pub(crate) fn id(&self, criterion: &CriterionId) -> BenchmarkId {
        let (package, target) = (self.package.clone(), self.target.clone());
        BenchmarkId { package, target, criterion: criterion.clone() }
    }
}

/// A bench that cannot be run, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct SkippedBench {
    /// Bench target.
    pub target: String,
    /// Why, and what to do about it.
    pub reason: String,
}

/// The result of a build.
#[derive(Debug, Default)]
pub struct Built {
    /// The benches to run, sorted by package and target.
    pub executables: Vec<BenchExecutable>,
    /// The benches that cannot be run.
    pub skipped: Vec<SkippedBench>,
}

/// The build failed.
#[derive(Debug, thiserror::Error)]
#[error("the benches could not be built: `{command}` ended with {status}")]
pub struct BuildFailed {
    command: String,
    status: ExitStatus,
    /// What the compiler said, where cargo has not printed it to standard error.
    pub diagnostics: Vec<String>,
}

/// What happens to the compiler's diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Diagnostics {
    /// Cargo prints them.
    Shown,
    /// They are kept for [`BuildFailed`], since the failure may not be the user's.
    Kept,
}

/// Builds the benches of `workspace`. What the compiler says is printed to standard error.
///
/// # Errors
/// [`BuildFailed`] when cargo fails; [`super::interrupt::Interrupted`]; other errors when cargo cannot be
/// started or its output cannot be read.
pub fn build(workspace: &Workspace, request: &BuildRequest) -> Result<Built> {
    build_with(workspace, request, Diagnostics::Shown)
}

/// Like [`build`], with a choice of where the compiler's diagnostics go.
pub(crate) fn build_with(
    workspace: &Workspace,
    request: &BuildRequest,
    diagnostics: Diagnostics,
) -> Result<Built> {
    workspace.require_benches()?;
    let mut command = cargo_bench(workspace, request, diagnostics);
    let line = command_line(&command);
    let mut child = ProcessGroup::spawn(&mut command).with_context(|| format!("cannot start `{line}`"))?;
    let stdout = child.take_stdout().context("cargo has no standard output")?;
    let (status, said) = thread::scope(|scope| {
        let reader = scope.spawn(|| read_messages(stdout));
        (interrupt::wait(&mut child), reader.join())
    });
    let status = status.with_context(|| format!("cannot wait for `{line}`"))?;
    interrupt::check()?;
    let said = said.map_err(|_| anyhow!("cargo's messages could not be handled"))??;
    if !status.success() {
        bail!(BuildFailed { command: line, status, diagnostics: said.diagnostics });
    }
    select_benches(&workspace.resolved()?, said.artifacts, &said.libraries)
}

/// What cargo reported of a build.
#[derive(Default)]
struct Messages {
    artifacts: Vec<Artifact>,
    /// Folders with libraries that build scripts named.
    libraries: Vec<PathBuf>,
    diagnostics: Vec<String>,
}

fn read_messages(stdout: impl Read) -> Result<Messages> {
    let mut said = Messages::default();
    for message in Message::parse_stream(BufReader::new(stdout)) {
        match message.context("cannot read cargo's messages")? {
            Message::CompilerArtifact(artifact) => said.artifacts.push(artifact),
            Message::BuildScriptExecuted(script) => {
                said.libraries.extend(script.linked_paths.iter().map(|path| linked_folder(path.as_str())));
            }
            Message::CompilerMessage(message) if message.message.level == DiagnosticLevel::Error => {
                said.diagnostics.push(message.message.rendered.unwrap_or(message.message.message));
            }
            _ => {}
        }
    }
    Ok(said)
}

fn cargo_bench(workspace: &Workspace, request: &BuildRequest, diagnostics: Diagnostics) -> Command {
    let mut command = workspace.cargo().command();
    let format = match diagnostics {
        Diagnostics::Shown => "--message-format=json-render-diagnostics",
        Diagnostics::Kept => "--message-format=json",
    };
    command.args(["bench", "--no-run", format]);
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

/// Cargo's arguments for all bench targets. `--benches` also builds libraries and binaries as benches, the
/// pattern does not; but with the pattern, a bench whose required features are not enabled is an error.
fn all_benches(workspace: &Workspace) -> &'static [&'static str] {
    if workspace.benches_require_features() { &["--benches"] } else { &["--bench", "*"] }
}

/// A path such as `native=/some/folder`, without its kind.
fn linked_folder(path: &str) -> PathBuf {
    let kinds = ["dependency=", "crate=", "native=", "framework=", "all="];
    kinds.iter().find_map(|kind| path.strip_prefix(kind)).unwrap_or(path).into()
}

fn select_benches(project: &Resolved, artifacts: Vec<Artifact>, libraries: &[PathBuf]) -> Result<Built> {
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
            "it uses libtest's harness; a criterion bench needs `harness = false` in its `[[bench]]` (any other needs `bench = \
             false`, if `cargo bench -- --save-baseline` and the like are to work)"
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
    fn linked_folders_lose_their_kind() {
        assert_eq!(linked_folder("native=/a/b"), PathBuf::from("/a/b"));
        assert_eq!(linked_folder("/a=b/c"), PathBuf::from("/a=b/c"));
    }
}
