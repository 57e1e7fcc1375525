//! A chart as files, and on the page beside them.

use super::kinds::{OF_COMPARISONS, OF_MACHINES};
use super::theme::{self, Anchor, Canvas, Drawn, Type, write};
use crate::compare::Comparison;
use crate::report::quantity::count;

/// A kind of chart: what is the same of all of its kind.
#[derive(Clone, Copy)]
pub(in crate::report) struct Kind {
    pub(in crate::report) file_name: &'static str,
    title: &'static str,
    /// The title in the drawing.
    heading: &'static str,
    alt: &'static str,
    /// Why there is none, where there is none.
    absent: &'static str,
}

impl Kind {
    pub(super) const fn new(file_name: &'static str, title: &'static str, alt: &'static str) -> Self {
        Kind { file_name, title, heading: title, alt, absent: "" }
    }

    /// The same with the reason why a comparison has none.
    pub(super) const fn or(self, absent: &'static str) -> Self {
        Kind { absent, ..self }
    }

    /// The same under another heading.
    pub(super) const fn headed(self, heading: &'static str) -> Self {
        Kind { heading, ..self }
    }

    /// A chart of it of that width and height, pixels. The description is our own words.
    pub(super) fn chart(
        &self,
        size: [i32; 2],
        description: String,
        draw: impl FnOnce(&Canvas<'_>) -> Drawn,
    ) -> Option<Chart> {
        let Kind { file_name, title, heading, alt, .. } = *self;
        let svg = theme::document(size, title, &description, |canvas| {
            write(canvas, heading, (8, 16), Anchor::Start, Type::Title)?;
            draw(canvas)
        })?;
        Some(Chart { file_name, title, alt, description, svg })
    }
}

/// What is drawn: all of it, in these words, or so many of such things.
pub(super) fn changed_most(shown: usize, all: usize, whole: String, things: &str) -> String {
    if shown == all {
        return whole;
    }
    format!("the {} of {} {things} that changed most", count(shown as u64), count(all as u64))
}

/// The same of a comparison, which may be of a single side: of that, the first are drawn.
pub(super) fn drawn(
    comparison: &Comparison,
    shown: usize,
    all: usize,
    whole: String,
    things: &str,
) -> String {
    if comparison.is_alone() && shown < all {
        return format!("the first {} of {} {things}", count(shown as u64), count(all as u64));
    }
    changed_most(shown, all, whole, things)
}

/// A chart as an SVG document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// Name of its file, fixed for each kind of chart.
    pub file_name: &'static str,
    /// What it shows, in a few words.
    pub title: &'static str,
    /// What is drawn, for those who cannot see it. Our own words: without markup and quotes.
    pub alt: &'static str,
    /// How to read it, and what was left out.
    pub description: String,
    /// The document, to be a part of a page: its foreground is `currentColor`.
    pub svg: String,
}

impl Chart {
    /// Its name where one is asked for: the file name without its ending.
    pub fn name(&self) -> &'static str {
        name(self.file_name)
    }

    /// Its file: name and document.
    pub fn file(&self) -> (String, String) {
        (self.file_name.to_owned(), theme::file(&self.svg))
    }

    /// Markdown that shows its file on a page beside it, with its description. Ends with a line end.
    ///
    /// One image that follows the colour scheme its reader prefers, instead of a `<picture>` of two: mdBook moves the links
    /// of chapters in folders to its page for printing, but not those in `srcset`.
    pub(in crate::report) fn figure(&self) -> String {
        let Chart { file_name, alt, description, .. } = self;
        format!("![{alt}]({file_name})\n\n*{description}*\n")
    }
}

/// The names of all charts that a comparison can have.
pub fn chart_names() -> impl Iterator<Item = &'static str> + Clone {
    OF_COMPARISONS.into_iter().map(|kind| name(kind.file_name))
}

/// The names of all files of charts that a report can have.
pub fn chart_files() -> impl Iterator<Item = &'static str> + Clone {
    OF_COMPARISONS.into_iter().chain(OF_MACHINES).map(|kind| kind.file_name)
}

/// Why a comparison has no chart of that name, in a sentence without its end.
pub fn absent(chart: &str) -> &'static str {
    OF_COMPARISONS.into_iter().find(|kind| name(kind.file_name) == chart).map_or("", |kind| kind.absent)
}

fn name(file: &'static str) -> &'static str {
    file.strip_suffix(".svg").unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_names_the_file_of_its_chart() {
        let chart = Chart {
            file_name: "rates.svg",
            title: "Rates",
            alt: "Lines",
            description: "One panel a family.".to_owned(),
            svg: "<svg>\n</svg>\n".to_owned(),
        };
        assert_eq!(chart.figure(), "![Lines](rates.svg)\n\n*One panel a family.*\n");
        assert_eq!(chart.file().0, "rates.svg");
        assert!(chart_files().any(|file| file == chart.file_name));
    }

    #[test]
    fn every_chart_says_why_there_is_none() {
        for chart in chart_names() {
            assert!(absent(chart).starts_with("no "), "{chart}: {}", absent(chart));
        }
    }
}
