//! What the sources of a crate have that all of it has: a global allocator.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tensorprof::init::SourceFile;

/// The file of the crate with this root that sets a global allocator: a program has one alone. Files that are not there, or
/// cannot be read, are not of the crate.
pub(super) fn allocator_in(root: &Path) -> Option<PathBuf> {
    let mut files = vec![SourceFile::root(root.to_owned())];
    // Modules may name each other by ever longer paths.
    let mut seen = BTreeSet::new();
    while let Some(file) = files.pop() {
        let Ok(place) = fs::canonicalize(&file.path) else { continue };
        let Ok(text) = fs::read_to_string(&place) else { continue };
        if !seen.insert(place) {
            continue;
        }
        let contents = file.contents(&text);
        if contents.has_allocator {
            return Some(file.path);
        }
        files.extend(contents.files);
    }
    None
}
