//! What a terminal and a page say alike of a point, a break and a whole history.

use crate::compare::{Break, History, HistoryPoint, LevelChange, RowHistory, Unjudged};
use crate::report::change::percent;
use crate::report::escape::clip;
use crate::report::footnotes::{differs, plain_percent};
use crate::report::quantity::{self, NONE, Precision, bytes, range, significant, things};
use crate::report::rate::Rate;

/// Longest reason of a failure, characters.
const LONGEST_REASON: usize = 80;

/// Stands where the line breaks.
pub(super) const BREAK: &str = "--";

/// A change with the row it is of.
pub(super) struct Found<'a> {
    pub(super) row: &'a RowHistory,
    pub(super) change: &'a LevelChange,
}

impl<'a> Found<'a> {
    /// Every change of a history, row by row.
    pub(super) fn all(history: &'a History) -> Vec<Found<'a>> {
        let of = |row: &'a RowHistory| row.changes.iter().map(move |change| Found { row, change });
        history.rows.iter().flat_map(of).collect()
    }

    /// Names of the baselines before and after it.
    pub(super) fn between(&self, history: &'a History) -> [&'a str; 2] {
        self.change.between.map(|point| history.baselines[self.row.points[point].baseline].name.as_str())
    }
}

/// The displayed time with the digits that its interval supports.
pub(super) fn time(point: &HistoryPoint) -> String {
    point.time_ns.map_or_else(|| NONE.to_owned(), |ns| quantity::time(ns, precision(point)))
}

fn precision(point: &HistoryPoint) -> Precision {
    let half_width = point.adjusted_ns.map(|ns| (ns.high - ns.low) / 2.0 / ns.value);
    half_width.map_or(Precision::UNKNOWN, Precision::spread)
}

/// The change against the point before.
pub(super) fn change(point: &HistoryPoint) -> String {
    point.change.map(percent).unwrap_or_default()
}

/// The leading rate.
pub(super) fn rate(point: &HistoryPoint) -> String {
    let of = || {
        let work = point.work.as_ref()?;
        let rate = Rate::leading(work)?;
        let value = rate.per_time(rate.work(work)?, point.time_ns?);
        Some(format!("{} {}", significant(value, precision(point)), rate.unit()))
    };
    of().unwrap_or_else(|| NONE.to_owned())
}

/// Allocated bytes.
pub(super) fn allocated(point: &HistoryPoint) -> String {
    point.allocation.map_or_else(|| NONE.to_owned(), |allocation| range(allocation.bytes, bytes))
}

/// Why a point is not judged. `escape` makes foreign text fit for where it is shown.
pub(super) fn unjudged(why: &Unjudged, escape: fn(&str) -> String) -> String {
    match why {
        Unjudged::Failed(reason) => format!("failed: {}", escape(&clip(reason, LONGEST_REASON))),
        Unjudged::Contended => "core shared, not judged".to_owned(),
        Unjudged::SingleRound => "one round, not judged".to_owned(),
    }
}

/// Why the line breaks: `The machine differs; The thread variables differ`.
pub(super) fn break_reason(found: &Break) -> String {
    found.facts.iter().copied().map(differs).collect::<Vec<_>>().join("; ")
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
    let (threshold, confidence) =
        (plain_percent(history.options.threshold), plain_percent(history.options.confidence));
    format!(
        "Times are as measured; changes against the baseline before and change points are at the median clock between \
         two breaks. The {confidence} intervals of all change points between two breaks hold together, and lie beyond \
         {threshold}."
    )
}
