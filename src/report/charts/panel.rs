//! Panels beside and below each other: a title, a plot with a vertical scale, and the marks of both sides.

use plotters::element::DashedPathElement;
use plotters::prelude::*;

use super::marker::{Marker, Shape};
use super::scale::Scale;
use super::theme::{self, Anchor, Canvas, Drawn, Type, WIDTH, faint, line, write};
use crate::compare::{Side, Sides};
use crate::report::escape::{elide, printable};

/// Most panels of a chart.
pub(super) const MOST: usize = 12;
/// Panels beside each other.
const COLUMNS: usize = 2;
/// Size of a panel, pixels.
const PANEL_WIDTH: i32 = WIDTH / COLUMNS as i32;
const PANEL_HEIGHT: i32 = 270;
/// Where the panels begin, pixels.
const TOP: i32 = 66;
/// Edges of the plot in a panel, pixels.
const PLOT_X: [i32; 2] = [64, PANEL_WIDTH - 28];
const PLOT_Y: [i32; 2] = [52, PANEL_HEIGHT - 44];
/// Room between the edges of the plot and the first and last place on its horizontal axis, for labels.
const INSET: i32 = 28;

/// Where a panel is, by its upper left corner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Panel {
    left: i32,
    top: i32,
}

impl Panel {
    /// The panel of that index.
    pub(super) fn nth(index: usize) -> Self {
        Panel {
            left: (index % COLUMNS) as i32 * PANEL_WIDTH,
            top: TOP + (index / COLUMNS) as i32 * PANEL_HEIGHT,
        }
    }

    /// The left and the right edge of the plot.
    pub(super) fn edges(self) -> [i32; 2] {
        PLOT_X.map(|x| self.left + x)
    }

    /// The pixels of a horizontal axis.
    pub(super) fn horizontal(self) -> [i32; 2] {
        let [left, right] = self.edges();
        [left + INSET, right - INSET]
    }

    /// The pixels of a vertical axis: the bottom and the top of the plot.
    pub(super) fn vertical(self) -> [i32; 2] {
        [self.top + PLOT_Y[1], self.top + PLOT_Y[0]]
    }

    /// The name of what is drawn, and the unit.
    pub(super) fn title(self, canvas: &Canvas<'_>, name: &str, unit: &str) -> Drawn {
        let room = PLOT_X[1] - 20 - theme::plain_width(unit);
        let name = elide(&printable(name), theme::panel_characters(room));
        write(canvas, &name, (self.left + 8, self.top + 10), Anchor::Start, Type::Panel)?;
        write(canvas, unit, (self.left + PLOT_X[1], self.top + 10), Anchor::End, Type::Plain)
    }

    /// The line below the title, for what tells series apart.
    pub(super) fn below_title(self) -> (i32, i32) {
        (self.left + 16, self.top + 32)
    }

    /// Horizontal grid lines with their labels.
    pub(super) fn grid(self, canvas: &Canvas<'_>, scale: &Scale) -> Drawn {
        let [left, right] = self.edges();
        for (value, label) in &scale.ticks {
            let y = scale.axis.at(*value);
            line(canvas, (left, y), (right, y), faint())?;
            write(canvas, label, (left - 8, y), Anchor::End, Type::Plain)?;
        }
        Ok(())
    }
}

/// A chart of so many panels.
pub(super) fn document(
    panels: usize,
    title: &str,
    description: &str,
    draw: impl FnOnce(&Canvas<'_>) -> Drawn,
) -> Option<String> {
    let lines = panels.div_ceil(COLUMNS) as i32;
    theme::document(TOP + lines * PANEL_HEIGHT, title, description, |canvas| {
        write(canvas, title, (8, 16), Anchor::Start, Type::Title)?;
        draw(canvas)
    })
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
    write(canvas, axes, (PANEL_WIDTH + PLOT_X[1], 44), Anchor::End, Type::Plain)
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
