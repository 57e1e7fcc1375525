//! Keeps what is built for the sides from growing for ever: cargo adds to a target directory and removes
//! nothing.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::walk;

/// In a build folder: its size in bytes after its first build.
const RECORD: &str = ".tensorprof-size";
/// A folder this many times as large as after its first build is emptied,
const GROWTH: u64 = 3;
/// unless it is smaller than this.
const SMALL: u64 = 1 << 30;

/// Whether a folder has grown so much that it should be built anew.
pub(super) fn is_overgrown(folder: &Path) -> bool {
    let first = fs::read_to_string(folder.join(RECORD)).ok().and_then(|text| text.parse::<u64>().ok());
    first.is_some_and(|first| size(folder).is_ok_and(|now| exceeds(now, first)))
}

fn exceeds(now: u64, first: u64) -> bool {
    now > SMALL.max(GROWTH.saturating_mul(first))
}

/// Records the size of a folder after its first build.
pub(super) fn record(folder: &Path) -> Result<()> {
    let file = folder.join(RECORD);
    if file.exists() {
        return Ok(());
    }
    fs::write(&file, size(folder)?.to_string()).with_context(|| format!("cannot write {}", file.display()))
}

fn size(folder: &Path) -> Result<u64> {
    let files = walk::files(folder, &|_| false)?;
    Ok(files.iter().filter_map(|file| fs::metadata(file).ok()).map(|facts| facts.len()).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_folders_and_those_that_grew_little_stay() {
        assert!(!exceeds(SMALL, 1));
        assert!(exceeds(SMALL + 1, 1));
        assert!(!exceeds(3 * SMALL, SMALL));
        assert!(exceeds(3 * SMALL + 1, SMALL));
    }
}
