//! The preprocessor of mdBook: directives in chapters become reports. Pure: a book in, a book out; what it reads of
//! baselines and files comes through functions.
//!
//! A directive stands alone on its line:
//!
//! | directive | becomes |
//! |---|---|
//! | `{{#tensorprof diff A B}}` | the whole comparison of two baselines; `section=NAME,...` only these [sections](crate::report::SECTION_NAMES) |
//! | `{{#tensorprof chart A B NAME}}` | one [chart](crate::report::chart_names()) of it |
//! | `{{#tensorprof show A}}` | one baseline's table |
//! | `{{#tensorprof leaderboard A B C}}` | several baselines side by side, each with its ratio to the first |
//! | `{{#tensorprof history [FILTER]}}` | benchmarks over all baselines, with change points; `baselines=NAME,...` only these, [patterns](crate::model::NamePattern) too; `last=N` the last of them by date; `threshold=PERCENT` |
//!
//! All take `filter=REGEX`; those that compare take `across=FACT,...`, `rule=point` and `threshold=PERCENT`, with the
//! meaning of `cargo tensorprof diff`; the options of `history` mean what they mean to `cargo tensorprof history`, where
//! `baselines` is `--only`. A value with white space or `}}` in it is quoted.
//!
//! Unlike mdBook's `{{#include}}`, a directive in code (a block or a span) or in an HTML comment is left alone, so that
//! a guide can show it. Elsewhere a backslash before it does the same, and is removed.
//!
//! Sections go below the heading that the directive stands under, and have anchors of their own
//! (`#A-B-detailed-method-comparison`). For the renderer `html` charts are drawn inline; for all others they are told
//! in words. `test` runs code only and is not served.

mod catalog;
mod directive;
mod embed;
mod figure;
mod grammar;
mod input;
mod marks;
mod origin;
mod render;
pub mod setup;
pub mod summary;
#[cfg(test)]
mod tests;
mod words;

use std::fmt;
use std::path::{Path, PathBuf};

use mdbook_preprocessor::book::{Book, Chapter};

pub use self::catalog::Source;
pub use self::figure::Charts;
pub use self::input::{InputError, SUPPORTED, TESTED, read, supports, version_warning};

use self::catalog::Catalog;
use self::embed::Anchors;
use self::grammar::parse;
use self::marks::{Mark, marks};
use self::origin::{Origin, origins};
use self::render::{Placement, render};

/// What an expansion needs from outside.
pub struct Expansion<'a> {
    /// What the renderer can show of charts.
    pub charts: Charts,
    /// Where baselines come from; each that is used is read once.
    pub baselines: &'a mut dyn Source,
    /// The text of a chapter's file, by its path relative to `SUMMARY.md`, where there is one. mdBook may have changed
    /// the chapter since it read it.
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
    let mut catalog = Catalog::new(baselines);
    let mut faults = vec![];
    book.for_each_chapter_mut(|chapter| {
        let mut page = Page::new(chapter, charts, file);
        let text = page.expand(&mut catalog);
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
    /// What its author wrote, where that is known.
    file: Option<String>,
    marks: Vec<Mark>,
    charts: Charts,
    anchors: Anchors,
    faults: Vec<Fault>,
}

impl Page {
    fn new(chapter: &mut Chapter, charts: Charts, file: &dyn Fn(&Path) -> Option<String>) -> Page {
        let text = std::mem::take(&mut chapter.content);
        let path = chapter.source_path.as_ref().or(chapter.path.as_ref()).cloned().unwrap_or_default();
        let marks = marks(&text);
        let file = if marks.is_empty() { None } else { file(&path) };
        Page { text, path, file, marks, charts, anchors: Anchors::default(), faults: vec![] }
    }

    fn expand(&mut self, catalog: &mut Catalog<'_>) -> String {
        let marks = std::mem::take(&mut self.marks);
        let origins = match &self.file {
            Some(file) => origins(file, &self.text, &marks),
            None => vec![None; marks.len()],
        };
        let mut expanded = String::with_capacity(self.text.len());
        let mut position = 0;
        for (mark, origin) in marks.iter().zip(origins) {
            let escaped = mark.escaped || origin.is_some_and(|origin| origin.escaped);
            expanded.push_str(&self.text[position..mark.range.start - usize::from(mark.escaped)]);
            if escaped {
                expanded.push_str(&self.text[mark.range.clone()]);
            } else {
                // Blank lines around, so that it is a block of its own.
                expanded.push_str(&format!("\n{}\n", self.directive(mark, origin, catalog).trim_end()));
            }
            position = mark.range.end;
        }
        expanded.push_str(&self.text[position..]);
        expanded
    }

    /// The text in the place of a directive: empty after a fault.
    fn directive(&mut self, mark: &Mark, origin: Option<Origin>, catalog: &mut Catalog<'_>) -> String {
        let directive = mark.words.clone().and_then(|words| parse(&words));
        let directive = match directive {
            Ok(directive) => directive,
            Err(error) => {
                self.fault(mark, origin, error.offset, error.to_string());
                return String::new();
            }
        };
        let placement = Placement { under: mark.under, anchors: &mut self.anchors, charts: self.charts };
        render(&directive, catalog, placement).unwrap_or_else(|reasons| {
            reasons.into_iter().for_each(|reason| self.fault(mark, origin, 0, reason));
            String::new()
        })
    }

    fn fault(&mut self, mark: &Mark, origin: Option<Origin>, offset: usize, message: String) {
        let (text, start) = match (&self.file, origin) {
            (Some(file), Some(origin)) => (file, origin.position),
            _ => (&self.text, mark.range.start),
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
