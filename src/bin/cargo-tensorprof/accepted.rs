//! The file of accepted changes, beside the baselines.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use tensorprof::compare::{Accepted, Limit};
use tensorprof::model::Baseline;
use tensorprof::runner::git;
use tensorprof::store::rewrite_file;

use crate::project::{Project, display_path};
use crate::terminal::Terminal;

/// Not `NAME.toml`, so that it is no baseline.
const FILE: &str = "accepted";
const HEAD: &str =
    "# Changes that are accepted until a baseline has them: what `--gate-limit` takes, and the reason.\n";

/// The limits of changes that were accepted after the commit of the baseline. They are told. Of a commit that is not known
/// here, nobody can tell which lines it had: nothing is accepted then.
pub(crate) fn limits(project: &Project, baseline: &Baseline, terminal: &mut Terminal) -> Result<Vec<Limit>> {
    let (file, text) = read(project)?;
    let all = lines(&file, &text)?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let commit = baseline.environment.revision.as_ref().map(|revision| revision.commit.as_str());
    if let Some(commit) = commit.filter(|commit| !git::knows(&project.workspace.root(), commit)) {
        terminal.warning(&format!(
            "{} is not used: commit {} of baseline `{}` is not in this clone (`git fetch --unshallow`, or `fetch-depth: 0` \
             in a workflow)",
            display_path(&file),
            commit.get(..10).unwrap_or(commit),
            baseline.name
        ));
        return Ok(Vec::new());
    }
    let earlier = commit.and_then(|commit| git::file_at(commit, &file)).unwrap_or_default();
    // One that could not be read accepted nothing.
    let earlier = lines(&file, &earlier).unwrap_or_default();
    let accepted = Accepted::since(all, &earlier);
    for line in &accepted {
        terminal.status("Accepted", &line.to_string());
    }
    Ok(accepted.into_iter().map(|accepted| accepted.limit).collect())
}

/// Adds lines to the file, unless it has others that are none.
pub(crate) fn add(project: &Project, accepted: &[Accepted]) -> Result<PathBuf> {
    let (file, mut text) = read(project)?;
    lines(&file, &text)?;
    if text.is_empty() {
        text.push_str(HEAD);
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    for line in accepted {
        text.push_str(&format!("{line}\n"));
    }
    let write = || -> io::Result<()> {
        fs::create_dir_all(&project.baselines)?;
        rewrite_file(&file, text.as_bytes())
    };
    write().with_context(|| format!("cannot write {}", display_path(&file)))?;
    Ok(file)
}

fn lines(file: &Path, text: &str) -> Result<Vec<Accepted>> {
    let refused = |(line, wrong)| {
        anyhow!("cannot use line {line} of {}: {wrong}; correct or remove it", display_path(file))
    };
    Accepted::lines(text).map_err(refused)
}

/// The file, and its text; empty where there is none.
fn read(project: &Project) -> Result<(PathBuf, String)> {
    let file = project.baselines.join(FILE);
    match fs::read_to_string(&file) {
        Ok(text) => Ok((file, text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok((file, String::new())),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", display_path(&file))),
    }
}
