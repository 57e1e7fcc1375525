//! The project that a command works on: its workspace, its baselines, its folder for reports.

use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use tensorprof::compare::Options;
use tensorprof::model::{Baseline, BaselineName, short_hash};
use tensorprof::report;
use tensorprof::runner::workspace::Workspace;
use tensorprof::store::Store;

use crate::cli::{self, CargoFlags, ProjectOptions, SmallestChange};
use crate::exit;
use crate::terminal::Terminal;

/// Folder of the baselines, unless configured otherwise.
const DEFAULT_FOLDER: &str = "baselines";

/// An opened project.
pub(crate) struct Project {
    pub(crate) workspace: Workspace,
    pub(crate) store: Store,
    pub(crate) baselines: PathBuf,
    flags: String,
}

impl Project {
    pub(crate) fn open(options: &ProjectOptions, cargo: &CargoFlags) -> Result<Project> {
        let workspace = Workspace::locate(options.manifest_path.as_ref(), &cargo.for_metadata())?;
        let root = workspace.root();
        let baselines = match (&options.baselines, workspace.setting("baselines")) {
            (Some(folder), _) => std::env::current_dir()?.join(folder),
            (None, Some(folder)) => root.join(inside(&folder)?),
            (None, None) => root.join(DEFAULT_FOLDER),
        };
        let store = Store::new(baselines.clone(), locks(&workspace, &baselines));
        let flags = format!("{}{}", location_flags(options), shell_words(&cargo.of_invocation()));
        Ok(Project { workspace, store, baselines, flags })
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

    /// How rows are judged, as far as the least change that counts says.
    ///
    /// # Errors
    /// As [`floor`](Self::floor).
    pub(crate) fn judging(&self, smallest: SmallestChange) -> Result<Options> {
        judging(Some(self), smallest)
    }

    /// Least change that counts, nanoseconds per iteration: what the user asks for, or `floor-ns` in the metadata.
    ///
    /// # Errors
    /// The metadata is no such number.
    pub(crate) fn floor(&self, asked: Option<f64>) -> Result<f64> {
        match (asked, self.workspace.setting("floor-ns")) {
            (Some(nanoseconds), _) => Ok(nanoseconds),
            (None, None) => Ok(0.0),
            (None, Some(text)) => {
                let parsed = cli::nanoseconds(&text).map_err(anyhow::Error::msg);
                parsed.with_context(|| {
                    format!("cannot use `floor-ns = {text}` in [workspace.metadata.tensorprof]")
                })
            }
        }
    }

    /// The variables whose values baselines record: `record-env` in the metadata. Who measures is told, since the value of a
    /// variable may be a secret.
    ///
    /// # Errors
    /// The metadata is no list of names.
    pub(crate) fn recorded_variables(&self, terminal: &mut Terminal) -> Result<Vec<String>> {
        const KEY: &str = "record-env";
        let names = self.workspace.list(KEY).filter(|names| names.iter().all(|name| is_variable(name)));
        match (names, self.workspace.setting(KEY)) {
            (Some(names), _) if names.is_empty() => Ok(names),
            (Some(names), _) => {
                terminal.status("Recording", &format!("the values of {} (`{KEY}`)", names.join(", ")));
                Ok(names)
            }
            (None, None) => Ok(Vec::new()),
            (None, Some(text)) => bail!(
                "cannot use `{KEY} = {text}` in [workspace.metadata.tensorprof]: it is no list of names of variables, such as \
                 `{KEY} = [\"MODE\"]`"
            ),
        }
    }

    /// The folder for the report of a comparison.
    pub(crate) fn report_folder(&self, baseline: &str, candidate: &str) -> PathBuf {
        self.workspace.target_directory().join("tensorprof").join(format!("{baseline}-{candidate}"))
    }
}

/// Whether a text can be the name of a variable.
fn is_variable(name: &str) -> bool {
    !name.is_empty() && !name.contains(['=', '\0'])
}

/// This executable, which cargo starts in place of a bench, to learn how it starts it.
pub(crate) fn recorder() -> Result<PathBuf> {
    std::env::current_exe().context("cannot find the executable of this command, which cargo is to start")
}

/// How rows are judged, as far as the least change that counts says; outside of a project too.
///
/// # Errors
/// As [`Project::floor`].
pub(crate) fn judging(project: Option<&Project>, smallest: SmallestChange) -> Result<Options> {
    let SmallestChange { threshold, floor } = smallest;
    let floor_ns = match project {
        Some(project) => project.floor(floor)?,
        None => floor.unwrap_or(0.0),
    };
    Ok(Options { threshold: threshold / 100.0, floor_ns, ..Options::default() })
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
