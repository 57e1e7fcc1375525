//! A [`History`] as text: tables for a terminal, JSON, and a markdown page with its chart.

mod json;
mod markdown;
mod tables;
mod terminal;
#[cfg(test)]
mod tests;

pub use json::render as json;
pub use terminal::tables;

use super::{Chart, Place, charts};
use crate::compare::History;

/// File name of the page.
pub const MARKDOWN_FILE: &str = "history.md";
/// File name of its chart.
pub const CHART_FILE: &str = charts::HISTORY.file_name;

/// A history, rendered. The page shows its chart by bare file names, so all of it belongs into one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryReport {
    /// The page.
    pub markdown: String,
    /// The chart, where a time was measured.
    pub chart: Option<Chart>,
}

impl HistoryReport {
    /// Every file: name and content.
    pub fn files(&self) -> impl Iterator<Item = (String, String)> {
        let page = (MARKDOWN_FILE.to_owned(), self.markdown.clone());
        std::iter::once(page).chain(self.chart.iter().map(Chart::file))
    }
}

/// Renders a history.
pub fn render(history: &History) -> HistoryReport {
    let chart = charts::history(history);
    HistoryReport { markdown: markdown::page(history, chart.as_ref(), Place::Folder), chart }
}

/// The page alone.
pub fn page(history: &History, place: Place<'_>) -> String {
    markdown::page(history, charts::history(history).as_ref(), place)
}
