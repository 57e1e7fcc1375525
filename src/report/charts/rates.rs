//! Rates against size: one panel for each family of benchmarks that differ in size.

use plotters::element::DashedPathElement;
use plotters::prelude::*;

use super::RATES_FILE;
use super::axis::{Axis, linear_ticks, step_decimals};
use super::family::{Family, Point, families};
use super::marker::{Marker, Shape};
use super::theme::{
    self, Anchor, BLUE, Canvas, Drawn, FOREGROUND, GREEN, ORANGE, PURPLE, Type, WIDTH, faint, line, write,
};
use crate::compare::Comparison;
use crate::report::Chart;
use crate::report::escape::{elide, printable};
use crate::report::quantity::count;

/// Most panels.
const MOST: usize = 12;
/// Panels beside each other, and their size, pixels.
const COLUMNS: usize = 2;
const PANEL_WIDTH: i32 = WIDTH / COLUMNS as i32;
const PANEL_HEIGHT: i32 = 270;
/// Where the panels begin, pixels.
const TOP: i32 = 66;
/// Edges of the plot in a panel, pixels.
const PLOT_X: [i32; 2] = [64, PANEL_WIDTH - 28];
const PLOT_Y: [i32; 2] = [52, PANEL_HEIGHT - 44];
/// Room between the edges of the plot and the first and last size, for their labels.
const INSET: i32 = 28;
/// Longest label of a size, characters.
const LONGEST_LABEL: usize = 14;
/// What tells series apart; a panel draws no more of them.
const SERIES: [(Shape, RGBColor); 4] =
    [(Shape::Circle, BLUE), (Shape::Square, ORANGE), (Shape::Triangle, PURPLE), (Shape::Diamond, GREEN)];

const TITLE: &str = "Rate against size";

/// The chart, where at least one family has benchmarks of different sizes.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let mut families = families(&comparison.rows);
    let all = families.len();
    families.sort_by(|first, second| second.strength().total_cmp(&first.strength()));
    families.truncate(MOST);
    families.sort_by(|first, second| first.key().cmp(&second.key()));
    if families.is_empty() {
        return None;
    }
    let description = description(&families, all);
    let lines = families.len().div_ceil(COLUMNS) as i32;
    let svg =
        theme::document(TOP + lines * PANEL_HEIGHT, TITLE, &description, |canvas| draw(canvas, &families))?;
    Some(Chart { file_name: RATES_FILE, title: TITLE, description, svg })
}

fn description(families: &[Family<'_>], all: usize) -> String {
    let panels = if families.len() == all {
        "each family of benchmarks".to_owned()
    } else {
        format!("the {} of {} families that changed most", count(families.len() as u64), count(all as u64))
    };
    let longest = families.iter().map(|family| family.series.len()).max().unwrap_or(0);
    let series = if longest > SERIES.len() {
        format!("; the first {} series of each", SERIES.len())
    } else {
        String::new()
    };
    format!(
        "Leading rate of {panels}{series}; sizes are placed by the declared work of an iteration on a log axis; \
         baseline hollow and dashed, candidate filled."
    )
}

fn draw(canvas: &Canvas<'_>, families: &[Family<'_>]) -> Drawn {
    write(canvas, TITLE, (8, 16), Anchor::Start, Type::Title)?;
    legend(canvas)?;
    for (index, family) in families.iter().enumerate() {
        let corner = ((index % COLUMNS) as i32 * PANEL_WIDTH, TOP + (index / COLUMNS) as i32 * PANEL_HEIGHT);
        panel(canvas, family, corner)?;
    }
    Ok(())
}

fn legend(canvas: &Canvas<'_>) -> Drawn {
    for (side, x) in [(0, 12), (1, 124)] {
        curve(canvas, vec![(x, 44), (x + 32, 44)], side, FOREGROUND)?;
        mark(side, SERIES[0].0, FOREGROUND).draw(canvas, (x + 16, 44))?;
        write(canvas, ["baseline", "candidate"][side], (x + 40, 44), Anchor::Start, Type::Plain)?;
    }
    let sizes = "sizes placed by declared work, log axis";
    write(canvas, sizes, (PANEL_WIDTH + PLOT_X[1], 44), Anchor::End, Type::Plain)
}

fn mark(side: usize, shape: Shape, colour: RGBColor) -> Marker {
    Marker { shape, colour, filled: side == 1 }
}

/// A line through points: dashed for the baseline, solid for the candidate.
fn curve(canvas: &Canvas<'_>, points: Vec<(i32, i32)>, side: usize, colour: RGBColor) -> Drawn {
    let style = colour.stroke_width(2);
    if side == 0 {
        canvas.draw(&DashedPathElement::new(points, 5, 4, style))
    } else {
        canvas.draw(&PathElement::new(points, style))
    }
}

fn panel(canvas: &Canvas<'_>, family: &Family<'_>, (left, top): (i32, i32)) -> Drawn {
    let pixels_x = PLOT_X.map(|x| left + x);
    let pixels_y = PLOT_Y.map(|y| top + y);
    let horizontal =
        Axis { values: family.sizes().map(f64::ln), pixels: [pixels_x[0] + INSET, pixels_x[1] - INSET] };
    let vertical = Axis { values: [0.0, family.fastest() * 1.08], pixels: [pixels_y[1], pixels_y[0]] };
    panel_title(canvas, family, (left, top))?;
    rate_grid(canvas, &vertical, pixels_x)?;
    size_labels(canvas, family, &horizontal, pixels_y[1])?;
    for (series, (shape, colour)) in family.series.iter().zip(SERIES) {
        for side in [0, 1] {
            let points = places(&series.points, side, &horizontal, &vertical);
            curve(canvas, points.clone(), side, colour)?;
            for at in points {
                mark(side, shape, colour).draw(canvas, at)?;
            }
        }
    }
    Ok(())
}

fn places(points: &[Point<'_>], side: usize, horizontal: &Axis, vertical: &Axis) -> Vec<(i32, i32)> {
    let place = |point: &Point<'_>| Some((horizontal.at(point.work.ln()), vertical.at(point.rates[side]?)));
    points.iter().filter_map(place).collect()
}

/// Name and unit of a family; where it has several series, the mark and name of each.
fn panel_title(canvas: &Canvas<'_>, family: &Family<'_>, (left, top): (i32, i32)) -> Drawn {
    let unit = family.rate.unit();
    let name = elide(&printable(family.name), theme::name_characters(PANEL_WIDTH - 140));
    write(canvas, &name, (left + 8, top + 10), Anchor::Start, Type::Panel)?;
    write(canvas, unit, (left + PLOT_X[1], top + 10), Anchor::End, Type::Plain)?;
    if family.series.len() < 2 {
        return Ok(());
    }
    let mut x = left + 16;
    for (series, (shape, colour)) in family.series.iter().zip(SERIES) {
        let name = elide(&printable(&series.name), LONGEST_LABEL);
        mark(1, shape, colour).draw(canvas, (x, top + 32))?;
        write(canvas, &name, (x + 10, top + 32), Anchor::Start, Type::Plain)?;
        x += theme::plain_width(&name) + 30;
    }
    Ok(())
}

fn rate_grid(canvas: &Canvas<'_>, axis: &Axis, [left, right]: [i32; 2]) -> Drawn {
    let ticks = linear_ticks(axis.values, 5.0);
    let decimals = ticks.get(1).map_or(0, |second| step_decimals(second * 1.001));
    for value in ticks {
        let y = axis.at(value);
        line(canvas, (left, y), (right, y), faint())?;
        write(canvas, &format!("{value:.decimals$}"), (left - 8, y), Anchor::End, Type::Plain)?;
    }
    Ok(())
}

/// The names of the sizes below their points; those without room are left out.
fn size_labels(canvas: &Canvas<'_>, family: &Family<'_>, axis: &Axis, bottom: i32) -> Drawn {
    let mut free = i32::MIN;
    for (work, label) in family.labels() {
        let x = axis.at(work.ln());
        line(canvas, (x, bottom), (x, bottom + 5), FOREGROUND.stroke_width(1))?;
        let label = elide(&printable(label), LONGEST_LABEL);
        let half_width = theme::plain_width(&label) / 2;
        if x - half_width >= free {
            write(canvas, &label, (x, bottom + 16), Anchor::Middle, Type::Plain)?;
            free = x + half_width + 8;
        }
    }
    Ok(())
}
