//! A metric of a row: its two sides, how they differ, and what was decided of that.

use super::{Rule, Side, Sides, Verdict};
use crate::model::Range;

/// A metric on both sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// What each side has, in the unit of the metric.
    ///
    /// Times of sides that were compared are at the core clock of the baseline, so that their ratio is the change; of
    /// sides measured in turn, the candidate's is what the change makes of the baseline's. Those of others are as
    /// measured, see [`Measure::raw`].
    pub sides: Sides<Option<Value>>,
    /// How they differ, where both have it and it can be compared.
    pub change: Option<Change>,
    /// What a change is judged by, where it is judged.
    pub threshold: Option<Threshold>,
    /// What was decided. Absent for views and for what is shown only.
    pub verdict: Option<Verdict>,
    /// How a change of time was estimated, under [`Rule::Interval`].
    pub estimation: Option<Estimation>,
    /// Half of the interval of the logarithm of each side, by its own rounds: what another session may differ by is not
    /// in it. `None` of counts, of a single round, and under [`Rule::Point`].
    pub half_widths: Sides<Option<f64>>,
}

impl Measure {
    /// What the sides have, neither compared nor judged. `None` where neither has it.
    pub(super) fn of(sides: Sides<Option<Value>>) -> Option<Self> {
        sides.any().then_some(Measure {
            sides,
            change: None,
            threshold: None,
            verdict: None,
            estimation: None,
            half_widths: Sides::default(),
        })
    }

    /// One number a side: the greatest value seen.
    pub fn values(&self) -> Sides<Option<f64>> {
        self.sides.map(|side| side.map(|value| value.most))
    }

    /// The ends of the interval of a side, by its own rounds.
    pub fn interval(&self, side: Side) -> Option<[f64; 2]> {
        let (value, half_width) = (self.values()[side]?, self.half_widths[side]?);
        Some([-half_width, half_width].map(|end| value * end.exp()))
    }

    /// Times as they were measured, not adjusted for the clock; other values as they are.
    pub fn raw(&self) -> Sides<Option<f64>> {
        match &self.estimation {
            Some(estimation) => estimation.raw.map(Some),
            None => self.values(),
        }
    }
}

/// A value of one side: all that was seen lies between these. They are equal but for counts that vary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Value {
    /// Least value seen.
    pub least: f64,
    /// Greatest value seen.
    pub most: f64,
}

impl Value {
    /// A single value.
    pub fn exact(value: f64) -> Self {
        Value { least: value, most: value }
    }

    /// All values seen were equal.
    pub fn is_exact(&self) -> bool {
        self.least == self.most
    }
}

impl From<Range<u64>> for Value {
    fn from(range: Range<u64>) -> Self {
        Value { least: range.low as f64, most: range.high as f64 }
    }
}

impl From<Range<i64>> for Value {
    fn from(range: Range<i64>) -> Self {
        Value { least: range.low as f64, most: range.high as f64 }
    }
}

/// As it was counted.
impl From<Value> for Range<u64> {
    fn from(value: Value) -> Self {
        Range { low: value.least as u64, high: value.most as u64 }
    }
}

/// As it was counted.
impl From<Value> for Range<i64> {
    fn from(value: Value) -> Self {
        Range { low: value.least as i64, high: value.most as i64 }
    }
}

/// A change, new / old - 1, with its interval. `low` and `high` equal `point` where a change carries no noise, or none is
/// known; a time with a single round on a side has no interval, and they are -1 and infinity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Point estimate.
    pub point: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// It is shown that this is a change, in the direction of the point estimate: by the verdict on it, or where it has none,
    /// because it exceeds its threshold ([`Change::held_against`]). Only of such a change *faster* or *more* may be said.
    pub established: bool,
}

/// What the point rule forgives, because times went through logarithms: a change of exactly the threshold counts.
const ROUNDING: f64 = 1e-9;

impl Change {
    /// A change of `theta` in ln units, with an interval of so many on either side, not held against anything yet.
    pub(super) fn around(theta: f64, half_width: f64) -> Self {
        let [low, point, high] = [theta - half_width, theta, theta + half_width].map(f64::exp_m1);
        Change { point, low, high, established: false }
    }

    /// The change, established if it is greater than a threshold, a fraction: by its whole interval, or under [`Rule::Point`]
    /// by its point estimate.
    pub fn held_against(self, threshold: f64, rule: Rule) -> Self {
        let established = match rule {
            Rule::Point => self.point.abs() >= threshold - ROUNDING,
            Rule::Interval => self.low > threshold || (1.0 + self.high) * (1.0 + threshold) < 1.0,
        };
        Change { established, ..self }
    }

    /// The change, established if that is what was decided of it.
    pub(super) fn decided(self, verdict: Verdict) -> Self {
        Change { established: verdict.is_change(), ..self }
    }

    /// The ends of the interval; `None` where the rounds are too few to know any.
    pub fn ends(&self) -> Option<[f64; 2]> {
        self.high.is_finite().then_some([self.low, self.high])
    }

    /// A change without an interval.
    pub fn exact(point: f64) -> Self {
        Change { point, low: point, high: point, established: true }
    }
}

/// What a change must reach to count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Threshold {
    /// This fraction of the old value: a slowdown counts from a ratio of 1 + threshold, a speed-up from its inverse, and
    /// under [`Rule::Point`] either from the threshold.
    Fraction(f64),
    /// This difference, in the unit of the metric.
    Amount(f64),
}

impl Threshold {
    /// The number: a fraction, or in the unit of the metric.
    pub fn value(self) -> f64 {
        match self {
            Threshold::Fraction(value) | Threshold::Amount(value) => value,
        }
    }
}

/// How a change of time was estimated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimation {
    /// Times of the sides as measured: nanoseconds, neither adjusted for the clock nor by pairs.
    pub raw: Sides<f64>,
    /// Slope of ln t on ln probe that was used, in [0, 1]; 0 where there is no probe.
    pub clock_slope: f64,
    /// p-value of the hypothesis that the change is no greater than the threshold; 1 without an interval. Of blocks, that
    /// of all looks at them together.
    pub p: f64,
    /// Standard deviation between sessions that the interval allows for, in ln t; 0 of blocks.
    pub session_sd: f64,
    /// `session_sd` was learned from several sessions, of the row or of the machine, not assumed.
    pub session_sd_learned: bool,
    /// The blocks that the change was estimated from, where the sides were measured in turn.
    pub blocks: Option<BlockCount>,
}

/// Blocks of a row: pairs of fresh processes, one a side, measured in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockCount {
    /// Those that the change is estimated from.
    pub used: usize,
    /// Those that were measured. Others than the used ones have too few undisturbed samples that pair.
    pub measured: usize,
    /// The most that could have been, which the looks were planned for.
    pub most: usize,
}

impl Estimation {
    /// Change of the times as measured, new / old - 1.
    pub fn raw_change(&self) -> f64 {
        self.raw.candidate / self.raw.baseline - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_within_its_threshold_is_not_established() {
        let around = |point: f64, half_width: f64| Change::around(f64::ln_1p(point), half_width);
        let established = |change: Change, rule| change.held_against(0.02, rule).established;
        for (point, expected) in
            [(-0.018, false), (0.018, false), (-0.03, true), (0.03, true), (0.022, false)]
        {
            assert_eq!(established(around(point, 0.004), Rule::Interval), expected, "{point}");
        }
        assert!(!established(around(0.5, f64::INFINITY), Rule::Interval), "nothing is known of its noise");
        assert!(established(Change::exact(-0.02), Rule::Point));
        assert!(!established(Change::exact(-0.0197), Rule::Point), "speed-ups count from the threshold too");
    }
}
