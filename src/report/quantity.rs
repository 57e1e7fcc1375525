//! Numbers as text: one scale for the values of a row, and no more digits than are known.

use crate::compare::{Change, TimeChange};
use crate::model::Range;

/// What is shown where there is no value.
pub(crate) const NONE: &str = "-";

/// Significant digits of a value whose interval is unknown.
const FIGURES: i32 = 4;

/// How exactly a value is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Precision {
    /// Half the width of the interval, as a fraction of the value.
    half_width: Option<f64>,
}

impl Precision {
    /// Of a value without interval.
    pub(crate) const UNKNOWN: Precision = Precision { half_width: None };

    /// Of ratios and the like whose interval is unknown: three digits.
    pub(crate) const ROUGH: Precision = Precision { half_width: Some(0.01) };

    /// Of values whose ratio has this interval.
    pub(crate) fn of(change: Option<&Change>) -> Self {
        let half_width = change.map(|change| (change.high - change.low) / 2.0 / (1.0 + change.point));
        Precision { half_width: half_width.filter(|half| half.is_finite() && *half > 0.0) }
    }

    /// Of times, and of the values that follow from them.
    pub(crate) fn of_time(time: Option<&TimeChange>) -> Self {
        Precision::of(time.and_then(|time| time.change.as_ref()))
    }

    /// Of a value whose logarithm has this standard deviation.
    pub(crate) fn spread(fraction: f64) -> Self {
        Precision { half_width: Some(fraction).filter(|half| half.is_finite() && *half > 0.0) }
    }

    /// Significant digits of a value: the last is the first that the interval moves. From 2 to 4.
    fn figures(self, value: f64) -> i32 {
        let Some(half_width) = self.half_width else { return FIGURES };
        (place(value) - place(value * half_width) + 1).clamp(2, FIGURES)
    }
}

/// Decimal exponent of the leading digit.
pub(crate) fn place(value: f64) -> i32 {
    value.abs().log10().floor() as i32
}

/// Decimals that show a value with so many significant digits; negative where it is rounded to tens.
fn decimals(value: f64, figures: i32) -> i32 {
    if value == 0.0 || !value.is_finite() {
        return 0;
    }
    // The exponent after rounding: 999.96 with four figures is 1000, not 1000.0.
    let rounded = format!("{value:.*e}", (figures - 1) as usize);
    let exponent: i32 = rounded.rsplit('e').next().and_then(|text| text.parse().ok()).unwrap_or(0);
    figures - 1 - exponent
}

/// A value with so many decimals, or rounded to tens, hundreds, ... for negative ones.
pub(crate) fn fixed(value: f64, decimals: i32) -> String {
    let text = if decimals >= 0 {
        format!("{value:.*}", decimals as usize)
    } else {
        let unit = 10f64.powi(-decimals);
        format!("{:.0}", (value / unit).round() * unit)
    };
    if text.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        text
    } else {
        text.trim_start_matches('-').to_owned()
    }
}

/// A positive value with the digits that are known.
pub(crate) fn significant(value: f64, precision: Precision) -> String {
    fixed(value, decimals(value, precision.figures(value)))
}

/// A unit of time.
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

/// A duration in the unit that suits it.
pub(crate) fn time(nanoseconds: f64, precision: Precision) -> String {
    let unit = TimeUnit::of(nanoseconds);
    format!("{} {}", significant(nanoseconds / unit.nanoseconds, precision), unit.suffix)
}

/// The times of a row in one unit, that of the shorter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Times {
    /// Of the baseline.
    pub(crate) baseline: String,
    /// Of the candidate.
    pub(crate) candidate: String,
    /// Candidate less baseline, with its sign.
    pub(crate) delta: String,
}

/// The times of a row as text, with the digits that the interval of its change supports.
pub(crate) fn times(time: Option<&TimeChange>) -> Times {
    let precision = Precision::of_time(time);
    time_pair(time.and_then(|time| time.baseline_ns), time.and_then(|time| time.candidate_ns), precision)
}

/// Two durations, nanoseconds, and their difference in one unit.
pub(crate) fn time_pair(baseline: Option<f64>, candidate: Option<f64>, precision: Precision) -> Times {
    let shorter = baseline.into_iter().chain(candidate).fold(f64::INFINITY, f64::min);
    let unit = TimeUnit::of(shorter);
    let show = |nanoseconds: f64| {
        let value = nanoseconds / unit.nanoseconds;
        let decimals = decimals(value, precision.figures(value));
        (format!("{} {}", fixed(value, decimals), unit.suffix), decimals)
    };
    let sides = [baseline.map(show), candidate.map(show)];
    let delta = match (baseline.zip(candidate), &sides) {
        (Some((old, new)), [Some((_, first)), Some((_, second))]) => {
            let difference = fixed((new - old) / unit.nanoseconds, *first.min(second));
            format!("{} {}", signed(difference), unit.suffix)
        }
        _ => NONE.to_owned(),
    };
    let [baseline, candidate] = sides.map(|side| side.map_or_else(|| NONE.to_owned(), |(text, _)| text));
    Times { baseline, candidate, delta }
}

/// Both sides in one text: `12.3 → 4.71` with that arrow. Without it where neither has a value.
pub(crate) fn sides<T>(values: [Option<T>; 2], arrow: &str, show: impl Fn(T) -> String) -> String {
    if values.iter().all(Option::is_none) {
        return NONE.to_owned();
    }
    let [baseline, candidate] = values.map(|value| value.map_or_else(|| NONE.to_owned(), &show));
    format!("{baseline} {arrow} {candidate}")
}

/// A number as text with a plus sign where it is positive.
fn signed(number: String) -> String {
    let zero = !number.bytes().any(|digit| (b'1'..=b'9').contains(&digit));
    if zero || number.starts_with('-') { number } else { format!("+{number}") }
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

/// Candidate less baseline in bytes, with its sign.
pub(crate) fn bytes_delta(baseline: u64, candidate: u64) -> String {
    delta(baseline, candidate, bytes)
}

/// Candidate less baseline of a count, with its sign.
pub(crate) fn count_delta(baseline: u64, candidate: u64) -> String {
    delta(baseline, candidate, count)
}

fn delta(baseline: u64, candidate: u64, show: fn(u64) -> String) -> String {
    let sign = match candidate.cmp(&baseline) {
        std::cmp::Ordering::Less => "-",
        std::cmp::Ordering::Equal => "",
        std::cmp::Ordering::Greater => "+",
    };
    format!("{sign}{}", show(candidate.abs_diff(baseline)))
}

/// A range: one value where both ends read alike, `low to high` otherwise.
pub(crate) fn range(range: Range<u64>, show: fn(u64) -> String) -> String {
    let (low, high) = (show(range.low), show(range.high));
    if low == high { high } else { format!("{low} to {high}") }
}

/// A count with separated thousands.
pub(crate) fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `count` things, in the singular for one.
pub(crate) fn things(count: usize, singular: &str) -> String {
    if count == 1 { format!("1 {singular}") } else { format!("{} {singular}s", self::count(count as u64)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn within(fraction: f64) -> Precision {
        Precision::spread(fraction)
    }

    #[test]
    fn digits_follow_the_interval() {
        assert_eq!(time(172_114.3, within(0.0001)), "172.1 µs");
        assert_eq!(time(172_114.3, within(0.006)), "172 µs");
        assert_eq!(time(172_114.3, within(0.3)), "170 µs");
        assert_eq!(time(9_870_000.0, within(0.006)), "9.87 ms");
        assert_eq!(time(172_114.3, Precision::UNKNOWN), "172.1 µs");
    }

    #[test]
    fn rounding_up_keeps_the_number_of_digits() {
        assert_eq!(time(999.96, Precision::UNKNOWN), "1000 ns");
        assert_eq!(time(99.996, Precision::UNKNOWN), "100.0 ns");
    }

    #[test]
    fn a_row_has_one_unit() {
        let row = time_pair(Some(950_000.0), Some(1_050_000.0), Precision::UNKNOWN);
        assert_eq!([row.baseline, row.candidate, row.delta], ["950.0 µs", "1050 µs", "+100 µs"]);
        let row = time_pair(Some(3.0e6), None, Precision::UNKNOWN);
        assert_eq!([row.baseline, row.candidate, row.delta], ["3.000 ms", "-", "-"]);
    }

    #[test]
    fn a_difference_below_the_last_digit_has_no_sign() {
        let row = time_pair(Some(100.0), Some(99.999), Precision::UNKNOWN);
        assert_eq!(row.delta, "0.0 ns");
    }

    #[test]
    fn bytes_are_binary_and_exact_where_they_can_be() {
        assert_eq!([0, 840, 262_144, 2_569_011_200].map(bytes), ["0 B", "840 B", "256 KiB", "2.393 GiB"]);
        assert_eq!(bytes_delta(262_144, 262_080), "-64 B");
        assert_eq!(range(Range { low: 1024, high: 2048 }, bytes), "1 KiB to 2 KiB");
    }

    #[test]
    fn counts_have_separators() {
        assert_eq!([7, 1234, 1_234_567].map(count), ["7", "1,234", "1,234,567"]);
    }

    proptest! {
        #[test]
        fn a_time_shown_is_the_time_to_four_figures(nanoseconds in 1e-3..1e12f64) {
            let shown = time(nanoseconds, Precision::UNKNOWN);
            let (number, suffix) = shown.split_once(' ').expect("a unit");
            let back = number.parse::<f64>().expect("a number") * TimeUnit::of(nanoseconds).nanoseconds;
            prop_assert_eq!(suffix, TimeUnit::of(nanoseconds).suffix);
            prop_assert!((back / nanoseconds - 1.0).abs() < 6e-4, "{}", shown);
        }

        #[test]
        fn no_number_panics(value in any::<f64>(), fraction in any::<f64>()) {
            time_pair(Some(value), Some(-value), Precision::spread(fraction));
            significant(value, Precision::spread(fraction));
        }
    }
}
