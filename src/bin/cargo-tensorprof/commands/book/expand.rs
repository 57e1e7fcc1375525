//! `cargo tensorprof book`, as mdBook runs it: reads a book from standard input, writes the expanded book to
//! standard output.

use std::fs;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use mdbook_preprocessor::PreprocessorContext;
use tensorprof::book::{self, Charts, Expansion, InputError, Source};
use tensorprof::compare::{Options, SmallestChange};
use tensorprof::model::{Baseline, BaselineName, things};
use tensorprof::store::Store;

use crate::cli::{CargoFlags, ProjectOptions};
use crate::exit;
use crate::project::{self, Project};
use crate::sources;
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
    let mut source = SavedBaselines { options, context: &context, opened: None, terminal };
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
    opened: Option<Opened>,
    terminal: &'a mut Terminal,
}

/// Where the baselines are, and how they are compared where a directive says nothing.
struct Opened {
    store: Store,
    judging: Options,
}

impl Source for SavedBaselines<'_> {
    fn names(&mut self) -> Result<Vec<BaselineName>, String> {
        let names = self.opened().and_then(|opened| Ok(opened.store.names()?));
        names.map_err(|error| format!("{error:#}"))
    }

    fn load(&mut self, name: &BaselineName) -> Result<Baseline, String> {
        self.read(name).map_err(|error| format!("{error:#}"))
    }

    fn judging(&mut self) -> Result<Options, String> {
        let judging = self.opened().map(|opened| opened.judging.clone());
        judging.map_err(|error| format!("{error:#}"))
    }
}

impl SavedBaselines<'_> {
    fn opened(&mut self) -> Result<&Opened> {
        let opened = match self.opened.take() {
            Some(opened) => opened,
            None => self.open()?,
        };
        Ok(self.opened.insert(opened))
    }

    fn read(&mut self, name: &BaselineName) -> Result<Baseline> {
        let loaded = self.opened()?.store.load(name)?;
        if let Some(newer) = loaded.newer {
            self.terminal.warning(&newer.to_string());
        }
        Ok(loaded.baseline)
    }

    fn open(&mut self) -> Result<Opened> {
        let folder = self
            .context
            .config
            .get::<PathBuf>(BASELINES)
            .with_context(|| format!("`{BASELINES}` in book.toml is not the path of a folder"))?;
        let (cargo, said) = (CargoFlags::default(), SmallestChange::default());
        let Some(folder) = folder.filter(|_| self.options.baselines.is_none()) else {
            let project = Project::open(self.options, &cargo)?;
            return Ok(Opened { judging: project::judging(Some(&project), said), store: project.store });
        };
        let project = sources::project_unless(true, self.options, &cargo)?;
        // This only reads baselines, so it needs no locks.
        let folder = self.context.root.join(folder);
        Ok(Opened { judging: project::judging(project.as_ref(), said), store: Store::new(&folder, &folder) })
    }
}
