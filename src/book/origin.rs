//! Where the directives of a chapter stand in the file that its author wrote.
//!
//! mdBook's own preprocessor of links runs before others unless `book.toml` says otherwise. By then it has put whole
//! files in the place of `{{#include}}`, so that lines have moved, and has removed the backslash before
//! `\{{#tensorprof ...}}`. Both are found out by looking into the file.

use super::marks::{Mark, marks};

/// A directive in its author's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Origin {
    /// Bytes from the start of the file.
    pub(super) position: usize,
    /// A backslash stands before it.
    pub(super) escaped: bool,
}

/// The directives of the file, in its order, with those of the chapter: absent for one that came from elsewhere.
pub(super) fn origins(file: &str, chapter: &str, found: &[Mark]) -> Vec<Option<Origin>> {
    let mut written = marks(file).into_iter().peekable();
    let mut origin = |mark: &Mark| {
        let text = &chapter[mark.range.clone()];
        let mut ahead = written.clone();
        let same = ahead.find(|written| &file[written.range.clone()] == text)?;
        written = ahead;
        Some(Origin { position: same.range.start, escaped: same.escaped })
    };
    found.iter().map(&mut origin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn included_lines_and_lost_backslashes_are_found_out() {
        let file = "{{#include x}}\n\n\\{{#tensorprof show a}}\n\n{{#tensorprof show a}}\n\n{{#tensorprof show b}}\n";
        let chapter = "{{#tensorprof show c}}\n\nmore\n\n{{#tensorprof show a}}\n\n{{#tensorprof show a}}\n\n\
                       {{#tensorprof show b}}\n";
        let found = origins(file, chapter, &marks(chapter));
        let at = |position, escaped| Some(Origin { position, escaped });
        assert_eq!(found, [None, at(17, true), at(41, false), at(65, false)]);
    }
}
