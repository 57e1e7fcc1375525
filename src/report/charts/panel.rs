//! Panels beside and below each other: a title, a plot with a vertical scale, and the marks of both sides.

use plotters::element::DashedPathElement;
use plotters::prelude::*;

use super::axis::Axis;
use super::chart::{Chart, Kind};
use super::marker::{Marker, Shape};
use super::theme::{self, Anchor, Canvas, Drawn, Type, faint, line, write};
use crate::compare::{Side, Sides};
use crate::report::escape::{elide, printable};

/// Most panels of a chart.
pub(super) const MOST: usize = 12;
/// Panels beside each other, and the width of each, pixels.
pub(super) const COLUMNS: usize = 2;
pub(super) const WIDTH: i32 = theme::WIDTH / COLUMNS as i32;
/// Where the panels begin, pixels.
const TOP: i32 = 66;

/// The size of panels and of the plot in each, pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub(super) height: i32,
    /// From the upper edge of the panel to that of the plot.
    pub(super) top: i32,
    /// From the right edge of the plot to that of the panel, and from the edges of the plot to the first and the last
    /// place on its horizontal axis: room for labels.
    pub(super) inset: i32,
}

/// The layout of most charts.
pub(super) const LARGE: Layout = Layout { height: 270, top: 52, inset: 28 };

/// Where a panel is, by its upper left corner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Panel {
    layout: Layout,
    pub(super) left: i32,
    pub(super) top: i32,
}

impl Layout {
    /// The panel of that index.
    fn panel(self, index: usize) -> Panel {
        let (column, line) = ((index % COLUMNS) as i32, (index / COLUMNS) as i32);
        Panel { layout: self, left: column * WIDTH, top: TOP + line * self.height }
    }

    /// A chart of one panel for each item, where there are some.
    pub(super) fn chart<T>(
        self,
        kind: &Kind,
        items: &[T],
        description: String,
        legend: impl FnOnce(&Canvas<'_>) -> Drawn,
        draw: impl Fn(&Canvas<'_>, Panel, &T) -> Drawn,
    ) -> Option<Chart> {
        let height = TOP + items.len().div_ceil(COLUMNS) as i32 * self.height;
        let draw = |canvas: &Canvas<'_>| {
            legend(canvas)?;
            items.iter().enumerate().try_for_each(|(index, item)| draw(canvas, self.panel(index), item))
        };
        if items.is_empty() { None } else { kind.chart(height, description, draw) }
    }
}

impl Panel {
    /// The left and the right edge of the plot.
    pub(super) fn edges(self) -> [i32; 2] {
        [self.left + 64, self.left + WIDTH - self.layout.inset]
    }

    /// The pixels of a horizontal axis.
    pub(super) fn horizontal(self) -> [i32; 2] {
        let [left, right] = self.edges();
        [left + self.layout.inset, right - self.layout.inset]
    }

    /// The pixels of a vertical axis: the bottom and the top of the plot.
    pub(super) fn vertical(self) -> [i32; 2] {
        [self.top + self.layout.height - 44, self.top + self.layout.top]
    }

    /// The name of what is drawn, and the unit.
    pub(super) fn title(self, canvas: &Canvas<'_>, name: &str, unit: &str) -> Drawn {
        let [_, right] = self.edges();
        let room = right - self.left - 20 - theme::plain_width(unit);
        let name = elide(&printable(name), theme::panel_characters(room));
        write(canvas, &name, (self.left + 8, self.top + 10), Anchor::Start, Type::Panel)?;
        write(canvas, unit, (right, self.top + 10), Anchor::End, Type::Plain)
    }

    /// Horizontal grid lines with their labels.
    pub(super) fn grid(self, canvas: &Canvas<'_>, axis: &Axis, ticks: &[(f64, String)]) -> Drawn {
        let [left, right] = self.edges();
        ticks.iter().try_for_each(|(value, label)| {
            let y = axis.at(*value);
            line(canvas, (left, y), (right, y), faint())?;
            write(canvas, label, (left - 8, y), Anchor::End, Type::Plain)
        })
    }
}

/// The marks of the two sides, with their lines where there are any, and a word on the axes.
pub(super) fn legend(canvas: &Canvas<'_>, marks: Sides<Marker>, lines: bool, axes: &str) -> Drawn {
    for (side, x) in [(Side::Baseline, 12), (Side::Candidate, 124)] {
        if lines {
            curve(canvas, vec![(x, 44), (x + 32, 44)], side, marks[side].colour)?;
        }
        marks[side].draw(canvas, (x + 16, 44))?;
        write(canvas, side.name(), (x + 40, 44), Anchor::Start, Type::Plain)?;
    }
    write(canvas, axes, (LARGE.panel(1).edges()[1], 44), Anchor::End, Type::Plain)
}

/// The mark of a side in a series: hollow for the baseline, filled for the candidate.
pub(super) fn mark(side: Side, shape: Shape, colour: RGBColor) -> Marker {
    Marker { shape, colour, filled: side == Side::Candidate }
}

/// A line through points: dashed for the baseline, solid for the candidate.
pub(super) fn curve(canvas: &Canvas<'_>, points: Vec<(i32, i32)>, side: Side, colour: RGBColor) -> Drawn {
    let style = colour.stroke_width(2);
    if side == Side::Baseline {
        canvas.draw(&DashedPathElement::new(points, 5, 4, style))
    } else {
        canvas.draw(&PathElement::new(points, style))
    }
}
