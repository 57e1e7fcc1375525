//! Intervals as lines with marks at their ends.

use plotters::prelude::*;

use super::axis::Axis;
use super::theme::{Canvas, Drawn, line};
use crate::compare::{Measure, Sides};
use crate::report::change::has_interval;

/// An interval no longer than its mark has no end marks, pixels.
const SHORT: i32 = 14;
/// Half the length of an end mark, pixels.
const END: i32 = 4;
/// An axis makes room for intervals up to this factor from their values.
const ROOM: f64 = 1.5;

/// An interval at its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Whisker {
    ends: [i32; 2],
    /// Which ends lie on the axis; one beyond it has no end mark.
    shown: [bool; 2],
}

impl Whisker {
    pub(super) fn new(axis: &Axis, interval: [f64; 2]) -> Self {
        let ends = interval.map(|end| axis.at(end));
        let long = ends[0].abs_diff(ends[1]) > SHORT.unsigned_abs();
        Whisker { ends, shown: interval.map(|end| long && !axis.clips(end)) }
    }

    /// One between two pixels.
    pub(super) fn whole(ends: [i32; 2]) -> Self {
        Whisker { ends, shown: [true; 2] }
    }

    /// Draws it from left to right at that height.
    pub(super) fn horizontal(self, canvas: &Canvas<'_>, y: i32, colour: RGBColor) -> Drawn {
        self.draw(canvas, colour, |along, across| (along, y + across))
    }

    /// Draws it from the bottom to the top at that place.
    pub(super) fn vertical(self, canvas: &Canvas<'_>, x: i32, colour: RGBColor) -> Drawn {
        self.draw(canvas, colour, |along, across| (x + across, along))
    }

    fn draw(self, canvas: &Canvas<'_>, colour: RGBColor, at: impl Fn(i32, i32) -> (i32, i32)) -> Drawn {
        let style = colour.stroke_width(2);
        let [low, high] = self.ends;
        line(canvas, at(low, 0), at(high, 0), style)?;
        let mut ends = self.ends.into_iter().zip(self.shown).filter(|(_, shown)| *shown);
        ends.try_for_each(|(end, _)| line(canvas, at(end, -END), at(end, END), style))
    }
}

/// What the interval of the change makes of the baseline's value: where the candidate's lies. Absent without an interval.
pub(super) fn of_candidate(measure: &Measure) -> Option<[f64; 2]> {
    let change = measure.change.filter(has_interval)?;
    let baseline = measure.values().baseline?;
    Some([change.low, change.high].map(|end| baseline * (1.0 + end)))
}

/// The amounts that an axis has to hold: both sides and, as far as it does not squeeze them, the interval of the candidate's.
pub(super) fn amounts(
    sides: Sides<Option<f64>>,
    interval: Option<[f64; 2]>,
) -> impl Iterator<Item = f64> + Clone {
    let near = interval.zip(sides.candidate);
    let near = near.map(|([low, high], amount)| [low.max(amount / ROOM), high.min(amount * ROOM)]);
    sides.into_array().into_iter().flatten().chain(near.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Change;
    use crate::report::fixture::timed;

    #[test]
    fn ends_beyond_the_axis_and_those_under_a_mark_are_not_shown() {
        let axis = Axis { values: [0.0, 10.0], pixels: [0, 100] };
        assert_eq!(Whisker::new(&axis, [2.0, 6.0]), Whisker { ends: [20, 60], shown: [true, true] });
        assert_eq!(Whisker::new(&axis, [2.0, 60.0]), Whisker { ends: [20, 100], shown: [true, false] });
        assert_eq!(Whisker::new(&axis, [2.0, 2.5]), Whisker { ends: [20, 25], shown: [false, false] });
    }

    #[test]
    fn a_wide_interval_does_not_squeeze_the_others() {
        let held = |interval| amounts(Sides::new(Some(8.0), Some(10.0)), Some(interval)).collect::<Vec<_>>();
        assert_eq!(held([9.0, 12.0]), [8.0, 10.0, 9.0, 12.0]);
        assert_eq!(held([5.0, 1000.0]), [8.0, 10.0, 10.0 / 1.5, 15.0]);
    }

    #[test]
    fn the_candidate_lies_where_its_change_does() {
        let measure = timed(Sides::new(10.0, 12.0), 0.25);
        assert_eq!(of_candidate(&measure), Some([9.0, 15.0]));
        assert_eq!(of_candidate(&Measure { change: Some(Change::exact(0.2)), ..measure }), None);
    }
}
