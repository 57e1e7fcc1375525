//! The samples behind the changed rows: a strip of dots for each round of each side.

use plotters::prelude::*;

use super::axis::{Axis, linear_ticks, vertical_grid};
use super::chart::{Chart, changed_most};
use super::kinds::SAMPLES;
use super::legend::{self, Legend, Symbol};
use super::marker::{Marker, Shape, arrow};
use super::palette::SIDES;
use super::panel::{COLUMNS, WIDTH, chart_width};
use super::scale::labelled;
use super::theme::{self, Anchor, Canvas, Drawn, Labels, Place, Type, line, write};
use crate::compare::{Comparison, Row, Side, Sides};
use crate::model::{Round, cut};
use crate::report::change::effect;
use crate::report::order::{report_order, strength, strongest};
use crate::report::quantity::{TimeUnit, count, things};
use crate::stats::median;

/// Most rows that are drawn.
const MOST: usize = 10;
/// Most rounds of a side that are drawn.
const MOST_ROUNDS: usize = 10;
/// Dots of a side, shared by its rounds: more would only blacken the strip.
const MOST_DOTS: usize = 60;
/// Height of a strip, pixels.
const STRIP: i32 = 10;
/// Height of the title of a panel and of its axis, pixels.
const PANEL_TITLE: i32 = 30;
const PANEL_AXIS: i32 = 48;
/// Left and right edge of the plot in a panel, pixels.
const PLOT: [i32; 2] = [92, WIDTH - 34];
/// Length of the arrows beside it, pixels: of samples beyond the axis.
const BEYOND: i32 = 12;
/// Room between the labels of ticks, pixels.
const APART: i32 = 8;

/// The chart, where at least one row changed and has samples.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let measured = |rounds: &Vec<Round>| rounds.iter().any(|round| !round.samples.is_empty());
    let is_drawn = |row: &&Row| row.verdict.is_change() && row.rounds.iter().all(measured);
    let rows: Vec<&Row> = report_order(&comparison.rows).into_iter().filter(is_drawn).collect();
    let all = rows.len();
    let rows = strongest(rows, MOST, |row| strength(row)[0]);
    if rows.is_empty() {
        return None;
    }
    let shown = changed_most(rows.len(), all, things(all, "changed row"), "changed rows");
    let description = format!(
        "Time per iteration, one strip a round, {shown}; vertical marks: medians of rounds; up to {MOST_DOTS} samples a \
         side, evenly spaced in rank; arrows: samples beyond the axis, which holds at least 96 % of all."
    );
    let width = chart_width(rows.len());
    let legend = legend(comparison, width);
    let tops = tops(&rows, legend.bottom());
    let names = names(&rows);
    let size = [width, tops.last().copied().unwrap_or(0) + 4];
    SAMPLES.chart(size, description, |canvas| {
        legend.draw(canvas)?;
        rows.iter().zip(&names).enumerate().try_for_each(|(index, (row, name))| {
            let left = (index % COLUMNS) as i32 * WIDTH;
            panel(canvas, row, name, (left, tops[index / COLUMNS]))
        })
    })
}

fn legend(comparison: &Comparison, width: i32) -> Legend {
    let dot = |side| Marker { shape: Shape::Circle, colour: SIDES[side], filled: true };
    let sides = legend::sides(comparison, |side| Symbol::Mark(dot(side)));
    let others = [(Symbol::Middle, "median of a round"), (Symbol::Beyond, "samples beyond the axis")];
    Legend::new(width, sides.into_iter().chain(others.map(|(symbol, words)| (symbol, words.to_owned()))))
}

/// The tops of the lines of panels, and the bottom of the last: a line is as high as its highest panel.
fn tops(rows: &[&Row], first: i32) -> Vec<i32> {
    let mut tops = vec![first];
    for line in rows.chunks(COLUMNS) {
        let height = line.iter().map(|row| panel_height(row)).max().unwrap_or(0);
        tops.push(tops[tops.len() - 1] + height);
    }
    tops
}

fn panel_height(row: &Row) -> i32 {
    let strips: usize = row.rounds.iter().map(|rounds| rounds.len().min(MOST_ROUNDS)).sum();
    PANEL_TITLE + (strips as i32 + 2) * STRIP + PANEL_AXIS
}

/// The labels of rows as they fit beside the change of each.
fn names(rows: &[&Row]) -> Vec<String> {
    let labels: Vec<String> = rows.iter().map(|row| row.label.clone()).collect();
    let longest = rows.iter().map(|row| theme::plain_width(&change(row))).max().unwrap_or(0);
    cut(&labels, theme::name_characters(WIDTH - 36 - longest))
}

fn change(row: &Row) -> String {
    row.time_change().map_or_else(String::new, |change| effect(&change))
}

fn panel(canvas: &Canvas<'_>, row: &Row, name: &str, (left, top): Place) -> Drawn {
    let sides = row.rounds.as_ref().map(|rounds| shown(rounds));
    let times = Times::of(&sides, left);
    let strips = sides.iter().map(Vec::len).sum::<usize>() as i32;
    let bottom = top + PANEL_TITLE + (strips + 2) * STRIP;
    write(canvas, name, (left + 8, top + 12), Anchor::Start, Type::Name)?;
    write(canvas, &change(row), (left + WIDTH - 14, top + 12), Anchor::End, Type::Plain)?;
    times.draw(canvas, &sides, [top + PANEL_TITLE, bottom])?;
    let mut y = top + PANEL_TITLE + STRIP;
    for side in Side::BOTH {
        let (rounds, colour) = (&sides[side], SIDES[side]);
        let middle = y + (rounds.len() as i32 - 1) * STRIP / 2;
        write(canvas, side.name(), (left + PLOT[0] - BEYOND - 8, middle), Anchor::End, Type::Plain)?;
        for round in rounds {
            strip(canvas, round, &times.axis, y, (colour, MOST_DOTS / rounds.len()))?;
            y += STRIP;
        }
        y += STRIP;
    }
    Ok(())
}

/// Rounds with samples, evenly spaced where there are too many.
fn shown(rounds: &[Round]) -> Vec<&Round> {
    spaced(rounds.iter().filter(|round| !round.samples.is_empty()).collect(), MOST_ROUNDS)
}

/// At most so many of the items, evenly spaced, with the first and the last.
fn spaced<T: Copy>(items: Vec<T>, most: usize) -> Vec<T> {
    if items.len() <= most {
        return items;
    }
    let last = items.len() - 1;
    (0..most).map(|index| items[index * last / (most - 1).max(1)]).collect()
}

/// The axis of a panel. Its ends are the 2nd and 98th percentile of all samples with some room, so that one stray sample
/// does not squeeze the others.
struct Times {
    axis: Axis,
    unit: TimeUnit,
}

impl Times {
    fn of(sides: &Sides<Vec<&Round>>, left: i32) -> Self {
        let mut samples: Vec<f64> = samples(sides).collect();
        samples.sort_by(f64::total_cmp);
        let last = samples.len() - 1;
        let [low, high] = [samples[last / 50], samples[last - last / 50]];
        let room = ((high - low) * 0.1).max(low * 1e-3);
        let axis = Axis { values: [low - room, high + room], pixels: PLOT.map(|x| left + x) };
        Times { axis, unit: TimeUnit::of(low) }
    }

    /// The grid, the unit, and how many samples lie beyond the axis.
    fn draw(&self, canvas: &Canvas<'_>, sides: &Sides<Vec<&Round>>, heights: [i32; 2]) -> Drawn {
        let unit = self.unit.nanoseconds;
        let ticks = labelled(linear_ticks(self.axis.values.map(|end| end / unit), 5.0));
        let ticks = self.axis.places(ticks.into_iter().map(|(value, label)| (value * unit, label)));
        let [left, right] = self.axis.pixels;
        let labels = Labels::within([left - PLOT[0] + 2, right + WIDTH - PLOT[1] - 2], APART);
        vertical_grid(canvas, &ticks, heights, labels)?;
        let y = heights[1] + 28;
        write(canvas, self.unit.suffix, (right, y), Anchor::End, Type::Plain)?;
        let beyond = samples(sides).filter(|sample| self.axis.clips(*sample)).count();
        if beyond == 0 {
            return Ok(());
        }
        let all = count(samples(sides).count() as u64);
        let words = format!("{} of {all} samples beyond the axis", count(beyond as u64));
        write(canvas, &words, (left, y), Anchor::Start, Type::Plain)
    }
}

fn samples(sides: &Sides<Vec<&Round>>) -> impl Iterator<Item = f64> {
    sides.iter().flatten().flat_map(|round| round.samples.iter().copied())
}

/// The samples of a round as dots, its median as a vertical mark; those beyond the axis as arrows at its edges.
fn strip(
    canvas: &Canvas<'_>,
    round: &Round,
    axis: &Axis,
    y: i32,
    (colour, dots): (RGBColor, usize),
) -> Drawn {
    let mut samples = round.samples.clone();
    samples.sort_by(f64::total_cmp);
    let [low, high] = axis.values;
    for (direction, edge) in [(-1, samples[0] < low), (1, samples[samples.len() - 1] > high)] {
        if edge {
            let end = axis.pixels[usize::from(direction > 0)];
            arrow(canvas, (end + BEYOND * direction, y), direction, colour)?;
        }
    }
    let middle = median(&mut samples.clone());
    samples.retain(|sample| !axis.clips(*sample));
    for sample in spaced(samples, dots.max(2)) {
        canvas.draw(&Circle::new((axis.at(sample), y), 2, colour.mix(0.5).filled()))?;
    }
    let middle = middle.map_or(0, |middle| axis.at(middle));
    line(canvas, (middle, y - 5), (middle, y + 5), colour.stroke_width(2))
}
