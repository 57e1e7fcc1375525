//! A comparison on a terminal: what changed first, aligned and coloured. The caller strips the colours where
//! the output is no terminal.

use anstyle::{AnsiColor, Style};

use super::advice::Advice;
use super::escape::printable;
use super::footnotes;
use super::model_rows;
use super::order::report_order;
use super::quantity::count;
use super::table::{Form, LONGEST, colour, parts};
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
    let all = [
        times(comparison, view),
        tokens(comparison, view),
        memory(comparison, view),
        notes(comparison),
        advice(comparison),
        verdict(comparison),
    ];
    parts("", all)
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

fn tokens(comparison: &Comparison, View { width, all }: View) -> String {
    let rows = model_rows::generations(comparison);
    leading(&rows, all, |rows, more| generations(comparison, rows).terminal(width, more))
}

fn memory(comparison: &Comparison, View { width, all }: View) -> String {
    let rows = allocating(comparison, Verdict::is_change);
    leading(&rows, all, |rows, more| allocation(comparison, rows).terminal(width, more))
}

/// A table of the first items, with how many more there are.
fn leading<T>(items: &[T], all: bool, write: impl Fn(&[T], &str) -> String) -> String {
    let (shown, rest) = items.split_at(if all { items.len() } else { items.len().min(LONGEST) });
    if shown.is_empty() { String::new() } else { write(shown, &left_out(rest.len(), "more")) }
}

/// How many rows of a table are not shown, where some are not.
fn left_out(rows: usize, which: &str) -> String {
    let dim = Style::new().dimmed();
    match rows {
        0 => String::new(),
        rows => format!("{dim}{} {which}, listed in the report{dim:#}\n", count(rows as u64)),
    }
}

/// What a reader of the whole should know.
pub(super) fn notes(comparison: &Comparison) -> String {
    let note = colour(AnsiColor::Yellow);
    let texts = comparison.warnings.iter().map(|warning| footnotes::text(warning, comparison));
    texts.map(|text| format!("{note}note{note:#}: {}\n", text.write(Form::Terminal))).collect()
}

/// What decides the open rows.
fn advice(comparison: &Comparison) -> String {
    let Some(Advice { text, commands }) = Advice::of(comparison) else { return String::new() };
    let help = colour(AnsiColor::Cyan);
    let commands: String = commands.iter().map(|command| format!("      {}\n", printable(command))).collect();
    format!("{help}help{help:#}: {text}\n{commands}")
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
