//! A comparison on a terminal: what changed first, aligned and coloured. The caller strips the colours where
//! the output is no terminal.

use anstyle::{AnsiColor, Style};

use super::footnotes;
use super::models;
use super::order::report_order;
use super::table::{Form, LONGEST, colour, first, left_out};
use super::tables::{allocating, allocation, benchmarks, generations};
use super::verdict::{Headline, sentence};
use crate::compare::{Comparison, Row, Verdict};

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// Columns of the terminal; names give way where rows would be longer. `None` for no limit.
    pub width: Option<usize>,
    /// Show every row, however many there are.
    pub all: bool,
}

/// A comparison as tables, their footnotes and the verdict. Every line ends with a line end.
pub fn table(comparison: &Comparison, view: View) -> String {
    let parts = [
        times(comparison, view),
        tokens(comparison, view),
        memory(comparison, view),
        notes(comparison),
        verdict(comparison),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Every benchmark; where that is many, not the unchanged ones.
fn times(comparison: &Comparison, view: View) -> String {
    let rows = report_order(&comparison.rows);
    let fold = !view.all && rows.len() > LONGEST;
    let shown: Vec<&Row> =
        rows.into_iter().filter(|row| !(fold && row.verdict == Verdict::Unchanged)).collect();
    let hidden = left_out(comparison.rows.len() - shown.len(), "unchanged");
    if shown.is_empty() {
        return hidden;
    }
    benchmarks(comparison, &shown).terminal(view.width, &hidden)
}

fn tokens(comparison: &Comparison, view: View) -> String {
    let all = models::generations(comparison);
    let (shown, more) = first(&all, view.all);
    if shown.is_empty() {
        return String::new();
    }
    generations(comparison, shown).terminal(view.width, &more)
}

fn memory(comparison: &Comparison, view: View) -> String {
    let all = allocating(comparison, Verdict::is_change);
    let (shown, more) = first(&all, view.all);
    if shown.is_empty() {
        return String::new();
    }
    allocation(comparison, shown).terminal(view.width, &more)
}

fn notes(comparison: &Comparison) -> String {
    let note = colour(AnsiColor::Yellow);
    let texts = comparison.warnings.iter().map(|warning| footnotes::text(warning, comparison));
    texts.map(|text| format!("{note}note{note:#}: {}\n", text.write(Form::Terminal))).collect()
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
