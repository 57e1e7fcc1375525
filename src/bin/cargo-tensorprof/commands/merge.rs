//! `cargo tensorprof merge NAME PART...`

use anyhow::{Context as _, Result};
use tensorprof::model::Baseline;
use tensorprof::store::Mode;

use super::save::report_saved;
use crate::cli::{BaselineWord, CargoFlags, MergeArguments, ProjectOptions};
use crate::exit;
use crate::project::Project;
use crate::sources::Source;
use crate::terminal::Terminal;
use crate::unsaved;

pub(crate) fn run(
    options: &ProjectOptions,
    arguments: &MergeArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    let project = Project::open(options, &CargoFlags::default())?;
    let name = project.name(&arguments.name)?;
    let load = |word: &BaselineWord| Source::of(word, Some(&project))?.load(Some(&project), terminal);
    let parts = arguments.parts.iter().map(load).collect::<Result<Vec<Baseline>>>()?;
    let whole = Baseline::merge(name.clone(), parts)
        .with_context(|| format!("cannot merge into baseline `{name}`"))?;
    let saved = project.store.save(&whole, if arguments.force { Mode::Force } else { Mode::New })?;
    unsaved::warn_of_gaps(&saved, terminal);
    report_saved(&saved, &project, terminal);
    Ok(exit::FINE)
}
