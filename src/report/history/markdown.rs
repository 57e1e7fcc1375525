//! A history as a markdown page for GitHub and mdBook.

use super::cells::{self, Found};
use crate::compare::{History, HistoryPoint, RowHistory};
use crate::model::Baseline;
use crate::report::change::level;
use crate::report::escape::code;
use crate::report::footnotes::plain_percent;
use crate::report::markdown::fold::details;
use crate::report::markdown::table::{Column, Table};
use crate::report::quantity::things;
use crate::report::saved::commit;
use crate::report::{Chart, Place};

/// Longest table of a benchmark in the open, baselines.
const LONGEST: usize = 12;

/// The whole page. Rows without change points are folded.
pub(super) fn page(history: &History, chart: Option<&Chart>, place: Place<'_>) -> String {
    let (changed, unchanged): (Vec<_>, Vec<_>) = history.rows.iter().partition(|row| !row.changes.is_empty());
    let sections = [
        format!("# History\n\n{}\n", header(history)),
        changes(history),
        chart.map(|chart| place.figure(chart)).unwrap_or_default(),
        rows(&changed, history),
        folded(&unchanged, history),
        format!("{}\n", cells::explanation(history)),
    ];
    sections.into_iter().filter(|section| !section.is_empty()).collect::<Vec<_>>().join("\n")
}

fn header(history: &History) -> String {
    let day = |baseline: &Baseline| baseline.created().strftime("%Y-%m-%d").to_string();
    let named = |baseline: &Baseline| format!("{} ({})", code(baseline.name.as_str()), day(baseline));
    let span = match history.baselines.as_slice() {
        [] => String::new(),
        [only] => format!(" Measured as {}.", named(only)),
        [first, .., last] => format!(" From {} to {}.", named(first), named(last)),
    };
    format!("**{}**{span}", cells::sentence(history))
}

fn changes(history: &History) -> String {
    let found = Found::all(history);
    if found.is_empty() {
        return String::new();
    }
    let heading = format!("Change [{} CI]", plain_percent(history.options.confidence));
    let mut table = Table::new([
        Column::Left("Method"),
        Column::Left("From"),
        Column::Left("To"),
        Column::Right(&heading),
    ]);
    for found in found {
        let [from, to] = found.between(history).map(code);
        table.row([code(&found.row.label), from, to, level(&found.change.size)]);
    }
    format!("## Change points\n\n{}", table.render())
}

fn rows(rows: &[&RowHistory], history: &History) -> String {
    rows.iter().map(|row| section(row, history)).collect::<Vec<_>>().join("\n")
}

fn folded(unchanged: &[&RowHistory], history: &History) -> String {
    if unchanged.is_empty() {
        return String::new();
    }
    let summary = format!("{} without a change point", things(unchanged.len(), "benchmark"));
    details(&summary, &rows(unchanged, history))
}

fn section(row: &RowHistory, history: &History) -> String {
    let mut table = Table::new([
        Column::Left("Baseline"),
        Column::Left("Created"),
        Column::Left("Commit"),
        Column::Right("Time"),
        Column::Right("Change"),
        Column::Right("Rate"),
        Column::Right("Allocated"),
        Column::Left("Change point"),
    ]);
    for (index, point) in row.points.iter().enumerate() {
        if let Some(found) = row.break_before(index) {
            let mut cells = [const { String::new() }; 8];
            cells[0] = cells::BREAK.to_owned();
            cells[7] = cells::break_reason(found);
            table.row(cells);
        }
        table.row(cells_of(row, index, point, history));
    }
    let table = table.render();
    let table = match row.points.len() {
        ..=LONGEST => table,
        many => details(&things(many, "baseline"), &table),
    };
    format!("### {}\n\n{table}", code(&row.label))
}

fn cells_of(row: &RowHistory, index: usize, point: &HistoryPoint, history: &History) -> [String; 8] {
    let baseline = &history.baselines[point.baseline];
    let change = row.change_at(index).map(|change| format!("**{}**", level(&change.size)));
    let unjudged = point.unjudged.as_ref().map(|why| cells::unjudged(why, code));
    [
        code(baseline.name.as_str()),
        baseline.created().strftime("%Y-%m-%d").to_string(),
        code(&commit(baseline)),
        cells::time(point),
        cells::change(point),
        cells::rate(point),
        cells::allocated(point),
        change.or(unjudged).unwrap_or_default(),
    ]
}
