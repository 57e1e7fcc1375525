//! The project that a command works on: its workspace, its baselines, its folder for reports.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result};
use tensorprof::compare::{Options, SmallestChange};
use tensorprof::metadata::Metadata;
use tensorprof::model::{
    Baseline, BaselineName, Benchmark, Settings, first_names, labels, short_hash, things,
};
use tensorprof::report;
use tensorprof::runner::workspace::Workspace;
use tensorprof::store::Store;

use crate::cli::{CargoFlags, ProjectOptions};
use crate::defaults::Defaults;
use crate::exit;
use crate::terminal::Terminal;

/// Folder of the baselines, unless configured otherwise.
const DEFAULT_FOLDER: &str = "baselines";

/// An opened project.
pub(crate) struct Project {
    pub(crate) workspace: Workspace,
    pub(crate) store: Store,
    pub(crate) baselines: PathBuf,
    /// What its manifests say of its benchmarks.
    pub(crate) metadata: Metadata,
    /// How to measure and to judge where the user says nothing.
    pub(crate) defaults: Defaults,
    flags: String,
}

impl Project {
    pub(crate) fn open(options: &ProjectOptions, cargo: &CargoFlags) -> Result<Project> {
        let workspace = Workspace::locate(options.manifest_path.as_ref(), &cargo.for_metadata())?;
        let metadata = workspace.settings()?;
        let defaults = Defaults::of(&metadata.flags)?;
        let root = workspace.root();
        let baselines = match (&options.baselines, &metadata.baselines) {
            (Some(folder), _) => std::env::current_dir()?.join(folder),
            (None, Some(folder)) => root.join(inside(folder)?),
            (None, None) => root.join(DEFAULT_FOLDER),
        };
        let store = Store::new(baselines.clone(), locks(&workspace, &baselines));
        let flags = format!("{}{}", location_flags(options), shell_words(&cargo.of_invocation()));
        Ok(Project { workspace, store, baselines, metadata, defaults, flags })
    }

    /// The flags by which the user named this project and how cargo works on it, for another command on it; a blank before
    /// each.
    pub(crate) fn flags(&self) -> &str {
        &self.flags
    }

    /// The folder of measurements that could not be saved.
    pub(crate) fn unsaved(&self) -> PathBuf {
        self.workspace.target_directory().join("tensorprof").join("unsaved")
    }

    /// Loads a baseline, and warns if it has a newer format.
    pub(crate) fn load(&self, name: &BaselineName, terminal: &mut Terminal) -> Result<Baseline> {
        let loaded = self.store.load(name)?;
        if let Some(newer) = loaded.newer {
            terminal.warning(&newer.to_string());
        }
        Ok(loaded.baseline)
    }

    /// Loads those of these baselines that can be read, and returns the exit code: a warning names each that
    /// cannot.
    pub(crate) fn load_each(&self, names: &[BaselineName], terminal: &mut Terminal) -> (Vec<Baseline>, u8) {
        let mut readable = Vec::new();
        let mut code = exit::FINE;
        for name in names {
            match self.store.load(name) {
                Ok(loaded) => readable.push(loaded.baseline),
                Err(error) => {
                    terminal.warning(&error.to_string());
                    code = exit::BAD_INPUT;
                }
            }
        }
        (readable, code)
    }

    /// The baseline that was saved last, of those that can be read.
    pub(crate) fn newest(&self, terminal: &mut Terminal) -> Result<Option<Baseline>> {
        let (readable, _) = self.load_each(&self.store.names()?, terminal);
        Ok(readable.into_iter().max_by(|one, other| one.by_date(other)))
    }

    /// How rows are judged where the user says nothing.
    fn usual_judging(&self) -> Options {
        let of_all = Options::default().with(self.defaults.smallest.said());
        Options { rows: self.metadata.rows.judging(), said: SmallestChange::default(), ..of_all }
    }

    /// The variables whose values baselines record: `record-env` in the metadata. Who measures is told, since the value of a
    /// variable may be a secret.
    pub(crate) fn recorded_variables(&self, terminal: &mut Terminal) -> Vec<String> {
        let names = self.metadata.recorded_variables.clone();
        if !names.is_empty() {
            terminal.status("Recording", &format!("the values of {} (`record-env`)", names.join(", ")));
        }
        names
    }

    /// Gives benchmarks the work that the metadata say of their ids, and warns of what they cannot say: once of those that
    /// several baselines have.
    pub(crate) fn complete_work<'a>(
        &self,
        baselines: impl IntoIterator<Item = &'a mut Vec<Benchmark>>,
        terminal: &mut Terminal,
    ) {
        let faults = baselines.into_iter().flat_map(|benchmarks| self.metadata.rows.complete(benchmarks));
        let faults: BTreeSet<String> = faults.map(|fault| fault.to_string()).collect();
        faults.iter().for_each(|fault| terminal.warning(fault));
    }

    /// Warns of patterns of the metadata that match nothing, where all was measured that there is.
    pub(crate) fn warn_of_idle_patterns(&self, measured: &[&Baseline], terminal: &mut Terminal) {
        let is_part = |baseline: &Baseline| {
            let Settings { filter, partition, cargo_arguments, .. } = &baseline.settings;
            let chosen = filter.is_some() || partition.is_some() || !cargo_arguments.is_empty();
            chosen || !baseline.unfinished.is_empty()
        };
        if measured.iter().copied().any(is_part) {
            return;
        }
        let ids = measured.iter().flat_map(|baseline| &baseline.benchmarks).map(|benchmark| &benchmark.id);
        for (place, pattern) in self.metadata.rows.idle(ids) {
            terminal
                .warning(&format!("the pattern `{pattern}` of the metadata at {place} matches no benchmark"));
        }
    }

    /// Warns where the metadata say other work of saved benchmarks now than when they were measured.
    pub(crate) fn warn_of_other_work(&self, saved: &[Benchmark], terminal: &mut Terminal) {
        let others = self.metadata.rows.other_work(saved);
        if !others.is_empty() {
            let names: Vec<String> = labels(&others).iter().map(|label| format!("`{label}`")).collect();
            terminal.warning(&format!(
                "the metadata say other work now of {}: {}; a baseline keeps the work that it was measured with",
                things(others.len(), "benchmark"),
                first_names(&names, 3)
            ));
        }
    }

    /// The folder for the report of a comparison.
    pub(crate) fn report_folder(&self, baseline: &str, candidate: &str) -> PathBuf {
        self.workspace.target_directory().join("tensorprof").join(format!("{baseline}-{candidate}"))
    }
}

/// This executable, which cargo starts in place of a bench, to learn how it starts it.
pub(crate) fn recorder() -> Result<PathBuf> {
    std::env::current_exe().context("cannot find the executable of this command, which cargo is to start")
}

/// How rows are judged wherever baselines are compared, in a project or outside of one: by what the user says, by the metadata
/// of the project, or as by default.
pub(crate) fn judging(project: Option<&Project>, said: SmallestChange) -> Options {
    project.map_or_else(Options::default, Project::usual_judging).with(said)
}

/// The folder that the metadata name: one of the project. Any other is the user's to name.
fn inside(folder: &str) -> Result<&Path> {
    let path = Path::new(folder);
    let stays = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    anyhow::ensure!(
        stays && !folder.is_empty(),
        "cannot use `baselines = {folder:?}` in the metadata of Cargo.toml: it leads out of the workspace; name a folder of the \
         workspace there, or give this one by `--baselines`"
    );
    Ok(path)
}

fn location_flags(options: &ProjectOptions) -> String {
    let paths = [("--manifest-path", &options.manifest_path), ("--baselines", &options.baselines)];
    let given = paths.into_iter().filter_map(|(flag, path)| Some((flag, path.as_ref()?)));
    given.map(|(flag, path)| format!(" {flag} {}", report::shell_word(&path.display().to_string()))).collect()
}

/// Words of a command line, a blank before each.
pub(crate) fn shell_words(words: &[String]) -> String {
    words.iter().map(|word| format!(" {}", report::shell_word(word))).collect()
}

/// The folder of the lock files: in the target directory, which git ignores; a separate one for each folder
/// of baselines.
fn locks(workspace: &Workspace, baselines: &Path) -> PathBuf {
    let key = short_hash(baselines.as_os_str().as_encoded_bytes());
    workspace.target_directory().join("tensorprof").join("locks").join(key)
}

/// A path for messages, relative to the current folder if it is inside.
pub(crate) fn display_path(path: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(current).unwrap_or(path).display().to_string()
}
