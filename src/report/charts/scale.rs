//! Axes of amounts: from zero, or logarithmic where values span too much for that.

use super::axis::{Axis, Tick, decade_ticks, linear_ticks, nice_step, step_decimals};
use super::whisker::Whisker;
use crate::report::quantity::bytes;

/// Most ticks between the ends.
const MOST_TICKS: f64 = 5.0;
/// Powers of ten up to which a log axis has ticks at multiples of one step: 1, 2 and 5 times a power of ten may all lie
/// beyond it.
const NARROW: f64 = 0.6;
/// Powers of ten up to which 2 and 5 times a power of ten have a tick.
const FEW_DECADES: f64 = 2.5;
/// From zero, which a log axis does not have, to where that begins, pixels.
const ZERO_APART: i32 = 36;

/// An axis of amounts with its ticks. An amount is a number above zero; zero lies at the beginning.
#[derive(Debug, Clone)]
pub(super) struct Scale {
    pub(super) logarithmic: bool,
    /// The axis, of amounts or of their logarithms.
    pub(super) axis: Axis,
    pub(super) ticks: Vec<Tick>,
    /// The pixel of zero.
    zero: i32,
    logarithm: fn(f64) -> f64,
}

/// The least and the greatest of the amounts above zero.
fn extremes(amounts: impl IntoIterator<Item = f64>) -> [f64; 2] {
    let positive = amounts.into_iter().filter(|amount| *amount > 0.0 && amount.is_finite());
    let [least, greatest] = positive
        .fold([f64::INFINITY, 0.0], |[least, greatest], amount| [least.min(amount), greatest.max(amount)]);
    if greatest > 0.0 { [least, greatest] } else { [1.0, 1.0] }
}

impl Scale {
    /// Of numbers of bytes; logarithmic where they span a factor beyond `wide`, with a place of its own for zero.
    pub(super) fn bytes(sizes: impl IntoIterator<Item = f64> + Clone, pixels: [i32; 2], wide: f64) -> Self {
        let [least, greatest] = extremes(sizes.clone());
        if greatest / least > wide {
            let zero = sizes.into_iter().any(|size| size == 0.0);
            return Self::logarithmic_bytes([least, greatest], pixels, zero);
        }
        let unit = 1024f64.powf((greatest.log2() / 10.0).floor().max(0.0));
        let step = nice_step(greatest / unit, MOST_TICKS) * unit;
        let ticks = (0..=5).map(|index| f64::from(index) * step).filter(|value| *value <= greatest * 1.001);
        Self::linear([0.0, greatest], pixels, ticks.map(|value| (value, bytes(value.round() as u64))))
    }

    /// An axis of log2 bytes that begins at a power of two below the least.
    fn logarithmic_bytes([least, greatest]: [f64; 2], [start, end]: [i32; 2], zero: bool) -> Self {
        let values = [(least.log2() - 1.0).floor().max(-1.0), greatest.log2()];
        let step = ((values[1] - values[0]) / MOST_TICKS).ceil();
        let first = (values[0] / step).ceil() * step;
        let powers = (0..=5).map(|index| first + f64::from(index) * step);
        let powers = powers.filter(|power| (0.0..=values[1]).contains(power));
        let apart = if zero { ZERO_APART * (end - start).signum() } else { 0 };
        let axis = Axis { values, pixels: [start + apart, end] };
        let mut ticks = axis.places(powers.map(|power| (power, bytes(power.exp2() as u64))));
        ticks.splice(0..0, zero.then(|| (start, bytes(0))));
        Scale { logarithmic: true, axis, ticks, zero: start, logarithm: f64::log2 }
    }

    /// Of other numbers, with some room beyond the greatest; logarithmic where they span a factor beyond
    /// `wide`.
    pub(super) fn decimal(amounts: impl IntoIterator<Item = f64>, pixels: [i32; 2], wide: f64) -> Self {
        let ends @ [least, greatest] = extremes(amounts);
        if greatest / least > wide {
            return Self::around(ends, pixels);
        }
        let values = [0.0, greatest * 1.08];
        Self::linear(values, pixels, labelled(linear_ticks(values, MOST_TICKS)))
    }

    /// The same, logarithmic whatever they span.
    pub(super) fn logarithmic(amounts: impl IntoIterator<Item = f64>, pixels: [i32; 2]) -> Self {
        Self::around(extremes(amounts), pixels)
    }

    /// A log axis with some room beyond both ends.
    fn around([least, greatest]: [f64; 2], pixels: [i32; 2]) -> Self {
        Self::logarithmic_decimal([least / 1.3, greatest * 1.3], pixels)
    }

    /// Of shares of a whole, from zero to the whole and so far beyond it as they reach, up to `most`.
    pub(super) fn shares(shares: impl IntoIterator<Item = f64>, pixels: [i32; 2], most: f64) -> Self {
        let [_, greatest] = extremes(shares);
        let values = [0.0, (1.08 * greatest.max(1.0)).min(most)];
        let ticks = labelled(linear_ticks(values.map(|share| 100.0 * share), MOST_TICKS + 1.0)).into_iter();
        Self::linear(values, pixels, ticks.map(|(percent, label)| (percent / 100.0, format!("{label} %"))))
    }

    fn linear(values: [f64; 2], pixels: [i32; 2], ticks: impl IntoIterator<Item = (f64, String)>) -> Self {
        let axis = Axis { values, pixels };
        Scale { logarithmic: false, axis, ticks: axis.places(ticks), zero: pixels[0], logarithm: f64::ln }
    }

    /// An axis of ln of the amounts between two.
    pub(super) fn logarithmic_decimal(ends: [f64; 2], pixels: [i32; 2]) -> Self {
        let decades = ends[1].log10() - ends[0].log10();
        let ticks: Vec<(f64, String)> = if decades < NARROW {
            labelled(linear_ticks(ends, MOST_TICKS))
        } else {
            let ticks = decade_ticks(ends, decades < FEW_DECADES, |_| (decades / MOST_TICKS).ceil() as usize);
            ticks.into_iter().map(|value| (value, decimal_label(value))).collect()
        };
        let axis = Axis { values: ends.map(f64::ln), pixels };
        let ticks = axis.places(ticks.into_iter().map(|(value, label)| (value.ln(), label)));
        Scale { logarithmic: true, axis, ticks, zero: pixels[0], logarithm: f64::ln }
    }

    /// An amount on the axis.
    fn value(&self, amount: f64) -> f64 {
        if self.logarithmic { (self.logarithm)(amount) } else { amount }
    }

    /// An amount lies beyond the end of the axis.
    pub(super) fn clips(&self, amount: f64) -> bool {
        self.value(amount) > self.axis.values[1]
    }

    /// The pixel of an amount.
    pub(super) fn at(&self, amount: f64) -> i32 {
        if amount > 0.0 { self.axis.at(self.value(amount)) } else { self.zero }
    }

    /// An interval of amounts at its pixels.
    pub(super) fn whisker(&self, interval: [f64; 2]) -> Whisker {
        Whisker::new(&self.axis, interval.map(|end| self.value(end)))
    }

    /// `log axis` or `linear axis`.
    pub(super) fn form(&self) -> &'static str {
        if self.logarithmic { "log axis" } else { "linear axis" }
    }
}

/// Ticks of one step with the decimals that it needs.
pub(super) fn labelled(ticks: Vec<f64>) -> Vec<(f64, String)> {
    let decimals = ticks.get(1).map_or(0, |second| step_decimals((second - ticks[0]) * 1.001));
    ticks.into_iter().map(|value| (value, format!("{value:.decimals$}"))).collect()
}

/// A power of ten, or 2 or 5 times one.
fn decimal_label(value: f64) -> String {
    if !(1e-4..1e6).contains(&value) {
        return format!("{value:.0e}");
    }
    let decimals = if value < 1.0 { step_decimals(value * 1.001) } else { 0 };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(scale: &Scale) -> Vec<&str> {
        scale.ticks.iter().map(|(_, label)| label.as_str()).collect()
    }

    #[test]
    fn a_wide_range_makes_a_log_axis() {
        let narrow = Scale::decimal([2.0, 40.0], [0, 100], 30.0);
        assert_eq!((labels(&narrow), narrow.form()), (vec!["0", "10", "20", "30", "40"], "linear axis"));
        let wide = Scale::decimal([0.4, 40.0], [0, 100], 30.0);
        assert_eq!(labels(&wide), ["0.5", "1", "2", "5", "10", "20", "50"]);
        let wider = Scale::decimal([0.002, 40_000.0], [0, 100], 30.0);
        assert_eq!(labels(&wider), ["0.1", "10", "1000"]);
    }

    #[test]
    fn a_log_axis_of_nearly_one_value_has_ticks_too() {
        for value in [2.7, 33.3, 118.2, 4e5] {
            let scale = Scale::logarithmic([value, 1.01 * value], [0, 100]);
            assert!(scale.ticks.len() >= 2 && scale.form() == "log axis", "{value}: {:?}", scale.ticks);
            assert!((20..=80).contains(&scale.at(value)), "{value}");
        }
        assert_eq!(labels(&Scale::logarithmic([33.3], [0, 100])), ["30", "35", "40"]);
    }

    #[test]
    fn sizes_have_binary_ticks() {
        assert_eq!(
            labels(&Scale::bytes([4096.0], [0, 100], 100.0)),
            ["0 B", "1 KiB", "2 KiB", "3 KiB", "4 KiB"]
        );
        let wide = Scale::bytes([64.0, 1e6, 0.0], [0, 100], 100.0);
        assert_eq!(labels(&wide), ["0 B", "64 B", "512 B", "4 KiB", "32 KiB", "256 KiB"]);
        let least = Scale::bytes([64.0, 1e6], [0, 100], 100.0);
        assert_eq!(labels(&least), ["64 B", "512 B", "4 KiB", "32 KiB", "256 KiB"]);
    }

    #[test]
    fn shares_begin_at_nothing_and_reach_the_whole() {
        let of = |shares: &[f64]| Scale::shares(shares.iter().copied(), [0, 1080], 2.0);
        assert_eq!(labels(&of(&[0.02])), ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]);
        assert_eq!([0.0, 0.5, 1.0].map(|share| of(&[0.02]).at(share)), [0, 500, 1000]);
        let beyond = of(&[0.02, 1.25]);
        assert!(labels(&beyond).contains(&"100 %") && beyond.at(1.25) == 1000, "{beyond:?}");
        let far = of(&[0.02, 9.0]);
        assert!(labels(&far).contains(&"100 %") && far.at(2.0) == 1080, "{far:?}");
        assert_eq!([0.5, 2.0, 2.1].map(|share| far.clips(share)), [false, false, true]);
    }

    #[test]
    fn a_log_axis_has_no_zero_so_that_it_stands_apart() {
        for pixels in [[0, 100], [100, 0]] {
            let scale = Scale::bytes([1.0, 1e6, 0.0], pixels, 100.0);
            assert_eq!(scale.at(0.0), pixels[0]);
            let apart = scale.at(1.0).abs_diff(pixels[0]);
            assert!(apart >= ZERO_APART.unsigned_abs(), "{apart}");
        }
    }

    #[test]
    fn nothing_has_a_scale_too() {
        assert_eq!(Scale::decimal([], [0, 100], 30.0).at(0.0), 0);
        assert_eq!(Scale::bytes([f64::NAN], [0, 100], 30.0).at(f64::NAN), 0);
    }

    proptest! {
        #[test]
        fn every_amount_has_a_place(amounts in proptest::collection::vec(any::<f64>(), 0..5), one in any::<f64>()) {
            for scale in [
                Scale::decimal(amounts.clone(), [10, 90], 30.0),
                Scale::bytes(amounts, [10, 90], 30.0),
            ] {
                prop_assert!((10..=90).contains(&scale.at(one)));
                prop_assert!(scale.ticks.len() <= 12, "{:?}", scale.ticks);
            }
        }
    }
}
