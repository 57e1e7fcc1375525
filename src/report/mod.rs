//! A [`Comparison`] as text: a markdown page, SVG charts, a JSON twin, a terminal table; a saved baseline,
//! the list of them and a [`history`] likewise. Pure: no I/O, no clock, no environment, and the same bytes for the same
//! data.

mod change;
mod charts;
mod escape;
mod estimate;
#[cfg(test)]
mod fixture;
mod footnotes;
pub mod history;
pub mod json;
mod markdown;
mod models;
mod order;
mod quantity;
mod rate;
pub mod saved;
pub mod terminal;
#[cfg(test)]
mod tests;
mod verdict;

use crate::compare::Comparison;

/// File name of the page.
pub const MARKDOWN_FILE: &str = "report.md";
/// File name of the JSON twin, which the page links to.
pub const JSON_FILE: &str = "report.json";

/// File names of all charts that a report can have.
pub const CHART_FILES: [&str; 8] = [
    charts::RATIOS_FILE,
    charts::SAMPLES_FILE,
    charts::SCALING_FILE,
    charts::TOKENS_FILE,
    charts::TOKEN_LATENCY_FILE,
    charts::TOKEN_ALLOCATION_FILE,
    charts::RATES_FILE,
    charts::ALLOCATION_FILE,
];

/// A comparison, rendered. The page links to its charts and its twin by bare file names, so all of it
/// belongs into one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The page.
    pub markdown: String,
    /// The same content for programs.
    pub json: String,
    /// Charts that have something to show, in the order of the page.
    pub charts: Vec<Chart>,
}

/// A chart as an SVG document that reads on light and dark pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// File name, fixed for each kind of chart.
    pub file_name: &'static str,
    /// What it shows, in a few words.
    pub title: &'static str,
    /// How to read it, and what was left out.
    pub description: String,
    /// The document.
    pub svg: String,
}

/// How a reader can get the same report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reproduction {
    /// Shell commands, one a line.
    pub commands: Vec<String>,
}

impl Report {
    /// Every file of the report: name and content.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        let charts = self.charts.iter().map(|chart| (chart.file_name, chart.svg.as_str()));
        [(MARKDOWN_FILE, self.markdown.as_str()), (JSON_FILE, self.json.as_str())].into_iter().chain(charts)
    }
}

/// Renders a comparison.
pub fn render(comparison: &Comparison, reproduction: &Reproduction) -> Report {
    let charts = charts::all(comparison);
    let markdown = markdown::page(comparison, &charts, reproduction);
    Report { markdown, json: json::render(comparison), charts }
}
