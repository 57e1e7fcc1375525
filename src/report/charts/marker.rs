//! Marks of different shapes, so that colour is never the only carrier.

use plotters::prelude::*;

use super::theme::{Canvas, Drawn, Place, line};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    Circle,
    Square,
    Triangle,
    /// Points down.
    TriangleDown,
    Diamond,
}

/// A mark: its shape, its colour, and whether it is filled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marker {
    pub(super) shape: Shape,
    pub(super) colour: RGBColor,
    pub(super) filled: bool,
}

/// Half the height of a mark, pixels.
const RADIUS: i32 = 5;
/// Length of the head of an arrow between two marks, pixels.
const HEAD: f64 = 6.0;
/// Length of an arrow head at the edge of a plot, pixels.
pub(super) const ARROW: i32 = 9;
/// Half the height of an arrow head: those of neighbouring strips do not touch, pixels.
const HALF: i32 = 4;

impl Marker {
    pub(super) fn draw(&self, canvas: &Canvas<'_>, (x, y): (i32, i32)) -> Drawn {
        let style = if self.filled { self.colour.filled() } else { self.colour.stroke_width(2) };
        let corners = match self.shape {
            Shape::Circle => return canvas.draw(&Circle::new((x, y), RADIUS - 1, style)),
            Shape::Square => vec![(-3, -3), (3, -3), (3, 3), (-3, 3)],
            Shape::Triangle => vec![(0, -RADIUS), (RADIUS, 3), (-RADIUS, 3)],
            Shape::TriangleDown => vec![(0, RADIUS), (RADIUS, -3), (-RADIUS, -3)],
            Shape::Diamond => vec![(0, -RADIUS), (RADIUS, 0), (0, RADIUS), (-RADIUS, 0)],
        };
        let mut corners: Vec<(i32, i32)> = corners.into_iter().map(|(dx, dy)| (x + dx, y + dy)).collect();
        if self.filled {
            return canvas.draw(&Polygon::new(corners, style));
        }
        corners.push(corners[0]);
        canvas.draw(&PathElement::new(corners, style))
    }
}

/// An arrow head at the edge of a plot: the value lies beyond it. `direction` is 1 for right, -1 for left.
pub(super) fn arrow(canvas: &Canvas<'_>, (x, y): (i32, i32), direction: i32, colour: RGBColor) -> Drawn {
    let back = x - ARROW * direction;
    canvas.draw(&Polygon::new(vec![(x, y), (back, y - HALF), (back, y + HALF)], colour.filled()))
}

/// An arrow from one mark to another, which do not touch.
pub(super) fn pointer(canvas: &Canvas<'_>, [from, to]: [Place; 2], colour: RGBColor) -> Drawn {
    let [along, down] = [to.0 - from.0, to.1 - from.1].map(f64::from);
    let length = along.hypot(down);
    let at = |distance: f64, aside: f64| {
        let x = distance * along - aside * down;
        let y = distance * down + aside * along;
        (from.0 + (x / length).round() as i32, from.1 + (y / length).round() as i32)
    };
    let tip = length - f64::from(RADIUS);
    let half = f64::from(HALF);
    line(canvas, at(f64::from(RADIUS), 0.0), at(tip - HEAD / 2.0, 0.0), colour.stroke_width(2))?;
    let head = vec![at(tip, 0.0), at(tip - HEAD, half), at(tip - HEAD, -half)];
    canvas.draw(&Polygon::new(head, colour.filled()))
}
