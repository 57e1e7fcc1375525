//! A leaderboard as comma-separated values: a line for each baseline at each benchmark or family,
//! the reference first.

use super::entry::{notes, words};
use crate::compare::{By, Change, Leaderboard, Line, Measure, Threshold, Verdict};
use crate::model::BenchmarkId;
use crate::report::change::ends;
use crate::report::escape::printable;
use crate::report::footnotes::sentences;
use crate::report::table::{Table, Text};
use crate::report::tables::number;

/// What a baseline is at a line.
struct Standing<'a> {
    line: &'a Line<'a>,
    baseline: &'a str,
    time_ns: Option<f64>,
    measure: Option<&'a Measure>,
    verdict: String,
    is_fastest: bool,
    notes: Vec<Text>,
}

/// All of a leaderboard; numbers in base units and unrounded, times at the clock of the reference,
/// changes as fractions.
pub fn csv(board: &Leaderboard, by: By) -> String {
    let reference = board.reference().map_or("", |reference| reference.baseline.name.as_str());
    let lines = board.lines(by);
    let standings = lines.iter().flat_map(|line| standings(line, reference));
    let heading = match by {
        By::Row => "benchmark",
        By::Family => "family",
    };
    table(heading, reference, &standings.collect::<Vec<_>>()).csv()
}

fn standings<'a>(line: &'a Line<'a>, reference: &'a str) -> Vec<Standing<'a>> {
    let own = line.reference_ns.map(|nanoseconds| Standing {
        line,
        baseline: reference,
        time_ns: Some(nanoseconds),
        measure: None,
        verdict: String::new(),
        is_fastest: line.reference_is_fastest,
        notes: vec![],
    });
    let others = line.entrants.iter().flatten().map(|entrant| Standing {
        line,
        baseline: entrant.comparison.sides.candidate.baseline.name.as_str(),
        time_ns: entrant.time.and_then(|time| time.values().candidate).or(entrant.own_ns),
        measure: entrant.time,
        verdict: words(entrant, Verdict::ALL.len()),
        is_fastest: entrant.is_fastest,
        notes: notes(entrant),
    });
    own.into_iter().chain(others).collect()
}

fn table<'a>(heading: &str, reference: &str, standings: &'a [Standing<'a>]) -> Table<'a, Standing<'a>> {
    let change = |standing: &Standing<'_>| -> Option<Change> { standing.measure?.change };
    let threshold = |standing: &Standing<'_>| standing.measure?.threshold.map(Threshold::value);
    // Whole, and such that it can be printed.
    let id = |id: &BenchmarkId| Text::Foreign(printable(&id.path()));
    Table::of(standings)
        .left("id", move |standing| standing.line.id.map(id))
        .left(heading, |standing| Text::foreign(&standing.line.label))
        .left("reference", |_| Text::foreign(reference))
        .left("baseline", |standing| Text::foreign(standing.baseline))
        .right("time_ns", |standing| number(standing.time_ns))
        .right("change", |standing| number(change(standing).map(|change| change.point)))
        .right("low", |standing| number(ends(change(standing).as_ref())[0]))
        .right("high", |standing| number(ends(change(standing).as_ref())[1]))
        .right("threshold", |standing| number(threshold(standing)))
        .left("verdict", |standing| standing.verdict.as_str())
        .left("fastest", |standing| if standing.is_fastest { "true" } else { "false" })
        .left("notes", |standing| sentences(&standing.notes))
}
