//! `cargo tensorprof bless ROW --reason TEXT`

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail, ensure};
use tensorprof::compare::{Accepted, Limit};
use tensorprof::model::{BenchmarkId, nearest};
use tensorprof::report::{exact_filter, qualified_pattern};

use crate::accepted;
use crate::cli::{BlessArguments, CargoFlags, ProjectOptions};
use crate::exit;
use crate::project::{self, Project};
use crate::terminal::Terminal;

pub(crate) fn run(
    options: &ProjectOptions,
    arguments: &BlessArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    let project = Project::open(options, &CargoFlags::default())?;
    let reason = arguments.reason.trim();
    ensure!(
        !reason.is_empty() && !reason.contains(['\n', '\r']) && !reason.contains(" -- "),
        "give the reason in one line without ` -- `: `--reason TEXT`"
    );
    ensure!(
        arguments.limit.iter().all(|limit| !limit.contains('@')),
        "give a limit without `@`: it is for the benchmark `{}`",
        arguments.row
    );
    let rows = pattern(&known(&project, terminal)?, &arguments.row)?;
    let limit = |limit: &String| -> Result<Accepted> {
        let limit: Limit = format!("{limit}@{rows}").parse().map_err(anyhow::Error::msg)?;
        Ok(Accepted { limit, reason: reason.to_owned() })
    };
    let accepted = arguments.limit.iter().map(limit).collect::<Result<Vec<_>>>()?;
    let file = accepted::add(&project, &accepted)?;
    for line in &accepted {
        terminal.status("Accepted", &line.to_string());
    }
    terminal.status("Saved", &format!("{}, to commit with the change", project::display_path(&file)));
    Ok(exit::FINE)
}

/// The benchmarks of all baselines.
fn known(project: &Project, terminal: &mut Terminal) -> Result<BTreeSet<BenchmarkId>> {
    let (baselines, _) = project.load_each(&project.store.names()?, terminal);
    let benchmarks = baselines.into_iter().flat_map(|baseline| baseline.benchmarks);
    Ok(benchmarks.map(|benchmark| benchmark.id).collect())
}

/// The pattern of a limit for the benchmark that a word names: by its id where no other bench has that, or by its bench, or its
/// package and its bench, before it.
fn pattern(known: &BTreeSet<BenchmarkId>, word: &str) -> Result<String> {
    let of = |names: fn(&BenchmarkId) -> String| -> Vec<&BenchmarkId> {
        known.iter().filter(|id| names(id) == word).collect()
    };
    let forms: [fn(&BenchmarkId) -> String; 3] = [BenchmarkId::path, in_target, BenchmarkId::qualified];
    let found = forms.into_iter().map(of).find(|found| !found.is_empty());
    let Some(found) = found else { bail!(unknown(known, word)) };
    // Ids of one bench that differ in their parts alone are one to a limit.
    let benches: BTreeMap<String, &BenchmarkId> = found.into_iter().map(|id| (id.qualified(), id)).collect();
    match benches.values().collect::<Vec<_>>().as_slice() {
        [only] if known.iter().any(|id| id.path() == only.path() && id.qualified() != only.qualified()) => {
            Ok(qualified_pattern(only))
        }
        [only] => Ok(exact_filter([**only])),
        _ => {
            let names: Vec<String> = benches.keys().map(|name| format!("`{name}`")).collect();
            bail!(
                "several benches have a benchmark `{word}`; name one of {}, each by a `bless` of its own",
                names.join(", ")
            )
        }
    }
}

fn in_target(id: &BenchmarkId) -> String {
    format!("{}::{}", id.target, id.path())
}

fn unknown(known: &BTreeSet<BenchmarkId>, word: &str) -> String {
    let paths: BTreeSet<String> = known.iter().map(BenchmarkId::path).collect();
    let nearest = nearest(word, paths.iter().map(String::as_str));
    let nearest = nearest.map(|nearest| format!("did you mean `{nearest}`?"));
    let next = nearest.unwrap_or_else(|| "`cargo tensorprof show NAME` lists those of a baseline".to_owned());
    format!("no baseline has a benchmark `{word}`; {next}")
}
