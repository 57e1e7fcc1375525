//! Numbers as text: one scale for the values of a row, and digits that agree with the change beside them.

use std::fmt;

use super::scale::Scale;
use crate::compare::{Change, Measure, Sides};
use crate::model::Range;
pub(crate) use crate::model::{count, things};

/// What is shown where there is no value.
pub(crate) const NONE: &str = "-";

/// Most significant digits of a value.
const MOST_FIGURES: i32 = 5;

/// The rule for digits: a value has so many significant digits that rounding it moves the change shown beside it by at
/// most half a unit of the change's last digit, from 2 to 4; a fifth where with it the change of the rounded values reads
/// like the change that is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Precision(i32);

impl Precision {
    /// Of values without a change.
    pub(crate) const UNKNOWN: Precision = Precision(4);

    /// Of ratios and the like whose interval is unknown.
    pub(crate) const ROUGH: Precision = Precision(3);

    /// Of values whose change is shown in percent with so many decimals, whatever their leading digits.
    pub(crate) fn beside(change: f64, decimals: i32) -> Self {
        let figures = 1.0 + (f64::from(decimals) + 2.0 + change.ln_1p() / std::f64::consts::LN_10).ceil();
        Precision((figures as i32).clamp(2, 4))
    }

    /// Of values with this change.
    pub(crate) fn of(change: Option<&Change>) -> Self {
        let beside = |change: &Change| match Scale::of(change) {
            Scale::Percent => Precision::beside(change.point, Scale::Percent.point_decimals(change)),
            scale => {
                let factor = scale.told(change.point);
                Precision::beside(factor - 1.0, scale.point_decimals(change) - 2)
            }
        };
        change.map_or(Precision::UNKNOWN, beside)
    }

    /// Of times, and of the values that follow from them.
    pub(crate) fn of_time(time: Option<&Measure>) -> Self {
        let known = time.and_then(|time| Some((time.values().both()?, time.change?)));
        known.map_or(Precision::UNKNOWN, |(sides, change)| Precision::of_sides(sides, &change))
    }

    /// Of two values with this change.
    pub(crate) fn of_sides(sides: Sides<f64>, change: &Change) -> Self {
        let fewest = Precision::of(Some(change));
        let mut enough = (fewest.0..=MOST_FIGURES).map(Precision);
        enough.find(|precision| precision.agrees(sides, change)).unwrap_or(fewest)
    }

    /// The change of the rounded values reads like the change of the values.
    fn agrees(self, sides: Sides<f64>, change: &Change) -> bool {
        let scale = Scale::of(change);
        let Sides { baseline, candidate } = sides.map(|value| self.rounded(value));
        fixed(scale.told(candidate / baseline - 1.0), scale.point_decimals(change)) == scale.point(change)
    }

    fn rounded(self, value: f64) -> f64 {
        significant(value, self).parse().unwrap_or(value)
    }

    /// Decimals of a value; negative where it is rounded to tens.
    fn decimals(self, value: f64) -> i32 {
        if value == 0.0 || !value.is_finite() {
            return 0;
        }
        // The exponent after rounding: 999.96 with four figures is 1000, not 1000.0.
        let rounded = format!("{value:.*e}", (self.0 - 1) as usize);
        let exponent: i32 = rounded.rsplit('e').next().and_then(|text| text.parse().ok()).unwrap_or(0);
        self.0 - 1 - exponent
    }
}

/// A value with so many decimals, or rounded to tens, hundreds, ... for negative ones.
pub(crate) fn fixed(value: f64, decimals: i32) -> String {
    let text = if decimals >= 0 {
        format!("{value:.*}", decimals as usize)
    } else {
        let unit = 10f64.powi(-decimals);
        format!("{:.0}", (value / unit).round() * unit)
    };
    if reads_zero(&text) { text.trim_start_matches('-').to_owned() } else { text }
}

/// A value with at most so many decimals, one or more, without idle zeros.
pub(crate) fn short(value: f64, decimals: i32) -> String {
    fixed(value, decimals).trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number as text with a plus sign where it is positive.
pub(crate) fn signed(number: String) -> String {
    if reads_zero(&number) || number.starts_with('-') { number } else { format!("+{number}") }
}

/// No digit of the text is above zero.
pub(crate) fn reads_zero(text: &str) -> bool {
    !text.bytes().any(|digit| (b'1'..=b'9').contains(&digit))
}

/// A positive value with the digits that are known.
pub(crate) fn significant(value: f64, precision: Precision) -> String {
    fixed(value, precision.decimals(value))
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TimeUnit {
    /// `ns`, `µs`, `ms` or `s`.
    pub(crate) suffix: &'static str,
    /// Its length.
    pub(crate) nanoseconds: f64,
}

impl TimeUnit {
    /// The largest unit in which the duration is at least 1.
    pub(crate) fn of(nanoseconds: f64) -> Self {
        let (suffix, length) = match nanoseconds.abs() {
            small if small < 1e3 => ("ns", 1.0),
            small if small < 1e6 => ("µs", 1e3),
            small if small < 1e9 => ("ms", 1e6),
            _ => ("s", 1e9),
        };
        TimeUnit { suffix, nanoseconds: length }
    }
}

/// A duration, rounded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Time {
    pub(crate) nanoseconds: f64,
    unit: TimeUnit,
    decimals: i32,
}

impl Time {
    /// In the unit that suits it.
    pub(crate) fn new(nanoseconds: f64, precision: Precision) -> Self {
        Time::in_unit(TimeUnit::of(nanoseconds), nanoseconds, precision)
    }

    /// Both sides in one unit, that of the shorter.
    pub(crate) fn pair(sides: Sides<Option<f64>>, precision: Precision) -> Sides<Option<Self>> {
        let unit = TimeUnit::of(sides.iter().flatten().copied().fold(f64::INFINITY, f64::min));
        sides.map(|side| side.map(|nanoseconds| Time::in_unit(unit, nanoseconds, precision)))
    }

    fn in_unit(unit: TimeUnit, nanoseconds: f64, precision: Precision) -> Self {
        Time { nanoseconds, unit, decimals: precision.decimals(nanoseconds / unit.nanoseconds) }
    }

    /// The ends of its interval, in its unit and with its decimals: `[1.218, 1.251]`.
    pub(crate) fn ends(&self, ends: [f64; 2]) -> String {
        let [low, high] = ends.map(|end| fixed(end / self.unit.nanoseconds, self.decimals));
        format!("[{low}, {high}]")
    }

    fn digits(&self) -> String {
        fixed(self.nanoseconds / self.unit.nanoseconds, self.decimals)
    }

    /// The difference of two times as they are shown, with its sign: `-0.05 µs`.
    pub(crate) fn less(&self, other: &Time) -> String {
        let [to, from] = [self, other].map(|time| time.digits().parse().unwrap_or(f64::NAN));
        format!("{} {}", signed(fixed(to - from, self.decimals.min(other.decimals))), self.unit.suffix)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.digits(), self.unit.suffix)
    }
}

/// Both sides in one text: `12.3 → 4.71` with that arrow. Without it where neither has a value.
pub(crate) fn sides<T>(values: Sides<Option<T>>, arrow: &str, show: impl Fn(T) -> String) -> String {
    if !values.any() {
        return NONE.to_owned();
    }
    let Sides { baseline, candidate } = values.map(|value| value.map_or_else(|| NONE.to_owned(), &show));
    format!("{baseline} {arrow} {candidate}")
}

/// Binary units of memory.
const BYTE_UNITS: [(&str, u64); 5] =
    [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

/// A number of bytes; exact below 1 KiB and at whole numbers of a unit.
pub(crate) fn bytes(count: u64) -> String {
    let (suffix, unit) = BYTE_UNITS.into_iter().find(|(_, unit)| count >= *unit).unwrap_or(("B", 1));
    if count.is_multiple_of(unit) {
        return format!("{} {suffix}", count / unit);
    }
    let value = count as f64 / unit as f64;
    format!("{} {suffix}", significant(value, Precision::UNKNOWN))
}

/// A number of bytes in MiB with two decimals, as sums of memory are often given.
pub(crate) fn mebibytes(bytes: f64) -> String {
    format!("{:.2} MiB", bytes / f64::from(1 << 20))
}

/// Candidate less baseline of a count, with its sign.
pub(crate) fn delta(Sides { baseline, candidate }: Sides<u64>, show: fn(u64) -> String) -> String {
    let sign = match candidate.cmp(&baseline) {
        std::cmp::Ordering::Less => "-",
        std::cmp::Ordering::Equal => "",
        std::cmp::Ordering::Greater => "+",
    };
    format!("{sign}{}", show(candidate.abs_diff(baseline)))
}

/// A number of bytes that may be negative.
pub(crate) fn signed_bytes(count: i64) -> String {
    format!("{}{}", if count < 0 { "-" } else { "" }, bytes(count.unsigned_abs()))
}

/// A range: one value where both ends read alike, `low to high` otherwise.
pub(crate) fn range<T: Copy>(range: Range<T>, show: impl Fn(T) -> String) -> String {
    let (low, high) = (show(range.low), show(range.high));
    if low == high { high } else { format!("{low} to {high}") }
}

/// A share, such as `12 %`.
pub(crate) fn share(fraction: f64) -> String {
    let decimals = if fraction < 0.0995 { 1 } else { 0 };
    format!("{:.decimals$} %", 100.0 * fraction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pair(baseline: Option<f64>, candidate: Option<f64>) -> [Option<String>; 3] {
        let Sides { baseline, candidate } = Time::pair(Sides::new(baseline, candidate), Precision::UNKNOWN);
        let delta = baseline.zip(candidate).map(|(baseline, candidate)| candidate.less(&baseline));
        let [baseline, candidate] = [baseline, candidate].map(|side| side.map(|time| time.to_string()));
        [baseline, candidate, delta]
    }

    #[test]
    fn a_fifth_digit_is_shown_where_the_change_needs_it() {
        let digits = |baseline: f64, candidate: f64| {
            let change = Change::exact(candidate / baseline - 1.0);
            Precision::of_sides(Sides::new(baseline, candidate), &change).0
        };
        assert_eq!(digits(8386.0, 8302.1), 4, "8386 -> 8302 is -1.0 %, as the change is");
        // -0.0495 % reads 0.0 %; 8.386 -> 8.381 µs would be -0.1 %.
        assert_eq!(digits(8385.6, 8381.45), 5);
        // 0.05 % is a tie that no five digits can show on the right side.
        assert_eq!(digits(10_000.0, 10_005.000_1), 4);
    }

    #[test]
    fn digits_follow_the_change() {
        let shown = |change, decimals| Time::new(172_114.3, Precision::beside(change, decimals)).to_string();
        assert_eq!(shown(0.0, 1), "172.1 µs");
        assert_eq!(shown(0.0, 0), "172 µs");
        assert_eq!(shown(-0.96, 1), "172 µs");
        assert_eq!(shown(-0.96, 0), "170 µs");
        assert_eq!(shown(0.3, 0), "172.1 µs");
        assert_eq!(shown(0.0, 2), "172.1 µs", "four digits at most");
    }

    #[test]
    fn rounding_up_keeps_the_number_of_digits() {
        assert_eq!(Time::new(999.96, Precision::UNKNOWN).to_string(), "1000 ns");
        assert_eq!(Time::new(99.996, Precision::UNKNOWN).to_string(), "100.0 ns");
    }

    #[test]
    fn a_row_has_one_unit_and_the_difference_of_what_is_shown() {
        let shown = |row: [&str; 3]| row.map(|text| Some(text.to_owned()));
        assert_eq!(pair(Some(950_000.0), Some(1_050_000.0)), shown(["950.0 µs", "1050 µs", "+100 µs"]));
        assert_eq!(pair(Some(100.04), Some(99.96)), shown(["100.0 ns", "99.96 ns", "0.0 ns"]));
        assert_eq!(pair(Some(3.0e6), None), [Some("3.000 ms".to_owned()), None, None]);
    }

    #[test]
    fn bytes_are_binary_and_exact_where_they_can_be() {
        assert_eq!([0, 840, 262_144, 2_569_011_200].map(bytes), ["0 B", "840 B", "256 KiB", "2.393 GiB"]);
        assert_eq!(delta(Sides::new(262_144, 262_080), bytes), "-64 B");
        assert_eq!(range(Range { low: 1024, high: 2048 }, bytes), "1 KiB to 2 KiB");
    }

    #[test]
    fn counts_have_separators() {
        assert_eq!([7, 1234, 1_234_567].map(count), ["7", "1,234", "1,234,567"]);
    }

    proptest! {
        #[test]
        fn a_time_shown_is_the_time_to_four_figures(nanoseconds in 1e-3..1e12f64) {
            let shown = Time::new(nanoseconds, Precision::UNKNOWN).to_string();
            let (number, suffix) = shown.split_once(' ').expect("a unit");
            let back = number.parse::<f64>().expect("a number") * TimeUnit::of(nanoseconds).nanoseconds;
            prop_assert_eq!(suffix, TimeUnit::of(nanoseconds).suffix);
            prop_assert!((back / nanoseconds - 1.0).abs() < 6e-4, "{}", shown);
        }

        #[test]
        fn no_number_panics(value in any::<f64>(), change in any::<f64>(), decimals in 0..7) {
            let precision = Precision::beside(change, decimals);
            let [first, second] = [value, -value].map(|value| Time::new(value, precision));
            let _ = format!("{first} {second} {} {}", first.less(&second), significant(value, precision));
        }
    }
}
