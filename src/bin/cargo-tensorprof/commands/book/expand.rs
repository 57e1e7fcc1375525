//! `cargo tensorprof book`, as mdBook runs it: reads a book from standard input, writes the expanded book to
//! standard output.

use std::fs;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use mdbook_preprocessor::PreprocessorContext;
use tensorprof::book::{self, Charts, Expansion, InputError, Source};
use tensorprof::model::{Baseline, BaselineName, things};
use tensorprof::store::Store;

use crate::cli::{CargoFlags, ProjectOptions};
use crate::exit;
use crate::project::Project;
use crate::terminal::Terminal;

/// Key of `book.toml`: the folder of the baselines, relative to that of the file.
const BASELINES: &str = "preprocessor.tensorprof.baselines";

/// `supports RENDERER`: mdBook only reads the exit code.
pub(super) fn supports(renderer: &str) -> u8 {
    if book::supports(renderer).is_some() { exit::FINE } else { exit::UNSUPPORTED }
}

pub(super) fn run(options: &ProjectOptions, terminal: &mut Terminal) -> Result<u8> {
    let (context, chapters) = book::read(&input()?)?;
    if let Some(warning) = book::version_warning(&context.mdbook_version) {
        terminal.warning(&warning);
    }
    let sources = context.root.join(&context.config.book.src);
    let mut source = SavedBaselines { options, context: &context, store: None, terminal };
    let expansion = Expansion {
        charts: book::supports(&context.renderer).unwrap_or(Charts::Described),
        baselines: &mut source,
        file: &|path| fs::read_to_string(sources.join(path)).ok(),
    };
    match book::expand(chapters, expansion) {
        Ok(expanded) => {
            terminal.result(&serde_json::to_string(&expanded).context("cannot write the book")?)?;
            Ok(exit::FINE)
        }
        Err(faults) => report_faults(&context.config.book.src, &faults, terminal),
    }
}

/// The text on standard input. An error if that is a terminal: then mdBook has not started this command.
fn input() -> Result<String> {
    let mut stdin = io::stdin();
    if stdin.is_terminal() {
        bail!(InputError::Nothing);
    }
    let mut text = String::new();
    stdin.read_to_string(&mut text).context("cannot read the book from standard input")?;
    Ok(text)
}

/// Prints every fault with its file, relative to the book.
fn report_faults(sources: &Path, faults: &[book::Fault], terminal: &mut Terminal) -> Result<u8> {
    for fault in faults {
        let path = sources.join(&fault.path);
        terminal.error(&anyhow::anyhow!("{}", book::Fault { path, ..fault.clone() }));
    }
    bail!("the book has {} in its directives; see above", things(faults.len(), "error"))
}

/// The baselines of the book.
struct SavedBaselines<'a> {
    options: &'a ProjectOptions,
    context: &'a PreprocessorContext,
    /// Opened for the first baseline that is needed: a book may have no directive.
    store: Option<Store>,
    terminal: &'a mut Terminal,
}

impl Source for SavedBaselines<'_> {
    fn names(&mut self) -> Result<Vec<BaselineName>, String> {
        let names = self.store().and_then(|store| Ok(store.names()?));
        names.map_err(|error| format!("{error:#}"))
    }

    fn load(&mut self, name: &BaselineName) -> Result<Baseline, String> {
        self.read(name).map_err(|error| format!("{error:#}"))
    }
}

impl SavedBaselines<'_> {
    fn store(&mut self) -> Result<&Store> {
        let store = match self.store.take() {
            Some(store) => store,
            None => self.open()?,
        };
        Ok(self.store.insert(store))
    }

    fn read(&mut self, name: &BaselineName) -> Result<Baseline> {
        let loaded = self.store()?.load(name)?;
        if let Some(newer) = loaded.newer {
            self.terminal.warning(&newer.to_string());
        }
        Ok(loaded.baseline)
    }

    fn open(&self) -> Result<Store> {
        let folder = self
            .context
            .config
            .get::<PathBuf>(BASELINES)
            .with_context(|| format!("`{BASELINES}` in book.toml is not the path of a folder"))?;
        match (&self.options.baselines, folder) {
            // This only reads baselines, so it needs neither locks nor a cargo project.
            (None, Some(folder)) => {
                let folder = self.context.root.join(folder);
                Ok(Store::new(&folder, &folder))
            }
            _ => Ok(Project::open(self.options, &CargoFlags::default())?.store),
        }
    }
}
