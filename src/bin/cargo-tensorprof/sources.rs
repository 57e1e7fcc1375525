//! Where the baselines are that the user names: among those of the project, or in a file of any folder.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context as _, Result, bail, ensure};
use tensorprof::model::{Baseline, BaselineName, InvalidName, NamePattern};
use tensorprof::store::{Loaded, Store};

use crate::cli::{BaselineWord, CargoFlags, ProjectOptions};
use crate::project::{Project, display_path};
use crate::terminal::Terminal;

/// A baseline that is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// One of the project.
    Saved(BaselineName),
    /// A file `NAME.toml` of any folder.
    File(PathBuf),
}

impl Source {
    /// What a word says: in a project, or without one the path of a file.
    pub(crate) fn of(word: &BaselineWord, project: Option<&Project>) -> Result<Source> {
        match project {
            Some(project) => project.source(word),
            None => Ok(Source::File(word.path().to_owned())),
        }
    }

    /// As it goes on a command line.
    pub(crate) fn word(&self) -> String {
        match self {
            Source::Saved(name) => name.to_string(),
            Source::File(path) => tensorprof::report::shell_word(&path.display().to_string()),
        }
    }

    /// Loads it, and warns if it has a newer format. Only a baseline of a project needs one.
    pub(crate) fn load(&self, project: Option<&Project>, terminal: &mut Terminal) -> Result<Baseline> {
        let loaded = match (self, project) {
            (Source::File(path), _) => load_file(path)?,
            (Source::Saved(name), Some(project)) => return project.load(name, terminal),
            (Source::Saved(name), None) => bail!("baseline `{name}` is of no project"),
        };
        if let Some(newer) = loaded.newer {
            terminal.warning(&newer.to_string());
        }
        Ok(loaded.baseline)
    }
}

/// The project; `None` where none is needed (files alone are read) and there is none here. One that is here and cannot be opened
/// is an error, since its metadata would say how to judge.
pub(crate) fn project_unless(
    is_free: bool,
    options: &ProjectOptions,
    cargo: &CargoFlags,
) -> Result<Option<Project>> {
    if is_free { project_here(options, cargo) } else { Project::open(options, cargo).map(Some) }
}

/// The project, if there is one here.
pub(crate) fn project_here(options: &ProjectOptions, cargo: &CargoFlags) -> Result<Option<Project>> {
    let is_named = options.manifest_path.is_some() || is_in_a_package();
    is_named.then(|| Project::open(options, cargo)).transpose()
}

/// Cargo would find a manifest from the current folder.
fn is_in_a_package() -> bool {
    let here = std::env::current_dir().unwrap_or_default();
    here.ancestors().any(|folder| folder.join("Cargo.toml").is_file())
}

/// Loads a baseline from a file of any folder, under the name of the file.
pub(crate) fn load_file(file: &Path) -> Result<Loaded> {
    let (folder, shown) = (file.parent().unwrap_or(Path::new("")), file.display());
    let name = file.file_name().and_then(|name| name.to_str()?.strip_suffix(".toml"));
    let name = name.with_context(|| format!("cannot read {shown}: it is no file `NAME.toml`"))?;
    let name: BaselineName = name.parse().with_context(|| format!("cannot read {shown}"))?;
    // Before the store says which others are in that folder, which is none of a project.
    ensure!(file.symlink_metadata().is_ok(), "cannot read {shown}: the file is not found");
    // Where it lies, nothing is written or locked.
    Ok(Store::new(folder, folder).load(&name)?)
}

impl Project {
    /// The name that a word says: the name itself, or the path of its file in the folder of baselines.
    ///
    /// # Errors
    /// It is neither.
    pub(crate) fn name(&self, word: &BaselineWord) -> Result<BaselineName> {
        self.named(word)
    }

    /// The same of a pattern for names.
    ///
    /// # Errors
    /// As of [`name`](Self::name).
    pub(crate) fn pattern(&self, word: &BaselineWord) -> Result<NamePattern> {
        self.named(word)
    }

    fn named<N: FromStr<Err = InvalidName>>(&self, word: &BaselineWord) -> Result<N> {
        let is_saved = |name: BaselineName| self.store.file(&name).symlink_metadata().is_ok();
        if !word.is_path() || word.as_str().parse().is_ok_and(is_saved) {
            return Ok(word.as_str().parse()?);
        }
        match word.folder() {
            Some(folder) if !self.has_baselines_in(folder) => bail!(
                "`{word}` is not a baseline name: the baselines are in {}; leave the folder out, or name it with `--baselines \
                 {}`",
                display_path(&self.baselines),
                folder.display()
            ),
            _ => Ok(word.stem().parse()?),
        }
    }

    /// The baseline that a word says: a file, where it is the path of one that is none of the project's.
    ///
    /// # Errors
    /// As of [`name`](Self::name).
    pub(crate) fn source(&self, word: &BaselineWord) -> Result<Source> {
        let is_outside = word.is_path() && !self.has_baselines_in(word.folder().unwrap_or(Path::new("")));
        if is_outside && (word.folder().is_some() || word.path().is_file()) {
            return Ok(Source::File(word.path().to_owned()));
        }
        Ok(Source::Saved(self.name(word)?))
    }

    /// A folder, relative to the current one or to the workspace, is that of the baselines.
    fn has_baselines_in(&self, folder: &Path) -> bool {
        let here = std::env::current_dir().unwrap_or_default();
        [here, self.workspace.root()].iter().any(|from| is_same(&from.join(folder), &self.baselines))
    }
}

/// Two paths lead to one folder, whether it exists or not.
fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    one.components().eq(other.components()) || real(one).is_some_and(|path| Some(path) == real(other))
}
