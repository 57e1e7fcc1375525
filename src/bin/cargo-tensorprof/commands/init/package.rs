//! What one package lacks.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use tensorprof::init::{
    ALLOCATOR, Additions, DevDependency, FIRST_BENCH, Placement, extended, with_allocator,
};
use tensorprof::runner::member::{BenchTarget, CriterionDependency, Member};
use walkdir::{DirEntry, WalkDir};

use super::library;
use super::plan::{Edit, Plan};
use crate::cli::InitArguments;
use crate::commands::files::read;
use crate::project::display_path;

/// What a bench needs besides the allocator.
const PROFILE_GROUPS: &str = "`profile_group` of `tensorprof::ProfileExt` in place of `benchmark_group`: its benchmarks have \
                              allocation, declared work and the probes";

/// A bench on criterion, with its text.
struct CriterionBench<'a> {
    target: &'a BenchTarget,
    text: String,
}

/// What is to be done in a package of a workspace with this manifest.
pub(super) fn plan(member: &Member, workspace: &Path, arguments: &InitArguments) -> Result<Plan> {
    let benches = criterion_benches(member)?;
    match (&member.criterion, benches.as_slice()) {
        (CriterionDependency::Other(other), []) => bail!(
            "cannot write a bench for `{}`: it depends on {other}, and the library needs criterion 0.8; depend on that, or write \
             a bench for what it has",
            member.name
        ),
        (CriterionDependency::Other(other), _) => Ok(measured_as_it_is(member, other)),
        (CriterionDependency::None | CriterionDependency::OfLibrary, []) => {
            first_bench(member, workspace, arguments)
        }
        (CriterionDependency::None | CriterionDependency::OfLibrary, benches) => {
            existing(member, benches, workspace, arguments)
        }
    }
}

/// What a bench has that criterion runs: its `main`, or one of the user's own.
const MAINS: [&str; 2] = ["criterion_main!", "configure_from_args"];

/// The benches of a package that depends on criterion which criterion runs: others are of other harnesses.
fn criterion_benches(member: &Member) -> Result<Vec<CriterionBench<'_>>> {
    if member.criterion == CriterionDependency::None {
        return Ok(Vec::new());
    }
    let mut benches = Vec::new();
    for target in &member.benches {
        let text = read(&target.source)?;
        if MAINS.iter().any(|main| text.contains(main)) {
            benches.push(CriterionBench { target, text });
        }
    }
    Ok(benches)
}

/// A package whose benches can be measured, and the library cannot be used in them.
fn measured_as_it_is(member: &Member, criterion: &str) -> Plan {
    let warning = format!(
        "`{}` depends on {criterion}: its benches are measured as they are; allocation needs the library and criterion 0.8",
        member.name
    );
    Plan { warnings: vec![warning], ..Plan::default() }
}

fn first_bench(member: &Member, workspace: &Path, arguments: &InitArguments) -> Result<Plan> {
    let name = &arguments.bench;
    let path = member.folder().join("benches").join(format!("{name}.rs"));
    let bench = first_bench_at(path, member, name)?;
    let (mut dependencies, warnings) = lacking_library(member, workspace, arguments)?;
    if member.criterion == CriterionDependency::None {
        dependencies.insert(0, library::criterion(&read(workspace)?)?);
    }
    let manifest = manifest(member, &Additions { dependencies, benches: vec![name.clone()] })?;
    // The manifest last: it must not name a bench that could not be written.
    Ok(Plan { edits: bench.into_iter().chain(manifest).collect(), warnings, ..Plan::default() })
}

/// The file of the first bench; `None` where it is there already, since an earlier run came no further.
fn first_bench_at(path: PathBuf, member: &Member, name: &str) -> Result<Option<Edit>> {
    if path.is_file() && read(&path)? == FIRST_BENCH {
        return Ok(None);
    }
    let is_taken = member.benches.iter().any(|bench| bench.name == name);
    if is_taken || path.symlink_metadata().is_ok() {
        bail!(
            "cannot write {}: there is one that is not of criterion; name another by `--bench`",
            display_path(&path)
        );
    }
    Ok(Some(Edit { path, before: None, after: FIRST_BENCH.to_owned(), added: Vec::new() }))
}

/// The dependency on the library, where it is missing, and what the user should know of it.
fn lacking_library(
    member: &Member,
    workspace: &Path,
    arguments: &InitArguments,
) -> Result<(Vec<DevDependency>, Vec<String>)> {
    if member.has_library {
        return Ok((Vec::new(), Vec::new()));
    }
    let (dependency, warning) = library::library(arguments, member.folder(), &read(workspace)?)?;
    Ok((vec![dependency], warning.into_iter().collect()))
}

fn existing(
    member: &Member,
    benches: &[CriterionBench<'_>],
    workspace: &Path,
    arguments: &InitArguments,
) -> Result<Plan> {
    let (dependencies, warnings) = lacking_library(member, workspace, arguments)?;
    // None of them has a main of libtest's, which cargo would give it.
    let harnesses = benches.iter().filter(|bench| !bench.target.says_harness);
    let harnesses = harnesses.map(|bench| bench.target.name.clone());
    let additions = Additions { dependencies, benches: harnesses.collect() };
    let mut plan =
        Plan { edits: manifest(member, &additions)?.into_iter().collect(), warnings, ..Plan::default() };
    let other = other_allocator(member, benches);
    for bench in benches {
        add_allocator(&mut plan, bench, other.as_deref());
    }
    if !benches.iter().any(|bench| bench.text.contains("profile_group")) {
        plan.next.push(PROFILE_GROUPS.to_owned());
    }
    Ok(plan)
}

/// The manifest with what is added; `None` where nothing is.
fn manifest(member: &Member, additions: &Additions) -> Result<Option<Edit>> {
    let path = &member.manifest;
    let shown = display_path(path);
    let before = read(path)?;
    let after = extended(&before, additions).with_context(|| format!("cannot add to {shown}"))?;
    if after == before {
        return Ok(None);
    }
    let dependencies = additions.dependencies.iter().map(|dependency| format!("`{dependency}` to {shown}"));
    let benches =
        additions.benches.iter().map(|bench| format!("bench `{bench}` with `harness = false` to {shown}"));
    let added = dependencies.chain(benches).collect();
    Ok(Some(Edit { path: path.clone(), before: Some(before), added, after }))
}

fn add_allocator(plan: &mut Plan, bench: &CriterionBench<'_>, other: Option<&Path>) {
    let path = &bench.target.source;
    let shown = display_path(path);
    let placement = match (with_allocator(&bench.text), other) {
        (Placement::Added { .. }, Some(other)) => {
            let elsewhere = format!("{} has a global allocator", display_path(other));
            plan.warnings.push(unclear(&shown, &elsewhere));
            return;
        }
        (placement, _) => placement,
    };
    match placement {
        Placement::There => plan.unchanged.push(format!("{shown} counts allocations")),
        Placement::Unclear(reason) => plan.warnings.push(unclear(&shown, reason)),
        Placement::Added { text, line } => plan.edits.push(Edit {
            path: path.clone(),
            before: Some(bench.text.clone()),
            after: text,
            added: vec![format!("the counting allocator to {shown}:{line}")],
        }),
    }
}

/// What to do by hand, and why.
fn unclear(bench: &str, reason: &str) -> String {
    let lines: String = ALLOCATOR.lines().map(|line| format!("\n    {line}")).collect();
    format!("{bench} stays as it is, because {reason}; its allocations are counted by{lines}")
}

/// A file of the library of the package, or one that its benches may include, that names a global allocator: a program has one
/// alone.
fn other_allocator(member: &Member, benches: &[CriterionBench<'_>]) -> Option<PathBuf> {
    let is_bench = |path: &Path| member.benches.iter().any(|bench| bench.source == path);
    let has_modules = |bench: &&CriterionBench<'_>| {
        bench.text.lines().any(|line| line.trim_start().trim_start_matches("pub ").starts_with("mod "))
    };
    let including = benches.iter().filter(has_modules);
    let folders = including.filter_map(|bench| bench.target.source.parent());
    let is_source = |entry: &DirEntry| entry.file_name() != "target";
    let files = folders
        .chain(member.linked.as_deref())
        .flat_map(|folder| WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(is_source));
    let sources = files.filter_map(Result::ok).map(DirEntry::into_path);
    let mut sources = sources.filter(|path| path.extension() == Some(OsStr::new("rs")) && !is_bench(path));
    sources.find(|path| fs::read_to_string(path).is_ok_and(|text| text.contains("global_allocator")))
}
