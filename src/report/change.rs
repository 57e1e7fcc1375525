//! Changes as text: sign, percent, a word for the direction, the interval.

use std::fmt;

use super::quantity::{decimals_near_nothing, fixed, percent_decimals, reads_zero, signed};
use crate::compare::{Change, Estimate};

/// The words for a rise and for a fall.
pub(crate) type Words = [&'static str; 2];

/// Of time.
pub(crate) const TIME: Words = ["slower", "faster"];
/// Of memory and counts.
pub(crate) const AMOUNT: Words = ["more", "less"];

/// A change in its parts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Effect {
    /// The estimate: `+3.2 %`.
    pub(crate) point: String,
    /// The direction, where the interval holds one.
    word: Option<&'static str>,
    /// The interval, where there is one: `[+2.1, +4.3]`.
    interval: Option<String>,
}

impl Effect {
    /// The word claims a direction, so it is left out where the interval holds none.
    pub(crate) fn of(change: &Change, [rise, fall]: Words) -> Self {
        let point = point(change);
        let known = certain(change) != 0.0 && !reads_zero(&point);
        let word = known.then_some(if change.point > 0.0 { rise } else { fall });
        Effect { point, word, interval: interval(change) }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.point)?;
        let rest = self.word.into_iter().chain(self.interval.as_deref());
        rest.into_iter().try_for_each(|part| write!(f, " {part}"))
    }
}

/// A percentage with its sign, without the unit.
fn number(percent: f64, decimals: i32) -> String {
    signed(fixed(percent, decimals_near_nothing(percent, decimals)))
}

/// A change without an interval: `+3.2 %`.
pub(crate) fn percent(change: f64) -> String {
    point(&Change::exact(change))
}

/// The point estimate of a change of time: `+3.2 %`.
pub(crate) fn point(change: &Change) -> String {
    format!("{} %", number(change.point * 100.0, percent_decimals(change)))
}

/// Greatest factor between the ends of an interval that is shown. Of a wider one, as two rounds that disagree give, every
/// digit is an accident.
const WIDEST: f64 = 1e6;

/// Whether a change has an interval that says something.
pub(crate) fn has_interval(change: &Change) -> bool {
    change.low < change.high && (1.0 + change.high) / (1.0 + change.low) <= WIDEST
}

/// The ends of the interval, for programs; null where there is none.
pub(crate) fn ends(change: Option<&Change>) -> [Option<f64>; 2] {
    change.and_then(Change::ends).map_or([None; 2], |ends| ends.map(Some))
}

/// The interval of a change in percent: `[+2.1, +4.3]`. Absent for point estimates, and where next to nothing is known of
/// the noise.
pub(crate) fn interval(change: &Change) -> Option<String> {
    let decimals = percent_decimals(change);
    has_interval(change).then(|| {
        format!("[{}, {}]", number(change.low * 100.0, decimals), number(change.high * 100.0, decimals))
    })
}

/// A change of time in full: `+3.2 % slower [+2.1, +4.3]`.
pub(crate) fn effect(change: &Change) -> String {
    Effect::of(change, TIME).to_string()
}

/// A change point in full.
pub(crate) fn level(size: &Estimate) -> String {
    effect(&Change { point: size.value, low: size.low, high: size.high })
}

/// The bound of a change nearer to no change; 0 where the interval holds no change.
pub(crate) fn certain(change: &Change) -> f64 {
    if change.low > 0.0 {
        change.low
    } else if change.high < 0.0 {
        change.high
    } else {
        0.0
    }
}

/// A ratio and its interval, of a change: `1.013 [1.002, 1.025]`.
pub(crate) fn ratio(change: &Change) -> String {
    let decimals = percent_decimals(change) + 2;
    let show = |change: f64| fixed(1.0 + change, decimals);
    if has_interval(change) {
        format!("{} [{}, {}]", show(change.point), show(change.low), show(change.high))
    } else {
        show(change.point)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::change;
    use super::*;

    #[test]
    fn a_change_has_sign_word_and_interval() {
        assert_eq!(effect(&change(0.032, 0.021, 0.043)), "+3.2 % slower [+2.1, +4.3]");
        assert_eq!(effect(&change(-0.5, -0.65, -0.35)), "-50 % faster [-65, -35]");
        assert_eq!(effect(&change(0.0004, 0.0001, 0.0007)), "+0.04 % slower [+0.01, +0.07]");
    }

    #[test]
    fn an_interval_that_holds_no_change_claims_no_direction() {
        assert_eq!(effect(&change(0.003, -0.002, 0.008)), "+0.3 % [-0.2, +0.8]");
    }

    #[test]
    fn an_interval_without_end_is_not_shown() {
        let unknown = change(2.73, -1.0, f64::INFINITY);
        assert_eq!(effect(&unknown), "+273 %");
        assert_eq!(ratio(&unknown), "3.73");
        assert_eq!(ends(Some(&unknown)), [None; 2]);
    }

    #[test]
    fn of_an_interval_that_holds_anything_no_digit_is_shown() {
        assert_eq!(effect(&change(0.5, -0.999, 2.2e6)), "+50 %");
        assert_eq!(effect(&change(0.5, -0.9, 1e3)), "+50 % [-90, +100000]");
    }

    #[test]
    fn a_point_estimate_has_no_interval() {
        assert_eq!(effect(&change(4.65, 4.65, 4.65)), "+465.0 % slower");
        assert_eq!(effect(&change(0.0, 0.0, 0.0)), "0.0 %");
    }

    #[test]
    fn almost_nothing_is_not_nothing() {
        let exact = |change| Effect::of(&Change::exact(change), AMOUNT).to_string();
        assert_eq!(exact(-0.99993), "-99.9930 % less");
        assert_eq!(exact(-1.0), "-100.0 % less");
        assert_eq!(exact(0.00001), "0.0 %");
    }

    #[test]
    fn a_ratio_has_the_digits_of_its_interval() {
        assert_eq!(ratio(&change(0.013, 0.002, 0.025)), "1.013 [1.002, 1.025]");
    }
}
