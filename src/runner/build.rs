//! Builds benches with cargo and finds their executables.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, BufReader, Read, Seek as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::diagnostic::DiagnosticLevel;
use cargo_metadata::{Artifact, Message, TargetKind};

use super::cargo::{command_line, whole_command_line};
use super::child::ProcessGroup;
use super::dialect::{Dialect, may_hold_criterion};
use super::interrupt;
use super::invocation::{Inquiry, Invocation};
use super::selection;
use super::workspace::{Harness, Resolved, Workspace};
use crate::channel::CriterionId;
use crate::model::{BenchmarkId, bench_label, printable};

/// What to build, as arguments for cargo.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BuildRequest {
    /// Arguments of `cargo bench`: what to build, and where.
    pub arguments: Vec<String>,
    /// More of them: how verbosely.
    pub output: Vec<String>,
    /// Whether they name bench targets (`--bench`); then no others are built.
    pub names_benches: bool,
    /// Bench targets that are not run.
    pub excluded_benches: Vec<String>,
    /// Environment variables for cargo and the benches.
    pub variables: Vec<(String, String)>,
    /// The executable that cargo starts in place of the benches, to learn how it starts them: one that
    /// [answers](super::invocation::answer).
    pub recorder: PathBuf,
}

/// A built bench that may be run.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(Default))]
pub struct BenchExecutable {
    /// Its package.
    pub package: String,
    /// Bench target.
    pub target: String,
    /// What it is called among the benches of its build.
    pub label: String,
    /// The executable.
    pub path: PathBuf,
    /// How it is started.
    pub invocation: Invocation,
    /// Dynamic libraries of the same build, which it may load.
    pub libraries: Vec<PathBuf>,
    /// The benchmark harnesses of its package.
    pub dialect: Dialect,
}

impl BenchExecutable {
    /// The executable of this process, which is a bench with the library in it for those who start
    /// it with the right variables.
    ///
    /// # Errors
    /// Its path or the current folder cannot be found.
    pub fn of_this_process(package: &str, target: &str) -> Result<BenchExecutable> {
        let folder = env::current_dir().context("cannot find the current folder")?;
        let target_directory = folder.join("target");
        let mut invocation = Invocation::plain(folder);
        invocation.tell_target_directory(&target_directory);
        Ok(BenchExecutable {
            package: package.to_owned(),
            target: target.to_owned(),
            label: target.to_owned(),
            path: env::current_exe()
                .context("cannot find the executable of this command, to run it as a bench")?,
            invocation,
            libraries: Vec::new(),
            dialect: Dialect::of_library(),
        })
    }

    /// The command that starts it as `cargo bench` does.
    pub fn command(&self) -> Command {
        self.invocation.command(&self.path)
    }

    /// What an error says of a process of it that cannot be started or followed.
    pub(crate) fn cannot_run(&self) -> String {
        let runner = self.invocation.runner.iter().map(|word| format!("{} ", word.display()));
        let command = runner.collect::<String>() + &self.path.display().to_string();
        format!("cannot run bench `{}` ({command})", self.label)
    }

    /// Why it is not measured where it does not speak criterion's protocol, and what to do about it.
    pub fn not_criterion(&self) -> String {
        let others = self.dialect.other_harnesses();
        format!("it does not speak criterion's runner protocol{others}; {}", self.by_hand())
    }

    /// Why it is not started where it holds no criterion, and what to do about it.
    fn without_criterion(&self) -> String {
        let others = self.dialect.other_harnesses();
        let switched_off = if self.dialect.has_criterion() && others.is_empty() {
            ", though its package depends on it: perhaps a feature is missing"
        } else {
            ""
        };
        format!("there is no criterion in it{others}{switched_off}; {}", self.by_hand())
    }

    /// How a bench that is not measured is run, and how no more is said of it.
    fn by_hand(&self) -> String {
        let BenchExecutable { package, target, label, .. } = self;
        let excluded = if label == target { target.clone() } else { qualified(package, target) };
        format!(
            "run it by `cargo bench --package {package} --bench {target}`, and leave it out from the start by \
             `--exclude-bench {excluded}`"
        )
    }

    /// The id of one of its benchmarks.
    pub(crate) fn id(&self, criterion: &CriterionId) -> BenchmarkId {
        let (package, target) = (self.package.clone(), self.target.clone());
        BenchmarkId { package, target, criterion: criterion.clone() }
    }
}

/// A bench that cannot be run, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct SkippedBench {
    /// What it is called among the benches of its build.
    pub label: String,
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

impl Built {
    /// Skips the benches that hold no criterion, and load no library that does. A process of one would do whatever its harness does, for as long as that takes.
    fn with_criterion(self) -> Built {
        let Built { executables, mut skipped } = self;
        // Benches of one build load the same libraries, which may be large.
        let mut known = BTreeMap::new();
        let (executables, others): (Vec<_>, Vec<_>) = executables.into_iter().partition(|bench| {
            let mut files = std::iter::once(&bench.path).chain(&bench.libraries);
            files.any(|file| *known.entry(file.clone()).or_insert_with(|| may_hold_criterion(file)))
        });
        skipped.extend(others.into_iter().map(|bench| {
            let reason = bench.without_criterion();
            SkippedBench { label: bench.label, reason }
        }));
        Built { executables, skipped }
    }
}

impl SkippedBench {
    /// That no bench of a name that was to be left out was built.
    fn missing(name: &str) -> SkippedBench {
        let reason = "`--exclude-bench` names it, and no such bench was built".to_owned();
        SkippedBench { label: printable(name), reason }
    }
}

/// A bench target as it is named where other packages have one of its name.
fn qualified(package: &str, target: &str) -> String {
    format!("{package}::{target}")
}

/// The build failed.
#[derive(Debug, thiserror::Error)]
#[error(
    "the benches could not be built: `{command}` ended with {status}{}",
    refusal.iter().map(|next| format!("; {next}")).collect::<String>()
)]
pub struct BuildFailed {
    command: String,
    status: ExitStatus,
    /// What to ask for instead, where cargo has begun to build nothing.
    refusal: Option<String>,
    /// What the compiler said, where cargo has not printed it to standard error.
    pub diagnostics: Vec<String>,
}

impl BuildFailed {
    /// Cargo has begun to build nothing: what it was asked for is not there, or cannot be.
    pub fn is_refusal(&self) -> bool {
        self.refusal.is_some()
    }
}

/// What happens to the compiler's diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Diagnostics {
    /// Cargo prints them.
    Shown,
    /// They are kept for [`BuildFailed`], since the failure may not be the user's.
    Kept,
}

impl Diagnostics {
    fn format(self) -> &'static str {
        match self {
            Diagnostics::Shown => "--message-format=json-render-diagnostics",
            Diagnostics::Kept => "--message-format=json",
        }
    }
}

/// Builds the benches of `workspace`. What the compiler says is printed to standard error. `on_command` is told every call of
/// cargo, as a line for a shell.
///
/// # Errors
/// [`BuildFailed`] when cargo fails; [`super::interrupt::Interrupted`]; other errors when cargo cannot be
/// started or its output cannot be read.
pub fn build(
    workspace: &Workspace,
    request: &BuildRequest,
    on_command: &mut dyn FnMut(&str),
) -> Result<Built> {
    build_with(workspace, request, Diagnostics::Shown, on_command)
}

/// Like [`build`], with a choice of where the compiler's diagnostics go.
pub(crate) fn build_with(
    workspace: &Workspace,
    request: &BuildRequest,
    diagnostics: Diagnostics,
    on_command: &mut dyn FnMut(&str),
) -> Result<Built> {
    workspace.require_benches()?;
    let inquiry = Inquiry::new(workspace.cargo(), request)?;
    let mut command = cargo_bench(workspace, request)?;
    command.args(&request.output).arg(diagnostics.format());
    let line = format!("{} --no-run", command_line(&command));
    command.args(inquiry.of_build()?);
    let advice = || selection::advice(&workspace.offers(), &request.arguments);
    let said = run(&mut command, &line, &advice, on_command)?;
    let mut built = benches(&workspace.resolved()?, said.artifacts, &request.excluded_benches)?;
    let paths: Vec<&Path> = built.executables.iter().map(|bench| bench.path.as_path()).collect();
    let started = inquiry.answers(&paths, &mut |arguments| {
        standard_error(cargo_bench(workspace, request)?.args(arguments), on_command)
    })?;
    for (bench, invocation) in built.executables.iter_mut().zip(started) {
        bench.invocation = invocation;
        bench.invocation.tell_target_directory(&workspace.target_directory());
    }
    Ok(built)
}

/// Runs the build, which errors name by `line`. `advice` is for one that cargo refuses to begin.
fn run(
    command: &mut Command,
    line: &str,
    advice: &dyn Fn() -> String,
    on_command: &mut dyn FnMut(&str),
) -> Result<Messages> {
    on_command(&whole_command_line(command));
    command.stdout(Stdio::piped());
    let mut child = ProcessGroup::spawn(command).with_context(|| format!("cannot start `{line}`"))?;
    let stdout = child.take_stdout().context("cargo has no standard output")?;
    let (status, said) = thread::scope(|scope| {
        let reader = scope.spawn(|| read_messages(stdout));
        (interrupt::wait(&mut child), reader.join())
    });
    let status = status.with_context(|| format!("cannot wait for `{line}`"))?;
    interrupt::check()?;
    let said = said.map_err(|_| anyhow!("cargo's messages could not be handled"))??;
    if !status.success() {
        // One that a signal ended has told nothing.
        let is_refused = !said.has_begun && status.code().is_some();
        let refusal = is_refused.then(advice);
        bail!(BuildFailed { command: line.to_owned(), status, refusal, diagnostics: said.diagnostics });
    }
    Ok(said)
}

/// What a command prints to standard error.
fn standard_error(command: &mut Command, on_command: &mut dyn FnMut(&str)) -> Result<String> {
    let line = whole_command_line(command);
    on_command(&line);
    let mut said = tempfile::tempfile().context("cannot make a temporary file")?;
    command.stdout(Stdio::null()).stderr(said.try_clone()?);
    let mut child = ProcessGroup::spawn(command).with_context(|| format!("cannot start `{line}`"))?;
    let status = interrupt::wait(&mut child).with_context(|| format!("cannot wait for `{line}`"))?;
    interrupt::check()?;
    said.rewind()?;
    let said = io::read_to_string(said).with_context(|| format!("cannot read what `{line}` says"))?;
    ensure!(status.success(), "`{line}` ended with {status}: {}", said.trim());
    Ok(said)
}

/// What cargo reported of a build.
#[derive(Default)]
struct Messages {
    /// Cargo has begun to build: of what it has, it tells at the end how that went.
    has_begun: bool,
    artifacts: Vec<Artifact>,
    diagnostics: Vec<String>,
}

fn read_messages(stdout: impl Read) -> Result<Messages> {
    let mut said = Messages::default();
    for message in Message::parse_stream(BufReader::new(stdout)) {
        match message.context("cannot read cargo's messages")? {
            Message::BuildFinished(_) => said.has_begun = true,
            Message::CompilerArtifact(artifact) => said.artifacts.push(artifact),
            Message::CompilerMessage(message) if message.message.level == DiagnosticLevel::Error => {
                said.diagnostics.push(message.message.rendered.unwrap_or(message.message.message));
            }
            _ => {}
        }
    }
    Ok(said)
}

fn cargo_bench(workspace: &Workspace, request: &BuildRequest) -> Result<Command> {
    let mut command = workspace.cargo().command();
    command.arg("bench");
    if !request.names_benches {
        command.args(all_benches(workspace)?);
    }
    if let Some(path) = workspace.manifest_path() {
        command.arg("--manifest-path").arg(path);
    }
    command
        .args(&request.arguments)
        .envs(request.variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null());
    Ok(command)
}

/// Cargo's arguments for all benches that `cargo bench` runs. `--benches` also builds libraries and binaries as benches, the
/// pattern does not; but the pattern names those that `cargo bench` leaves out, too.
fn all_benches(workspace: &Workspace) -> Result<&'static [&'static str]> {
    Ok(if workspace.leaves_benches_out()? { &["--benches"] } else { &["--bench", "*"] })
}

/// The benches among what was built but those that are left out; how they are started is not known yet.
fn benches(project: &Resolved, artifacts: Vec<Artifact>, excluded: &[String]) -> Result<Built> {
    let libraries: Vec<PathBuf> = artifacts.iter().flat_map(dynamic_libraries).collect();
    let is_bench = |artifact: &Artifact| artifact.target.kind.contains(&TargetKind::Bench);
    let executables = artifacts.into_iter().filter(is_bench);
    let executables = executables.filter_map(|artifact| Some((artifact.executable.clone()?, artifact)));
    let mut found = Vec::new();
    for (path, artifact) in executables {
        let package = project.package(&artifact.package_id).context("cargo built an unknown package")?;
        let skipped = skip_reason(project.harness(package, &artifact.target.name)?);
        let executable = BenchExecutable {
            dialect: project.dialect(package),
            package: package.name.to_string(),
            label: String::new(),
            target: artifact.target.name,
            path: path.into(),
            invocation: Invocation::default(),
            libraries: libraries.clone(),
        };
        found.push((executable, skipped));
    }
    Ok(selected(found, excluded).with_criterion())
}

/// The benches with their labels, each with the reason why it cannot be run, if there is one; without those that are left out.
fn selected(mut found: Vec<(BenchExecutable, Option<String>)>, excluded: &[String]) -> Built {
    let names: Vec<(String, String)> =
        found.iter().map(|(bench, _)| (bench.package.clone(), bench.target.clone())).collect();
    let known = || names.iter().map(|(package, target)| (package.as_str(), target.as_str()));
    found.sort_by(|(a, _), (b, _)| (&a.package, &a.target).cmp(&(&b.package, &b.target)));
    let is_named = |(package, target): &(String, String), name: &String| {
        target == name || qualified(package, target) == *name
    };
    let mut built = Built::default();
    for (mut bench, skipped) in found {
        bench.label = bench_label(known(), &bench.package, &bench.target);
        let place = (bench.package.clone(), bench.target.clone());
        if excluded.iter().any(|name| is_named(&place, name)) {
            continue;
        }
        match skipped {
            Some(reason) => built.skipped.push(SkippedBench { label: bench.label, reason }),
            None => built.executables.push(bench),
        }
    }
    let is_missing = |name: &&String| !names.iter().any(|place| is_named(place, name));
    built.skipped.extend(excluded.iter().filter(is_missing).map(|name| SkippedBench::missing(name)));
    built
}

/// The files of a library of Rust that executables load when they start.
fn dynamic_libraries(artifact: &Artifact) -> Vec<PathBuf> {
    let is_loaded = |file: &&Utf8PathBuf| matches!(file.extension(), Some("so" | "dylib" | "dll"));
    let files = artifact.filenames.iter().filter(is_loaded);
    let files = files.filter(|_| artifact.target.kind.contains(&TargetKind::DyLib));
    files.map(|file| file.clone().into()).collect()
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

    /// Benches `PACKAGE::TARGET`; those of `q` cannot be run.
    fn built(benches: &[&str], excluded: &[&str]) -> [Vec<String>; 2] {
        let found = benches.iter().map(|name| {
            let (package, target) = name.split_once("::").expect("two names");
            let bench = BenchExecutable {
                package: package.to_owned(),
                target: target.to_owned(),
                ..BenchExecutable::default()
            };
            (bench, (package == "q").then(|| "a reason".to_owned()))
        });
        let excluded: Vec<String> = excluded.iter().map(|name| (*name).to_owned()).collect();
        let Built { executables, skipped } = selected(found.collect(), &excluded);
        [
            executables.into_iter().map(|bench| bench.label).collect(),
            skipped.into_iter().map(|bench| bench.label).collect(),
        ]
    }

    #[test]
    fn a_bench_is_named_with_its_package_where_another_has_one_of_its_name() {
        assert_eq!(built(&["q::a", "p::b", "p::a"], &[]), [vec!["p::a", "b"], vec!["q::a"]]);
        assert_eq!(built(&["p::a", "p::b"], &[]), [vec!["a", "b"], vec![]]);
    }

    #[test]
    fn benches_are_left_out_by_their_name_in_all_packages_or_in_one() {
        let benches = ["p::a", "q::a", "p::b"];
        assert_eq!(built(&benches, &["a"]), [vec!["b"], vec![]]);
        assert_eq!(built(&benches, &["p::a"]), [vec!["b"], vec!["q::a"]]);
        assert_eq!(built(&benches, &["a", "q::b", "c"]), [vec!["b"], vec!["q::b", "c"]]);
    }

    #[test]
    fn what_is_said_of_another_harness_can_be_pasted() {
        let bench = |label: &str| BenchExecutable {
            package: "p".to_owned(),
            target: "a".to_owned(),
            label: label.to_owned(),
            ..BenchExecutable::default()
        };
        let says = |label: &str, excluded: &str| {
            let advice = format!(
                "; run it by `cargo bench --package p --bench a`, and leave it out from the start by `--exclude-bench {excluded}`"
            );
            assert!(bench(label).not_criterion().ends_with(&advice));
            assert!(bench(label).without_criterion().ends_with(&advice));
        };
        says("a", "a");
        says("p::a", "p::a");
    }

    #[test]
    fn a_bench_without_criterion_is_not_run() {
        let folder = tempfile::tempdir().unwrap();
        let written = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).unwrap();
            folder.path().join(name)
        };
        let [with, without] = [written("with", "CARGO_CRITERION_PORT"), written("without", "")];
        let bench = |label: &str, path: &PathBuf, libraries: Vec<PathBuf>| BenchExecutable {
            label: label.to_owned(),
            path: path.clone(),
            libraries,
            ..BenchExecutable::default()
        };
        let executables = vec![
            bench("criterion", &with, Vec::new()),
            bench("in a library", &without, vec![without.clone(), with.clone()]),
            bench("foreign", &without, vec![without.clone()]),
        ];
        let built = Built { executables, skipped: Vec::new() }.with_criterion();
        let labels: Vec<&str> = built.executables.iter().map(|bench| bench.label.as_str()).collect();
        assert_eq!(labels, ["criterion", "in a library"]);
        assert_eq!(built.skipped.len(), 1);
        assert!(built.skipped[0].reason.starts_with("there is no criterion in it; run it by "), "{built:?}");
    }
}
