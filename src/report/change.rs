//! Changes as text: sign, percent, a word for the direction, the interval.

use super::quantity::fixed;
use crate::compare::{Change, Estimate};

/// What a number measures: which direction has which word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Time: slower or faster.
    Time,
    /// Memory and counts: more or less.
    Amount,
}

impl Unit {
    /// The word for a change in this unit.
    fn word(self, change: f64) -> &'static str {
        match (self, change > 0.0) {
            (Unit::Time, true) => "slower",
            (Unit::Time, false) => "faster",
            (Unit::Amount, true) => "more",
            (Unit::Amount, false) => "less",
        }
    }
}

/// Decimals for a percentage known to within so many percentage points.
fn decimals(half_width: f64) -> i32 {
    match half_width {
        wide if wide >= 10.0 => 0,
        narrow if narrow < 0.1 => 2,
        _ => 1,
    }
}

/// Decimals of a percentage, so that a fall to almost nothing does not read as -100 %.
fn decimals_near_nothing(percent: f64, decimals: i32) -> i32 {
    let left = 100.0 + percent;
    if left > 0.0 && left < 10.0 { decimals.max(1 - left.log10().floor() as i32).min(6) } else { decimals }
}

/// A percentage with its sign, without the unit.
fn number(percent: f64, decimals: i32) -> String {
    let text = fixed(percent, decimals_near_nothing(percent, decimals));
    if percent > 0.0 && text.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        format!("+{text}")
    } else {
        text
    }
}

/// A change of a count or rate: `+3.2 %`.
pub(crate) fn percent(change: f64) -> String {
    format!("{} %", number(change * 100.0, 1))
}

/// A change of a count or rate with its word: `-86.7 % less`.
pub(crate) fn percent_words(change: f64, unit: Unit) -> String {
    let text = percent(change);
    if text.starts_with(['+', '-']) { format!("{text} {}", unit.word(change)) } else { text }
}

/// The point estimate of a change of time: `+3.2 %`.
pub(crate) fn point(change: &Change) -> String {
    format!("{} %", number(change.point * 100.0, change_decimals(change)))
}

/// The interval of a change in percent: `[+2.1, +4.3]`. Absent for point estimates.
pub(crate) fn interval(change: &Change) -> Option<String> {
    let decimals = change_decimals(change);
    (change.low < change.high).then(|| {
        format!("[{}, {}]", number(change.low * 100.0, decimals), number(change.high * 100.0, decimals))
    })
}

/// A change of time in full: `+3.2 % slower [+2.1, +4.3]`. The word claims a direction, so it is left out
/// where the interval holds none.
pub(crate) fn effect(change: &Change) -> String {
    let mut text = point(change);
    if certain(change) != 0.0 {
        text.push(' ');
        text.push_str(Unit::Time.word(change.point));
    }
    if let Some(interval) = interval(change) {
        text.push(' ');
        text.push_str(&interval);
    }
    text
}

/// A change point in full: `+3.2 % slower [+2.1, +4.3]`. Its interval holds a direction.
pub(crate) fn level(size: &Estimate) -> String {
    let decimals = decimals((size.high - size.low) / 2.0 * 100.0);
    let [low, value, high] = [size.low, size.value, size.high].map(|end| number(end * 100.0, decimals));
    format!("{value} % {} [{low}, {high}]", Unit::Time.word(size.value))
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
    let decimals = change_decimals(change) + 2;
    let show = |change: f64| fixed(1.0 + change, decimals);
    if change.low < change.high {
        format!("{} [{}, {}]", show(change.point), show(change.low), show(change.high))
    } else {
        show(change.point)
    }
}

fn change_decimals(change: &Change) -> i32 {
    let half_width = (change.high - change.low) / 2.0 * 100.0;
    if half_width > 0.0 { decimals(half_width) } else { 1 }
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
    fn a_point_estimate_has_no_interval() {
        assert_eq!(effect(&change(4.65, 4.65, 4.65)), "+465.0 % slower");
        assert_eq!(effect(&change(0.0, 0.0, 0.0)), "0.0 %");
    }

    #[test]
    fn almost_nothing_is_not_nothing() {
        assert_eq!(percent_words(-0.99993, Unit::Amount), "-99.9930 % less");
        assert_eq!(percent_words(-1.0, Unit::Amount), "-100.0 % less");
        assert_eq!(percent_words(0.00001, Unit::Amount), "0.0 %");
    }

    #[test]
    fn a_ratio_has_the_digits_of_its_interval() {
        assert_eq!(ratio(&change(0.013, 0.002, 0.025)), "1.013 [1.002, 1.025]");
    }
}
