//! Gives the files of a new checkout the times that they had in the last one of the same side, as far as their
//! content is the same: cargo goes by times, and rebuilds only what has changed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{copy, walk};

/// In a build folder: the files that it was built from.
const RECORD: &str = ".tensorprof-sources.json";

/// What is known of a file.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Known {
    /// SHA-256 of its content.
    content: String,
    /// When it was changed, in nanoseconds since 1970.
    changed: u64,
}

/// Files by their paths in the checkout. A path that is not UTF-8 is not recorded.
type Record = BTreeMap<String, Known>;

/// Restores the times of the files in `tree`, and records them in the folder it will be built in. A file that
/// is new there gets the present time: what the folder holds may have been built since its checkout.
pub(super) fn restore(tree: &Path, build_folder: &Path) -> Result<()> {
    let path = build_folder.join(RECORD);
    let last = read(&path);
    let now = nanoseconds(SystemTime::now());
    let mut record = Record::new();
    for file in walk::files(tree, &|_| false)? {
        let Some(name) = file.strip_prefix(tree).ok().and_then(Path::to_str) else { continue };
        let content = hash(&file)?;
        let changed =
            last.get(name).filter(|known| known.content == content).map_or(now, |known| known.changed);
        copy::set_modified(&file, UNIX_EPOCH + Duration::from_nanos(changed))
            .with_context(|| format!("cannot set the time of {}", file.display()))?;
        record.insert(name.to_owned(), Known { content, changed });
    }
    let text = serde_json::to_string(&record).context("cannot encode the list of sources")?;
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// A record that is missing or cannot be read costs a build, nothing else.
fn read(path: &Path) -> Record {
    fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// SHA-256 of a file, in hexadecimal digits.
pub(in crate::runner) fn hash(file: &Path) -> Result<String> {
    let failed = || format!("cannot read {}", file.display());
    let mut hasher = Sha256::new();
    std::io::copy(&mut File::open(file).with_context(failed)?, &mut hasher).with_context(failed)?;
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Exact until the year 2554.
fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(file: &Path) -> SystemTime {
        fs::metadata(file).and_then(|facts| facts.modified()).expect("has a time")
    }

    #[test]
    fn files_keep_their_times_as_long_as_their_content_is_the_same() {
        let (tree, build) =
            (tempfile::TempDir::new().expect("makes"), tempfile::TempDir::new().expect("makes"));
        let (same, other) = (tree.path().join("same"), tree.path().join("other"));
        let checkout = |content: &str| {
            for (file, content) in [(&same, "same"), (&other, content)] {
                let _ = fs::remove_file(file);
                fs::write(file, content).expect("writes");
            }
            restore(tree.path(), build.path()).expect("restores");
        };
        checkout("first");
        let first = time(&same);
        checkout("second");
        assert_eq!(time(&same), first);
        let second = time(&other);
        assert!(second > first);
        // What it was before last time does not count: cargo has seen another content since.
        checkout("first");
        assert!(time(&other) > second);
    }
}
