//! What one package lacks.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use tensorprof::init::{
    Additions, Crates, DevDependency, Extended, Placement, allocator, extended, first_bench, with_allocator,
};
use tensorprof::runner::member::{CriterionDependency, Member, Usable};

use super::benches::{CriterionBench, criterion_benches};
use super::library;
use super::plan::{Edit, Plan};
use super::sources::allocator_in;
use crate::cli::InitArguments;
use crate::commands::files::read;
use crate::project::display_path;

/// What the first bench of a package is called.
const FIRST_BENCH: &str = "kernels";

/// What is to be done in a package of a workspace with this manifest.
pub(super) fn plan(member: &Member, workspace: &Path, arguments: &InitArguments) -> Result<Plan> {
    ensure!(
        !member.is_criterion,
        "cannot set up `{}`: the library is built on it, so that its own benches cannot have the library",
        member.name
    );
    let benches = criterion_benches(member)?;
    let new = new_bench(&benches, arguments);
    if let CriterionDependency::Other(other) = &member.criterion {
        return match new {
            None => Ok(measured_as_it_is(member, other)),
            Some(_) => bail!(
                "cannot write a bench for `{}`: it depends on {other}, and the library needs criterion 0.8; depend on that, or \
                 write a bench for what it has",
                member.name
            ),
        };
    }
    let mut plan = Plan::default();
    let dependencies = lacking(member, new.is_some(), workspace, arguments, &mut plan.warnings)?;
    if let Some(name) = new {
        // Before the manifest, which must not name a bench that could not be written.
        plan.edits.extend(new_file(member, name)?);
    }
    plan.edits.extend(manifest(member, &additions(member, dependencies, &benches, new))?);
    set_up(&mut plan, member, &benches);
    Ok(plan)
}

/// The bench that is to be written: the one that the user names, unless it is there, or else one where there is none.
fn new_bench<'a>(benches: &[CriterionBench<'_>], arguments: &'a InitArguments) -> Option<&'a str> {
    match &arguments.bench {
        Some(name) => (!benches.iter().any(|bench| bench.target.name == *name)).then_some(name),
        None => benches.is_empty().then_some(FIRST_BENCH),
    }
}

/// A package whose benches can be measured, and the library cannot be used in them.
fn measured_as_it_is(member: &Member, criterion: &str) -> Plan {
    let warning = format!(
        "`{}` depends on {criterion}: its benches are measured as they are; allocation needs the library and criterion 0.8",
        member.name
    );
    Plan { warnings: vec![warning], ..Plan::default() }
}

/// The dependencies on the library and, for a bench that is written, on criterion, where they are missing or are not always
/// there.
fn lacking(
    member: &Member,
    with_criterion: bool,
    workspace: &Path,
    arguments: &InitArguments,
    warnings: &mut Vec<String>,
) -> Result<Vec<DevDependency>> {
    let mut dependencies = Vec::new();
    match &member.criterion {
        CriterionDependency::OfLibrary(found) if with_criterion => {
            dependencies.extend(library::in_any_case(found));
        }
        CriterionDependency::None => dependencies.push(library::criterion(&read(workspace)?)?),
        _ => {}
    }
    match &member.library {
        Some(found) => dependencies.extend(library::in_any_case(found)),
        None => {
            let (dependency, warning) = library::library(arguments, member.folder(), &read(workspace)?)?;
            warnings.extend(warning);
            dependencies.push(dependency);
        }
    }
    Ok(dependencies)
}

fn additions(
    member: &Member,
    dependencies: Vec<DevDependency>,
    benches: &[CriterionBench<'_>],
    new: Option<&str>,
) -> Additions {
    // None of them has a main of libtest's, which cargo would give it.
    let harnesses = benches.iter().filter(|bench| !bench.target.says_harness);
    let benches: Vec<String> =
        harnesses.map(|bench| bench.target.name.as_str()).chain(new).map(str::to_owned).collect();
    let is_found = |name: &String| benches.contains(name);
    let would_be_lost = member.benches.iter().any(|bench| !bench.has_table && !is_found(&bench.name));
    let beside = match &member.criterion {
        CriterionDependency::OfLibrary(found) => Some(found.key.clone()),
        _ => None,
    };
    let autobenches = member.is_of_2015 && would_be_lost && !benches.is_empty();
    Additions { dependencies, beside, benches, autobenches }
}

/// The file of a new bench; `None` where it is there already, since an earlier run came no further.
fn new_file(member: &Member, name: &str) -> Result<Option<Edit>> {
    let path = member.folder().join("benches").join(format!("{name}.rs"));
    let text = first_bench(&crates(member));
    if path.is_file() && read(&path)? == text {
        return Ok(None);
    }
    let is_taken = member.benches.iter().any(|bench| bench.name == name);
    if is_taken || path.symlink_metadata().is_ok() {
        bail!(
            "cannot write {}: there is one that is not of criterion; name another by `--bench`",
            display_path(&path)
        );
    }
    Ok(Some(Edit { path, before: None, after: text, added: Vec::new() }))
}

/// What the benches of a package call the crates that they need.
fn crates(member: &Member) -> Crates {
    let criterion = match &member.criterion {
        CriterionDependency::OfLibrary(found) => found.crate_name(),
        _ => "criterion".to_owned(),
    };
    Crates { criterion, library: library_of(member), are_declared: member.is_of_2015 }
}

fn library_of(member: &Member) -> String {
    member.library.as_ref().map_or_else(|| library::LIBRARY.to_owned(), Usable::crate_name)
}

/// The manifest with what is added; `None` where nothing is.
fn manifest(member: &Member, additions: &Additions) -> Result<Option<Edit>> {
    let path = &member.manifest;
    let shown = display_path(path);
    let before = read(path)?;
    let Extended { text: after, added } =
        extended(&before, additions).with_context(|| format!("cannot add to {shown}"))?;
    if after == before {
        return Ok(None);
    }
    let added = added.iter().map(|what| format!("{what} to {shown}")).collect();
    Ok(Some(Edit { path: path.clone(), before: Some(before), added, after }))
}

/// Sets up the benches that are there.
fn set_up(plan: &mut Plan, member: &Member, benches: &[CriterionBench<'_>]) {
    let library = library_of(member);
    let others = member.linked.iter().find_map(|root| allocator_in(root));
    let mut files = BTreeSet::new();
    // Several targets may have one file.
    for bench in benches.iter().filter(|bench| files.insert(&bench.target.source)) {
        match bench.other_criterion {
            Some(other) => plan.unchanged.push(format!(
                "{} is on {other}, which the library is not: its benchmarks are measured as they are",
                display_path(&bench.target.source)
            )),
            None => add_allocator(plan, bench, others.as_deref(), &library),
        }
    }
    if !benches.is_empty() && !benches.iter().any(|bench| bench.text.contains("profile_group")) {
        plan.next.push(profile_groups(&library));
    }
}

/// What a bench needs besides the allocator.
fn profile_groups(library: &str) -> String {
    format!(
        "`profile_group` of `{library}::ProfileExt` in place of `benchmark_group`: its benchmarks have allocation, declared \
         work and the probes"
    )
}

fn add_allocator(plan: &mut Plan, bench: &CriterionBench<'_>, linked: Option<&Path>, library: &str) {
    let path = &bench.target.source;
    let shown = display_path(path);
    match with_allocator(&bench.text, library) {
        Placement::There => plan.unchanged.push(format!("{shown} counts allocations")),
        Placement::Unclear(reason) => plan.warnings.push(unclear(&shown, reason, library)),
        Placement::Added { text, line } => match linked.map(Path::to_owned).or_else(|| allocator_in(path)) {
            Some(other) => {
                let elsewhere = format!("{} has a global allocator", display_path(&other));
                plan.warnings.push(unclear(&shown, &elsewhere, library));
            }
            None => plan.edits.push(Edit {
                path: path.clone(),
                before: Some(bench.text.clone()),
                after: text,
                added: vec![format!("the counting allocator to {shown}:{line}")],
            }),
        },
    }
}

/// What to do by hand, and why.
fn unclear(bench: &str, reason: &str, library: &str) -> String {
    let lines: String = allocator(library).lines().map(|line| format!("\n    {line}")).collect();
    format!("{bench} stays as it is, because {reason}; its allocations are counted by{lines}")
}
