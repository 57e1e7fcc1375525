//! A history on a terminal: a table for each row, beside its name its times in one line of block characters. The caller
//! strips the colours where the output is no terminal.

use anstyle::Style;

use super::tables::{self, Found, lines};
use crate::compare::{History, HistoryPoint, RowHistory};
use crate::model::{LONGEST_LABEL, cut};
use crate::report::escape::printable;
use crate::report::table::{parts, some};

/// A table for each row of a history, the change points of all of them, and a sentence that sums them up, for a terminal of that
/// width. Every line ends with a line end.
pub fn tables(history: &History, width: Option<usize>) -> String {
    let dim = Style::new().dimmed();
    let rows = history.rows.iter().zip(titles(history, width));
    let rows = rows.map(|(row, title)| format!("{title}{}", table(row, history, width)));
    let explanation = format!("{dim}{}{dim:#}\n", tables::explanation(history));
    let found = Found::all(history);
    let changes = some("", &found, |found| tables::changes(history, found).terminal(width, ""));
    let end = [changes, explanation, format!("{}\n", tables::sentence(history))];
    parts("", rows.chain(end))
}

fn table(row: &RowHistory, history: &History, width: Option<usize>) -> String {
    tables::over_time(history, row, &lines(row)).terminal(width, "")
}

/// Least room for a name, columns.
const SHORTEST_NAME: usize = 16;

/// The line above the table of each row: its name and its times.
fn titles(history: &History, width: Option<usize>) -> Vec<String> {
    let bold = Style::new().bold();
    let labels: Vec<String> = history.rows.iter().map(|row| printable(&row.label)).collect();
    let times: Vec<String> = history.rows.iter().map(sparkline).collect();
    let longest = times.iter().map(|times| times.chars().count() + 2).max().unwrap_or(0);
    let room = width.map_or(LONGEST_LABEL, |width| width.saturating_sub(longest).max(SHORTEST_NAME));
    let named = cut(&labels, room).into_iter().zip(times);
    named.map(|(label, times)| format!("{bold}{label}{bold:#}  {times}\n")).collect()
}

/// From low to high.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Least span of ln times that fills the height: noise must not look like a mountain.
const LEAST_SPAN: f64 = 0.1;

/// Most points that are drawn, the last ones.
const MOST: usize = 60;

/// Each segment on its own scale; `|` where the line breaks.
fn sparkline(row: &RowHistory) -> String {
    let first = row.points.len().saturating_sub(MOST);
    let segments = row
        .segments()
        .map(|segment| bars(&row.points[segment.start.max(first).min(segment.end)..segment.end]));
    segments.filter(|bars| !bars.is_empty()).collect::<Vec<_>>().join("|")
}

fn bars(points: &[HistoryPoint]) -> String {
    let ln = |point: &HistoryPoint| point.adjusted_ns.map(|ns| ns.value.ln());
    let times = || points.iter().filter_map(ln);
    let (low, high) = (times().fold(f64::INFINITY, f64::min), times().fold(f64::NEG_INFINITY, f64::max));
    let span = (high - low).max(LEAST_SPAN);
    let bar = |time: f64| BARS[((time - low) / span * 7.0).round().clamp(0.0, 7.0) as usize];
    // Nothing stands where there is no time.
    points.iter().map(|point| ln(point).map_or(' ', bar)).collect()
}
