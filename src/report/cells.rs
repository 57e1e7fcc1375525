//! What tables say of a row of a comparison: here its measures are read.

use super::change::{AMOUNT, Effect, interval, point};
use super::footnotes::plain_percent;
use super::quantity::{self, Precision, Time, delta, reads_zero, share, things};
use super::rate::{leading, unit_of};
use super::table::{Table, Text, Tone};
use super::verdict::amount;
use crate::compare::{
    Change, Comparison, Measure, Metric, Origin, Row, Rule, Side, Sides, Unit, Value, Verdict,
};
use crate::model::{Range, clip};

/// Longest name of a baseline in a heading, characters.
const LONGEST_HEADING: usize = 14;

/// The measure of an item that a column shows.
type Of<'a, T> = fn(&'a T) -> Option<&'a Measure>;

impl<'a, T> Table<'a, T> {
    /// Columns of a time on both sides, its delta and its change.
    pub(super) fn times(self, comparison: &Comparison, time: Of<'a, T>) -> Self {
        let delta = |item| difference(shown(time(item)), time(item).and_then(|time| time.change.as_ref()));
        self.sides(comparison, time).right("Delta", delta).on_pages_only().changes(comparison, time)
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
