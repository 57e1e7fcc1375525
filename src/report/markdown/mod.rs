//! The report as a markdown page for GitHub and mdBook.

mod allocation;
mod cells;
mod definitions;
mod environment;
mod families;
mod fold;
mod header;
mod inference;
mod methods;
mod models;
mod notes;
mod one_sided;
mod operations;
mod reproduction;
mod scaling;
mod summary;
pub(super) mod table;
mod top;

use super::{Chart, Reproduction, charts};
use crate::compare::Comparison;

/// The whole page. A section without content is left out.
pub(super) fn page(comparison: &Comparison, charts: &[Chart], reproduction: &Reproduction) -> String {
    let sections = [
        header::section(comparison),
        summary::verdict(comparison),
        summary::section(comparison),
        figure(charts, charts::RATIOS_FILE),
        top::improvements(comparison),
        top::regressions(comparison),
        figure(charts, charts::SAMPLES_FILE),
        methods::section(comparison),
        models::section(comparison),
        scaling::section(comparison),
        figure(charts, charts::SCALING_FILE),
        inference::section(comparison),
        figure(charts, charts::TOKENS_FILE),
        figure(charts, charts::TOKEN_LATENCY_FILE),
        figure(charts, charts::TOKEN_ALLOCATION_FILE),
        families::section(comparison),
        operations::section(comparison),
        figure(charts, charts::RATES_FILE),
        allocation::section(comparison),
        figure(charts, charts::ALLOCATION_FILE),
        one_sided::section(comparison),
        environment::section(comparison),
        notes::section(comparison),
        definitions::section(comparison, charts),
        reproduction::section(comparison, reproduction),
    ];
    sections.into_iter().filter(|section| !section.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A chart with its description, where it was drawn.
fn figure(charts: &[Chart], file_name: &str) -> String {
    charts.iter().find(|chart| chart.file_name == file_name).map_or_else(String::new, |chart| {
        format!("![{}]({})\n\n*{}*\n", chart.title, chart.file_name, chart.description)
    })
}
