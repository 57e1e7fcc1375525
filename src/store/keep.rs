//! Keeps a measurement that could not be saved.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::Builder;

use super::atomic::write_synced;
use super::error::StoreError;
use super::format::render;
use crate::model::Baseline;

/// Most characters of a baseline's name in the name of its file, which is the name of a baseline too.
const LONGEST_NAME: usize = 48;

/// Writes a baseline into the first of these folders that takes it, and returns its new file, `NAME-XXXXXX.toml`. The folder is
/// that of a [`Store`](super::Store) to load it from.
///
/// # Errors
/// The baseline has a value that cannot be stored, or no folder takes the file: the error of the last one.
pub fn keep(baseline: &Baseline, folders: &[PathBuf]) -> Result<PathBuf, StoreError> {
    let text =
        render(baseline).map_err(|fault| StoreError::Unwritable { name: baseline.name.clone(), fault })?;
    let mut refusal =
        StoreError::Io { operation: "write to", path: PathBuf::new(), cause: io::ErrorKind::NotFound.into() };
    for folder in folders {
        match keep_in(folder, baseline, &text) {
            Ok(file) => return Ok(file),
            Err(cause) => refusal = StoreError::Io { operation: "write to", path: folder.clone(), cause },
        }
    }
    Err(refusal)
}

fn keep_in(folder: &Path, baseline: &Baseline, text: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let name: String = baseline.name.as_str().chars().take(LONGEST_NAME).collect();
    let mut file = Builder::new().prefix(&format!("{name}-")).suffix(".toml").tempfile_in(folder)?;
    write_synced(file.as_file_mut(), text.as_bytes())?;
    Ok(file.keep().map_err(|failed| failed.error)?.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixtures::{baseline, row};
    use crate::store::Store;

    #[test]
    fn the_first_folder_that_takes_it_has_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let (full, free) = (folder.path().join("full"), folder.path().join("free/unsaved"));
        fs::write(&full, "no folder").expect("a file");
        let measured = baseline(&"n".repeat(64), vec![row("a", &[1.0])]);
        let file = keep(&measured, &[full.clone(), free.clone()]).expect("is kept");
        assert!(file.starts_with(&free), "{}", file.display());
        let name =
            file.file_stem().and_then(|stem| stem.to_str()).expect("a name").parse().expect("a baseline's");
        let loaded = Store::new(&free, &free).load(&name).expect("is readable").baseline;
        assert_eq!(loaded.benchmarks, measured.benchmarks);
        keep(&measured, &[full]).expect_err("nothing takes it");
    }
}
