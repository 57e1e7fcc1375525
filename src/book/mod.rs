//! The mdBook preprocessor: it replaces directives in chapters by reports. Pure: a book in, a book out; it
//! reads baselines and files through functions that the caller gives.
//!
//! A directive stands alone on its line:
//!
//! | directive | becomes |
//! |---|---|
//! | `{{#tensorprof diff A B}}` | the whole comparison of two baselines; `section=NAME,...` only these [sections](crate::report::SECTION_NAMES) |
//! | `{{#tensorprof chart A B NAME}}` | one [chart](crate::report::chart_names()) of it |
//! | `{{#tensorprof show A}}` | one baseline's table |
//! | `{{#tensorprof leaderboard A B C}}` | several baselines side by side, each with its changes against the first; `by=family` by family |
//! | `{{#tensorprof history [FILTER]}}` | benchmarks over all baselines, with change points; `baselines=NAME,...` only these, [patterns](crate::model::NamePattern) too; `last=N` the last of them by date |
//!
//! All take `filter=REGEX`. Those that compare take `across=FACT,...`, `rule=point`, `threshold=PERCENT` and `floor=NANOSECONDS`
//! with the meaning that `cargo tensorprof diff` gives them; the options of `history` are those of `cargo
//! tensorprof history`, where `baselines` is called `--only`: `threshold` and `floor`, too. What a directive does not say is
//! as in the project. A value with white space or `}}` in it is quoted.
//!
//! In a list item, a footnote or a definition it is indented as the text there, and so is what replaces it.
//!
//! Unlike mdBook's `{{#include}}`, a directive in code (a block or a span) or in an HTML comment is left
//! alone, so that a guide can show it. Elsewhere a backslash before it does the same, and is removed.
//!
//! Sections go below the heading that the directive stands under, and have anchors of their own
//! (`#A-B-benchmarks`). For the renderer `html` charts are drawn inline; for all others they
//! are described in words. `mdbook test` only runs code, so its directives are not expanded.

mod cache;
mod charts;
mod directive;
mod edit;
mod embed;
mod find;
mod indentation;
mod input;
mod lexer;
mod parse;
mod render;
pub mod setup;
mod source_position;
pub mod summary;
mod syntax_error;
mod tables;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};

use mdbook_preprocessor::book::{Book, Chapter};

pub use self::cache::Source;
pub use self::charts::Charts;
pub use self::input::{InputError, SUPPORTED, TESTED, read, supports, version_warning};

use self::cache::Cache;
use self::embed::Anchors;
use self::find::{Occurrence, find_directives};
use self::indentation::indented;
use self::parse::parse;
use self::render::{Placement, render};
use self::source_position::{SourcePosition, source_positions};
use self::tables::{STYLE, boxed};

/// The inputs of an expansion besides the book.
pub struct Expansion<'a> {
    /// What the renderer can show of charts.
    pub charts: Charts,
    /// Where baselines come from; each that is used is read once.
    pub baselines: &'a mut dyn Source,
    /// The text of a chapter's file, by its path relative to `SUMMARY.md`, if there is one. mdBook may
    /// have changed the chapter since it read it.
    pub file: &'a dyn Fn(&Path) -> Option<String>,
}

/// A directive that could not be expanded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The chapter's file, relative to `SUMMARY.md`.
    pub path: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault { path, line, column, message } = self;
        write!(f, "{}:{line}:{column}: {message}", path.display())
    }
}

/// The book with all its directives expanded.
///
/// # Errors
/// Every directive that cannot be expanded, by file and line.
pub fn expand(mut book: Book, expansion: Expansion<'_>) -> Result<Book, Vec<Fault>> {
    let Expansion { charts, baselines, file } = expansion;
    let mut cache = Cache::new(baselines);
    let mut faults = vec![];
    book.for_each_chapter_mut(|chapter| {
        let mut page = Page::new(chapter, charts, file);
        let text = page.expand(&mut cache);
        faults.append(&mut page.faults);
        chapter.content = text;
    });
    faults.sort();
    if faults.is_empty() { Ok(book) } else { Err(faults) }
}

/// A chapter under expansion.
struct Page {
    text: String,
    path: PathBuf,
    /// The text of its author's file, if it is known.
    file: Option<String>,
    occurrences: Vec<Occurrence>,
    charts: Charts,
    anchors: Anchors,
    /// The style of tables is on it.
    styled: bool,
    faults: Vec<Fault>,
}

impl Page {
    fn new(chapter: &mut Chapter, charts: Charts, file: &dyn Fn(&Path) -> Option<String>) -> Page {
        let text = std::mem::take(&mut chapter.content);
        let path = chapter.source_path.as_ref().or(chapter.path.as_ref()).cloned().unwrap_or_default();
        let occurrences = find_directives(&text);
        let file = if occurrences.is_empty() { None } else { file(&path) };
        let anchors = Anchors::default();
        Page { text, path, file, occurrences, charts, anchors, styled: false, faults: vec![] }
    }

    fn expand(&mut self, cache: &mut Cache<'_>) -> String {
        let occurrences = std::mem::take(&mut self.occurrences);
        let positions = match &self.file {
            Some(file) => source_positions(file, &self.text, &occurrences),
            None => vec![None; occurrences.len()],
        };
        let mut expanded = String::with_capacity(self.text.len());
        let mut copied = 0;
        for (occurrence, position) in occurrences.iter().zip(positions) {
            let escaped = occurrence.escaped || position.is_some_and(|position| position.escaped);
            let before = &self.text[copied..occurrence.range.start - usize::from(occurrence.escaped)];
            if escaped {
                expanded.push_str(before);
                expanded.push_str(&self.text[occurrence.range.clone()]);
            } else {
                expanded.push_str(before.trim_end_matches([' ', '\t']));
                let block = self.directive(occurrence, position, cache);
                // Blank lines around make it a block of its own.
                expanded.push_str(&format!("\n{}", indented(block.trim_end(), &occurrence.indentation)));
            }
            copied = occurrence.range.end;
        }
        expanded.push_str(&self.text[copied..]);
        expanded
    }

    /// The text that replaces a directive: empty after a fault.
    fn directive(
        &mut self,
        occurrence: &Occurrence,
        position: Option<SourcePosition>,
        cache: &mut Cache<'_>,
    ) -> String {
        let directive = occurrence.words.clone().and_then(|words| parse(&words));
        let directive = match directive {
            Ok(directive) => directive,
            Err(error) => {
                self.fault(occurrence, position, error.offset, error.to_string());
                return String::new();
            }
        };
        let placement =
            Placement { under: occurrence.under, anchors: &mut self.anchors, charts: self.charts };
        match render(&directive, cache, placement) {
            Ok(markdown) => self.with_boxes(&markdown),
            Err(reasons) => {
                reasons.into_iter().for_each(|reason| self.fault(occurrence, position, 0, reason));
                String::new()
            }
        }
    }

    /// The markdown with boxes around its tables, where pages are drawn; their style stands above the first of the chapter.
    fn with_boxes(&mut self, markdown: &str) -> String {
        let boxed = match self.charts {
            Charts::Drawn => boxed(markdown),
            Charts::Described => markdown.to_owned(),
        };
        if self.styled || boxed == markdown {
            return boxed;
        }
        self.styled = true;
        format!("{STYLE}\n\n{boxed}")
    }

    fn fault(
        &mut self,
        occurrence: &Occurrence,
        position: Option<SourcePosition>,
        offset: usize,
        message: String,
    ) {
        let (text, start) = match (&self.file, position) {
            (Some(file), Some(position)) => (file, position.offset),
            _ => (&self.text, occurrence.range.start),
        };
        let before = &text[..start + offset];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        self.faults.push(Fault {
            path: self.path.clone(),
            line: 1 + before.matches('\n').count(),
            column: 1 + before[line_start..].chars().count(),
            message,
        });
    }
}
