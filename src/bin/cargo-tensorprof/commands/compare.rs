//! `cargo tensorprof compare A B ...`

use std::rc::Rc;

use anyhow::{Result, bail};
use tensorprof::compare::{self, Leaderboard, Options, Sides};
use tensorprof::model::{Baseline, BenchmarkId};
use tensorprof::report::leaderboard;
use tensorprof::report::terminal::View;

use super::comparison::{exit_code_of_all, judging};
use crate::cli::{BaselineWord, CargoFlags, CompareArguments, CompareFormat, ProjectOptions};
use crate::code_sessions::Learned;
use crate::filter::Filter;
use crate::project::Project;
use crate::sources::{self, Source};
use crate::terminal::Terminal;

pub(crate) fn run(
    options: &ProjectOptions,
    arguments: &CompareArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    let filter = Filter::parse(arguments.filter.as_deref())?;
    let are_files = arguments.words().all(BaselineWord::is_path);
    let project = sources::project_unless(are_files, options, &CargoFlags::default())?;
    let judging = judging(project.as_ref(), &arguments.judging);
    let baselines = load(arguments, project.as_ref(), terminal)?;
    let learned = Learned::new(arguments.learning);
    let board = Leaderboard::of(baselines.len() - 1, |Sides { baseline, candidate }| {
        let [baseline, candidate] = [&baselines[baseline], &baselines[candidate]];
        let options = Options { learned_sessions: learned.of([baseline, candidate]), ..judging.clone() };
        let wanted = |id: &BenchmarkId| filter.matches(id);
        Rc::new(compare::compare_where(baseline, candidate, &options, &wanted))
    });
    if arguments.filter.is_some() && board.is_empty() {
        return Err(filter.matches_nothing());
    }
    let text = text(&board, arguments, terminal.width());
    terminal.result(&text)?;
    let comparisons: Vec<&compare::Comparison> = board.comparisons().collect();
    exit_code_of_all(&comparisons, project.as_ref(), &arguments.gate, terminal)
}

/// The reference and then the others, as they are named, each once.
fn load(
    arguments: &CompareArguments,
    project: Option<&Project>,
    terminal: &mut Terminal,
) -> Result<Vec<Baseline>> {
    let mut sources: Vec<Source> = vec![];
    for word in arguments.words() {
        let source = Source::of(word, project)?;
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    if let [only] = sources.as_slice() {
        let name = only.word();
        bail!(
            "there is nothing to compare `{name}` with: name another baseline, or run `cargo tensorprof diff {name}` to compare \
             it with the working tree"
        );
    }
    let loaded = sources.iter().map(|source| source.load(project, terminal)).collect::<Result<Vec<_>>>()?;
    Ok(told_apart(loaded))
}

/// The baselines, with a number where a file of another folder has the name of one before.
fn told_apart(baselines: Vec<Baseline>) -> Vec<Baseline> {
    let mut named: Vec<Baseline> = vec![];
    for mut baseline in baselines {
        let is_taken = |name: &str| named.iter().any(|other| other.name.as_str() == name);
        if is_taken(baseline.name.as_str()) {
            let mut names = (2..).map(|number| format!("{}-{number}", baseline.name));
            let free = names.find(|name| !is_taken(name)).and_then(|name| name.parse().ok());
            baseline.name = free.unwrap_or(baseline.name);
        }
        named.push(baseline);
    }
    named
}

fn text(board: &Leaderboard, arguments: &CompareArguments, width: Option<usize>) -> String {
    let by = arguments.by.by();
    match arguments.format {
        CompareFormat::Table => {
            leaderboard::table(board, by, View { width, all: arguments.all_rows, has_report: false })
        }
        CompareFormat::Markdown => leaderboard::page(board, by),
        CompareFormat::Csv => leaderboard::csv(board, by),
        CompareFormat::Json => leaderboard::json(board),
    }
}
