//! A history as a markdown page for GitHub and mdBook.

use super::tables::{self, Found, lines};
use crate::compare::{History, RowHistory};
use crate::model::Baseline;
use crate::report::escape::code;
use crate::report::origin::created;
use crate::report::quantity::things;
use crate::report::table::{LONGEST, details, parts, some};
use crate::report::{Chart, Place};

/// The whole page. Rows without change points are folded.
pub(super) fn page(history: &History, chart: Option<&Chart>, place: Place<'_>) -> String {
    let (changed, unchanged): (Vec<_>, Vec<_>) = history.rows.iter().partition(|row| !row.changes.is_empty());
    let sections = [
        format!("# History\n\n{}\n", header(history)),
        changes(history),
        chart.map(|chart| place.figure(chart)).unwrap_or_default(),
        rows(&changed, history),
        folded(&unchanged, history),
        format!("{}\n", tables::explanation(history)),
    ];
    parts("", sections)
}

fn header(history: &History) -> String {
    let named = |baseline: &Baseline| format!("{} ({} UTC)", code(baseline.name.as_str()), created(baseline));
    let span = match history.baselines.as_slice() {
        [] => String::new(),
        [only] => format!(" Measured as {}.", named(only)),
        [first, .., last] => format!(" From {} to {}.", named(first), named(last)),
    };
    format!("**{}**{span}", tables::sentence(history))
}

fn changes(history: &History) -> String {
    let found = Found::all(history);
    some("## Change points\n\n", &found, |found| tables::changes(history, found).page())
}

fn rows(rows: &[&RowHistory], history: &History) -> String {
    rows.iter().map(|row| section(row, history)).collect::<Vec<_>>().join("\n")
}

fn folded(unchanged: &[&RowHistory], history: &History) -> String {
    let summary = format!("{} without a change point", things(unchanged.len(), "benchmark"));
    some("", unchanged, |unchanged| details(&summary, &rows(unchanged, history)))
}

fn section(row: &RowHistory, history: &History) -> String {
    let table = tables::over_time(history, row, &lines(row)).page();
    let table = match row.points.len() {
        ..=LONGEST => table,
        many => details(&things(many, "baseline"), &table),
    };
    format!("### {}\n\n{table}", code(&row.label))
}
