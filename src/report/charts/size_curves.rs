//! A panel of curves over sizes: one a series and side, sizes on a log axis with their names and numbers below.

use plotters::prelude::*;

use super::axis::Axis;
use super::dots::interval_entry;
use super::legend::{self, Entry, Legend, Symbol};
use super::marker::Marker;
use super::palette::{FAMILY, INK, MARKS, SHAPES, of_family};
use super::panel::{self, Panel, chart_width};
use super::scale::Scale;
use super::theme::{self, Anchor, Canvas, Drawn, Labels, Type, curve, line, write};
use super::whisker;
use crate::compare::{Comparison, Side, Sides};
use crate::dtype::Dtype;
use crate::report::escape::{elide, printable};
use crate::report::quantity::short;

/// Fewest sizes of a series that make a curve: through two points goes any.
const FEWEST_SIZES: usize = 3;
/// Longest label of a size, characters.
const LONGEST_LABEL: usize = 14;
/// From the end of the name of a series to that of the next one's marks, pixels.
const NAME_APART: i32 = 40;
/// Room between labels, pixels.
const APART: i32 = 8;

/// Points of the same kind, sorted by size.
#[derive(Debug)]
pub(super) struct Series<'a> {
    pub(super) name: String,
    /// Sorted by size.
    pub(super) points: Vec<Point<'a>>,
}

#[derive(Debug)]
pub(super) struct Point<'a> {
    /// The size, at least 1.
    pub(super) size: f64,
    pub(super) label: &'a str,
    pub(super) values: Sides<Option<f64>>,
    /// Where the candidate's value lies, where that is known.
    pub(super) interval: Option<[f64; 2]>,
}

/// What a description says where a panel has more series than are drawn.
pub(super) fn left_out(series: impl Iterator<Item = usize>) -> String {
    if series.max().is_some_and(|longest| longest > FAMILY.len()) {
        format!("; the first {} series of each", FAMILY.len())
    } else {
        String::new()
    }
}

/// Some series has sizes enough for a curve.
pub(super) fn has_curve(series: &[Series<'_>]) -> bool {
    series.iter().any(|series| {
        let sizes = series.points.chunk_by(|point, next| point.size == next.size);
        sizes.count() >= FEWEST_SIZES
    })
}

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

/// Every value of both sides and what is to be seen of their intervals.
pub(super) fn values(series: &[Series<'_>]) -> impl Iterator<Item = f64> {
    points(series).flat_map(|point| whisker::amounts(point.values, point.interval))
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

/// The marks of the two sides with their intervals, and a word on the axes.
pub(super) fn legend<'a>(
    comparison: &Comparison,
    panels: impl Iterator<Item = &'a [Series<'a>]> + Clone,
    axes: &str,
) -> Legend {
    let intervals = panels.clone().flat_map(points).any(|point| point.interval.is_some());
    let families = panels.clone().all(|series| series.len() > 1);
    // Where every panel has colours of its own, those of the sides are not to be seen.
    let mark = |side| if families { of_family(side, SHAPES[0], INK) } else { MARKS[side] };
    let sides = legend::sides(comparison, |side| Symbol::Curve(side, mark(side)));
    let interval = intervals.then(|| -> Entry {
        let (symbol, words) = interval_entry(comparison);
        (if families { Symbol::Interval(INK) } else { symbol }, words)
    });
    Legend::new(
        chart_width(panels.count()),
        sides.into_iter().chain(interval).chain([(Symbol::None, axes.to_owned())]),
    )
}

/// The marks of each series that is drawn: those of the sides where it is alone.
fn marks(series: &[Series<'_>]) -> Vec<Sides<Marker>> {
    if series.len() == 1 {
        return vec![MARKS];
    }
    let places: Option<Vec<usize>> = series.iter().map(|series| place_of_type(&series.name)).collect();
    let places = places.unwrap_or_else(|| (0..FAMILY.len().min(series.len())).collect());
    let of = |place: usize| Sides::of(|side| of_family(side, SHAPES[place], FAMILY[place]));
    places.into_iter().map(of).collect()
}

/// The place of an element type among the colours, so that it has the same one in every panel of every chart.
fn place_of_type(name: &str) -> Option<usize> {
    let types: [Dtype; FAMILY.len()] = [Dtype::F32, Dtype::F16, Dtype::Bf16, Dtype::F64];
    types.into_iter().position(|dtype| dtype.name() == name)
}

/// Draws the series into a panel that has its title.
pub(super) fn draw(canvas: &Canvas<'_>, panel: Panel, series: &[Series<'_>], scale: &Scale) -> Drawn {
    let horizontal = horizontal(panel, series);
    names(canvas, panel, series)?;
    panel.grid(canvas, &scale.ticks)?;
    size_labels(canvas, panel, series, &horizontal)?;
    for (series, marks) in series.iter().zip(marks(series)) {
        for point in &series.points {
            let Some(interval) = point.interval else { continue };
            let x = horizontal.at(point.size.ln());
            scale.whisker(interval).vertical(canvas, x, marks.candidate.colour)?;
        }
        for side in [Side::Candidate, Side::Baseline] {
            let points = places(&series.points, side, &horizontal, scale);
            curve(canvas, points.clone(), side, marks[side].colour)?;
            points.into_iter().try_for_each(|at| marks[side].draw(canvas, at))?;
        }
    }
    Ok(())
}

fn places(points: &[Point<'_>], side: Side, horizontal: &Axis, scale: &Scale) -> Vec<(i32, i32)> {
    let place = |point: &Point<'_>| Some((horizontal.at(point.size.ln()), scale.at(point.values[side]?)));
    points.iter().filter_map(place).collect()
}

/// The marks and the name of each series, where there are several.
fn names(canvas: &Canvas<'_>, panel: Panel, series: &[Series<'_>]) -> Drawn {
    if series.len() < 2 {
        return Ok(());
    }
    let (mut x, y) = (panel.left + 16, panel.top + 32);
    let room = (panel::WIDTH - 24) / series.len().min(FAMILY.len()) as i32;
    for (series, marks) in series.iter().zip(marks(series)) {
        let name = theme::fitting(&printable(&series.name), room - NAME_APART);
        if series.points.iter().any(|point| point.values.baseline.is_some()) {
            marks.baseline.draw(canvas, (x, y))?;
        }
        marks.candidate.draw(canvas, (x + 12, y))?;
        write(canvas, &name, (x + 22, y), Anchor::Start, Type::Plain)?;
        x += theme::plain_width(&name) + NAME_APART;
    }
    Ok(())
}

/// The names and the numbers of the sizes below their points; those without room are left out.
fn size_labels(canvas: &Canvas<'_>, panel: Panel, series: &[Series<'_>], axis: &Axis) -> Drawn {
    let bottom = panel.vertical()[0];
    let mut names = Labels::within(panel.ends(), APART);
    let mut numbers = Labels::within(panel.ends(), APART);
    for (size, label) in labels(series) {
        let x = axis.at(size.ln());
        line(canvas, (x, bottom), (x, bottom + 5), INK.stroke_width(1))?;
        names.write(canvas, &elide(&printable(label), LONGEST_LABEL), (x, bottom + 14))?;
        numbers.write(canvas, &number(size), (x, bottom + 29))?;
    }
    Ok(())
}

/// A size with three digits and a decimal prefix: `33.6 M`.
fn number(size: f64) -> String {
    const PREFIXES: [&str; 7] = ["", " k", " M", " G", " T", " P", " E"];
    // 999.6 thousand with three digits is a million.
    let rounded: f64 = format!("{size:.2e}").parse().unwrap_or(size);
    let power = (rounded.log10() / 3.0).floor().clamp(0.0, 6.0) as usize;
    let value = rounded / 1000f64.powi(power as i32);
    format!("{}{}", short(value, 2), PREFIXES[power])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series<'a>(name: &str, sizes: &[(f64, &'a str)]) -> Series<'a> {
        let point = |(size, label): &(f64, &'a str)| Point {
            size: *size,
            label,
            values: Sides::new(Some(1.0), None),
            interval: None,
        };
        Series { name: name.to_owned(), points: sizes.iter().map(point).collect() }
    }

    #[test]
    fn sizes_that_several_series_share_have_one_name() {
        let series = [series("f32", &[(10.0, "ten"), (80.0, "80")]), series("f16", &[(10.0, "10")])];
        assert_eq!(labels(&series), [(10.0, "10"), (80.0, "80")]);
        assert_eq!(sizes(&series), [10.0, 80.0]);
        assert_eq!(values(&series).count(), 3);
    }

    #[test]
    fn a_curve_has_three_sizes() {
        assert!(has_curve(&[series("", &[(1.0, "a"), (2.0, "b"), (4.0, "c")])]));
        assert!(!has_curve(&[series("", &[(1.0, "a"), (2.0, "b"), (2.0, "c")])]));
        let apart = [series("f16", &[(1.0, "a"), (2.0, "b")]), series("f32", &[(3.0, "c"), (4.0, "d")])];
        assert!(!has_curve(&apart));
    }

    #[test]
    fn an_element_type_has_one_colour_in_every_panel() {
        let colours = |names: &[&str]| -> Vec<RGBColor> {
            let series: Vec<Series<'_>> = names.iter().map(|name| series(name, &[(1.0, "a")])).collect();
            marks(&series).iter().map(|mark| mark.candidate.colour).collect()
        };
        assert_eq!(colours(&["bf16", "f16", "f32"])[2], colours(&["f16", "f32"])[1]);
        assert_eq!(colours(&["f32"]), [MARKS.candidate.colour], "a single one is the candidate's");
        let functions = colours(&["tiled f32", "naive f32", "f32"]);
        assert_eq!(functions, FAMILY[..3]);
    }

    #[test]
    fn sizes_are_numbers() {
        let sizes = [1.0, 96.0, 1000.0, 461_440.0, 999_600.0, 33_554_432.0, 6.88e12, 1e21];
        let expected = ["1", "96", "1 k", "461 k", "1 M", "33.6 M", "6.88 T", "1000 E"];
        assert_eq!(sizes.map(number), expected);
    }
}
