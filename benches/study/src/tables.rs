//! The tables of a study, as markdown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::iter::once;

use tensorprof::compare::Verdict;
use tensorprof::model::{Baseline, BenchmarkId};
use tensorprof::stats::{median, quantile};

use crate::analysis::Observation;
use crate::calibration::SessionSpread;
use crate::class::Class;
use crate::estimators::{Estimator, differences};
use crate::plan::Kind;
use crate::rules::{Outcome, Rule};
use crate::tally::Tally;

/// Which share of the plain saves was dropped because of contention.
///
/// # Errors
/// None of its own: those of formatting.
pub fn contention(all: &[(Kind, Baseline)], uncontended: &[(Kind, Baseline)]) -> Result<String, fmt::Error> {
    let samples = |saves: &[(Kind, Baseline)]| -> usize {
        let plain = saves.iter().filter(|(kind, _)| *kind == Kind::Plain);
        let rounds = plain.flat_map(|(_, save)| &save.benchmarks).flat_map(|benchmark| &benchmark.rounds);
        rounds.map(|round| round.samples.len()).sum()
    };
    let (all, kept) = (samples(all), samples(uncontended));
    let share = (all > 0).then(|| 1.0 - kept as f64 / all as f64);
    let mut text = String::new();
    writeln!(
        text,
        "{all} samples of identical code; left out because they were contended: {}.\n",
        percent(share)
    )?;
    Ok(text)
}

/// The results of other estimators on the same saves, from all samples and from the uncontended samples
/// alone.
///
/// # Errors
/// None of its own: those of formatting.
pub fn estimators(all: &[(Kind, Baseline)], uncontended: &[(Kind, Baseline)]) -> Result<String, fmt::Error> {
    let mut text = String::from("## Estimators: difference between saves of identical code\n");
    for (title, saves) in [("All samples", all), ("Uncontended samples", uncontended)] {
        writeln!(text, "\n### {title}\n")?;
        estimators_of(&mut text, saves)?;
    }
    Ok(text)
}

fn estimators_of(text: &mut String, saves: &[(Kind, Baseline)]) -> fmt::Result {
    let ids: Vec<&BenchmarkId> =
        saves.iter().flat_map(|(_, save)| &save.benchmarks).map(|benchmark| &benchmark.id).collect();
    let classes: Vec<Option<Class>> = once(None).chain(classes(&ids).into_iter().map(Some)).collect();
    let columns = classes.iter().flat_map(|class| {
        let rows = class.map_or("All rows", Class::title);
        [format!("{rows}, median"), "90th percentile".to_owned()]
    });
    table_head(text, "estimator", &columns.collect::<Vec<_>>())?;
    for estimator in Estimator::all() {
        let mut cells = Vec::new();
        for class in &classes {
            let wanted = |id: &BenchmarkId| class.is_none() || Class::of(id) == *class;
            let mut found = differences(saves, estimator, wanted);
            cells.extend([0.5, 0.9].map(|share| percent(quantile(&mut found, share))));
        }
        table_row(text, &estimator.name(), &cells)?;
    }
    Ok(())
}

/// The classes that some of these benchmarks belong to.
fn classes(ids: &[&BenchmarkId]) -> Vec<Class> {
    Class::ALL.into_iter().filter(|class| ids.iter().any(|id| Class::of(id) == Some(*class))).collect()
}

/// All tables of a study.
///
/// # Errors
/// None of its own: those of formatting.
pub fn render(
    observations: &[Observation],
    spreads: &BTreeMap<BenchmarkId, SessionSpread>,
) -> Result<String, fmt::Error> {
    let all: Vec<&Observation> = observations.iter().collect();
    let mut text = String::new();
    section(&mut text, "All rows", &all)?;
    for class in classes(&all.iter().map(|row| &row.id).collect::<Vec<_>>()) {
        let rows: Vec<&Observation> =
            all.iter().copied().filter(|row| Class::of(&row.id) == Some(class)).collect();
        section(&mut text, class.title(), &rows)?;
    }
    rows(&mut text, &all)?;
    calibration(&mut text, spreads)?;
    Ok(text)
}

fn section(text: &mut String, title: &str, rows: &[&Observation]) -> fmt::Result {
    writeln!(text, "## {title}\n")?;
    rules(text, rows)?;
    let covered = Tally::count(of_kind(rows, Kind::Plain).map(|row| row.contains_none));
    writeln!(text, "\nMedian half-width of tensorprof's interval: {}.", percent(half_width(rows)))?;
    writeln!(text, "Intervals of identical code that contain no change: {covered}.\n")?;
    verdicts(text, rows)
}

/// Identical code first, then the plants from small to large.
fn kinds(rows: &[&Observation]) -> BTreeSet<Kind> {
    rows.iter().map(|row| row.kind).collect()
}

fn heading(kind: Kind) -> String {
    match kind {
        Kind::Plain => "identical".to_owned(),
        Kind::Planted(percent) => format!("planted {percent} %"),
    }
}

/// Share of rows judged changed in identical code, judged slower with a planted slowdown, and judged faster
/// with one.
fn rules(text: &mut String, rows: &[&Observation]) -> fmt::Result {
    let kinds = kinds(rows);
    let mut columns: Vec<String> = kinds
        .iter()
        .map(|kind| match kind {
            Kind::Plain => "identical, judged changed".to_owned(),
            Kind::Planted(_) => format!("{}, found", heading(*kind)),
        })
        .collect();
    let planted = rows.iter().filter(|row| row.kind != Kind::Plain).count();
    columns.extend((planted > 0).then(|| "planted, judged faster".to_owned()));
    table_head(text, "rule", &columns)?;
    // Saves are not measured in turn.
    for rule in Rule::ALL.into_iter().filter(|rule| *rule != Rule::Tango) {
        let mut cells: Vec<String> = kinds.iter().map(|&kind| hits(rows, kind, rule).to_string()).collect();
        cells.extend((planted > 0).then(|| wrong_direction(rows, rule).to_string()));
        table_row(text, rule.name(), &cells)?;
    }
    let counts = |kind: &Kind| of_kind(rows, *kind).count().to_string();
    let planted = (planted > 0).then(|| planted.to_string());
    table_row(text, "rows compared", &kinds.iter().map(counts).chain(planted).collect::<Vec<_>>())
}

fn of_kind<'a>(rows: &'a [&Observation], kind: Kind) -> impl Iterator<Item = &'a Observation> {
    rows.iter().copied().filter(move |row| row.kind == kind)
}

/// Whether a rule found a change: any change without a planted slowdown, else a slowdown.
fn hits(rows: &[&Observation], kind: Kind, rule: Rule) -> Tally {
    Tally::count(of_kind(rows, kind).map(|row| match kind {
        Kind::Plain => row.outcome(rule) != Outcome::NotChanged,
        Kind::Planted(_) => row.outcome(rule) == Outcome::Slower,
    }))
}

fn wrong_direction(rows: &[&Observation], rule: Rule) -> Tally {
    let planted = rows.iter().filter(|row| row.kind != Kind::Plain);
    Tally::count(planted.map(|row| row.outcome(rule) == Outcome::Faster))
}

/// Tensorprof's verdicts in full.
fn verdicts(text: &mut String, rows: &[&Observation]) -> fmt::Result {
    let present: BTreeSet<Verdict> = rows.iter().map(|row| row.verdict).collect();
    let columns: Vec<String> = present.iter().map(|verdict| verdict.words().to_owned()).collect();
    table_head(text, "tensorprof's verdict", &columns)?;
    for kind in kinds(rows) {
        let share = |verdict: &Verdict| Tally::count(of_kind(rows, kind).map(|row| row.verdict == *verdict));
        let cells: Vec<String> = present.iter().map(|verdict| share(verdict).to_string()).collect();
        table_row(text, &heading(kind), &cells)?;
    }
    writeln!(text)
}

/// Tensorprof row by row.
fn rows(text: &mut String, all: &[&Observation]) -> fmt::Result {
    writeln!(text, "## By row (tensorprof)\n")?;
    let kinds = kinds(all);
    let columns = kinds.iter().map(|&kind| heading(kind));
    let columns: Vec<String> =
        columns.chain(["median half-width", "median slope"].map(str::to_owned)).collect();
    table_head(text, "row", &columns)?;
    let ids: BTreeSet<&BenchmarkId> = all.iter().map(|row| &row.id).collect();
    for id in ids {
        let of_row: Vec<&Observation> = all.iter().copied().filter(|row| row.id == *id).collect();
        let share = |&kind: &Kind| hits(&of_row, kind, Rule::Tensorprof);
        let mut cells: Vec<String> =
            kinds.iter().map(share).map(|tally| format!("{} of {}", tally.hits, tally.of)).collect();
        cells.push(percent(half_width(&of_row)));
        cells.push(number(median(&mut of_row.iter().map(|row| row.clock_slope).collect::<Vec<_>>())));
        table_row(text, &id.path(), &cells)?;
    }
    writeln!(text)
}

/// The spread between sessions, which the assumed session term has to cover.
fn calibration(text: &mut String, spreads: &BTreeMap<BenchmarkId, SessionSpread>) -> fmt::Result {
    writeln!(text, "## Between sessions of identical code (1 sd, ln time)\n")?;
    let columns = ["saves", "slope", "rounds alone", "sessions beyond rounds", "robust, both"];
    table_head(text, "row", &columns.map(str::to_owned))?;
    for (id, spread) in spreads {
        let cells = [
            spread.saves.to_string(),
            number(Some(spread.clock_slope)),
            percent(Some(spread.rounds_error)),
            percent(Some(spread.session_sd)),
            percent(Some(spread.robust_sd)),
        ];
        table_row(text, &id.path(), &cells)?;
    }
    let pooled = |of: &dyn Fn(&BenchmarkId) -> bool| {
        let of = spreads.iter().filter(|(id, _)| of(id));
        percent(median(&mut of.map(|(_, spread)| spread.session_sd).collect::<Vec<_>>()))
    };
    write!(text, "\nMedian between sessions beyond rounds: all rows {}", pooled(&|_| true))?;
    for class in classes(&spreads.keys().collect::<Vec<_>>()) {
        write!(text, ", {} {}", class.title().to_lowercase(), pooled(&|id| Class::of(id) == Some(class)))?;
    }
    writeln!(text)
}

fn half_width(rows: &[&Observation]) -> Option<f64> {
    median(&mut rows.iter().filter_map(|row| row.half_width).collect::<Vec<_>>())
}

pub(crate) fn percent(fraction: Option<f64>) -> String {
    fraction.map_or_else(|| "-".to_owned(), |fraction| format!("{:.2} %", 100.0 * fraction))
}

pub(crate) fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"))
}

pub(crate) fn table_head(text: &mut String, first: &str, columns: &[String]) -> fmt::Result {
    table_row(text, first, columns)?;
    writeln!(text, "|---|{}", "---:|".repeat(columns.len()))
}

pub(crate) fn table_row(text: &mut String, first: &str, cells: &[String]) -> fmt::Result {
    writeln!(text, "| {first} | {} |", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use tensorprof::compare::Options;

    use super::*;
    use crate::analysis::observe;
    use crate::calibration::session_spreads;
    use crate::synthetic::baseline;

    #[test]
    fn tables_hold_every_rule_kind_and_row() {
        let save = |kind, slowdown, seed| (kind, baseline("save", 2, slowdown, seed));
        let saves = [save(Kind::Plain, 1.0, 1), save(Kind::Plain, 1.0, 2), save(Kind::Planted(10), 1.1, 3)];
        let observations = observe(&saves, &Options::default());
        let text = render(&observations, &session_spreads(&saves, &observations)).unwrap();
        for line in [
            "| rule | identical, judged changed | planted 10 %, found | planted, judged faster |",
            "| tensorprof | 0.0 % [0.0, 65.8] | 100.0 % [51.0, 100.0] | 0.0 % [0.0, 49.0] |",
            "| rows compared | 2 | 4 | 4 |",
            "| MatMul/00001 | 0 of 1 | 2 of 2 |",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }

    #[test]
    fn rows_of_a_single_round_have_no_half_width() {
        let mut save = baseline("save", 1, 1.0, 1);
        save.benchmarks[0].rounds.truncate(1);
        let observations = observe(&[(Kind::Plain, save.clone()), (Kind::Plain, save)], &Options::default());
        let text = render(&observations, &BTreeMap::new()).unwrap();
        assert!(text.contains("| MatMul/00000 | 0 of 1 | - | 1.00 |"), "{text}");
    }

    #[test]
    fn nothing_saved_is_no_panic() {
        assert!(render(&[], &BTreeMap::new()).unwrap().contains("All rows"));
    }
}
