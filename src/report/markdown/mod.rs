//! The report as a markdown page for GitHub and mdBook.

mod benchmarks;
pub(super) mod comment;
mod context;
mod definitions;
mod efficiency;
mod inference;
mod model_tables;
mod operations;
mod scaling;
mod summary;

use super::table::{anchor_above, parts};
use super::{Chart, Place, Reproduction, Section, charts};
use crate::compare::{Comparison, Verdict};

/// What the sections are made of.
pub(super) struct Page<'a> {
    pub(super) comparison: &'a Comparison,
    pub(super) charts: &'a [Chart],
    pub(super) reproduction: &'a Reproduction,
    pub(super) place: Place<'a>,
}

/// A section: its name, and how it is written. Without content it is empty.
type Part = (&'static str, fn(&Page<'_>) -> String);

/// Every section, in the order of the page.
const SECTIONS: [Part; 19] = [
    ("header", |page| context::header(page.comparison)),
    ("verdict", |page| format!("## Verdict\n\n{}\n", summary::words(page.comparison))),
    ("summary", |page| page.figure_after(summary::section(page.comparison), charts::RATIOS)),
    ("improvements", |page| benchmarks::top(page.comparison, Verdict::Improved, "Top 10 Improvements")),
    ("regressions", |page| benchmarks::top(page.comparison, Verdict::Regressed, "Top 10 Regressions")),
    ("samples", |page| parts("## Samples\n\n", [page.figure(charts::SAMPLES)])),
    ("benchmarks", |page| benchmarks::all(page.comparison)),
    ("models", |page| model_tables::models(page.comparison)),
    ("scaling", |page| page.figure_after(scaling::section(page.comparison), charts::SCALING)),
    ("inference", |page| {
        [charts::TOKENS, charts::TOKEN_LATENCY, charts::TOKEN_ALLOCATION]
            .into_iter()
            .fold(inference::section(page.comparison), |text, chart| page.figure_after(text, chart))
    }),
    ("families", |page| model_tables::families(page.comparison)),
    ("operations", |page| page.figure_after(operations::section(page.comparison), charts::RATES)),
    ("efficiency", |page| {
        [charts::EFFICIENCY, charts::ROOFLINE]
            .into_iter()
            .fold(efficiency::section(page.comparison), |text, chart| page.figure_after(text, chart))
    }),
    ("allocation", |page| page.figure_after(benchmarks::allocations(page.comparison), charts::ALLOCATION)),
    ("one-sided", |page| benchmarks::one_sided(page.comparison)),
    ("environment", |page| context::differences(page.comparison)),
    ("notes", |page| context::notes(page)),
    ("definitions", |page| definitions::section(page.comparison, page.charts)),
    ("reproduction", |page| context::reproduction(page)),
];

/// The names of all sections, in the order of the page.
pub(super) const NAMES: [&str; SECTIONS.len()] = {
    let mut names = [""; SECTIONS.len()];
    let mut index = 0;
    while index < names.len() {
        names[index] = SECTIONS[index].0;
        index += 1;
    }
    names
};

/// A heading whose section once had another name: links to its old anchor still arrive.
fn heading_with_old_anchor(name: &str, old_anchor: &str) -> String {
    format!("{}## {name}\n\n", anchor_above(old_anchor))
}

/// The sections that have content.
pub(super) fn sections(page: &Page<'_>) -> Vec<Section> {
    let sections = SECTIONS.iter().map(|(name, write)| Section { name, markdown: write(page) });
    sections.filter(|section| !section.markdown.is_empty()).collect()
}

/// The sections as one text.
pub(super) fn join(sections: &[Section]) -> String {
    sections.iter().map(|section| section.markdown.as_str()).collect::<Vec<_>>().join("\n")
}

impl Page<'_> {
    /// A text and, where it was drawn, the chart that belongs to it.
    fn figure_after(&self, text: String, kind: charts::Kind) -> String {
        parts("", [text, self.figure(kind)])
    }

    /// A chart, where it was drawn.
    fn figure(&self, kind: charts::Kind) -> String {
        let chart = self.charts.iter().find(|chart| chart.file_name == kind.file_name);
        chart.map_or_else(String::new, |chart| self.place.figure(chart))
    }
}
