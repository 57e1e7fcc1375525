//! Ticks on an axis of ln ratios: percentages where changes are small, factors where some are large.

use std::f64::consts::LN_2;

use super::axis::{Axis, Tick, nice_step};
use super::theme::Labels;
use crate::report::quantity::{fixed, short, signed};

/// Least room between two labels, pixels.
const APART: i32 = 12;
/// Steps that the axis is divided into where no change is large, most first.
const STEPS: [f64; 6] = [10.0, 8.0, 6.0, 4.0, 3.0, 2.0];
/// Percentages up to a factor of 2, factors in a decade and every how many-th decade has them where some change is large,
/// most first.
const FACTORS: [(&[f64], &[f64], usize); 8] = [
    (&[-30.0, -20.0, -10.0, 10.0, 20.0, 50.0], &[2.0, 3.0, 5.0, 10.0], 1),
    (&[-40.0, -20.0, 20.0, 50.0], &[2.0, 3.0, 5.0, 10.0], 1),
    (&[-30.0, 40.0], &[2.0, 3.0, 5.0, 10.0], 1),
    (&[], &[2.0, 3.0, 5.0, 10.0], 1),
    (&[], &[2.0, 5.0, 10.0], 1),
    (&[], &[3.0, 10.0], 1),
    (&[], &[10.0], 1),
    (&[], &[10.0], 3),
];
/// Most decades of a ratio.
const DECADES: usize = 18;

/// Labels of ticks on that axis: where they have to stay.
pub(super) fn labels(ends: [i32; 2]) -> Labels {
    Labels::within(ends, APART)
}

/// As many ticks as have room for their labels between these ends, from left to right. No change is always among them.
pub(super) fn ratio_ticks(axis: &Axis, ends: [i32; 2]) -> Vec<Tick> {
    let [low, high] = axis.values;
    let percents: Vec<Vec<f64>> = if high.max(-low) < LN_2 {
        STEPS.iter().map(|steps| multiples(axis.values, *steps)).collect()
    } else {
        FACTORS.iter().map(|(near, decade, every)| factors(near, decade, *every)).collect()
    };
    let mut ticks = percents.iter().map(|percents| ticks(axis, percents));
    ticks.find(|ticks| have_room(ticks, ends)).unwrap_or_else(|| self::ticks(axis, &[]))
}

/// Multiples of a nice step in percent, without 0.
fn multiples(ends: [f64; 2], steps: f64) -> Vec<f64> {
    let [low, high] = ends.map(|end| 100.0 * end.exp_m1());
    let step = nice_step(high - low, steps);
    let [first, last] = [(low / step).ceil() as i64, (high / step).floor() as i64];
    (first..=last).filter(|index| *index != 0).map(|index| index as f64 * step).collect()
}

/// Percentages and the changes by a factor in percent, to both sides.
fn factors(near: &[f64], decade: &[f64], every: usize) -> Vec<f64> {
    let powers = (0..=DECADES).step_by(every).map(|power| 10f64.powi(power as i32));
    let factors = powers.flat_map(|power| decade.iter().map(move |factor| factor * power));
    let changes = factors.flat_map(|factor| [factor, 1.0 / factor]).map(|ratio| 100.0 * (ratio - 1.0));
    near.iter().copied().chain(changes).collect()
}

/// The changes in percent that lie on the axis, and none.
fn ticks(axis: &Axis, percents: &[f64]) -> Vec<Tick> {
    let place = |percent: &f64| ((percent / 100.0).ln_1p(), label(*percent));
    let mut ticks: Vec<(f64, String)> = percents.iter().chain([&0.0]).map(place).collect();
    ticks.retain(|(ratio, _)| !axis.clips(*ratio));
    ticks.sort_by(|first, second| first.0.total_cmp(&second.0));
    axis.places(ticks)
}

fn have_room(ticks: &[Tick], ends: [i32; 2]) -> bool {
    let mut labels = labels(ends);
    ticks.iter().all(|(x, label)| labels.place(label, *x).is_some())
}

/// A change in percent, or by its factor from a doubling or a halving on: its side of the axis says which.
fn label(percent: f64) -> String {
    let ratio = 1.0 + percent / 100.0;
    match ratio.max(1.0 / ratio) {
        factor if factor > 99_999.0 => format!("{factor:.0e}x"),
        factor if factor > 1.99 => format!("{}x", fixed(factor, 0)),
        _ => format!("{} %", signed(short(percent, 10))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PIXELS: [i32; 2] = [24, 456];
    const ENDS: [i32; 2] = [0, 480];

    fn ticks(values: [f64; 2]) -> Vec<Tick> {
        ratio_ticks(&Axis { values, pixels: PIXELS }, ENDS)
    }

    fn labels(values: [f64; 2]) -> Vec<String> {
        ticks(values).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn small_changes_are_percentages_of_one_step() {
        assert_eq!(labels([-0.05, 0.05]), ["-4 %", "-2 %", "0 %", "+2 %", "+4 %"]);
        assert_eq!(labels([-0.01, 0.3]), ["0 %", "+5 %", "+10 %", "+15 %", "+20 %", "+25 %", "+30 %"]);
    }

    #[test]
    fn large_changes_are_factors() {
        assert_eq!(labels([-0.7, 0.7]), ["2x", "-40 %", "-20 %", "0 %", "+20 %", "+50 %", "2x"]);
        assert_eq!(labels([-3.7, 0.1]), ["30x", "20x", "10x", "5x", "3x", "2x", "0 %"]);
        assert_eq!(labels([-1.8, 1.8]), ["5x", "3x", "2x", "0 %", "2x", "3x", "5x"]);
        assert_eq!(labels([-0.5, 5.0]), ["0 %", "2x", "5x", "10x", "20x", "50x", "100x"]);
    }

    proptest! {
        #[test]
        fn no_two_labels_touch_and_no_change_has_one(low in 1e-3..40.0f64, high in 1e-3..40.0f64) {
            let ticks = ticks([-low, high]);
            prop_assert!(have_room(&ticks, ENDS), "{ticks:?}");
            prop_assert_eq!(ticks.iter().filter(|(_, label)| label == "0 %").count(), 1);
        }
    }
}
