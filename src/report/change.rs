//! Changes as text: percent with a sign, or a factor with a word, and the interval.

use std::fmt;

use super::quantity::{fixed, signed};
use super::scale::{Scale, decimals_near_nothing};
use crate::compare::{Change, Estimate};

/// The words for a rise and for a fall.
pub(crate) type Words = [&'static str; 2];

/// Of time.
pub(crate) const TIME: Words = ["slower", "faster"];
/// Of memory and counts.
pub(crate) const AMOUNT: Words = ["more", "less"];

/// A change in its parts. Its direction is told once: by a sign, or by a word.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Effect {
    /// The estimate: in percent with its sign, `+3.2 %`; of a large change its factor, `36x slower`, with a word where the
    /// direction is established.
    pub(crate) point: String,
    /// The interval, where there is one: `[+2.1, +4.3]`.
    interval: Option<String>,
}

impl Effect {
    /// The word claims a direction, so only a change that is established has one.
    pub(crate) fn of(change: &Change, [rise, fall]: Words) -> Self {
        let scale = Scale::of(change);
        let word = match scale {
            Scale::Percent => None,
            Scale::Ratio => (change.point > 0.0).then_some(rise),
            Scale::Inverse => Some(fall),
        };
        let point = match (scale, word.filter(|_| change.established)) {
            (Scale::Percent, _) => percent_of(change),
            (_, None) => format!("{}x", scale.point(change)),
            (_, Some(word)) => format!("{}x {word}", scale.point(change)),
        };
        Effect { point, interval: interval(change) }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.point)?;
        self.interval.iter().try_for_each(|interval| write!(f, " {interval}"))
    }
}

/// A percentage with its sign, without the unit.
fn number(percent: f64, decimals: i32) -> String {
    signed(fixed(percent, decimals_near_nothing(percent, decimals)))
}

/// A change in percent, however large it is: `+3.2 %`.
pub(crate) fn percent(change: f64) -> String {
    percent_of(&Change::exact(change))
}

fn percent_of(change: &Change) -> String {
    format!("{} %", signed(Scale::Percent.point(change)))
}

/// A change that is known exactly: `+3.2 %`, `36x slower`.
pub(crate) fn exact(change: f64, words: Words) -> String {
    Effect::of(&Change::exact(change), words).point
}

/// The point estimate of a change of time: `+3.2 %`, `36x slower`.
pub(crate) fn point(change: &Change) -> String {
    Effect::of(change, TIME).point
}

/// Greatest factor between the ends of an interval that is shown. Of a wider one, as two rounds that disagree give, every
/// digit is an accident.
const WIDEST: f64 = 1e6;

/// Whether a change has an interval that says something.
pub(crate) fn has_interval(change: &Change) -> bool {
    change.low < change.high && (1.0 + change.high) / (1.0 + change.low) <= WIDEST
}

/// The ends of an interval, each of which a program may lack.
pub(crate) fn each(ends: Option<[f64; 2]>) -> [Option<f64>; 2] {
    ends.map_or([None; 2], |ends| ends.map(Some))
}

/// The ends of the interval, for programs; null where there is none.
pub(crate) fn ends(change: Option<&Change>) -> [Option<f64>; 2] {
    each(change.and_then(Change::ends))
}

/// The interval of a change in percent or as factors, as its point estimate is: `[+2.1, +4.3]`. Absent for point estimates,
/// and where next to nothing is known of the noise.
pub(crate) fn interval(change: &Change) -> Option<String> {
    let scale = Scale::of(change);
    let decimals = scale.decimals(change);
    let [low, high] = scale.ends(change).map(|end| match scale {
        Scale::Percent => number(end, decimals),
        Scale::Ratio | Scale::Inverse => fixed(end, decimals),
    });
    has_interval(change).then(|| format!("[{low}, {high}]"))
}

/// A change of time in full: `+3.2 % [+2.1, +4.3]`, `36x slower [35, 37]`.
pub(crate) fn effect(change: &Change) -> String {
    Effect::of(change, TIME).to_string()
}

/// A change point in full.
pub(crate) fn level(size: &Estimate) -> String {
    effect(&Change { point: size.value, low: size.low, high: size.high, established: true })
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
    let decimals = Scale::Percent.decimals(change) + 2;
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
    fn a_change_in_percent_has_a_sign_and_no_word() {
        assert_eq!(effect(&change(0.032, 0.021, 0.043)), "+3.2 % [+2.1, +4.3]");
        assert_eq!(effect(&change(-0.5, -0.65, -0.35)), "-50 % [-65, -35]");
        assert_eq!(effect(&change(0.0004, 0.0001, 0.0007)), "+0.04 % [+0.01, +0.07]");
    }

    #[test]
    fn beyond_a_factor_of_two_a_change_is_told_by_its_factor() {
        assert_eq!(effect(&change(1.0, 0.9, 1.1)), "+100 % [+90, +110]");
        assert_eq!(effect(&change(1.36, 0.59, 2.5)), "2.4x slower [1.6, 3.5]");
        assert_eq!(effect(&change(13.796, 13.6, 14.01)), "14.8x slower [14.6, 15.0]");
        assert_eq!(effect(&change(-0.9722, -0.9731, -0.9713)), "36x faster [35, 37]");
        assert_eq!(effect(&change(-0.93241, -0.9325, -0.93232)), "14.80x faster [14.78, 14.81]");
        assert_eq!(effect(&change(-0.6, -0.9, 0.3)), "0.4x [0.1, 1.3]");
        assert_eq!(exact(4.65, AMOUNT), "5.65x more");
        assert_eq!(exact(-0.98, AMOUNT), "50.00x less");
    }

    #[test]
    fn what_is_not_established_claims_no_direction() {
        assert_eq!(effect(&change(0.003, -0.002, 0.008)), "+0.3 % [-0.2, +0.8]");
        let open = |point, low, high| Change { established: false, ..change(point, low, high) };
        assert_eq!(effect(&open(-0.018, -0.02, -0.016)), "-1.8 % [-2.0, -1.6]");
        assert_eq!(effect(&open(2.0, 1.8, 2.2)), "3.0x [2.8, 3.2]");
        assert_eq!(effect(&open(-0.7, -0.85, -0.55)), "-70 % [-85, -55]");
    }

    #[test]
    fn an_interval_without_end_is_not_shown() {
        let unknown = change(2.73, -1.0, f64::INFINITY);
        assert_eq!(effect(&unknown), "4x");
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
        assert_eq!(effect(&change(0.465, 0.465, 0.465)), "+46.5 %");
        assert_eq!(effect(&change(0.0, 0.0, 0.0)), "0.0 %");
    }

    #[test]
    fn almost_nothing_is_not_nothing() {
        let exact = |change| Effect::of(&Change::exact(change), AMOUNT).to_string();
        assert_eq!(exact(-0.99993), "14290x less");
        assert_eq!(exact(-1.0), "-100.0 %");
        assert_eq!(exact(0.00001), "0.0 %");
    }

    #[test]
    fn a_sign_and_a_word_never_say_the_same() {
        for words in [TIME, AMOUNT] {
            for ratio in [0.01_f64, 0.3, 0.5, 0.501, 0.848, 0.999, 1.0, 1.002, 1.3, 2.0, 2.01, 36.0] {
                for established in [true, false] {
                    let change = |end: f64| ratio * end - 1.0;
                    let shown = Change {
                        established,
                        ..super::super::fixture::change(change(1.0), change(0.9), change(1.1))
                    };
                    let said = Effect::of(&shown, words).to_string();
                    let has_word = words.iter().any(|word| said.contains(word));
                    let has_sign = said.starts_with(['+', '-']);
                    assert!(!(has_word && has_sign), "{said}");
                    assert!(!has_word || established, "{said}");
                }
            }
        }
    }

    #[test]
    fn a_ratio_has_the_digits_of_its_interval() {
        assert_eq!(ratio(&change(0.013, 0.002, 0.025)), "1.013 [1.002, 1.025]");
    }
}
