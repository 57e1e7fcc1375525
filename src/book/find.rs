//! Finds the directives of a chapter.

use std::ops::Range;
use std::sync::LazyLock;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag};
use regex::Regex;

use super::indentation::indentation;
use super::lexer::{Word, words};
use super::syntax_error::{SyntaxError, SyntaxErrorKind};

/// A place in a text where a directive stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Occurrence {
    /// Its bytes, without the backslash that escapes it.
    pub(super) range: Range<usize>,
    /// A backslash stands before it.
    pub(super) escaped: bool,
    /// Its words.
    pub(super) words: Result<Vec<Word>, SyntaxError>,
    /// White space for every line of what replaces it.
    pub(super) indentation: String,
    /// Level of the heading that it stands under.
    pub(super) under: Option<HeadingLevel>,
}

/// The start of a directive. mdBook allows white space before the `#`.
static OPENING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\{\{\s*#tensorprof(?-u:\b)").unwrap_or_else(|error| unreachable!("a literal: {error}"))
});

/// mdBook's dialect of markdown, as far as it decides what code and headings are.
pub(super) fn dialect() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
}

/// The directives of a text in their order. Text in code and in comments is not a directive.
pub(super) fn find_directives(text: &str) -> Vec<Occurrence> {
    if !OPENING.is_match(text) {
        return vec![];
    }
    let outline = Outline::of(text);
    let mut found: Vec<Occurrence> = vec![];
    for opening in OPENING.find_iter(text) {
        let within = found.last().is_some_and(|before| opening.start() < before.range.end);
        if !within && !outline.is_verbatim(opening.start()) {
            found.push(occurrence(text, opening.range(), outline.level_before(opening.start())));
        }
    }
    found
}

fn occurrence(text: &str, opening: Range<usize>, under: Option<HeadingLevel>) -> Occurrence {
    let start = opening.start;
    let escaped = text[..start].ends_with('\\');
    let line_end = |from: usize| text[from..].find('\n').map_or(text.len(), |length| from + length);
    let (words, end) = match words(&text[start..], opening.len()) {
        Ok((words, length)) => (Ok(words), start + length),
        Err(error) => (Err(error), line_end(start)),
    };
    let line_start = text[..start].rfind('\n').map_or(0, |end| end + 1);
    let around = [&text[line_start..start], &text[end..line_end(end)]];
    let alone = around.iter().all(|text| text.trim_matches([' ', '\t', '\r']).is_empty());
    let indentation = if alone { indentation(text, start) } else { None };
    let words = match indentation {
        Some(_) => words,
        None if alone => words.and(Err(SyntaxErrorKind::NotIndented.at(0))),
        None => words.and(Err(SyntaxErrorKind::NotAlone.at(0))),
    };
    let indentation = indentation.unwrap_or_default().to_owned();
    Occurrence { range: start..end, escaped, words, indentation, under }
}

/// The structure of the markdown around directives.
struct Outline {
    /// Code and comments.
    verbatim: Vec<Range<usize>>,
    /// Start and level of each heading.
    headings: Vec<(usize, HeadingLevel)>,
}

impl Outline {
    fn of(text: &str) -> Outline {
        let mut outline = Outline { verbatim: vec![], headings: vec![] };
        for (event, range) in Parser::new_ext(text, dialect()).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(_)) | Event::Code(_) => outline.verbatim.push(range),
                Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_)
                    if text[range.clone()].starts_with("<!--") =>
                {
                    outline.verbatim.push(range);
                }
                Event::Start(Tag::Heading { level, .. }) => outline.headings.push((range.start, level)),
                _ => {}
            }
        }
        outline
    }

    fn is_verbatim(&self, position: usize) -> bool {
        self.verbatim.iter().any(|range| range.contains(&position))
    }

    fn level_before(&self, position: usize) -> Option<HeadingLevel> {
        self.headings.iter().rev().find(|(start, _)| *start < position).map(|(_, level)| *level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find_directives(text).into_iter().map(|found| &text[found.range]).collect()
    }

    #[test]
    fn directives_are_found_in_text_alone() {
        let text = "{{#tensorprof show a}}\n\n`{{#tensorprof show b}}`\n\n```text\n{{#tensorprof show c}}\n```\n\n    \
                    {{#tensorprof show d}}\n\n<!-- {{#tensorprof show e}} -->\n\n<!--\n{{#tensorprof show f}}\n-->\n\n\
                    {{ #tensorprof show g }}\n{{#include h}} {{#tensorprofile i}}\n";
        assert_eq!(found(text), ["{{#tensorprof show a}}", "{{ #tensorprof show g }}"]);
    }

    #[test]
    fn a_backslash_escapes() {
        let found = find_directives("a \\{{#tensorprof show a}} b");
        assert!(found[0].escaped);
        assert_eq!(found[0].range, 3..25);
    }

    #[test]
    fn a_directive_in_a_line_of_text_is_an_error() {
        for text in ["see {{#tensorprof show a}}", "{{#tensorprof show a}}.", "- {{#tensorprof show a}}"] {
            assert_eq!(find_directives(text)[0].words, Err(SyntaxErrorKind::NotAlone.at(0)), "{text}");
        }
    }

    #[test]
    fn a_directive_that_cannot_stay_in_its_item_is_an_error() {
        let found = find_directives("1. First.\n {{#tensorprof show a}}\n");
        assert_eq!(found[0].words, Err(SyntaxErrorKind::NotIndented.at(0)));
        let found = find_directives("1. First.\n\n   {{#tensorprof show a}}\n");
        assert!(found[0].words.is_ok());
        assert_eq!(found[0].indentation, "   ");
    }

    #[test]
    fn an_unclosed_directive_ends_with_its_line() {
        let text = "{{#tensorprof show a\n\n{{#tensorprof show b}}\n";
        assert_eq!(found(text), ["{{#tensorprof show a", "{{#tensorprof show b}}"]);
        assert_eq!(find_directives(text)[0].words, Err(SyntaxErrorKind::Unclosed.at(0)));
    }

    #[test]
    fn the_heading_above_counts() {
        let text = "{{#tensorprof show a}}\n\n# One\n\n{{#tensorprof show b}}\n\nTwo\n---\n\n```\n# no\n```\n\n{{#tensorprof show c}}\n";
        let levels: Vec<_> = find_directives(text).into_iter().map(|found| found.under).collect();
        assert_eq!(levels, [None, Some(HeadingLevel::H1), Some(HeadingLevel::H2)]);
    }
}
