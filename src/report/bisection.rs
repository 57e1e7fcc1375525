//! A [`Bisection`] as text and as JSON.

use serde::Serializer;

use super::change::{AMOUNT, Effect, TIME, ends};
use super::escape::printable;
use super::json::{self, Json, Keys, Object, list};
use super::quantity::{Precision, Time, bytes, count, sides, things};
use crate::compare::{Bisection, CommitStanding, Finding, Metric, Shift, Unit};
use crate::model::Commit;

/// What a search found, in a few lines.
pub fn text(bisection: &Bisection) -> String {
    let what = subject(bisection);
    let metric = bisection.sought.metric;
    match &bisection.outcome {
        Finding::Commit(commit, parent, shift) => format!(
            "{} changed {what}: {}, compared with its parent {}\n{}",
            commit.short(),
            shift_text(metric, shift),
            short(parent),
            described(commit)
        ),
        Finding::Spread(commit, parent, shift) => format!(
            "Not decided. Half of the change of {what} is reached with {}, which does not differ from its parent {} by enough to \
             have changed it{}. The change may be spread over several commits.\n{}",
            commit.short(),
            short(parent),
            shift.map(|shift| format!(": {}", shift_text(metric, &shift))).unwrap_or_default(),
            described(commit)
        ),
        Finding::Range(left) => {
            let lines =
                left.iter().map(|commit| format!("    {}{}\n", line(commit), reason(bisection, commit)));
            format!(
                "Not decided. One of {} changed {what}:\n{}",
                things(left.len(), "commit"),
                lines.collect::<String>()
            )
        }
    }
}

/// The change that is searched for, in a line.
pub fn sought(bisection: &crate::compare::Sought) -> String {
    format!("{}: {}", bisection.label, shift_text(bisection.metric, &bisection.whole))
}

/// Where a commit stands, in a few words.
pub fn standing(metric: Metric, standing: &CommitStanding) -> String {
    match standing {
        CommitStanding::Before(None) => "as before: the executables are the same".to_owned(),
        CommitStanding::Before(Some(shift)) => format!("as before: {}", shift_text(metric, shift)),
        CommitStanding::After(shift) => format!("changed: {}", shift_text(metric, shift)),
        CommitStanding::Unknown(reason) => format!("skipped: {}", printable(reason)),
    }
}

fn subject(bisection: &Bisection) -> String {
    let words = match bisection.sought.metric {
        Metric::AllocatedBytes => "the bytes that ",
        Metric::Allocations => "the allocations of ",
        _ => "",
    };
    let rest = if bisection.sought.metric == Metric::AllocatedBytes { " allocates" } else { "" };
    format!("{words}{}{rest}", printable(&bisection.sought.label))
}

fn shift_text(metric: Metric, shift: &Shift) -> String {
    let arrow = "->";
    let (values, words) = match metric.unit() {
        Unit::Nanoseconds => {
            let times = Time::pair(shift.values.map(Some), Precision::of(shift.change.as_ref()));
            (sides(times, arrow, |time| time.to_string()), TIME)
        }
        Unit::Bytes => (sides(shift.values.map(Some), arrow, |value| bytes(value as u64)), AMOUNT),
        Unit::Count | Unit::Rate(_) | Unit::Share => {
            (sides(shift.values.map(Some), arrow, |value| count(value as u64)), AMOUNT)
        }
    };
    match &shift.change {
        Some(change) => format!("{values}, {}", Effect::of(change, words)),
        None => values,
    }
}

fn described(commit: &Commit) -> String {
    format!(
        "\n    commit {}\n    {}, {}\n    {}\n",
        commit.hash,
        printable(&commit.author),
        commit.day(),
        printable(&commit.subject)
    )
}

/// A commit in a line.
pub fn line(commit: &Commit) -> String {
    format!("{} {} {}", commit.short(), commit.day(), printable(&commit.subject))
}

fn reason(bisection: &Bisection, commit: &Commit) -> String {
    let found = bisection.tested.iter().find(|(tested, _)| tested == commit);
    match found {
        Some((_, CommitStanding::Unknown(reason))) => format!(" ({})", printable(reason)),
        _ => String::new(),
    }
}

fn short(hash: &str) -> &str {
    hash.get(..8).unwrap_or(hash)
}

/// The search as indented JSON with a line end.
pub fn json(bisection: &Bisection) -> String {
    json::text("tensorprof-bisect", bisection)
}

impl Object for Bisection {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let sought = &self.sought;
        let keys = keys
            .key("good", Json(&self.good))
            .key("bad", Json(&self.bad))
            .key("benchmark", sought.id.path())
            .all([(&sought.id, sought.label.as_str())])
            .key("metric", sought.metric.key())
            .key("whole", Json(&sought.whole))
            .key("tested", list(&self.tested));
        match &self.outcome {
            Finding::Commit(commit, parent, shift) => keys
                .key("outcome", "found")
                .key("commit", Json(commit))
                .key("parent", parent)
                .key("shift", Json(shift)),
            Finding::Spread(commit, parent, shift) => keys
                .key("outcome", "spread")
                .key("commit", Json(commit))
                .key("parent", parent)
                .key("shift", shift.map(Json)),
            Finding::Range(left) => keys.key("outcome", "undecided").key("left", list(left)),
        }
    }
}

impl Object for Commit {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("hash", &self.hash)
            .key("subject", &self.subject)
            .key("author", &self.author)
            .key("date", &self.date)
    }
}

/// Changes are fractions: 0.02 is 2 %. `null` of a count that was zero.
impl Object for Shift {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let Shift { values, change } = self;
        let [low, high] = ends(change.as_ref());
        keys.key("before", values.baseline)
            .key("after", values.candidate)
            .key("change", change.map(|change| change.point))
            .key("low", low)
            .key("high", high)
    }
}

impl Object for (Commit, CommitStanding) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (commit, standing) = self;
        let keys = keys.all([commit]);
        match standing {
            CommitStanding::Before(shift) => keys.key("standing", "before").known("shift", shift.map(Json)),
            CommitStanding::After(shift) => keys.key("standing", "after").key("shift", Json(shift)),
            CommitStanding::Unknown(reason) => keys.key("standing", "unknown").key("reason", reason),
        }
    }
}
