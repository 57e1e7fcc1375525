//! A history as a markdown page for GitHub and mdBook.

use std::collections::BTreeMap;

use super::tables::{self, Found, lines};
use crate::compare::{History, RowHistory};
use crate::model::Baseline;
use crate::report::anchors::anchors;
use crate::report::escape::code;
use crate::report::origin::created;
use crate::report::quantity::things;
use crate::report::table::{LONGEST, anchor_above, details, parts, some};
use crate::report::{Chart, Place};

/// The whole page. Rows without change points are folded.
pub(super) fn page(history: &History, chart: Option<&Chart>, place: Place<'_>) -> String {
    let (changed, unchanged): (Vec<_>, Vec<_>) = history.rows.iter().partition(|row| !row.changes.is_empty());
    let anchors = anchors(history.rows.iter().map(|row| row.label.as_str()));
    let sections = [
        format!("# History\n\n{}\n", header(history)),
        some("## Change points\n\n", &Found::all(history), |found| tables::changes(history, found).page()),
        chart.map(|chart| place.figure(chart)).unwrap_or_default(),
        rows(&changed, history, &anchors),
        some("", &unchanged, |unchanged| {
            let summary = format!("{} without a change point", things(unchanged.len(), "benchmark"));
            details(&summary, &rows(unchanged, history, &anchors))
        }),
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

type Anchors<'a> = BTreeMap<&'a str, String>;

fn rows(rows: &[&RowHistory], history: &History, anchors: &Anchors<'_>) -> String {
    let anchor = |row: &RowHistory| anchors.get(row.label.as_str()).cloned().unwrap_or_default();
    rows.iter().map(|row| section(row, history, &anchor(row))).collect::<Vec<_>>().join("\n")
}

fn section(row: &RowHistory, history: &History, anchor: &str) -> String {
    let table = tables::over_time(history, row, &lines(row)).page();
    let table = match row.points.len() {
        ..=LONGEST => table,
        many => details(&things(many, "baseline"), &table),
    };
    format!("{}### {}\n\n{table}", anchor_above(anchor), code(&row.label))
}
