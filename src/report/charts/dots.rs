//! Amounts of both sides as pairs of dots, one pair a row: unlike bars, dots are read by their place, which a log axis does
//! not make a lie.

use plotters::style::Color as _;

use super::chart::{Chart, Kind};
use super::legend::{self, Entry, Legend, Symbol};
use super::palette::{INK, MARKS, SIDES};
use super::rows::{RowAxis, RowText, Rows, WIDTH};
use super::scale::Scale;
use super::theme::{Canvas, Drawn, Labels, line};
use crate::compare::{Comparison, Side, Sides};
use crate::report::footnotes::plain_percent;

/// Least room between the labels of ticks, pixels.
const APART: i32 = 12;

/// The amounts of a row.
pub(super) struct Pair {
    pub(super) sides: Sides<Option<f64>>,
    /// Where the candidate's amount lies, where that is known.
    pub(super) interval: Option<[f64; 2]>,
}

pub(super) struct Dots<'a> {
    pub(super) kind: Kind,
    pub(super) pairs: Vec<Pair>,
    pub(super) texts: Vec<RowText<'a>>,
    /// How many rows each group has; groups are set apart by some room.
    pub(super) groups: Vec<usize>,
    pub(super) scale: Scale,
}

impl Dots<'_> {
    /// The chart, where there are rows.
    pub(super) fn chart(&self, comparison: &Comparison, description: String) -> Option<Chart> {
        let rows = Rows::new(self.legend(comparison), self.groups.iter().copied());
        let labels = |ends| Labels::within(ends, APART);
        let axis = RowAxis { ticks: &self.scale.ticks, labels, words: None };
        rows.chart(self.kind, description, &self.texts, &axis, |canvas, index, middle| {
            self.draw(canvas, &self.pairs[index], middle)
        })
    }

    fn legend(&self, comparison: &Comparison) -> Legend {
        let intervals = self.pairs.iter().any(|pair| pair.interval.is_some());
        let sides = legend::sides(comparison, |side| Symbol::Mark(MARKS[side]));
        let interval = intervals.then(|| interval_entry(comparison));
        let form = (Symbol::None, self.scale.form().to_owned());
        Legend::new(WIDTH, sides.into_iter().chain(interval).chain([form]))
    }

    fn draw(&self, canvas: &Canvas<'_>, pair: &Pair, middle: i32) -> Drawn {
        let places = pair.sides.map(|side| side.map(|amount| self.scale.at(amount)));
        if let Some(Sides { baseline, candidate }) = places.both() {
            line(canvas, (baseline, middle), (candidate, middle), INK.mix(0.5).stroke_width(1))?;
        }
        if let Some(interval) = pair.interval {
            self.scale.whisker(interval).horizontal(canvas, middle, SIDES.candidate)?;
        }
        for side in [Side::Candidate, Side::Baseline] {
            if let Some(x) = places[side] {
                MARKS[side].draw(canvas, (x, middle))?;
            }
        }
        Ok(())
    }
}

/// What the lines through the candidate's marks are.
pub(super) fn interval_entry(comparison: &Comparison) -> Entry {
    let level = plain_percent(comparison.options.confidence);
    (Symbol::Interval(SIDES.candidate), format!("{level} interval of the change"))
}
