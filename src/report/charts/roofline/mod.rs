//! Roofline: the rate of each benchmark against its arithmetic intensity, below what its machine can do at most (Williams,
//! Waterman & Patterson 2009).

mod axes;
mod ceiling;
mod families;
mod plot;
mod point;

use std::collections::BTreeMap;

use self::families::Families;
use self::plot::Plot;
use self::point::Point;
use super::chart::{Chart, drawn};
use super::kinds::ROOFLINE;
use super::legend::{self, Legend, Symbol};
use super::palette::{INK, SHAPES, of_family};
use super::panel::WIDTH;
use crate::compare::{Comparison, Side};
use crate::model::Environment;
use crate::report::order::{report_order, strongest};
use crate::report::quantity::things;

/// Most benchmarks that are drawn.
const MOST: usize = 100;
/// Room below a plot, pixels.
const BELOW: i32 = 8;

/// The chart, where a row has a place: below the peaks of the candidate's machine, or of the baseline's where only those are
/// known.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let environment = |side: Side| &comparison.sides[side].baseline.environment;
    let known = |side: &Side| !environment(*side).peaks.is_empty();
    let held_against = [Side::Candidate, Side::Baseline].into_iter().find(known)?;
    let rows = report_order(&comparison.rows);
    let points: Vec<Point<'_>> =
        rows.into_iter().filter_map(|row| Point::of_row(row, held_against)).collect();
    let all = points.len();
    let points = strongest(points, MOST, |point| point.strength);
    let families = Families::of(&points);
    let plots = plots(&points, environment(held_against));
    if plots.is_empty() {
        return None;
    }
    let mark = |side| Symbol::Mark(of_family(side, SHAPES[0], INK));
    // A single side needs no mark of its own.
    let sides = if comparison.is_alone() { vec![] } else { legend::sides(comparison, mark) };
    let entries = sides.into_iter().chain(families.entries());
    let legend = Legend::new(WIDTH, entries);
    let heights = plots.iter().map(|plot| plot.height() + BELOW);
    let size = [WIDTH, legend.bottom() + heights.sum::<i32>()];
    let shown = drawn(comparison, points.len(), all, things(all, "benchmark"), "benchmarks");
    let machine = match comparison.is_alone() {
        true => "the machine".to_owned(),
        false => format!("the machine of the {}", held_against.name()),
    };
    let apart = match comparison.is_alone() {
        true => ".",
        false => "; baseline hollow, candidate filled, with an arrow between them where they lie apart.",
    };
    ROOFLINE.chart(size, description([&shown, &machine, apart], &plots), |canvas| {
        legend.draw(canvas)?;
        let mut top = legend.bottom();
        for plot in &plots {
            plot.draw(&canvas.clone().shrink((0, top), (WIDTH, plot.height())), &families)?;
            top += plot.height() + BELOW;
        }
        Ok(())
    })
}

/// One plot for each number of threads, the fewest first.
fn plots<'a>(points: &[Point<'a>], environment: &Environment) -> Vec<Plot<'a>> {
    let mut by_threads: BTreeMap<u32, Vec<Point<'a>>> = BTreeMap::new();
    for point in points {
        by_threads.entry(point.threads).or_default().push(point.clone());
    }
    by_threads.into_values().filter_map(|points| Plot::new(points, environment)).collect()
}

fn description([shown, machine, apart]: [&str; 3], plots: &[Plot<'_>]) -> String {
    let numbered = match plots.iter().map(Plot::numbered).sum() {
        0usize => "",
        _ => "; a number stands for the name below the plot",
    };
    let nameless = match plots.iter().map(Plot::nameless).sum() {
        0usize => String::new(),
        some => format!("; no room for the names of {}", things(some, "other")),
    };
    format!(
        "FLOPs over time against FLOPs over bytes of {shown}, as declared, on log axes; lines: the most that {machine} does, \
         by arithmetic and by where the bytes lie{numbered}{nameless}{apart}"
    )
}
