//! Amounts of both sides as pairs of dots, one pair a row: unlike bars, dots are read by their place, which a log axis does
//! not make a lie.

use plotters::style::Color as _;

use super::chart::{Chart, Kind};
use super::legend::{self, Entry, Legend, Symbol};
use super::marker::{ARROW, arrow};
use super::palette::{INK, MARKS, SIDES};
use super::rows::{RowAxis, RowText, Rows, WIDTH, stroke};
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
    /// The amount that all are held against, if there is one.
    pub(super) limit: Option<f64>,
}

impl Dots<'_> {
    /// The chart of a comparison, where there are rows.
    pub(super) fn chart(&self, comparison: &Comparison, description: String) -> Option<Chart> {
        let sides = legend::sides(comparison, |side| Symbol::Mark(MARKS[side]));
        let interval = self.has_intervals().then(|| interval_entry(comparison));
        self.explained(sides.into_iter().chain(interval), description)
    }

    /// The chart of one side, the candidate's, where there are rows.
    pub(super) fn of_one(&self, description: String) -> Option<Chart> {
        let interval = (Symbol::Interval(SIDES.candidate), "95 % interval".to_owned());
        self.explained(self.has_intervals().then_some(interval), description)
    }

    fn has_intervals(&self) -> bool {
        self.pairs.iter().any(|pair| pair.interval.is_some())
    }

    /// The chart under a legend of these entries.
    fn explained(&self, entries: impl IntoIterator<Item = Entry>, description: String) -> Option<Chart> {
        let clips = |pair: &Pair| pair.sides.iter().flatten().any(|amount| self.scale.clips(*amount));
        let beyond = self.pairs.iter().any(clips).then(|| (Symbol::Beyond, "beyond the axis".to_owned()));
        let form = (Symbol::None, self.scale.form().to_owned());
        let legend = Legend::new(WIDTH, entries.into_iter().chain(beyond).chain([form]));
        let rows = Rows::new(legend, self.groups.iter().copied());
        let labels = |ends| Labels::within(ends, APART);
        let axis = RowAxis { ticks: &self.scale.ticks, labels, words: None };
        rows.chart(self.kind, description, &self.texts, &axis, |canvas, index, middle| {
            self.draw(canvas, &self.pairs[index], middle)
        })
    }

    fn draw(&self, canvas: &Canvas<'_>, pair: &Pair, middle: i32) -> Drawn {
        if let Some(limit) = self.limit {
            stroke(canvas, self.scale.at(limit), middle, INK.mix(0.7).stroke_width(1))?;
        }
        let places = pair.sides.map(|side| side.map(|amount| self.scale.at(amount)));
        if let Some(Sides { baseline, candidate }) = places.both() {
            line(canvas, (baseline, middle), (candidate, middle), INK.mix(0.5).stroke_width(1))?;
        }
        if let Some(interval) = pair.interval {
            self.scale.whisker(interval).horizontal(canvas, middle, SIDES.candidate)?;
        }
        for side in [Side::Candidate, Side::Baseline] {
            match places[side].zip(pair.sides[side]) {
                Some((x, amount)) if self.scale.clips(amount) => {
                    // The arrows of both sides stand one behind the other.
                    let behind = if side == Side::Baseline { ARROW } else { 0 };
                    arrow(canvas, (x - behind, middle), 1, SIDES[side])?;
                }
                Some((x, _)) => MARKS[side].draw(canvas, (x, middle))?,
                None => {}
            }
        }
        Ok(())
    }
}

/// What the lines through the candidate's marks are.
pub(super) fn interval_entry(comparison: &Comparison) -> Entry {
    let level = plain_percent(comparison.options.confidence);
    let of_what = if comparison.is_alone() { "" } else { " of the change" };
    (Symbol::Interval(SIDES.candidate), format!("{level} interval{of_what}"))
}
