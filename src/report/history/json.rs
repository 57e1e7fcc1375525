//! A history as JSON. The rules are those of [`crate::report::json`].

use serde::Serializer;

use super::tables::{Found, name};
use crate::compare::{Break, Fact, History, HistoryPoint, Options, RowHistory, Unjudged};
use crate::estimate::Contention;
use crate::report::json::{Json, Keys, Object, Rates, list, text};

/// A history as indented JSON with a line end.
pub fn render(history: &History) -> String {
    text("tensorprof-history", history)
}

impl Object for History {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("options", Json(Judging(&self.options)))
            .key("baselines", list(&self.baselines))
            .key("rows", list(self.rows.iter().map(|row| (row, self))))
    }
}

/// The options that count for a history.
struct Judging<'a>(&'a Options);

impl Object for Judging<'_> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let Judging(options) = self;
        keys.key("threshold", options.threshold)
            .key("floor_ns", options.floor_ns)
            .key("confidence", options.confidence)
            .known("rows", (!options.rows.is_empty()).then(|| list(&options.rows)))
    }
}

impl Object for (&RowHistory, &History) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (row, history) = *self;
        keys.all([(&row.id, row.label.as_str())])
            .key("points", list(row.points.iter().map(|point| (point, history))))
            .key("breaks", list(row.breaks.iter().map(|found| (found, &row.points[found.at], history))))
            .key("changes", list(Found::of(row).map(|found| (found, history))))
    }
}

/// Changes are fractions: 0.02 is 2 %.
impl Object for (&HistoryPoint, &History) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (point, history) = *self;
        let interval = point.adjusted_ns.filter(|_| point.unjudged.is_none());
        let (unjudged, failure) = match &point.unjudged {
            Some(Unjudged::Failed(reason)) => (Some("failed"), Some(reason)),
            Some(Unjudged::NotMeasured(reason)) => (Some("not-measured"), Some(reason)),
            Some(Unjudged::Contended(Contention::Shared)) => (Some("contended"), None),
            Some(Unjudged::Contended(Contention::Lost)) => (Some("cores-lost"), None),
            Some(Unjudged::Contended(Contention::LongerWait(_))) => (Some("longer-wait"), None),
            Some(Unjudged::Contended(Contention::MeanTime)) => (Some("mean-time"), None),
            Some(Unjudged::SingleRound) => (Some("single-round"), None),
            None => (None, None),
        };
        keys.key("baseline", name(point, history))
            .key("time_ns", point.time_ns)
            // At the median clock of the segment, with its interval.
            .key("adjusted_ns", point.adjusted_ns.map(|ns| ns.value))
            .key("low_ns", interval.map(|ns| ns.low))
            .key("high_ns", interval.map(|ns| ns.high))
            .key("change", point.change)
            .key("unjudged", unjudged)
            .known("failure", failure)
            .all([Rates(point.work.as_ref(), point.time_ns)])
            .all(point.allocation)
    }
}

/// A break before a point.
impl Object for (&Break, &HistoryPoint, &History) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (found, point, history) = *self;
        keys.key("before", name(point, history))
            .key("facts", found.facts.iter().copied().map(Fact::name).collect::<Vec<_>>())
    }
}

impl Object for (Found<'_>, &History) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (found, history) = self;
        let [from, to] = found.between(history);
        let size = found.change.size;
        keys.key("from", from)
            .key("to", to)
            .key("direction", if found.change.is_slower() { "slower" } else { "faster" })
            .key("change", size.value)
            .key("low", size.low)
            .key("high", size.high)
    }
}
