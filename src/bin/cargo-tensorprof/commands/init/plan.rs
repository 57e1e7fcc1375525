//! What is to be done to the files of packages: planned as a whole before anything is written.

use std::env;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use similar::TextDiff;

use crate::commands::files::{create_new, read, write};
use crate::project::display_path;
use crate::terminal::Terminal;

/// What is to be done, and what is not.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) edits: Vec<Edit>,
    /// What is there already.
    pub(super) unchanged: Vec<String>,
    /// What is left to the user, and why.
    pub(super) warnings: Vec<String>,
    /// What the user can do then.
    pub(super) next: Vec<String>,
}

/// A file that is created or added to.
#[derive(Debug)]
pub(super) struct Edit {
    pub(super) path: PathBuf,
    /// Its text before; `None` if there is no such file.
    pub(super) before: Option<String>,
    pub(super) after: String,
    /// What is added, and where.
    pub(super) added: Vec<String>,
}

impl Plan {
    /// Adds what is to be done to another package. Both may have the same bench.
    pub(super) fn append(&mut self, other: Plan) {
        let is_new = |edit: &Edit| self.edits.iter().all(|known| known.path != edit.path);
        let new: Vec<Edit> = other.edits.into_iter().filter(is_new).collect();
        self.edits.extend(new);
        self.unchanged.extend(other.unchanged);
        self.warnings.extend(other.warnings);
        self.next.extend(other.next);
    }

    /// Does it, and says what was done.
    pub(super) fn carry_out(&self, terminal: &mut Terminal) -> Result<()> {
        for edit in &self.edits {
            edit.write()?;
            edit.tell(["Created", "Added"], terminal);
        }
        self.tell_rest(terminal);
        Ok(())
    }

    /// Says what would be done, and prints the difference to standard output, with paths as seen from the root of the workspace.
    pub(super) fn show(&self, root: &Path, terminal: &mut Terminal) -> Result<()> {
        for edit in &self.edits {
            edit.tell(["Would create", "Would add"], terminal);
        }
        self.tell_rest(terminal);
        let base = self.base(root);
        if !self.edits.is_empty() && env::current_dir()? != base {
            terminal.status("Note", &format!("the paths below are as seen from {}", base.display()));
        }
        let differences: String = self.edits.iter().map(|edit| edit.difference(base)).collect();
        Ok(terminal.result(&differences)?)
    }

    /// The root of the workspace, or the nearest folder around it in which all files are: packages may be outside of it.
    fn base<'a>(&self, root: &'a Path) -> &'a Path {
        let has_all =
            |folder: &&Path| self.edits.iter().all(|edit| normalized(&edit.path).starts_with(folder));
        root.ancestors().find(has_all).unwrap_or(root)
    }

    fn tell_rest(&self, terminal: &mut Terminal) {
        self.unchanged.iter().for_each(|text| terminal.status("Unchanged", text));
        self.warnings.iter().for_each(|text| terminal.warning(text));
        if self.edits.is_empty() {
            terminal.status("Finished", "nothing to do");
        }
        self.next.iter().for_each(|text| terminal.status("Next", text));
    }
}

impl Edit {
    fn write(&self) -> Result<()> {
        if let Some(before) = &self.before {
            let now = read(&self.path)?;
            ensure!(now == *before, "cannot change {}: it was changed meanwhile", display_path(&self.path));
            return write(&self.path, &self.after);
        }
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        }
        let created = create_new(&self.path, &self.after)?;
        ensure!(created, "cannot create {}: it was created meanwhile", display_path(&self.path));
        Ok(())
    }

    fn tell(&self, [created, added]: [&str; 2], terminal: &mut Terminal) {
        if self.before.is_none() {
            terminal.status(created, &display_path(&self.path));
        }
        self.added.iter().for_each(|text| terminal.status(added, text));
    }

    /// As `diff -u` has it, and `git apply` and `patch -p1` take it in this folder.
    fn difference(&self, base: &Path) -> String {
        let path = normalized(&self.path);
        let parts = path.strip_prefix(base).unwrap_or(&path).components();
        let mut name = parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        // Without a tab, `patch` takes what is before the blank for the name.
        if name.contains(' ') {
            name.push('\t');
        }
        let old = self.before.as_ref().map_or_else(|| "/dev/null".to_owned(), |_| format!("a/{name}"));
        let before = self.before.as_deref().unwrap_or_default();
        let diff = TextDiff::from_lines(before, self.after.as_str());
        diff.unified_diff().header(&old, &format!("b/{name}")).to_string()
    }
}

/// Without the `..` that manifests may have in the paths of benches.
fn normalized(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut normalized, part| {
        match part {
            Component::ParentDir => drop(normalized.pop()),
            part => normalized.push(part),
        }
        normalized
    })
}
