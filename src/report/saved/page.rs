//! A single baseline as a page of markdown, with its charts.

use super::Saved;
use super::json::show as show_json;
use super::tables::{benchmarks, gaps};
use crate::model::Baseline;
use crate::report::charts::{self, OF_MACHINES};
use crate::report::escape::code;
use crate::report::gaps::of_baseline as gaps_of;
use crate::report::origin::{created, measured, rounds, state};
use crate::report::table::{Form, parts, some};
use crate::report::{self, Chart, Place, Report, Reproduction, peaks, sections};

/// What is said below the table of times.
const INTERVALS: &str = "95 % CI: by the rounds of this baseline; another session may differ by more.\n";

/// The sections of every report that say something of a single baseline, before and after the peaks of its machine.
const FINDINGS: [&str; 5] = ["models", "scaling", "inference", "operations", "efficiency"];
const CLOSING: [&str; 3] = ["notes", "definitions", "reproduction"];

/// What the intervals are by, where a benchmark can have one.
pub(super) fn intervals(baseline: &Baseline) -> &'static str {
    if rounds(baseline) > 1 { INTERVALS } else { "" }
}

/// A baseline in short: where it comes from, and the table of its benchmarks. Without a heading.
pub fn show_markdown(saved: &Saved) -> String {
    parts("", [origin(&saved.baseline), table(saved), missing(saved)])
}

/// All of a baseline: a page with its charts, and its JSON twin.
pub fn report(saved: &Saved, reproduction: &Reproduction) -> Report {
    let charts = all_charts(saved);
    let markdown = written(saved, &charts, reproduction, Place::Folder);
    Report { markdown, json: show_json(saved), charts }
}

/// The page alone.
pub fn show_page(saved: &Saved, reproduction: &Reproduction, place: Place<'_>) -> String {
    written(saved, &all_charts(saved), reproduction, place)
}

/// What is found of the baseline, and the peaks of its machine.
fn all_charts(saved: &Saved) -> Vec<Chart> {
    let peaks = charts::of_machine(&saved.baseline.environment.peaks);
    report::charts(&saved.found).into_iter().chain(peaks).collect()
}

fn written(saved: &Saved, charts: &[Chart], reproduction: &Reproduction, place: Place<'_>) -> String {
    let sections = sections(&saved.found, charts, reproduction, place);
    let named = |names: &'static [&str]| {
        let named = sections.iter().filter(|section| names.contains(&section.name));
        named.map(|section| section.markdown.clone())
    };
    let title = format!("# Baseline {}\n", code(saved.baseline.name.as_str()));
    let own = [
        title,
        origin(&saved.baseline),
        parts("## Benchmarks\n\n", [table(saved)]),
        parts("## Failed and Not Measured\n\n", [missing(saved)]),
    ];
    let of_machine =
        charts.iter().filter(|chart| OF_MACHINES.iter().any(|kind| kind.file_name == chart.file_name));
    let figures = of_machine.map(|chart| place.figure(chart));
    let machine = std::iter::once(peaks::page(&saved.baseline.environment.peaks)).chain(figures);
    parts("", own.into_iter().chain(named(&FINDINGS)).chain(machine).chain(named(&CLOSING)))
}

/// Extent, date, commit and machine, and what is missing.
fn origin(baseline: &Baseline) -> String {
    let environment = &baseline.environment;
    let places = [("on", &environment.machine.cpu), ("built by", &environment.build.rustc)];
    let places = places.into_iter().filter(|(_, name)| !name.is_empty());
    let places: String = places.map(|(word, name)| format!(", {word} {}", code(name))).collect();
    let lacks = gaps_of(baseline).map(|lacks| format!(" Incomplete: {}.", lacks.write(Form::Page)));
    format!(
        "Baseline {}: {}; created {} UTC, commit {}{places}.{}\n",
        code(baseline.name.as_str()),
        measured(baseline.benchmarks.len(), rounds(baseline), baseline),
        created(baseline),
        code(state(baseline).as_deref().unwrap_or("-")),
        lacks.unwrap_or_default(),
    )
}

fn table(saved: &Saved) -> String {
    let intervals = intervals(&saved.baseline).to_owned();
    some("", &saved.lines(), |lines| parts("", [benchmarks(saved, lines).page(), intervals]))
}

fn missing(saved: &Saved) -> String {
    let words = ["- Failed", "- Not measured"].map(str::to_owned);
    gaps(&saved.lines(), Form::Page, words)
}
