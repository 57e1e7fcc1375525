//! Charts of rows: the name of a benchmark and its numbers above a strip of the plot, so narrow that a phone shows all of it.

use plotters::style::{Color as _, ShapeStyle};

use super::axis::Tick;
use super::chart::{Chart, Kind};
use super::legend::Legend;
use super::palette::INK;
use super::theme::{
    Anchor, Canvas, Drawn, Labels, Type, bar, faint, line, name_characters, plain_width, write,
};
use crate::model::cut;

/// Width of a chart, pixels: on a phone of 390 its texts are 9 high.
pub(super) const WIDTH: i32 = 480;
/// Left and right edge of the plot, pixels.
pub(super) const PLOT: [i32; 2] = [20, WIDTH - 20];
/// From the edges of the chart to its texts, pixels.
const EDGE: i32 = 8;
/// Where labels of ticks have to stay, pixels.
pub(super) const ENDS: [i32; 2] = [2, WIDTH - 2];
/// Height of a row, and from its top to the middle of its text and of its strip, pixels.
const ROW: i32 = 34;
const TEXT: i32 = 8;
const STRIP: i32 = 23;
/// Half the height of a strip, pixels.
const HALF: i32 = 7;
/// Room between groups, and between the last row and what follows, pixels.
const GAP: i32 = 12;
/// From so many rows on, ticks have their labels above the rows as well.
const TALL: usize = 15;

/// The rows of a chart, one below the other.
pub(super) struct Rows {
    /// Their tops, pixels.
    tops: Vec<i32>,
    legend: Legend,
}

impl Rows {
    /// Groups of so many rows each, set apart by some room.
    pub(super) fn new(legend: Legend, groups: impl IntoIterator<Item = usize>) -> Self {
        let groups: Vec<usize> = groups.into_iter().filter(|rows| *rows > 0).collect();
        let labels = if groups.iter().sum::<usize>() < TALL { 0 } else { 16 };
        let mut top = legend.bottom() + labels;
        let mut tops = vec![];
        for rows in groups {
            tops.extend((0..rows as i32).map(|row| top + ROW * row));
            top += ROW * rows as i32 + GAP;
        }
        Rows { tops, legend }
    }

    /// Where what follows the rows begins, pixels.
    fn bottom(&self) -> i32 {
        self.tops.last().map_or(0, |top| top + ROW)
    }

    /// The chart, where there are rows. `draw` adds to each row what lies on its strip, whose middle it is given.
    pub(super) fn chart(
        &self,
        kind: Kind,
        description: String,
        texts: &[RowText<'_>],
        axis: &RowAxis<'_>,
        draw: impl Fn(&Canvas<'_>, usize, i32) -> Drawn,
    ) -> Option<Chart> {
        let below = if axis.words.is_some() { 44 } else { 26 };
        let size = [WIDTH, self.bottom() + below];
        let all = |canvas: &Canvas<'_>| {
            self.legend.draw(canvas)?;
            self.grid(canvas, axis)?;
            for ((text, name), top) in texts.iter().zip(names(texts)).zip(&self.tops) {
                write(canvas, &name, (EDGE, top + TEXT), Anchor::Start, Type::Name)?;
                write(canvas, &text.numbers, (WIDTH - EDGE, top + TEXT), Anchor::End, Type::Plain)?;
            }
            let mut strips = self.tops.iter().map(|top| top + STRIP).enumerate();
            strips.try_for_each(|(index, middle)| draw(canvas, index, middle))
        };
        if self.tops.is_empty() { None } else { kind.chart(size, description, all) }
    }

    /// The strips with the ticks on them, and the labels of the ticks.
    fn grid(&self, canvas: &Canvas<'_>, axis: &RowAxis<'_>) -> Drawn {
        for middle in self.tops.iter().map(|top| top + STRIP) {
            bar(canvas, (PLOT[0], middle - HALF), (PLOT[1], middle + HALF), INK.mix(0.07))?;
            axis.ticks.iter().try_for_each(|(x, _)| stroke(canvas, *x, middle, faint()))?;
        }
        let above = (self.tops.len() >= TALL).then(|| self.tops[0] - 10);
        for y in above.into_iter().chain([self.bottom() + 10]) {
            let mut labels = (axis.labels)(ENDS);
            axis.ticks.iter().try_for_each(|(x, label)| labels.write(canvas, label, (*x, y)))?;
        }
        let Some([left, right]) = &axis.words else { return Ok(()) };
        let y = self.bottom() + 30;
        write(canvas, left, (EDGE, y), Anchor::Start, Type::Plain)?;
        write(canvas, right, (WIDTH - EDGE, y), Anchor::End, Type::Plain)
    }
}

/// The horizontal axis of all rows.
pub(super) struct RowAxis<'a> {
    pub(super) ticks: &'a [Tick],
    /// Their labels between two ends.
    pub(super) labels: fn([i32; 2]) -> Labels,
    /// What lies to the left and to the right.
    pub(super) words: Option<[String; 2]>,
}

/// What is written above the strip of a row.
pub(super) struct RowText<'a> {
    pub(super) name: &'a str,
    pub(super) numbers: String,
}

/// The names as they fit beside the longest numbers.
fn names(texts: &[RowText<'_>]) -> Vec<String> {
    let longest = texts.iter().map(|text| plain_width(&text.numbers)).max().unwrap_or(0);
    let names: Vec<String> = texts.iter().map(|text| text.name.to_owned()).collect();
    cut(&names, name_characters(WIDTH - 2 * EDGE - longest - 12))
}

/// A vertical line across a strip.
pub(super) fn stroke(canvas: &Canvas<'_>, x: i32, middle: i32, style: impl Into<ShapeStyle>) -> Drawn {
    line(canvas, (x, middle - HALF), (x, middle + HALF), style)
}

/// An area across a strip.
pub(super) fn area(
    canvas: &Canvas<'_>,
    [left, right]: [i32; 2],
    middle: i32,
    style: impl Into<ShapeStyle>,
) -> Drawn {
    bar(canvas, (left, middle - HALF), (right, middle + HALF), style)
}
