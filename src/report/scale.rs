//! In what a change is told, in percent or by its factor, and with how many decimals.

use super::quantity::fixed;
use crate::compare::Change;

/// A change by more than this factor is told by its factor: `36x faster` instead of -97.2 %.
const FACTOR: f64 = 2.0;

/// In what a change is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scale {
    /// Candidate / baseline - 1, in percent.
    Percent,
    /// Candidate / baseline.
    Ratio,
    /// Baseline / candidate: of a fall that is established, whose word says that it is one.
    Inverse,
}

impl Scale {
    pub(crate) fn of(change: &Change) -> Scale {
        let ratio = 1.0 + change.point;
        let is_large = ratio > FACTOR || (ratio > 0.0 && ratio < 1.0 / FACTOR);
        match (is_large && ratio.is_finite(), change.high < 0.0) {
            (true, true) if change.established => Scale::Inverse,
            (true, false) => Scale::Ratio,
            // A fall that has no word to say so would read as a rise by its inverse.
            _ => Scale::Percent,
        }
    }

    /// Candidate / baseline - 1 as it is told.
    pub(crate) fn told(self, change: f64) -> f64 {
        match self {
            Scale::Percent => 100.0 * change,
            Scale::Ratio => 1.0 + change,
            Scale::Inverse => 1.0 / (1.0 + change),
        }
    }

    /// The ends of the interval of a change as they are told, the lower one first.
    pub(crate) fn ends(self, change: &Change) -> [f64; 2] {
        let [low, high] = [change.low, change.high].map(|end| self.told(end));
        if self == Scale::Inverse { [high, low] } else { [low, high] }
    }

    /// Decimals of the ends of a change.
    ///
    /// Of one in percent none where it is known to within 10 percentage points, two where to within 0.1. Of a factor none
    /// where it is known to within 1, two where to within 0.1. Of a large number no more than four digits, up to tens and
    /// hundreds.
    pub(crate) fn decimals(self, change: &Change) -> i32 {
        let [low, high] = self.ends(change);
        let half = (high - low) / 2.0;
        let (wide, narrow, exact) = match self {
            Scale::Percent => (10.0, 0.1, 1),
            Scale::Ratio | Scale::Inverse => (1.0, 0.1, 2),
        };
        let known = match half {
            0.0 => exact,
            half if half >= wide => 0,
            half if half < narrow => 2,
            _ => 1,
        };
        let place = self.told(change.point).abs().max(1.0).log10().min(300.0).floor() as i32;
        known.min(3 - place)
    }

    /// Decimals of the point estimate of a change.
    pub(crate) fn point_decimals(self, change: &Change) -> i32 {
        let decimals = self.decimals(change);
        match self {
            Scale::Percent => decimals_near_nothing(change.point * 100.0, decimals),
            Scale::Ratio | Scale::Inverse => decimals,
        }
    }

    /// The point estimate of a change as a number.
    pub(crate) fn point(self, change: &Change) -> String {
        fixed(self.told(change.point), self.point_decimals(change))
    }
}

/// Decimals of a percentage, so that a fall to almost nothing does not read as -100 %.
pub(crate) fn decimals_near_nothing(percent: f64, decimals: i32) -> i32 {
    let left = 100.0 + percent;
    if left > 0.0 && left < 10.0 { decimals.max(1 - left.log10().floor() as i32).min(6) } else { decimals }
}
