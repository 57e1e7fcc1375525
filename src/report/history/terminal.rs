//! A history on a terminal: a table for each row. The caller strips the colours where the output is no terminal.

use anstyle::{AnsiColor, Style};

use super::cells::{self, Found};
use super::sparkline::sparkline;
use crate::compare::{Break, History, HistoryPoint, RowHistory};
use crate::report::change::level;
use crate::report::escape::printable;
use crate::report::saved::commit;
use crate::report::terminal::aligned::Columns;
use crate::report::terminal::colour;

/// Index of the column of changes: what is coloured begins there.
const CHANGE: usize = 4;

/// A table for each row of a history, the change points of all of them, and a sentence that sums them up, for a terminal of that
/// width. Every line ends with a line end.
pub fn tables(history: &History, width: Option<usize>) -> String {
    let dim = Style::new().dimmed();
    let rows = history.rows.iter().map(|row| table(row, history, width));
    let explanation = format!("{dim}{}{dim:#}\n", cells::explanation(history));
    let end = [changes(history, width), explanation, format!("{}\n", cells::sentence(history))];
    rows.chain(end).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn table(row: &RowHistory, history: &History, width: Option<usize>) -> String {
    let bold = Style::new().bold();
    let mut columns = Columns::new("baseline")
        .word("created (UTC)", 1)
        .word("commit", 3)
        .number("time", 0)
        .number("change", 0)
        .number("rate", 4)
        .number("allocated", 5)
        .word("change point", 0);
    for (index, point) in row.points.iter().enumerate() {
        if let Some(found) = row.break_before(index) {
            columns.line(break_cells(found), colour(AnsiColor::Yellow), 0);
        }
        columns.line(cells_of(row, index, point, history), style(row, index), CHANGE);
    }
    format!("{bold}{}{bold:#}  {}\n{}", printable(&row.label), sparkline(row), columns.render(width))
}

fn break_cells(found: &Break) -> [String; 8] {
    let mut cells = [const { String::new() }; 8];
    cells[0] = cells::BREAK.to_owned();
    cells[7] = cells::break_reason(found);
    cells
}

fn cells_of(row: &RowHistory, index: usize, point: &HistoryPoint, history: &History) -> [String; 8] {
    let baseline = &history.baselines[point.baseline];
    let change = row.change_at(index).map(|change| level(&change.size));
    let unjudged = point.unjudged.as_ref().map(|why| cells::unjudged(why, printable));
    [
        baseline.name.to_string(),
        baseline.created().strftime("%Y-%m-%d %H:%M").to_string(),
        commit(baseline),
        cells::time(point),
        cells::change(point),
        cells::rate(point),
        cells::allocated(point),
        change.or(unjudged).unwrap_or_default(),
    ]
}

fn style(row: &RowHistory, point: usize) -> Style {
    match row.change_at(point) {
        Some(change) if change.is_slower() => colour(AnsiColor::Red),
        Some(_) => colour(AnsiColor::Green),
        None => Style::new(),
    }
}

/// Every change point.
fn changes(history: &History, width: Option<usize>) -> String {
    let found = Found::all(history);
    if found.is_empty() {
        return String::new();
    }
    let mut columns = Columns::new("change points").word("from", 0).word("to", 0).word("change", 0);
    for found in found {
        let [from, to] = found.between(history);
        let style = style(found.row, found.change.between[1]);
        columns.line(
            [printable(&found.row.label), from.to_owned(), to.to_owned(), level(&found.change.size)],
            style,
            3,
        );
    }
    columns.render(width)
}
