//! The samples behind the changed rows: a strip of dots for each round of each side.

use plotters::prelude::*;

use super::axis::{Axis, linear_ticks, vertical_grid};
use super::chart::{Chart, changed_most};
use super::kinds::SAMPLES;
use super::panel::{COLUMNS, WIDTH};
use super::scale::labelled;
use super::theme::{self, Anchor, Canvas, Drawn, FOREGROUND, PURPLE, Type, line, write};
use crate::compare::{Comparison, Row, Side, Sides};
use crate::model::{Round, cut};
use crate::report::change::effect;
use crate::report::order::by_strength;
use crate::report::quantity::{TimeUnit, things};
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
const PANEL_AXIS: i32 = 44;
/// Where the panels begin, pixels.
const TOP: i32 = 40;
/// Left and right edge of the plot in a panel, pixels.
const PLOT: [i32; 2] = [82, WIDTH - 22];

const COLOURS: Sides<RGBColor> = Sides::new(FOREGROUND, PURPLE);

/// The chart, where at least one row changed and has samples.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let measured = |rounds: &Vec<Round>| rounds.iter().any(|round| !round.samples.is_empty());
    let is_drawn = |row: &&Row| row.verdict.is_change() && row.rounds.iter().all(measured);
    let mut rows: Vec<&Row> = comparison.rows.iter().filter(is_drawn).collect();
    rows.sort_by(|first, second| by_strength(first, second));
    let all = rows.len();
    rows.truncate(MOST);
    if rows.is_empty() {
        return None;
    }
    let shown = changed_most(rows.len(), all, things(all, "changed row"), "changed rows");
    let description = format!(
        "Time per iteration, one strip a round, {shown}; vertical marks: medians of rounds; up to {MOST_DOTS} samples a \
         side, evenly spaced in rank."
    );
    let tops = tops(&rows);
    let height = tops.last().copied().unwrap_or(TOP) + 4;
    let names = names(&rows);
    SAMPLES.chart(height, description, |canvas| {
        rows.iter().zip(&names).enumerate().try_for_each(|(index, (row, name))| {
            let left = (index % COLUMNS) as i32 * WIDTH;
            panel(canvas, row, name, (left, tops[index / COLUMNS]))
        })
    })
}

/// The tops of the lines of panels, and the bottom of the last: a line is as high as its highest panel.
fn tops(rows: &[&Row]) -> Vec<i32> {
    let mut tops = vec![TOP];
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
    cut(&labels, theme::name_characters(WIDTH - 30 - longest))
}

fn change(row: &Row) -> String {
    row.time_change().map_or_else(String::new, |change| effect(&change))
}

fn panel(canvas: &Canvas<'_>, row: &Row, name: &str, (left, top): (i32, i32)) -> Drawn {
    let sides = row.rounds.as_ref().map(|rounds| shown(rounds));
    let (axis, ticks, unit) = time_axis(&sides, left);
    let strips = sides.iter().map(Vec::len).sum::<usize>() as i32;
    let bottom = top + PANEL_TITLE + (strips + 2) * STRIP;
    write(canvas, name, (left + 8, top + 12), Anchor::Start, Type::Name)?;
    write(canvas, &change(row), (left + PLOT[1], top + 12), Anchor::End, Type::Plain)?;
    vertical_grid(canvas, &axis, &ticks, [top + PANEL_TITLE, bottom])?;
    write(canvas, unit, (left + PLOT[1], bottom + 27), Anchor::End, Type::Plain)?;
    let mut y = top + PANEL_TITLE + STRIP;
    for side in Side::BOTH {
        let (rounds, colour) = (&sides[side], COLOURS[side]);
        let middle = y + (rounds.len() as i32 - 1) * STRIP / 2;
        write(canvas, side.name(), (left + PLOT[0] - 10, middle), Anchor::End, Type::Plain)?;
        for round in rounds {
            strip(canvas, round, &axis, y, (colour, MOST_DOTS / rounds.len()))?;
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

/// The axis of a panel in the unit that suits it. Its ends are the 2nd and 98th percentile of all samples with
/// some room, so that one stray sample does not squeeze the others; strays lie on the edge.
fn time_axis(sides: &Sides<Vec<&Round>>, left: i32) -> (Axis, Vec<(f64, String)>, &'static str) {
    let mut samples: Vec<f64> =
        sides.iter().flatten().flat_map(|round| round.samples.iter().copied()).collect();
    samples.sort_by(f64::total_cmp);
    let last = samples.len() - 1;
    let [low, high] = [samples[last / 50], samples[last - last / 50]];
    let room = ((high - low) * 0.1).max(low * 1e-3);
    let values = [low - room, high + room];
    let unit = TimeUnit::of(low);
    let ticks = linear_ticks(values.map(|end| end / unit.nanoseconds), 5.0);
    let ticks = labelled(ticks).into_iter().map(|(value, label)| (value * unit.nanoseconds, label));
    (Axis { values, pixels: PLOT.map(|x| left + x) }, ticks.collect(), unit.suffix)
}

/// The samples of a round as dots, its median as a vertical mark.
fn strip(
    canvas: &Canvas<'_>,
    round: &Round,
    axis: &Axis,
    y: i32,
    (colour, dots): (RGBColor, usize),
) -> Drawn {
    let mut samples = round.samples.clone();
    samples.sort_by(f64::total_cmp);
    for sample in spaced(samples, dots.max(2)) {
        canvas.draw(&Circle::new((axis.at(sample), y), 2, colour.mix(0.5).filled()))?;
    }
    let middle = median(&mut round.samples.clone()).map_or(0, |middle| axis.at(middle));
    line(canvas, (middle, y - 5), (middle, y + 5), colour.stroke_width(2))
}
