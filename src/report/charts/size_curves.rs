//! A panel of curves over sizes: one a series and side, sizes on a log axis with their names below.

use plotters::prelude::*;

use super::axis::Axis;
use super::marker::Shape;
use super::panel::{self, Panel, curve, mark};
use super::scale::Scale;
use super::theme::{
    self, Anchor, BLUE, Canvas, Drawn, FOREGROUND, GREEN, Labels, ORANGE, PURPLE, Type, line, write,
};
use crate::compare::{Side, Sides};
use crate::report::escape::{elide, printable};

/// What tells series apart; a panel draws no more of them.
pub(super) const SERIES: [(Shape, RGBColor); 4] =
    [(Shape::Circle, BLUE), (Shape::Square, ORANGE), (Shape::Triangle, PURPLE), (Shape::Diamond, GREEN)];
/// Longest label of a size, characters.
const LONGEST_LABEL: usize = 14;

/// Points of the same kind, sorted by size.
#[derive(Debug)]
pub(super) struct Series<'a> {
    /// What kind.
    pub(super) name: String,
    /// Sorted by size.
    pub(super) points: Vec<Point<'a>>,
}

/// A size and its values.
#[derive(Debug)]
pub(super) struct Point<'a> {
    /// The size, at least 1.
    pub(super) size: f64,
    /// Its name.
    pub(super) label: &'a str,
    /// The values of baseline and candidate.
    pub(super) values: Sides<Option<f64>>,
}

/// What a description says where a panel has more series than are drawn.
pub(super) fn left_out(series: impl Iterator<Item = usize>) -> String {
    if series.max().is_some_and(|longest| longest > SERIES.len()) {
        format!("; the first {} series of each", SERIES.len())
    } else {
        String::new()
    }
}

/// All points of several series.
fn points<'a>(series: &'a [Series<'a>]) -> impl Iterator<Item = &'a Point<'a>> + Clone {
    series.iter().flat_map(|series| &series.points)
}

/// The least and the greatest size.
pub(super) fn sizes(series: &[Series<'_>]) -> [f64; 2] {
    let sizes = points(series).map(|point| point.size);
    [sizes.clone().fold(f64::INFINITY, f64::min), sizes.fold(0.0, f64::max)]
}

/// The axis of ln size.
pub(super) fn horizontal(panel: Panel, series: &[Series<'_>]) -> Axis {
    Axis { values: sizes(series).map(f64::ln), pixels: panel.horizontal() }
}

/// Every value of both sides.
pub(super) fn values(series: &[Series<'_>]) -> impl Iterator<Item = f64> {
    points(series).flat_map(|point| point.values.into_array()).flatten()
}

/// Sizes and their names, sorted by size; the shortest name where several share one.
fn labels<'a>(series: &'a [Series<'a>]) -> Vec<(f64, &'a str)> {
    let mut labels: Vec<(f64, &str)> = points(series).map(|point| (point.size, point.label)).collect();
    labels.sort_by(|first, second| {
        first.0.total_cmp(&second.0).then(first.1.len().cmp(&second.1.len())).then(first.1.cmp(second.1))
    });
    labels.dedup_by(|second, first| first.0 == second.0);
    labels
}

/// The marks of the two sides, and a word on the axes.
pub(super) fn legend(canvas: &Canvas<'_>, axes: &str) -> Drawn {
    panel::legend(canvas, Sides::of(|side| mark(side, SERIES[0].0, FOREGROUND)), true, axes)
}

/// Draws the series into a panel that has its title.
pub(super) fn draw(canvas: &Canvas<'_>, panel: Panel, series: &[Series<'_>], scale: &Scale) -> Drawn {
    let horizontal = horizontal(panel, series);
    names(canvas, panel, series)?;
    panel.grid(canvas, &scale.axis, &scale.ticks)?;
    size_labels(canvas, series, &horizontal, panel.vertical()[0])?;
    for (series, (shape, colour)) in series.iter().zip(SERIES) {
        for side in Side::BOTH {
            let points = places(&series.points, side, &horizontal, scale);
            curve(canvas, points.clone(), side, colour)?;
            for at in points {
                mark(side, shape, colour).draw(canvas, at)?;
            }
        }
    }
    Ok(())
}

fn places(points: &[Point<'_>], side: Side, horizontal: &Axis, scale: &Scale) -> Vec<(i32, i32)> {
    let place = |point: &Point<'_>| Some((horizontal.at(point.size.ln()), scale.at(point.values[side]?)));
    points.iter().filter_map(place).collect()
}

/// The mark and name of each series, where there are several.
fn names(canvas: &Canvas<'_>, panel: Panel, series: &[Series<'_>]) -> Drawn {
    if series.len() < 2 {
        return Ok(());
    }
    let (mut x, y) = (panel.left + 16, panel.top + 32);
    for (series, (shape, colour)) in series.iter().zip(SERIES) {
        let name = elide(&printable(&series.name), LONGEST_LABEL);
        mark(Side::Candidate, shape, colour).draw(canvas, (x, y))?;
        write(canvas, &name, (x + 10, y), Anchor::Start, Type::Plain)?;
        x += theme::plain_width(&name) + 30;
    }
    Ok(())
}

/// The names of the sizes below their points; those without room are left out.
fn size_labels(canvas: &Canvas<'_>, series: &[Series<'_>], axis: &Axis, bottom: i32) -> Drawn {
    let mut row = Labels::apart(8);
    for (size, label) in labels(series) {
        let x = axis.at(size.ln());
        line(canvas, (x, bottom), (x, bottom + 5), FOREGROUND.stroke_width(1))?;
        let label = elide(&printable(label), LONGEST_LABEL);
        row.write(canvas, &label, (x, bottom + 16))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_several_series_share_have_one_name() {
        let point = |size, label| Point { size, label, values: Sides::new(Some(1.0), None) };
        let series = [
            Series { name: "f32".to_owned(), points: vec![point(10.0, "ten"), point(80.0, "80")] },
            Series { name: "f16".to_owned(), points: vec![point(10.0, "10")] },
        ];
        assert_eq!(labels(&series), [(10.0, "10"), (80.0, "80")]);
        assert_eq!(sizes(&series), [10.0, 80.0]);
        assert_eq!(values(&series).count(), 3);
    }
}
