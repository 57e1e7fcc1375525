//! A line of the table, with what its cells say.

use crate::compare::{Change, Comparison, Entrant, Leaderboard, Line, Verdict, Warning};
use crate::report::cells::tone;
use crate::report::change::interval;
use crate::report::footnotes;
use crate::report::quantity::{Precision, Time, count, things};
use crate::report::table::{Form, Text, Tone};

/// Marks what is faster than another, and slower than none.
pub(super) const BEST: &str = "★";

/// Most verdicts that a cell counts the benchmarks of.
const MOST_VERDICTS: usize = 2;

/// A line of the table.
pub(super) struct Entry {
    pub(super) name: Text,
    /// The time of the reference.
    pub(super) reference: Text,
    /// One for each of the others.
    pub(super) cells: Vec<Cell>,
}

/// What is said of a baseline.
#[derive(Default)]
pub(super) struct Cell {
    change: Option<Change>,
    /// Its own time, which is shown where it has no change; nanoseconds.
    time: Option<f64>,
    verdict: String,
    is_change: bool,
    is_fastest: bool,
    pub(super) tone: Option<Tone>,
    pub(super) notes: Vec<Text>,
}

impl Entry {
    pub(super) fn of(line: &Line<'_>) -> Self {
        let cells = line.entrants.iter().map(|entrant| entrant.as_ref().map(Cell::of).unwrap_or_default());
        let reference = line.reference_ns.map(shown);
        Entry {
            name: Text::foreign(&line.label),
            reference: reference.map(|time| best_first(time, line.reference_is_fastest)).into(),
            cells: cells.collect(),
        }
    }

    /// The means over the benchmarks of each comparison, where there are some.
    pub(super) fn of_means(board: &Leaderboard) -> Option<Self> {
        let any = board.comparisons().any(|comparison| comparison.summary.time_geomean.is_some());
        let cells = board.comparisons().map(Cell::of_mean);
        any.then(|| Entry {
            name: Text::strong("Geometric mean"),
            reference: "".into(),
            cells: cells.collect(),
        })
    }

    /// Nothing in it is to be seen.
    pub(super) fn tone(&self) -> Tone {
        let quiet = self.cells.iter().all(|cell| cell.tone == Some(Tone::Quiet));
        if quiet { Tone::Quiet } else { Tone::Plain }
    }
}

impl Cell {
    fn of(entrant: &Entrant<'_>) -> Self {
        let change = entrant.time.and_then(|time| time.change);
        Cell {
            change,
            time: entrant.own_ns,
            verdict: words(entrant, MOST_VERDICTS),
            is_change: entrant.verdict().is_some_and(Verdict::is_change),
            is_fastest: entrant.is_fastest,
            tone: Some(tone_of(entrant, change)),
            notes: notes(entrant),
        }
    }

    fn of_mean(comparison: &Comparison) -> Self {
        let change = comparison.summary.time_geomean;
        Cell { change, tone: change.and_then(direction), ..Cell::default() }
    }

    /// The change, or the time where there is none.
    fn value(&self) -> Text {
        match (&self.change, self.time) {
            (Some(change), _) => change.into(),
            (None, time) => time.map(shown).into(),
        }
    }

    pub(super) fn interval(&self) -> String {
        self.change.as_ref().and_then(interval).unwrap_or_default()
    }

    /// The change with its interval, which gets so many columns.
    pub(super) fn aligned(&self, width: usize) -> String {
        let value = self.value().write(Form::Terminal);
        if width == 0 { value } else { format!("{value}  {:>width$}", self.interval()) }
    }

    /// The verdict, with a mark where it is the fastest.
    pub(super) fn verdict(&self) -> Text {
        let verdict = Text::from(self.verdict.as_str());
        let verdict = if self.is_change { Text::strong(verdict) } else { verdict };
        if self.is_fastest { Text::line([verdict, format!(" {BEST}").into()]) } else { verdict }
    }

    /// All of it in one.
    pub(super) fn whole(&self) -> Text {
        match (self.value(), self.verdict.is_empty()) {
            (value, true) => value,
            (Text::None, false) => self.verdict(),
            (value, false) => Text::line([value, ", ".into(), self.verdict()]),
        }
    }
}

fn shown(nanoseconds: f64) -> Text {
    Time::new(nanoseconds, Precision::UNKNOWN).into()
}

fn best_first(time: Text, best: bool) -> Text {
    if best { Text::line([format!("{BEST} ").into(), time]) } else { time }
}

/// The verdict that all benchmarks have, or how many have which: of so many verdicts, and how many
/// have others.
pub(super) fn words(entrant: &Entrant<'_>, most: usize) -> String {
    if let Some(verdict) = entrant.verdict() {
        return verdict.words().to_owned();
    }
    let counts = entrant.verdicts();
    let found = Verdict::ALL.into_iter().filter_map(|verdict| Some((verdict, *counts.get(&verdict)?)));
    let told = |(verdict, rows): (Verdict, usize)| format!("{} {}", count(rows as u64), verdict.words());
    let others: usize = found.clone().skip(most).map(|(_, rows)| rows).sum();
    let others = (others > 0).then(|| things(others, "other"));
    found.take(most).map(told).chain(others).collect::<Vec<_>>().join(", ")
}

fn tone_of(entrant: &Entrant<'_>, change: Option<Change>) -> Tone {
    let of_verdict = || entrant.verdict().map_or(Tone::Plain, tone);
    change.and_then(direction).unwrap_or_else(of_verdict)
}

/// The direction of a change that is established.
fn direction(change: Change) -> Option<Tone> {
    let Change { point, established, .. } = change;
    established.then_some(if point > 0.0 { Tone::Worse } else { Tone::Better })
}

/// What must be known of the change; of a family, why benchmarks are not comparable.
pub(super) fn notes(entrant: &Entrant<'_>) -> Vec<Text> {
    match entrant.rows.as_slice() {
        [row] => footnotes::of_change(row, entrant.comparison),
        _ => reasons(entrant).map(|reason| footnotes::text(reason, entrant.comparison)).collect(),
    }
}

/// Why benchmarks of a family are not comparable, each reason once.
pub(super) fn reasons<'a>(entrant: &Entrant<'a>) -> impl Iterator<Item = &'a Warning> {
    let mut distinct: Vec<&'a Warning> = vec![];
    for note in entrant.rows.iter().flat_map(|row| &row.notes) {
        if matches!(note, Warning::Differs(_)) && !distinct.contains(&note) {
            distinct.push(note);
        }
    }
    distinct.into_iter()
}
