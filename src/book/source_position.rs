//! Where the directives of a chapter stand in the file that its author wrote.
//!
//! mdBook's own preprocessor of links runs before others unless `book.toml` says otherwise. By then it has
//! put whole files in the place of `{{#include}}`, so that lines have moved, and has removed the backslash
//! before `\{{#tensorprof ...}}`. The file itself tells both.

use super::find::{Occurrence, find_directives};

/// Where a directive stands in its author's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SourcePosition {
    /// Bytes from the start of the file.
    pub(super) offset: usize,
    /// A backslash stands before it.
    pub(super) escaped: bool,
}

/// The position in the file of each directive of the chapter; none for one that came from another file.
pub(super) fn source_positions(
    file: &str,
    chapter: &str,
    found: &[Occurrence],
) -> Vec<Option<SourcePosition>> {
    let mut written = find_directives(file).into_iter().peekable();
    let mut position = |occurrence: &Occurrence| {
        let text = &chapter[occurrence.range.clone()];
        let mut ahead = written.clone();
        let same = ahead.find(|written| &file[written.range.clone()] == text)?;
        written = ahead;
        Some(SourcePosition { offset: same.range.start, escaped: same.escaped })
    };
    found.iter().map(&mut position).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn included_lines_and_lost_backslashes_are_found_out() {
        let file = "{{#include x}}\n\n\\{{#tensorprof show a}}\n\n{{#tensorprof show a}}\n\n{{#tensorprof show b}}\n";
        let chapter = "{{#tensorprof show c}}\n\nmore\n\n{{#tensorprof show a}}\n\n{{#tensorprof show a}}\n\n\
                       {{#tensorprof show b}}\n";
        let found = source_positions(file, chapter, &find_directives(chapter));
        let at = |offset, escaped| Some(SourcePosition { offset, escaped });
        assert_eq!(found, [None, at(17, true), at(41, false), at(65, false)]);
    }
}
