//! Amounts of both sides as paired bars, one pair a row.

use plotters::prelude::*;

use super::axis::vertical_grid;
use super::chart::{Chart, Kind};
use super::scale::Scale;
use super::theme::{self, Anchor, Canvas, Drawn, FOREGROUND, PURPLE, Type, bar, write};
use crate::compare::Sides;
use crate::model::cut;

/// Left and right edge of the plot, pixels.
pub(super) const PLOT: [i32; 2] = [300, 712];
/// Height of a row, pixels.
const ROW: i32 = 34;
/// Height of a bar, pixels.
const BAR: i32 = 12;
/// Room between groups, pixels.
const GAP: i32 = 12;
/// Where the rows begin, pixels.
pub(super) const TOP: i32 = 66;

/// A row: its name, its amounts and how they are written.
pub(super) struct Pair<'a> {
    pub(super) name: &'a str,
    pub(super) sides: Sides<Option<f64>>,
    pub(super) text: String,
}

pub(super) struct Bars<'a> {
    pub(super) kind: Kind,
    /// Groups of rows, set apart by some room.
    pub(super) groups: Vec<Vec<Pair<'a>>>,
    pub(super) scale: Scale,
}

impl Bars<'_> {
    /// The chart, where there are rows.
    pub(super) fn chart(&self, description: String) -> Option<Chart> {
        let rows = self.groups.iter().any(|group| !group.is_empty());
        rows.then(|| self.kind.chart(self.bottom() + 30, description, |canvas| self.draw(canvas)))?
    }

    fn bottom(&self) -> i32 {
        let rows: usize = self.groups.iter().map(Vec::len).sum();
        TOP + ROW * rows as i32 + GAP * self.groups.len().saturating_sub(1) as i32
    }

    fn draw(&self, canvas: &Canvas<'_>) -> Drawn {
        legend(canvas, &self.scale)?;
        vertical_grid(canvas, &self.scale.axis, &self.scale.ticks, [TOP, self.bottom()])?;
        let mut names = names(self.groups.iter().flatten().map(|pair| pair.name)).into_iter();
        let mut top = TOP;
        for group in &self.groups {
            for (pair, name) in group.iter().zip(names.by_ref()) {
                draw_pair(canvas, pair, &name, &self.scale, top)?;
                top += ROW;
            }
            top += GAP;
        }
        Ok(())
    }
}

fn draw_pair(canvas: &Canvas<'_>, pair: &Pair<'_>, name: &str, scale: &Scale, top: i32) -> Drawn {
    let middle = top + ROW / 2;
    write_name(canvas, name, middle)?;
    let Sides { baseline, candidate } = pair.sides.map(|side| side.map(|amount| scale.at(amount)));
    if let Some(end) = baseline {
        hollow(canvas, (PLOT[0], middle - BAR - 1), (end, middle - 2))?;
    }
    if let Some(end) = candidate {
        bar(canvas, (PLOT[0], middle + 1), (end, middle + BAR), PURPLE)?;
    }
    write(canvas, &pair.text, (PLOT[1] + 12, middle), Anchor::Start, Type::Plain)
}

/// The labels of rows as they fit beside the plot.
pub(super) fn names<'a>(labels: impl Iterator<Item = &'a str>) -> Vec<String> {
    cut(&labels.map(str::to_owned).collect::<Vec<_>>(), theme::name_characters(PLOT[0] - 20))
}

/// The name of a row beside the plot.
pub(super) fn write_name(canvas: &Canvas<'_>, name: &str, y: i32) -> Drawn {
    write(canvas, name, (PLOT[0] - 12, y), Anchor::End, Type::Name)
}

fn hollow(canvas: &Canvas<'_>, from: (i32, i32), to: (i32, i32)) -> Drawn {
    canvas.draw(&Rectangle::new([from, to], FOREGROUND.stroke_width(1)))
}

fn legend(canvas: &Canvas<'_>, scale: &Scale) -> Drawn {
    hollow(canvas, (12, 38), (30, 50))?;
    write(canvas, "baseline", (38, 44), Anchor::Start, Type::Plain)?;
    bar(canvas, (112, 38), (130, 50), PURPLE)?;
    write(canvas, "candidate", (138, 44), Anchor::Start, Type::Plain)?;
    write(canvas, scale.form(), (PLOT[1], 44), Anchor::End, Type::Plain)
}
