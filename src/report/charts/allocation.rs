//! Allocation of both sides as paired bars.

use std::cmp::Reverse;

use plotters::prelude::*;

use super::ALLOCATION_FILE;
use super::axis::{Axis, nice_step, vertical_grid};
use super::theme::{self, Anchor, Canvas, Drawn, FOREGROUND, PURPLE, Type, bar, write};
use crate::compare::{AllocationVerdict, Comparison, Row};
use crate::report::Chart;
use crate::report::escape::{elide, printable};
use crate::report::order::bytes_apart;
use crate::report::quantity::{bytes, count, things};

/// Most rows whose allocation changed.
const MOST_CHANGED: usize = 30;
/// Most rows where none changed.
const MOST_SAME: usize = 15;
/// Ratio of the largest to the smallest allocation above which the axis is logarithmic.
const WIDE: f64 = 100.0;
/// Left and right edge of the plot, pixels.
const PLOT: [i32; 2] = [300, 712];
/// Height of a row, pixels.
const ROW: i32 = 34;
/// Height of a bar, pixels.
const BAR: i32 = 12;
/// Where the rows begin, pixels.
const TOP: i32 = 66;

const TITLE: &str = "Bytes allocated per iteration";

/// A row and the bytes it allocates on each side.
struct Pair<'a> {
    row: &'a Row,
    sides: [u64; 2],
}

/// The chart, where at least one row allocates.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let (pairs, selection) = select(comparison);
    if pairs.is_empty() {
        return None;
    }
    let scale = Scale::of(&pairs);
    let form = if scale.logarithmic { "log axis" } else { "linear axis" };
    let description = format!("{selection}; {form}; baseline hollow, candidate filled.");
    let height = TOP + ROW * pairs.len() as i32 + 30;
    let svg = theme::document(height, TITLE, &description, |canvas| draw(canvas, &pairs, &scale))?;
    Some(Chart { file_name: ALLOCATION_FILE, title: TITLE, description, svg })
}

/// The rows whose allocation differs most; where none does, those that allocate most.
fn select(comparison: &Comparison) -> (Vec<Pair<'_>>, String) {
    let differs =
        |row: &&Row| row.allocation.is_some_and(|allocation| allocation.verdict != AllocationVerdict::Same);
    let mut changed: Vec<&Row> = comparison.rows.iter().filter(differs).collect();
    if !changed.is_empty() {
        changed.sort_by_key(|row| Reverse(row.allocation.as_ref().map(bytes_apart)));
        let selection = selection("whose allocation differs", changed.len(), MOST_CHANGED);
        return (pairs(&changed, MOST_CHANGED), selection);
    }
    let allocated = |row: &Row| row.allocation.map_or(0, |allocation| allocation.bytes.candidate.high);
    let mut same: Vec<&Row> = comparison.rows.iter().filter(|row| allocated(row) > 0).collect();
    same.sort_by_key(|row| Reverse(allocated(row)));
    (pairs(&same, MOST_SAME), selection("that allocate, all equally on both sides", same.len(), MOST_SAME))
}

fn selection(which: &str, all: usize, most: usize) -> String {
    if all <= most {
        format!("{} {which}", things(all, "row"))
    } else {
        format!("the largest {} of {} rows {which}", count(most as u64), count(all as u64))
    }
}

fn pairs<'a>(rows: &[&'a Row], most: usize) -> Vec<Pair<'a>> {
    rows.iter()
        .take(most)
        .filter_map(|row| {
            let bytes = row.allocation.as_ref()?.bytes;
            Some(Pair { row, sides: [bytes.baseline.high, bytes.candidate.high] })
        })
        .collect()
}

/// The axis of bytes.
struct Scale {
    logarithmic: bool,
    axis: Axis,
    ticks: Vec<(f64, String)>,
}

impl Scale {
    fn of(pairs: &[Pair<'_>]) -> Self {
        let sizes =
            || pairs.iter().flat_map(|pair| pair.sides).filter(|size| *size > 0).map(|size| size as f64);
        let largest = sizes().fold(1.0, f64::max);
        let smallest = sizes().fold(largest, f64::min);
        if largest / smallest > WIDE { Self::logarithmic(smallest, largest) } else { Self::linear(largest) }
    }

    fn linear(largest: f64) -> Self {
        let unit = 1024f64.powf((largest.log2() / 10.0).floor().max(0.0));
        let step = nice_step(largest / unit, 5.0) * unit;
        let ticks = (0..=5).map(|index| f64::from(index) * step).filter(|value| *value <= largest * 1.001);
        let ticks = ticks.map(|value| (value, bytes(value.round() as u64))).collect();
        Scale { logarithmic: false, axis: Axis { values: [0.0, largest], pixels: PLOT }, ticks }
    }

    /// An axis of log2 bytes that begins at a power of two below the smallest, so that its bar can be seen.
    fn logarithmic(smallest: f64, largest: f64) -> Self {
        let values = [(smallest.log2() - 1.0).floor().max(-1.0), largest.log2()];
        let step = ((values[1] - values[0]) / 5.0).ceil();
        let first = (values[0] / step).ceil() * step;
        let powers = (0..=5).map(|index| first + f64::from(index) * step);
        let powers = powers.filter(|power| (0.0..=values[1]).contains(power));
        let ticks = powers.map(|power| (power, bytes(power.exp2() as u64))).collect();
        Scale { logarithmic: true, axis: Axis { values, pixels: PLOT }, ticks }
    }

    /// The right end of a bar.
    fn at(&self, size: u64) -> i32 {
        match (self.logarithmic, size) {
            (true, 0) => PLOT[0],
            (true, _) => self.axis.at((size as f64).log2()),
            (false, _) => self.axis.at(size as f64),
        }
    }
}

fn draw(canvas: &Canvas<'_>, pairs: &[Pair<'_>], scale: &Scale) -> Drawn {
    write(canvas, TITLE, (8, 16), Anchor::Start, Type::Title)?;
    legend(canvas, scale.logarithmic)?;
    vertical_grid(canvas, &scale.axis, &scale.ticks, [TOP, TOP + ROW * pairs.len() as i32])?;
    for (index, pair) in pairs.iter().enumerate() {
        draw_pair(canvas, pair, scale, TOP + ROW * index as i32)?;
    }
    Ok(())
}

fn draw_pair(canvas: &Canvas<'_>, pair: &Pair<'_>, scale: &Scale, top: i32) -> Drawn {
    let middle = top + ROW / 2;
    let name = elide(&printable(&pair.row.label), theme::name_characters(PLOT[0] - 20));
    write(canvas, &name, (PLOT[0] - 12, middle), Anchor::End, Type::Name)?;
    let [baseline, candidate] = pair.sides.map(|size| scale.at(size));
    hollow(canvas, (PLOT[0], middle - BAR - 1), (baseline, middle - 2))?;
    bar(canvas, (PLOT[0], middle + 1), (candidate, middle + BAR), PURPLE)?;
    let text = format!("{} → {}", bytes(pair.sides[0]), bytes(pair.sides[1]));
    write(canvas, &text, (PLOT[1] + 12, middle), Anchor::Start, Type::Plain)
}

fn hollow(canvas: &Canvas<'_>, from: (i32, i32), to: (i32, i32)) -> Drawn {
    canvas.draw(&Rectangle::new([from, to], FOREGROUND.stroke_width(1)))
}

fn legend(canvas: &Canvas<'_>, logarithmic: bool) -> Drawn {
    hollow(canvas, (12, 38), (30, 50))?;
    write(canvas, "baseline", (38, 44), Anchor::Start, Type::Plain)?;
    bar(canvas, (112, 38), (130, 50), PURPLE)?;
    write(canvas, "candidate", (138, 44), Anchor::Start, Type::Plain)?;
    let form = if logarithmic { "log axis" } else { "linear axis" };
    write(canvas, form, (PLOT[1], 44), Anchor::End, Type::Plain)
}
