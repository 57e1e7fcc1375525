//! Axes: where a value lies in pixels, and round values for ticks.

use super::theme::{Canvas, Drawn, Labels, faint, line};

/// A tick: its pixel and its label.
pub(super) type Tick = (i32, String);

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

    /// Values at their pixels.
    pub(super) fn places(&self, ticks: impl IntoIterator<Item = (f64, String)>) -> Vec<Tick> {
        ticks.into_iter().map(|(value, label)| (self.at(value), label)).collect()
    }
}

/// Vertical grid lines between two heights with their labels below.
pub(super) fn vertical_grid(
    canvas: &Canvas<'_>,
    ticks: &[Tick],
    [top, bottom]: [i32; 2],
    mut labels: Labels,
) -> Drawn {
    ticks.iter().try_for_each(|(x, label)| {
        line(canvas, (*x, top), (*x, bottom), faint())?;
        labels.write(canvas, label, (*x, bottom + 12))
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
