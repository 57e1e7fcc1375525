//! Axes: where a value lies in pixels, and round values for ticks.

use super::theme::{Canvas, Drawn, Labels, faint, line};
use crate::report::quantity::{fixed, short, signed};

/// A horizontal or vertical axis: a range of values over a range of pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    /// Values at the two ends; not equal.
    pub(super) values: [f64; 2],
    /// Pixels of the two ends.
    pub(super) pixels: [i32; 2],
}

impl Axis {
    /// The pixel of a value; values beyond an end lie on it.
    pub(super) fn at(&self, value: f64) -> i32 {
        let [low, high] = self.values;
        let [start, end] = self.pixels;
        let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
        // A value that is no number has no place of its own.
        let share = if share.is_nan() { 0.0 } else { share };
        start + (share * f64::from(end - start)).round() as i32
    }

    /// The value lies beyond an end.
    pub(super) fn clips(&self, value: f64) -> bool {
        value < self.values[0] || value > self.values[1]
    }
}

/// Vertical grid lines between two heights with their labels below; a label without room is left out.
pub(super) fn vertical_grid(
    canvas: &Canvas<'_>,
    axis: &Axis,
    ticks: &[(f64, String)],
    [top, bottom]: [i32; 2],
) -> Drawn {
    let mut labels = Labels::apart(6);
    ticks.iter().try_for_each(|(value, label)| {
        let x = axis.at(*value);
        line(canvas, (x, top), (x, bottom), faint())?;
        labels.write(canvas, label, (x, bottom + 12))
    })
}

/// The least of 1, 2 or 5 times a power of ten that divides the span into no more than so many steps.
pub(super) fn nice_step(span: f64, most: f64) -> f64 {
    let least = span / most;
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= least * 0.999)
        .unwrap_or(least)
}

/// Multiples of a nice step within a range.
pub(super) fn linear_ticks([low, high]: [f64; 2], most: f64) -> Vec<f64> {
    let step = nice_step(high - low, most);
    let (first, last) = ((low / step).ceil(), (high / step).floor());
    if !(step > 0.0 && step.is_finite() && last - first <= most + 1.0) {
        return vec![];
    }
    (0..=(last - first) as i64).map(|index| (first + index as f64) * step).collect()
}

/// Round times within a range, nanoseconds: multiples of one step where the range is narrow, else 1, 2 and 5
/// of each decade, or powers of ten alone where those would be too many.
pub(super) fn time_ticks([low, high]: [f64; 2], unit: f64) -> Vec<f64> {
    if high < 3.0 * low {
        return linear_ticks([low / unit, high / unit], 5.0).into_iter().map(|tick| tick * unit).collect();
    }
    decade_ticks([low, high], high < 300.0 * low, |decades| decades / 6)
}

/// Powers of ten within a range, of every so many-th decade for their number, and 2 and 5 times them where they are few.
pub(super) fn decade_ticks([low, high]: [f64; 2], few: bool, step: impl Fn(usize) -> usize) -> Vec<f64> {
    let factors: &[f64] = if few { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let decades = low.log10().floor() as i32..=high.log10().ceil() as i32;
    let step = step(decades.clone().count()).max(1);
    let of = |decade| factors.iter().map(move |factor| factor * 10f64.powi(decade));
    decades.step_by(step).flat_map(of).filter(|tick| (low..=high).contains(tick)).collect()
}

/// Decimals that multiples of a step need.
pub(super) fn step_decimals(step: f64) -> usize {
    (-step.log10().floor()).clamp(0.0, 12.0) as usize
}

/// Ticks on an axis of ln ratios from `-limit` to `limit`, from left to right.
pub(super) fn ratio_ticks(limit: f64) -> Vec<(f64, String)> {
    // Below a doubling, multiples of one step look evenly spaced; above, ratios do.
    let mut percents =
        if limit < std::f64::consts::LN_2 { step_percents(limit) } else { ratio_percents(limit) };
    percents.push(0.0);
    percents.sort_by(f64::total_cmp);
    let tick = |percent: f64| ((percent / 100.0).ln_1p(), label(percent));
    percents.into_iter().map(tick).collect()
}

/// A change in percent, or by its factor from a doubling or a halving on: its side of the axis says which.
fn label(percent: f64) -> String {
    let ratio = 1.0 + percent / 100.0;
    match ratio.max(1.0 / ratio) {
        factor if factor > 1.99 => format!("{}x", fixed(factor, 0)),
        _ => format!("{} %", signed(short(percent, 10))),
    }
}

fn step_percents(limit: f64) -> Vec<f64> {
    let step = nice_step(limit.exp_m1() * 100.0, 4.0);
    (1..=5)
        .flat_map(|index| [f64::from(index) * step, f64::from(-index) * step])
        .filter(|percent| *percent > -100.0 && (percent / 100.0).ln_1p().abs() <= limit)
        .collect()
}

/// Changes by factors of 1.2, 1.5, 2, 5, 10, 20, ...; by fewer where that would be too many.
fn ratio_percents(limit: f64) -> Vec<f64> {
    let factors: &[f64] = if limit < 4f64.ln() {
        &[1.2, 1.5, 2.0, 3.0]
    } else if limit < 100f64.ln() {
        &[2.0, 5.0, 10.0]
    } else {
        &[10.0]
    };
    let decades = if limit < 1e6f64.ln() { 1 } else { 3 };
    (0..=18)
        .step_by(decades)
        .flat_map(|decade| factors.iter().map(move |factor| factor * 10f64.powi(decade)))
        .filter(|ratio| ratio.ln() <= limit)
        .flat_map(|ratio| [(ratio - 1.0) * 100.0, decrease(ratio)])
        .collect()
}

/// The decrease by a factor in percent, whole where it is not close to everything.
fn decrease(factor: f64) -> f64 {
    let percent = (1.0 / factor - 1.0) * 100.0;
    if factor < 10.0 { percent.round() } else { percent }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(limit: f64) -> Vec<String> {
        ratio_ticks(limit).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn values_beyond_an_end_lie_on_it() {
        let axis = Axis { values: [0.0, 10.0], pixels: [100, 200] };
        assert_eq!([5.0, -1.0, 11.0, f64::NAN].map(|value| axis.at(value)), [150, 100, 200, 100]);
        assert!(axis.clips(11.0) && !axis.clips(10.0));
    }

    #[test]
    fn steps_are_round() {
        assert_eq!([nice_step(1.0, 5.0), nice_step(97.0, 5.0), nice_step(4.6e-4, 5.0)], [0.2, 20.0, 1e-4]);
        assert_eq!(linear_ticks([0.0, 97.0], 5.0), [0.0, 20.0, 40.0, 60.0, 80.0]);
        assert_eq!(linear_ticks([0.0, f64::INFINITY], 5.0), [0.0; 0]);
    }

    #[test]
    fn ticks_of_times_are_round_and_few() {
        assert_eq!(time_ticks([990.0, 2_600.0], 1e3), [1_000.0, 1_500.0, 2_000.0, 2_500.0]);
        assert_eq!(time_ticks([90.0, 1_100.0], 1.0), [100.0, 200.0, 500.0, 1000.0]);
        let wide = time_ticks([1e-9, 1e15], 1.0);
        assert!((5..=12).contains(&wide.len()), "{wide:?}");
    }

    #[test]
    fn ticks_of_ratios_are_round_percentages() {
        assert_eq!(labels(0.05), ["-4 %", "-2 %", "0 %", "+2 %", "+4 %"]);
        assert_eq!(labels(0.7), ["2x", "-33 %", "-17 %", "0 %", "+20 %", "+50 %", "2x"]);
        assert_eq!(labels(1.8), ["5x", "2x", "0 %", "2x", "5x"]);
        assert_eq!(labels(5.0), ["100x", "10x", "0 %", "10x", "100x"]);
    }
}
