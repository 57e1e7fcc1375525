//! `cargo tensorprof bless ROW --reason TEXT`

use std::collections::BTreeMap;

use anyhow::{Result, bail, ensure};
use tensorprof::compare::{Accepted, Limit};
use tensorprof::model::{BenchmarkId, nearest};
use tensorprof::report::exact_filter;

use crate::accepted;
use crate::cli::{BlessArguments, CargoFlags, ProjectOptions};
use crate::exit;
use crate::filter::of_id_alone;
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
    let row = row(&project, &arguments.row, terminal)?;
    let rows = exact_filter([&row]);
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

/// The benchmark of that id in any baseline.
fn row(project: &Project, id: &str, terminal: &mut Terminal) -> Result<BenchmarkId> {
    let (baselines, _) = project.load_each(&project.store.names()?, terminal);
    let benchmarks = baselines.into_iter().flat_map(|baseline| baseline.benchmarks);
    let known: BTreeMap<String, BenchmarkId> =
        benchmarks.map(|benchmark| (benchmark.id.path(), benchmark.id)).collect();
    let Some(found) = known.get(id) else {
        let nearest = nearest(id, known.keys().map(String::as_str));
        let nearest = nearest.map(|nearest| format!("did you mean `{nearest}`?"));
        let next =
            nearest.unwrap_or_else(|| "`cargo tensorprof show NAME` lists those of a baseline".to_owned());
        bail!("no baseline has a benchmark `{id}`; {next}{}", of_id_alone(id));
    };
    Ok(found.clone())
}
