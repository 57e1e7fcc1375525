//! A comparison on a terminal: what changed first, aligned and coloured. The caller strips the colours where
//! the output is no terminal.

pub(super) mod aligned;
mod allocation;
mod generations;
mod times;

use anstyle::{AnsiColor, Style};

use super::escape::printable;
use super::footnotes;
use super::quantity::count;
use super::verdict::{Headline, sentence};
use crate::compare::Comparison;

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// Columns of the terminal; names give way where rows would be longer. `None` for no limit.
    pub width: Option<usize>,
    /// Show every row, however many there are.
    pub all: bool,
}

/// A comparison as a table, its footnotes and the verdict. Every line ends with a line end.
pub fn table(comparison: &Comparison, view: View) -> String {
    let parts = [
        times::section(comparison, view),
        generations::section(comparison, view),
        allocation::section(comparison, view),
        notes(comparison),
        verdict(comparison),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn notes(comparison: &Comparison) -> String {
    let note = colour(AnsiColor::Yellow);
    comparison
        .warnings
        .iter()
        .map(|warning| format!("{note}note{note:#}: {}\n", footnotes::text(warning, comparison, printable)))
        .collect()
}

fn verdict(comparison: &Comparison) -> String {
    let headline = Headline::of(comparison);
    let style = match headline {
        Headline::Slower => colour(AnsiColor::Red),
        Headline::Faster => colour(AnsiColor::Green),
        Headline::Unchanged => Style::new(),
        Headline::Mixed | Headline::Inconclusive | Headline::NotCompared => colour(AnsiColor::Yellow),
    }
    .bold();
    format!("{style}{}.{style:#} {}\n", headline.words(), sentence(comparison))
}

/// How many rows of a table are not shown, where some are not.
fn more(rest: usize) -> String {
    let dim = Style::new().dimmed();
    match rest {
        0 => String::new(),
        rows => format!("{dim}{} more, listed in the report{dim:#}\n", count(rows as u64)),
    }
}

/// The style of a colour.
pub(super) fn colour(colour: AnsiColor) -> Style {
    Style::new().fg_color(Some(colour.into()))
}
