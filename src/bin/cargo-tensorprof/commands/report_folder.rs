//! The folder that a report is written to. It carries a mark: without it, nothing in a folder is replaced or removed,
//! because a user's own files may have the names of ours.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use tensorprof::store::replace_file;

/// The mark: a file of this name.
const MARK: &str = ".tensorprof-report";

/// What the mark says to who finds it.
const MARK_TEXT: &str = "cargo tensorprof writes reports into this folder and replaces its earlier ones.\n";

/// A folder whose files of these names may be written.
#[derive(Debug)]
pub(super) struct ReportFolder {
    path: PathBuf,
}

impl ReportFolder {
    /// Checks a folder that may not exist yet, and changes nothing. `names` are those of all files that may be written.
    ///
    /// # Errors
    /// It is the root of the file system, a link or no folder; or it has no mark and a file of one of the names.
    pub(super) fn find(path: &Path, names: impl IntoIterator<Item = &'static str>) -> Result<ReportFolder> {
        // Without a separator at the end, which would follow a link.
        let path: PathBuf = path.components().collect();
        let shown = path.display();
        let no_folder = |what: &str| format!("cannot write the report to {shown}: it is {what}");
        match path.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("cannot write the report to {shown}")),
            Ok(found) if found.is_symlink() => {
                bail!("{}; name the folder itself with `--output`", no_folder("a link"))
            }
            Ok(found) if !found.is_dir() => {
                bail!("{}; name another with `--output`", no_folder("no folder"))
            }
            Ok(_) if is_root(&path) => bail!(
                "{}; name a folder of its own with `--output`",
                no_folder("the root of the file system")
            ),
            Ok(_) => refuse_files_of_others(&path, names)?,
        }
        Ok(ReportFolder { path })
    }

    /// The folder of that path inside the target directory, all of which is ours.
    pub(super) fn in_target_directory(path: PathBuf) -> ReportFolder {
        ReportFolder { path }
    }

    /// Creates and marks the folder.
    pub(super) fn create(self) -> Result<OpenFolder> {
        let is_new = |folder: &&Path| !folder.as_os_str().is_empty() && folder.symlink_metadata().is_err();
        let created = self.path.ancestors().take_while(is_new).map(Path::to_owned).collect();
        fs::create_dir_all(&self.path)
            .with_context(|| format!("cannot create the report folder {}", self.path.display()))?;
        let is_marked_now = !is_marked(&self.path);
        let folder = OpenFolder { path: self.path, created, is_marked_now };
        folder.replace(MARK, MARK_TEXT)?;
        Ok(folder)
    }
}

/// A folder that is there and carries the mark. What was created for a report that is not written goes again.
#[derive(Debug)]
pub(super) struct OpenFolder {
    path: PathBuf,
    /// The folders that were not there before, from within. None of them once a report is written.
    created: Vec<PathBuf>,
    /// The mark was not there before either.
    is_marked_now: bool,
}

impl OpenFolder {
    /// The path of a file in it.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes the files of a report, each a name and its content.
    pub(super) fn write(&mut self, files: impl IntoIterator<Item = (String, String)>) -> Result<()> {
        self.created.clear();
        self.is_marked_now = false;
        files.into_iter().try_for_each(|(name, text)| self.replace(&name, &text))
    }

    /// Removes a file that an earlier report left, if it is there.
    pub(super) fn remove(&self, name: &str) -> Result<()> {
        let path = self.file(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", path.display()))
            }
            _ => Ok(()),
        }
    }

    fn replace(&self, name: &str, text: &str) -> Result<()> {
        let path = self.file(name);
        replace_file(&path, text.as_bytes())
            .with_context(|| format!("cannot write the report to {}", path.display()))
    }
}

impl Drop for OpenFolder {
    fn drop(&mut self) {
        // What cannot be removed is in nobody's way.
        if self.is_marked_now {
            let _ = fs::remove_file(self.file(MARK));
        }
        let _ = self.created.iter().try_for_each(fs::remove_dir);
    }
}

fn is_root(path: &Path) -> bool {
    fs::canonicalize(path).is_ok_and(|path| path.parent().is_none())
}

fn is_marked(folder: &Path) -> bool {
    folder.join(MARK).symlink_metadata().is_ok_and(|found| found.is_file())
}

/// Names the first file that a report would replace in a folder without a mark.
fn refuse_files_of_others(folder: &Path, names: impl IntoIterator<Item = &'static str>) -> Result<()> {
    let is_there = |name: &&str| folder.join(name).symlink_metadata().is_ok();
    match names.into_iter().find(is_there).filter(|_| !is_marked(folder)) {
        Some(name) => bail!(
            "cannot write the report to {0}: it has a {name} and no mark that cargo tensorprof wrote it; name another \
             folder with `--output`, or, if an earlier version of cargo tensorprof wrote it, create the mark: an empty \
             file {1}",
            folder.display(),
            folder.join(MARK).display()
        ),
        None => Ok(()),
    }
}
