//! A commit of the project's history.

/// A commit, with what tells people which it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Full hash.
    pub hash: String,
    /// First line of its message.
    pub subject: String,
    /// Name of its author.
    pub author: String,
    /// When it was written, by ISO 8601 with the author's offset.
    pub date: String,
}

impl Commit {
    /// The first digits of its hash.
    pub fn short(&self) -> &str {
        self.hash.get(..8).unwrap_or(&self.hash)
    }

    /// The day on which it was written, where its author was.
    pub fn day(&self) -> &str {
        self.date.get(..10).unwrap_or(&self.date)
    }
}
