//! Panels beside and below each other: a title and a plot with a vertical scale.

use super::axis::Tick;
use super::chart::{Chart, Kind};
use super::legend::Legend;
use super::theme::{self, Anchor, Canvas, Drawn, Type, faint, line, write};
use crate::report::escape::{elide, printable};

/// Most panels of a chart.
pub(super) const MOST: usize = 12;
/// Panels beside each other, and the width of each, pixels.
pub(super) const COLUMNS: usize = 2;
pub(super) const WIDTH: i32 = 450;

/// Width of a chart of so many panels in [`COLUMNS`], pixels.
pub(super) fn chart_width(panels: usize) -> i32 {
    WIDTH * panels.min(COLUMNS) as i32
}

/// The size of panels and of the plot in each, pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// Most panels beside each other.
    pub(super) columns: usize,
    pub(super) height: i32,
    /// From the upper edge of the panel to that of the plot.
    pub(super) top: i32,
    /// From the right edge of the plot to that of the panel, and from the edges of the plot to the first and the last
    /// place on its horizontal axis: room for labels.
    pub(super) inset: i32,
}

/// The layout of most charts.
pub(super) const LARGE: Layout = Layout { columns: COLUMNS, height: 270, top: 52, inset: 28 };
/// That of few panels: one below the other, so that a phone shows all of each.
pub(super) const STACKED: Layout = Layout { columns: 1, ..LARGE };

/// Where a panel is, by its upper left corner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Panel {
    layout: Layout,
    pub(super) left: i32,
    pub(super) top: i32,
}

impl Layout {
    /// The panels begin at that height, pixels.
    pub(super) fn panel(self, begin: i32, index: usize) -> Panel {
        let (column, line) = ((index % self.columns) as i32, (index / self.columns) as i32);
        Panel { layout: self, left: column * WIDTH, top: begin + line * self.height }
    }

    /// A chart of one panel for each item, where there are some.
    pub(super) fn chart<T>(
        self,
        kind: &Kind,
        items: &[T],
        description: String,
        legend: &Legend,
        draw: impl Fn(&Canvas<'_>, Panel, &T) -> Drawn,
    ) -> Option<Chart> {
        let begin = legend.bottom();
        let size = [
            WIDTH * items.len().min(self.columns) as i32,
            begin + items.len().div_ceil(self.columns) as i32 * self.height,
        ];
        let draw = |canvas: &Canvas<'_>| {
            legend.draw(canvas)?;
            let mut panels = items.iter().enumerate();
            panels.try_for_each(|(index, item)| draw(canvas, self.panel(begin, index), item))
        };
        if items.is_empty() { None } else { kind.chart(size, description, draw) }
    }
}

impl Panel {
    /// The left and the right edge of the plot.
    pub(super) fn edges(self) -> [i32; 2] {
        [self.left + 64, self.left + WIDTH - self.layout.inset]
    }

    /// Where the labels below it have to stay, pixels.
    pub(super) fn ends(self) -> [i32; 2] {
        [self.left + 2, self.left + WIDTH - 2]
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
    pub(super) fn grid(self, canvas: &Canvas<'_>, ticks: &[Tick]) -> Drawn {
        let [left, right] = self.edges();
        ticks.iter().try_for_each(|(y, label)| {
            line(canvas, (left, *y), (right, *y), faint())?;
            write(canvas, label, (left - 8, *y), Anchor::End, Type::Plain)
        })
    }
}
