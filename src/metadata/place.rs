//! Where the metadata say something, for who has to change it.

use std::fmt;

/// A place in a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The manifest, relative to the folder of the workspace.
    file: String,
    /// Line and column in characters, both from 1.
    line: usize,
    column: usize,
}

impl Place {
    /// So many bytes from the start of the text of a file.
    pub(super) fn at(file: &str, text: &str, offset: usize) -> Place {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Place {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// What cannot be used of the metadata, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot use the metadata at {place}: {reason}")]
pub struct MetadataError {
    /// The key or its value.
    pub place: Place,
    /// What is wrong with it.
    pub reason: String,
}
