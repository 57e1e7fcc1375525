//! What tables say of a row of a comparison: here its measures are read.

use super::change::{AMOUNT, Effect, interval, point};
use super::footnotes::plain_percent;
use super::quantity::{self, Precision, Time, delta, reads_zero, share, things};
use super::rate::{leading, unit_of};
use super::table::{Form, Table, Text, Tone};
use super::verdict::amount;
use crate::compare::{
    Change, Comparison, Measure, Metric, Origin, Row, Rule, Side, Sides, Unit, Value, Verdict,
};
use crate::estimate::{Bound, Limit};
use crate::model::{Range, clip};

/// Longest name of a baseline in a heading, characters.
const LONGEST_HEADING: usize = 14;

/// The measure of an item that a column shows.
type Of<'a, T> = fn(&'a T) -> Option<&'a Measure>;

impl<'a, T> Table<'a, T> {
    /// A table of items of a comparison.
    pub(super) fn comparing(comparison: &Comparison, items: &'a [T]) -> Self {
        Table::of(items).alone(comparison.is_alone())
    }

    /// Columns of a time on both sides, its delta and its change; of a single side, of its time and its interval.
    pub(super) fn times(self, comparison: &Comparison, time: Of<'a, T>) -> Self {
        if comparison.is_alone() {
            let level = plain_percent(comparison.options.confidence);
            return self
                .right("Time", |item| shown(time(item)).candidate)
                .right(format!("{level} CI"), |item| own_interval(time(item)))
                .drop_priority(2);
        }
        let delta = |item| difference(shown(time(item)), time(item).and_then(|time| time.change.as_ref()));
        self.sides(comparison, time).right("Delta", delta).on_pages_only().changes(comparison, time)
    }

    /// A column of numbers for each side; of a single one, its own.
    pub(super) fn each_side<C: Into<Text>>(
        self,
        comparison: &Comparison,
        heading: &str,
        cell: impl Fn(&'a T, Side) -> C,
    ) -> Self {
        if comparison.is_alone() {
            return self.right(heading, |item| cell(item, Side::Candidate));
        }
        Side::BOTH.into_iter().fold(self, |table, side| {
            table.right(format!("{heading}, {}", side.name()), |item| cell(item, side))
        })
    }

    /// The first two of [`Table::times`].
    pub(super) fn sides(self, comparison: &Comparison, time: Of<'a, T>) -> Self {
        let name = |side: &Origin| Text::Foreign(clip(side.baseline.name.as_str(), LONGEST_HEADING));
        self.right("Baseline", |item| shown(time(item)).baseline)
            .on_terminal(name(&comparison.sides.baseline))
            .right("Candidate", |item| shown(time(item)).candidate)
            .on_terminal(name(&comparison.sides.candidate))
    }

    /// The last of [`Table::times`], in colour; on a terminal the interval has a column of its own.
    pub(super) fn changes(self, comparison: &Comparison, time: Of<'a, T>) -> Self {
        let level = plain_percent(comparison.options.confidence);
        let interval = |item| time(item)?.change.as_ref().and_then(interval);
        let changes = self.toned().change(comparison, time).leading();
        let intervals = changes.right(format!("{level} CI"), |item| interval(item).unwrap_or_default());
        intervals.on_terminals_only().drop_priority(1)
    }

    /// A column of changes: its heading has the level of the intervals, where there are some.
    pub(super) fn change(self, comparison: &Comparison, of: Of<'a, T>) -> Self {
        let level = plain_percent(comparison.options.confidence).replace(' ', "\u{a0}");
        let heading = match comparison.options.rule {
            Rule::Interval => format!("Change [{level}\u{a0}CI]"),
            Rule::Point => "Change".to_owned(),
        };
        self.right(heading, |item| of(item).and_then(|measure| measure.change.as_ref())).on_terminal("change")
    }
}

/// A time on both sides, with digits that agree with its change.
fn shown(time: Option<&Measure>) -> Sides<Option<Time>> {
    Time::pair(time.map(Measure::values).unwrap_or_default(), Precision::of_time(time))
}

/// The interval of the time of a single side.
fn own_interval(time: Option<&Measure>) -> Option<String> {
    Some(shown(time).candidate?.ends(time?.interval(Side::Candidate)?))
}

/// The difference of two times as they are shown. One that reads as none says nothing beside a change.
pub(super) fn difference(sides: Sides<Option<Time>>, change: Option<&Change>) -> Text {
    let Some(Sides { baseline, candidate }) = sides.both() else { return Text::None };
    let difference = candidate.less(&baseline);
    let silent = reads_zero(&difference) && change.is_some_and(|change| !reads_zero(&point(change)));
    if silent { Text::None } else { difference.into() }
}

/// A metric on both sides in one cell: `2150 µs → 122.0 µs`; of counts that agree, one.
pub(super) fn both(row: &Row, metric: Metric) -> Text {
    let Some(measure) = row.measure(metric) else { return Text::None };
    match metric.unit() {
        Unit::Nanoseconds => Text::both(shown(Some(measure)), Text::Time),
        Unit::Bytes if metric == Metric::LiveBytes => counts(measure, live),
        Unit::Bytes => counts(measure, Text::Bytes),
        Unit::Count => counts(measure, Text::Count),
        Unit::Share => Text::both(measure.values(), |of_peak| share(of_peak).into()),
        Unit::Rate(_) => Text::both(measure.values(), |rate| Text::Number(rate, digits(row, metric), "")),
    }
}

fn counts<T: From<Value>>(measure: &Measure, text: fn(T) -> Text) -> Text {
    match measure.sides {
        Sides { baseline: Some(baseline), candidate } if candidate == Some(baseline) => text(baseline.into()),
        sides => Text::both(sides, |side| text(side.into())),
    }
}

/// Bytes that an iteration leaves live, negative where it frees more than it allocates.
pub(super) fn live(bytes: Range<i64>) -> Text {
    quantity::range(bytes, quantity::signed_bytes).into()
}

/// The digits of a rate: those of the time that it is a view of.
pub(super) fn digits(row: &Row, rate: Metric) -> Precision {
    let time = rate.viewed().and_then(|time| row.measure(time));
    Precision::of(time.and_then(|time| time.change.as_ref()))
}

pub(super) fn name(row: &Row) -> Text {
    Text::foreign(&row.label)
}

/// The leading rate of the candidate.
pub(super) fn leading_rate(row: &Row) -> Option<Text> {
    let rate = leading(row.work.as_ref()?)?;
    let value = row.measure(rate)?.values().candidate?;
    Some(Text::Number(value, digits(row, rate), unit_of(rate, row.inference.as_ref())))
}

/// What bounds a row, with the instruction set of the peak of arithmetic: `overhead`, `arithmetic (avx2)`, `L2`.
pub(super) fn bound_by(row: &Row) -> Text {
    let words = |bound: Bound<'_>| match bound {
        Bound::Limit(found @ Limit::Arithmetic(_)) => limit(found),
        other => bound_name(other),
    };
    once(row.efficiencies().map(|found| found.map(|found| words(found.bound()))))
}

/// A bound without the instruction set.
pub(super) fn bound_name(bound: Bound<'_>) -> Text {
    match bound {
        Bound::Limit(Limit::Bandwidth(level)) => Text::foreign(level),
        other => other.name().into(),
    }
}

/// The share of AVX2's arithmetic, where the roof is that of a faster instruction set.
pub(super) fn of_avx2(row: &Row) -> Text {
    Text::both(row.efficiencies().map(|found| found?.share_of_avx2()), |found| share(found).into())
}

/// What a side is held against: `arithmetic (avx2)`, `bandwidth of L2`.
pub(super) fn limit(limit: &Limit) -> Text {
    match limit {
        Limit::Arithmetic(set) => Text::line(["arithmetic (".into(), Text::foreign(set), ")".into()]),
        Limit::Bandwidth(level) => Text::line(["bandwidth of ".into(), Text::foreign(level)]),
    }
}

/// What is mostly the same on both sides: once where it reads alike.
pub(super) fn once(sides: Sides<Option<Text>>) -> Text {
    let read = sides.as_ref().map(|side| side.as_ref().map(|side| side.write(Form::Page)));
    match sides {
        Sides { candidate: Some(candidate), .. } if read.baseline == read.candidate => candidate,
        sides => Text::both(sides, |side| side),
    }
}

/// The verdict, with the number of rounds that would resolve it where it is open; strong where the row changed.
pub(super) fn status(row: &Row) -> Text {
    let words = row.verdict.words();
    match row.more_rounds {
        _ if row.verdict.is_change() => Text::strong(words),
        Some(rounds) => format!("{words}, +{}", things(rounds, "round")).into(),
        None => words.into(),
    }
}

pub(super) fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Regressed | Verdict::Failed => Tone::Worse,
        Verdict::Improved => Tone::Better,
        Verdict::Suspect | Verdict::Inconclusive | Verdict::NotComparable | Verdict::NotMeasured => {
            Tone::Open
        }
        Verdict::Added | Verdict::Removed => Tone::OneSided,
        Verdict::Unchanged => Tone::Quiet,
    }
}

/// The bytes that a side allocates, where both counted them.
pub(super) fn bytes(row: &Row, side: Side) -> Option<Range<u64>> {
    Some(row.measure(Metric::AllocatedBytes)?.sides.both()?[side].into())
}

/// A count on both sides, where both have it: the most that was seen.
pub(super) fn most(row: &Row, metric: Metric) -> Option<Sides<u64>> {
    Some(row.measure(metric)?.sides.both()?.map(|count| count.most as u64))
}

/// The change of the bytes, where they tell.
pub(super) fn bytes_change(row: &Row) -> Option<Text> {
    let bytes = row.measure(Metric::AllocatedBytes)?;
    let told = bytes.verdict != Some(Verdict::Inconclusive);
    bytes.change.filter(|_| told).map(|change| Text::Change(Effect::of(&change, AMOUNT)))
}

/// `225.8 KiB (+1.492 KiB)`, where it changed: the candidate's, and by how much it differs; the number of allocations where
/// that alone changed.
pub(super) fn allocated(row: &Row) -> Option<Text> {
    let changed = |metric: &Metric| row.measure(*metric)?.verdict.filter(|verdict| verdict.is_change());
    let metric =
        [Metric::AllocatedBytes, Metric::Allocations].into_iter().find(|metric| changed(metric).is_some())?;
    let sides = most(row, metric)?;
    let (count, delta) = match metric {
        Metric::AllocatedBytes => (quantity::bytes(sides.candidate), delta(sides, quantity::bytes)),
        _ => (things(sides.candidate as usize, "allocation"), delta(sides, quantity::count)),
    };
    Some(Text::line([count.into(), " (".into(), Text::strong(delta), ")".into()]))
}

/// The verdict on allocation.
pub(super) fn memory(verdict: Verdict) -> Text {
    let word = amount(verdict);
    if verdict.is_change() { Text::strong(word) } else { word.into() }
}
