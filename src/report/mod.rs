//! A [`Comparison`] as text: a markdown page, SVG charts, a JSON twin, a terminal table; a saved
//! baseline, the list of them, a [`history`] and a [`leaderboard`] likewise. Pure: no I/O, no
//! clock, no environment, and the same bytes for the same data.

mod advice;
mod anchors;
mod annotations;
pub mod bisection;
mod cells;
mod change;
mod charts;
mod command;
pub mod doctor;
mod escape;
mod estimate;
pub mod export;
#[cfg(test)]
pub(crate) mod fixture;
mod footnotes;
mod gaps;
mod gate;
pub mod history;
pub mod json;
pub mod leaderboard;
mod markdown;
mod model_rows;
mod order;
mod origin;
mod peaks;
mod quantity;
mod rate;
mod remeasuring;
pub mod saved;
mod scale;
mod table;
mod tables;
pub mod terminal;
#[cfg(test)]
mod tests;
mod verdict;

pub use annotations::{annotations, gate_annotation};
pub use charts::{Chart, absent as absent_chart, chart_files, chart_names};
pub use command::{
    WORKING_TREE, diff_command, exact_filter, judging_flags, qualified_pattern, shell_word, show_command,
};
pub use escape::printable;
pub use gaps::in_words as gaps;
pub use gate::gate_message;
pub use remeasuring::{NextSession, Remeasuring};

use crate::compare::{Comparison, Metric};

/// File name of the page.
pub const MARKDOWN_FILE: &str = "report.md";
/// File name of the JSON twin, which the page links to.
pub const JSON_FILE: &str = "report.json";

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
    /// In a folder with the files of the charts, which it shows, and the twin, which it links to.
    Folder,
    /// Within another document, without files of its own: a chart is what this function makes of it, markdown that
    /// ends with a line end.
    Inline(&'a dyn Fn(&Chart) -> String),
}

impl Place<'_> {
    /// A chart with its description, as markdown that ends with a line end.
    fn figure(&self, chart: &Chart) -> String {
        match self {
            Place::Folder => chart.figure(),
            Place::Inline(figure) => figure(chart),
        }
    }
}

/// How a reader can get the same report, and measure its sides again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reproduction {
    /// Shell commands that give the report, one a line.
    pub commands: Vec<String>,
    /// What commands need that measure the sides again.
    pub remeasuring: Remeasuring,
}

impl Report {
    /// Every file of the report: name and content.
    pub fn files(&self) -> impl Iterator<Item = (String, String)> {
        let texts = [(MARKDOWN_FILE, &self.markdown), (JSON_FILE, &self.json)];
        let texts = texts.map(|(name, text)| (name.to_owned(), text.clone()));
        texts.into_iter().chain(self.charts.iter().map(Chart::file))
    }
}

/// A comparison in short, for a comment on a pull request or the summary of a step on GitHub: the verdict, at most ten
/// changed rows, the rest folded, no charts. `report` is where the whole report lies, if there is one. The text is
/// shorter than GitHub's limit of 65,536 characters whatever is compared; it says what had to be left out.
pub fn comment(comparison: &Comparison, reproduction: &Reproduction, report: Option<&str>) -> String {
    markdown::comment::page(comparison, reproduction, report)
}

/// Every metric of every row as comma-separated values, numbers in base units and unrounded; times at the clock of the
/// baseline. Every row has a line for its time, with its verdict, even where nothing was measured.
pub fn csv(comparison: &Comparison) -> String {
    let measures = comparison.rows.iter().flat_map(|row| {
        let known = |metric: &Metric| *metric == Metric::Time || row.measure(*metric).is_some();
        Metric::ALL.into_iter().filter(known).map(move |metric| (row, metric))
    });
    tables::measures(comparison, &measures.collect::<Vec<_>>()).csv()
}

/// Renders a comparison.
pub fn render(comparison: &Comparison, reproduction: &Reproduction) -> Report {
    let charts = charts(comparison);
    let markdown = markdown::join(&sections(comparison, &charts, reproduction, Place::Folder));
    Report { markdown, json: json::render(comparison, reproduction), charts }
}

/// The page alone, for a reader who gets no other file: without charts, and without a link to its JSON twin.
pub fn page(comparison: &Comparison, reproduction: &Reproduction) -> String {
    markdown::join(&sections(comparison, &[], reproduction, Place::Inline(&|_| String::new())))
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
