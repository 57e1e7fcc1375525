//! What a terminal and a page say alike of a history: its tables, and sentences on the whole.

use crate::compare::{Break, History, HistoryPoint, LevelChange, RowHistory, Unjudged};
use crate::estimate::Contention;
use crate::report::change::{level, percent};
use crate::report::footnotes::{differs, has_own_thresholds, least_change, plain_percent};
use crate::report::origin::{created, state};
use crate::report::quantity::{Precision, Time, things};
use crate::report::rate;
use crate::report::table::{Table, Text, Tone};

/// A change with the row it is of.
pub(super) struct Found<'a> {
    pub(super) row: &'a RowHistory,
    pub(super) change: &'a LevelChange,
}

impl<'a> Found<'a> {
    /// Every change of a history, row by row.
    pub(super) fn all(history: &'a History) -> Vec<Found<'a>> {
        history.rows.iter().flat_map(Found::of).collect()
    }

    /// Every change of a row.
    pub(super) fn of(row: &'a RowHistory) -> impl Iterator<Item = Found<'a>> {
        row.changes.iter().map(move |change| Found { row, change })
    }

    /// Names of the baselines before and after it.
    pub(super) fn between(&self, history: &'a History) -> [&'a str; 2] {
        self.change.between.map(|point| name(&self.row.points[point], history))
    }
}

/// The name of the baseline of a point.
pub(super) fn name<'a>(point: &HistoryPoint, history: &'a History) -> &'a str {
    history.baselines[point.baseline].name.as_str()
}

/// A line of the table of a benchmark: a point by its index, or a break of the line before it.
pub(super) enum Line<'a> {
    Break(&'a Break),
    Point(usize, &'a HistoryPoint),
}

/// The lines of a benchmark.
pub(super) fn lines(row: &RowHistory) -> Vec<Line<'_>> {
    let points = row.points.iter().enumerate();
    let lines = points.map(|(index, point)| (row.break_before(index), Line::Point(index, point)));
    lines.flat_map(|(found, point)| found.map(Line::Break).into_iter().chain([point])).collect()
}

pub(super) fn over_time<'a>(
    history: &'a History,
    row: &'a RowHistory,
    lines: &'a [Line<'a>],
) -> Table<'a, Line<'a>> {
    let baseline = |point: &HistoryPoint| &history.baselines[point.baseline];
    let of = |line: &Line<'_>, text: &dyn Fn(&HistoryPoint) -> Text| match line {
        Line::Break(_) => "".into(),
        Line::Point(_, point) => text(point),
    };
    Table::of(lines)
        .left("Baseline", move |line| match line {
            Line::Break(_) => "--".into(),
            Line::Point(_, point) => Text::foreign(baseline(point).name.as_str()),
        })
        .left("Created (UTC)", move |line| of(line, &|point| created(baseline(point)).into()))
        .drop_priority(1)
        .left("Commit", move |line| of(line, &|point| state(baseline(point)).map(Text::Foreign).into()))
        .drop_priority(3)
        .right("Time", move |line| {
            of(line, &|point| time_ns(point).map(|time| Time::new(time, Precision::UNKNOWN)).into())
        })
        .leading()
        .toned()
        .right("Change", move |line| of(line, &|point| point.change.map(percent).unwrap_or_default().into()))
        .leading()
        .right("Rate", move |line| of(line, &|point| rate(point).into()))
        .drop_priority(4)
        .right("Allocated", move |line| {
            of(line, &|point| point.allocation.map(|allocation| Text::Bytes(allocation.bytes)).into())
        })
        .drop_priority(5)
        .left("Change point", move |line| remark(row, line))
        .leading()
        .tones(move |line| match line {
            Line::Break(_) => Tone::Open,
            Line::Point(index, _) => row.change_at(*index).map_or(Tone::Plain, tone),
        })
}

/// The time at the clock of its segment, to which the changes belong; as measured where that is not known.
fn time_ns(point: &HistoryPoint) -> Option<f64> {
    point.adjusted_ns.map(|time| time.value).or(point.time_ns)
}

/// The leading rate.
fn rate(point: &HistoryPoint) -> Option<Text> {
    rate::cell(point.work.as_ref()?, time_ns(point)?, rate::unit)
}

/// A change point, why a point is not judged, or why the line breaks.
fn remark(row: &RowHistory, line: &Line<'_>) -> Text {
    match line {
        Line::Break(found) => found.facts.iter().copied().map(differs).collect::<Vec<_>>().join("; ").into(),
        Line::Point(index, point) => match (row.change_at(*index), &point.unjudged) {
            (Some(change), _) => Text::strong(level(&change.size)),
            (None, Some(Unjudged::Failed(reason))) => Text::line(["failed: ".into(), Text::reason(reason)]),
            (None, Some(Unjudged::NotMeasured(reason))) => {
                Text::line(["not measured: ".into(), Text::reason(reason)])
            }
            (None, Some(Unjudged::Contended(Contention::Shared))) => "contended, not judged".into(),
            (None, Some(Unjudged::Contended(Contention::Lost))) => "cores lost, not judged".into(),
            (None, Some(Unjudged::Contended(Contention::LongerWait(_)))) => {
                "waited longer for cores, not judged".into()
            }
            (None, Some(Unjudged::Contended(Contention::MeanTime))) => "mean CPU time, not judged".into(),
            (None, Some(Unjudged::SingleRound)) => "one round, not judged".into(),
            (None, None) => "".into(),
        },
    }
}

fn tone(change: &LevelChange) -> Tone {
    if change.is_slower() { Tone::Worse } else { Tone::Better }
}

pub(super) fn changes<'a>(history: &'a History, found: &'a [Found<'a>]) -> Table<'a, Found<'a>> {
    let confidence = plain_percent(history.options.confidence);
    Table::of(found)
        .left("Benchmark", |found| Text::foreign(&found.row.label))
        .on_terminal("change points")
        .left("From", |found| Text::foreign(found.between(history)[0]))
        .left("To", |found| Text::foreign(found.between(history)[1]))
        .toned()
        .right(format!("Change [{confidence} CI]"), |found| level(&found.change.size))
        .on_terminal("change")
        .leading()
        .tones(|found| tone(found.change))
}

/// How many changes there are in what: the sentence that sums a history up.
pub(super) fn sentence(history: &History) -> String {
    let (benchmarks, baselines) = (history.rows.len(), history.baselines.len());
    let within = format!("{} over {}", things(benchmarks, "benchmark"), things(baselines, "baseline"));
    match Found::all(history).len() {
        0 => format!("No change point in {within}."),
        changes => format!("{} in {within}.", things(changes, "change point")),
    }
}

/// What a change point is, and what the columns hold.
pub(super) fn explanation(history: &History) -> String {
    let (least, confidence) = (least_change(&history.options), plain_percent(history.options.confidence));
    let own = if has_own_thresholds(&history.options) {
        ", or beyond the threshold that the metadata of the project give a benchmark"
    } else {
        ""
    };
    format!(
        "Times are at the median core clock between two breaks; as measured they are in the JSON. Change: against the \
         baseline before. The {confidence} intervals of all change points between two breaks hold together, and lie \
         beyond {least}{own}."
    )
}
