//! The table of times.

use anstyle::{AnsiColor, Style};

use super::aligned::Columns;
use super::{View, colour};
use crate::compare::{Comparison, Row, Verdict};
use crate::report::change::{interval, point};
use crate::report::escape::{clip, printable};
use crate::report::footnotes::{self, Footnotes};
use crate::report::order::report_order;
use crate::report::quantity::{NONE, Precision, count, significant, times};
use crate::report::rate::Rate;

/// Unchanged rows are left out where the table would be longer than this.
const MOST_ROWS: usize = 40;
/// Longest name of a baseline in a heading, characters.
const LONGEST_HEADING: usize = 14;

pub(super) fn section(comparison: &Comparison, view: View) -> String {
    if comparison.rows.is_empty() {
        return String::new();
    }
    let rows = report_order(&comparison.rows);
    let (shown, hidden) = select(rows, view);
    let mut footnotes = Footnotes::default();
    let mut columns = columns(comparison);
    for row in shown {
        let notes = footnotes.numbers(footnotes::of_row(row, comparison, printable));
        let style = style(row.verdict);
        columns.line(cells(row, &notes), style, if row.verdict == Verdict::Unchanged { 0 } else { CHANGE });
    }
    if hidden == comparison.rows.len() {
        return rest(hidden);
    }
    format!("{}{}{}", columns.render(view.width), rest(hidden), below(&footnotes))
}

/// The rows to show, and how many unchanged ones are not.
fn select(rows: Vec<&Row>, view: View) -> (Vec<&Row>, usize) {
    let all = rows.len();
    let fold = !view.all && all > MOST_ROWS;
    let shown: Vec<&Row> =
        rows.into_iter().filter(|row| !(fold && row.verdict == Verdict::Unchanged)).collect();
    let hidden = all - shown.len();
    (shown, hidden)
}

fn rest(hidden: usize) -> String {
    let dim = Style::new().dimmed();
    match hidden {
        0 => String::new(),
        rows => format!("{dim}{} unchanged, listed in the report{dim:#}\n", count(rows as u64)),
    }
}

/// Index of the column of changes: what is coloured begins there.
const CHANGE: usize = 3;

fn columns(comparison: &Comparison) -> Columns {
    let [baseline, candidate] = [&comparison.baseline, &comparison.candidate]
        .map(|side| clip(side.baseline.name.as_str(), LONGEST_HEADING));
    let level = footnotes::plain_percent(comparison.options.confidence);
    Columns::new("benchmark")
        .number(&baseline, 0)
        .number(&candidate, 0)
        .number("change", 0)
        .number(&format!("{level} CI"), 1)
        .number("rate", 2)
        .word("verdict", 0)
}

fn cells(row: &Row, notes: &str) -> [String; 7] {
    let times = times(row.time.as_ref());
    let change = row.time.and_then(|time| time.change);
    let verdict = footnotes::status(row);
    [
        printable(&row.label),
        times.baseline,
        times.candidate,
        change.map_or_else(|| NONE.to_owned(), |change| point(&change)),
        change.and_then(|change| interval(&change)).unwrap_or_default(),
        rate(row).unwrap_or_default(),
        if notes.is_empty() { verdict } else { format!("{verdict} ({notes})") },
    ]
}

/// The leading rate of the candidate.
fn rate(row: &Row) -> Option<String> {
    let rate = Rate::leading(row.work.as_ref()?)?;
    let precision = Precision::of_time(row.time.as_ref());
    let unit = rate.unit_of(row.inference.as_ref());
    Some(format!("{} {unit}", significant(rate.of(row)?.candidate?, precision)))
}

fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Regressed | Verdict::Failed => colour(AnsiColor::Red),
        Verdict::Improved => colour(AnsiColor::Green),
        Verdict::Suspect | Verdict::Inconclusive | Verdict::NotComparable => colour(AnsiColor::Yellow),
        Verdict::Added | Verdict::Removed => colour(AnsiColor::Cyan),
        Verdict::Unchanged => Style::new().dimmed(),
    }
}

fn below(footnotes: &Footnotes) -> String {
    let lines = footnotes.texts().iter().enumerate().map(|(index, text)| format!("({}) {text}\n", index + 1));
    let text: String = lines.collect();
    if text.is_empty() { text } else { format!("\n{text}") }
}
