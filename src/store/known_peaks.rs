//! The peaks of one machine that are known from earlier sessions, as a TOML file.
//!
//! A cache: what it loses is measured again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::atomic::{lock_cache, rewrite_file};
use super::wire::PeaksTable;
use crate::model::{Peaks, check_peaks};

/// Version of the code that measures peaks. Those of another version are not read.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The file of one machine.
#[derive(Debug, Clone)]
pub struct KnownPeaks {
    path: PathBuf,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct PeaksFile {
    tool_version: String,
    peaks: Vec<PeaksTable>,
}

impl KnownPeaks {
    /// The peaks of the machine of this key, in a folder that need not exist.
    pub fn new(folder: &Path, machine: &str) -> KnownPeaks {
        KnownPeaks { path: folder.join(format!("{machine}.toml")) }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The peaks on every number of threads that they are known for. None where the file cannot be
    /// read, or another version of this tool wrote it.
    pub fn load(&self) -> Vec<Peaks> {
        let file =
            fs::read_to_string(&self.path).ok().and_then(|text| toml::from_str::<PeaksFile>(&text).ok());
        let tables = file.filter(|file| file.tool_version == VERSION).map(|file| file.peaks);
        let peaks = tables.into_iter().flatten().map(Peaks::from);
        peaks.filter(|peaks| check_peaks(peaks).is_ok()).collect()
    }

    /// Adds peaks, in place of those on the same number of threads.
    ///
    /// # Errors
    /// When the file or its folder cannot be written; it is then as it was.
    pub fn add(&self, added: Peaks) -> io::Result<()> {
        let _lock = lock_cache(&self.path)?;
        let mut known = self.load();
        known.retain(|peaks| peaks.threads != added.threads);
        known.push(added);
        known.sort_by_key(|peaks| peaks.threads);
        let peaks = known.iter().map(PeaksTable::from).collect();
        let file = PeaksFile { tool_version: VERSION.to_owned(), peaks };
        rewrite_file(&self.path, toml::to_string(&file).map_err(io::Error::other)?.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dtype;
    use crate::compare::fixtures::peaks_of;

    fn peaks(threads: u32, value: f64) -> Peaks {
        peaks_of(threads, 0.01, &[(Dtype::F32, "avx2", value)], &[])
    }

    fn file(folder: &tempfile::TempDir) -> KnownPeaks {
        KnownPeaks::new(&folder.path().join("below/peaks"), "0123")
    }

    #[test]
    fn peaks_take_the_place_of_those_on_as_many_threads() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = file(&folder);
        assert_eq!(file.load(), []);
        for (threads, value) in [(2, 200.0), (1, 100.0), (2, 210.0)] {
            file.add(peaks(threads, value)).expect("is written");
        }
        assert_eq!(file.load(), [peaks(1, 100.0), peaks(2, 210.0)]);
    }

    #[test]
    fn what_cannot_be_read_or_is_of_another_version_is_measured_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = file(&folder);
        file.add(peaks(1, 100.0)).expect("is written");
        let good = fs::read_to_string(file.path()).expect("is there");
        let bad = [
            good.replace(VERSION, "0.0.0"),
            good.replace("100.0", "-100.0"),
            good.replace("f32", "f31"),
            good[..good.len() - 3].to_owned(),
            String::new(),
        ];
        for text in bad {
            assert_ne!(text, good);
            fs::write(file.path(), &text).expect("is written");
            assert_eq!(file.load(), [], "{text}");
            file.add(peaks(2, 200.0)).expect("is written");
            assert_eq!(file.load(), [peaks(2, 200.0)]);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_cannot_be_made_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("below"), "a file").expect("is written");
        assert!(file(&folder).add(peaks(1, 1.0)).is_err());
    }
}
