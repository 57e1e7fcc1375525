//! A [`Comparison`] as text: a markdown page, SVG charts, a JSON twin, a terminal table; a saved baseline,
//! the list of them and a [`history`] likewise. Pure: no I/O, no clock, no environment, and the same bytes for the same
//! data.

mod change;
mod charts;
mod command;
mod escape;
mod estimate;
#[cfg(test)]
pub(crate) mod fixture;
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

pub use command::diff_command;

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

impl Chart {
    /// Its name where one is asked for: the file name without its ending.
    pub fn name(&self) -> &'static str {
        chart_name(self.file_name)
    }
}

/// The names of all charts that a report can have.
pub fn chart_names() -> impl Iterator<Item = &'static str> + Clone {
    CHART_FILES.into_iter().map(chart_name)
}

fn chart_name(file_name: &'static str) -> &'static str {
    file_name.strip_suffix(".svg").unwrap_or(file_name)
}

/// Names of the sections of a page, in its order.
pub const SECTION_NAMES: [&str; markdown::NAMES.len()] = markdown::NAMES;

/// A section of the page, with its heading and the chart that belongs to it. The page is its sections, joined by
/// line ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// One of [`SECTION_NAMES`].
    pub name: &'static str,
    /// The text, which ends with a line end.
    pub markdown: String,
}

/// Where a page stands: what it can show of its charts, and whether its JSON twin lies beside it.
#[derive(Clone, Copy)]
pub enum Place<'a> {
    /// In a folder with the files of the charts and the twin, which it links to.
    Folder,
    /// Within another document, without files of its own: a chart is what this function makes of it, markdown that
    /// ends with a line end.
    Inline(&'a dyn Fn(&Chart) -> String),
}

impl Place<'_> {
    /// A chart with its description, as markdown that ends with a line end.
    fn figure(&self, chart: &Chart) -> String {
        match self {
            Place::Folder => {
                format!("![{}]({})\n\n*{}*\n", chart.title, chart.file_name, chart.description)
            }
            Place::Inline(figure) => figure(chart),
        }
    }
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
    let charts = charts(comparison);
    let markdown = markdown::join(&sections(comparison, &charts, reproduction, Place::Folder));
    Report { markdown, json: json::render(comparison), charts }
}

/// The charts that have something to show, in the order of the page.
pub fn charts(comparison: &Comparison) -> Vec<Chart> {
    charts::all(comparison)
}

/// The sections of the page that have content, in its order. `charts` are those of the comparison.
pub fn sections(
    comparison: &Comparison,
    charts: &[Chart],
    reproduction: &Reproduction,
    place: Place<'_>,
) -> Vec<Section> {
    markdown::sections(&markdown::Page { comparison, charts, reproduction, place })
}

/// Several baselines side by side, as markdown: one that all comparisons have as their baseline, and the candidate of
/// each with its ratio to it. Empty without comparisons.
pub fn leaderboard(comparisons: &[&Comparison]) -> String {
    markdown::leaderboard::page(comparisons)
}
