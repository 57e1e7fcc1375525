//! What tables say of a row of a comparison: here its measures are read.

use super::change::{Effect, Unit, interval, reads_zero};
use super::escape::clip;
use super::footnotes::plain_percent;
use super::quantity::{Precision, Time, bytes_delta};
use super::rate::Rate;
use super::table::{Table, Text, Tone};
use crate::compare::{
    AllocationChange, AllocationVerdict, Comparison, Count, Row, Rule, Side, TimeChange, Verdict, Warning,
};
use crate::report::quantity::things;

/// Longest name of a baseline in a heading, characters.
const LONGEST_HEADING: usize = 14;

impl<'a, T> Table<'a, T> {
    /// Columns of a time on both sides, its delta and its change.
    pub(super) fn times(
        self,
        comparison: &Comparison,
        time: impl Fn(&'a T) -> Option<TimeChange> + Copy,
    ) -> Self {
        self.sides(comparison, time)
            .right("Delta", |item| delta(time(item).as_ref()))
            .on_pages_only()
            .changes(comparison, time)
    }

    /// The first two of [`Table::times`].
    pub(super) fn sides(
        self,
        comparison: &Comparison,
        time: impl Fn(&'a T) -> Option<TimeChange> + Copy,
    ) -> Self {
        let name = |side: &Side| Text::Foreign(clip(side.baseline.name.as_str(), LONGEST_HEADING));
        self.right("Baseline", |item| shown(time(item).as_ref())[0])
            .on_terminal(name(&comparison.baseline))
            .right("Candidate", |item| shown(time(item).as_ref())[1])
            .on_terminal(name(&comparison.candidate))
    }

    /// The last of [`Table::times`], in colour; on a terminal the interval has a column of its own.
    pub(super) fn changes(
        self,
        comparison: &Comparison,
        time: impl Fn(&'a T) -> Option<TimeChange> + Copy,
    ) -> Self {
        let level = plain_percent(comparison.options.confidence);
        let interval = |item| time(item)?.change.as_ref().and_then(interval);
        self.toned()
            .change(comparison, time)
            .right(format!("{level} CI"), |item| interval(item).unwrap_or_default())
            .on_terminals_only()
            .given_up(1)
    }

    /// The column of a change.
    pub(super) fn change(self, comparison: &Comparison, time: impl Fn(&'a T) -> Option<TimeChange>) -> Self {
        self.right(change_heading(comparison), |item| {
            Text::from(time(item).and_then(|time| time.change).as_ref())
        })
        .on_terminal("change")
    }
}

/// Heading of a column of changes: with the level of the interval, where there is one.
pub(super) fn change_heading(comparison: &Comparison) -> String {
    match comparison.options.rule {
        Rule::Interval => {
            let level = plain_percent(comparison.options.confidence).replace(' ', "\u{a0}");
            format!("Change [{level}\u{a0}CI]")
        }
        Rule::Point => "Change".to_owned(),
    }
}

/// A time on both sides, with digits that agree with its change.
fn shown(time: Option<&TimeChange>) -> [Option<Time>; 2] {
    let sides = time.map_or([None; 2], |time| [time.baseline_ns, time.candidate_ns]);
    Time::pair(sides, Precision::of_time(time))
}

fn delta(time: Option<&TimeChange>) -> Text {
    let change = time.and_then(|time| time.change).map(|change| Effect::of_time(&change));
    difference(shown(time), change.as_ref())
}

/// The difference of two times as they are shown. One that reads as none says nothing beside a change.
pub(super) fn difference(sides: [Option<Time>; 2], change: Option<&Effect>) -> Text {
    let [Some(baseline), Some(candidate)] = sides else { return Text::None };
    let delta = candidate.less(&baseline);
    let silent = reads_zero(&delta) && change.is_some_and(|change| !reads_zero(&change.point));
    if silent { Text::None } else { delta.into() }
}

/// A time on both sides in one cell, over a number of tokens: `2150 µs → 122 µs`.
pub(super) fn per_token(time: Option<&TimeChange>, tokens: u64) -> Text {
    let Some(time) = time else { return Text::None };
    let sides = [time.baseline_ns, time.candidate_ns].map(|side| side.map(|ns| ns / tokens as f64));
    Text::both(Time::pair(sides, Precision::of_time(Some(time))), Text::Time)
}

/// The name of a row.
pub(super) fn name(row: &Row) -> Text {
    Text::foreign(&row.label)
}

/// The element type.
pub(super) fn dtype(row: &Row) -> Option<&'static str> {
    Some(row.work.as_ref()?.dtype?.name())
}

/// A rate on both sides.
pub(super) fn rate(row: &Row, rate: Rate) -> Text {
    let Some(change) = rate.of(row) else { return Text::None };
    let precision = Precision::of_time(row.time.as_ref());
    Text::both([change.baseline, change.candidate], |value| Text::Number(value, precision, ""))
}

/// The leading rate of the candidate.
pub(super) fn leading_rate(row: &Row) -> Option<Text> {
    let rate = Rate::leading(row.work.as_ref()?)?;
    let precision = Precision::of_time(row.time.as_ref());
    Some(Text::Number(rate.of(row)?.candidate?, precision, rate.unit_of(row.inference.as_ref())))
}

/// The verdict, with the number of rounds that would decide it where it is open; strong where the row changed.
pub(super) fn status(row: &Row) -> Text {
    let words = row.verdict.words();
    let rounds = row.notes.iter().find_map(|note| match note {
        Warning::MoreRounds(rounds) => Some(rounds),
        _ => None,
    });
    match (row.verdict, rounds) {
        (Verdict::Regressed | Verdict::Improved, _) => Text::strong(words),
        (_, Some(rounds)) => format!("{words}, +{}", things(*rounds, "round")).into(),
        _ => words.into(),
    }
}

/// The colour of a row.
pub(super) fn tone(row: &Row) -> Tone {
    match row.verdict {
        Verdict::Regressed | Verdict::Failed => Tone::Worse,
        Verdict::Improved => Tone::Better,
        Verdict::Suspect | Verdict::Inconclusive | Verdict::NotComparable => Tone::Open,
        Verdict::Added | Verdict::Removed => Tone::OneSided,
        Verdict::Unchanged => Tone::Quiet,
    }
}

/// The bytes that both sides allocate.
pub(super) fn bytes(row: &Row) -> Option<Count> {
    row.allocation.map(|allocation| allocation.bytes)
}

/// `225.8 KiB (+1.492 KiB)`, where it changed: the candidate's, and by how much it differs.
pub(super) fn allocated(row: &Row) -> Text {
    let changed = |verdict| matches!(verdict, AllocationVerdict::More | AllocationVerdict::Less);
    let Some(allocation) = row.allocation.filter(|allocation| changed(allocation.verdict)) else {
        return Text::None;
    };
    let Count { baseline, candidate } = allocation.bytes;
    let delta = Text::strong(bytes_delta(baseline.high, candidate.high));
    Text::line([most(candidate), " (".into(), delta, ")".into()])
}

/// The most bytes that were seen.
pub(super) fn most(bytes: crate::model::Range<u64>) -> Text {
    Text::Bytes(crate::model::Range::exact(bytes.high))
}

/// By how much the bytes changed, where the ranges tell.
pub(super) fn size_change(allocation: &AllocationChange) -> Text {
    let change = allocation.bytes.change().filter(|_| allocation.verdict != AllocationVerdict::Varies);
    change.map(|change| Text::Change(Effect::exact(change, Unit::Amount))).into()
}

/// The verdict on allocation.
pub(super) fn memory(verdict: AllocationVerdict) -> Text {
    match verdict {
        AllocationVerdict::More => Text::strong("more"),
        AllocationVerdict::Less => Text::strong("less"),
        AllocationVerdict::Same => "same".into(),
        AllocationVerdict::Varies => "varies".into(),
    }
}
