//! Roofline: the rate of each benchmark against its arithmetic intensity, below what its machine can do at most (Williams,
//! Waterman & Patterson 2009).

mod axes;
mod ceiling;
mod families;
mod plot;
mod point;

use std::collections::{BTreeMap, BTreeSet};

use self::families::Families;
use self::plot::Plot;
use self::point::Point;
use super::chart::{Chart, drawn};
use super::kinds::ROOFLINE;
use super::legend::{self, Legend, Symbol};
use super::palette::{INK, SHAPES, of_family};
use super::panel::WIDTH;
use crate::compare::{Comparison, Side, Sides};
use crate::model::Environment;
use crate::report::order::{report_order, strongest};
use crate::report::quantity::things;

/// Most benchmarks that are drawn.
const MOST: usize = 100;
/// Room below a plot, pixels.
const BELOW: i32 = 8;

/// The chart, where a row has a place: each side below the peaks in its baseline.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let rows = report_order(&comparison.rows);
    let held_against = rows.iter().filter(|row| row.efficiencies().any()).count();
    let points: Vec<Point<'_>> = rows.into_iter().filter_map(Point::of_row).collect();
    let all = points.len();
    let points = strongest(points, MOST, |point| point.strength);
    let families = Families::of(&points);
    let environments = comparison.sides.as_ref().map(|side| &side.baseline.environment);
    let plots = plots(&points, environments);
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
    let without = held_against.saturating_sub(all);
    let description = description(comparison, &shown, &plots, without);
    ROOFLINE.chart(size, description, |canvas| {
        legend.draw(canvas)?;
        let mut top = legend.bottom();
        for plot in &plots {
            plot.draw(&canvas.clone().shrink((0, top), (WIDTH, plot.height())), &families)?;
            top += plot.height() + BELOW;
        }
        Ok(())
    })
}

/// One plot for each number of threads that the sides are held against, the fewest first.
fn plots<'a>(points: &[Point<'a>], environments: Sides<&Environment>) -> Vec<Plot<'a>> {
    let of_both: BTreeSet<[u32; 2]> = points.iter().filter_map(|point| both(point.threads)).collect();
    let mut by_threads: BTreeMap<[u32; 2], Vec<Point<'a>>> = BTreeMap::new();
    for point in points {
        let threads = both(point.threads).unwrap_or_else(|| beside(point.threads, &of_both));
        by_threads.entry(threads).or_default().push(point.clone());
    }
    let plots = by_threads.into_iter().map(|([baseline, candidate], points)| {
        Plot::new(points, Sides::new(baseline, candidate), environments)
    });
    plots.collect()
}

fn both(threads: Sides<Option<u32>>) -> Option<[u32; 2]> {
    threads.both().map(Sides::into_array)
}

/// The numbers of threads among which what one side lacks has its place: some that agree with its own, or else its own.
fn beside(threads: Sides<Option<u32>>, of_both: &BTreeSet<[u32; 2]>) -> [u32; 2] {
    let agrees = |pair: &&[u32; 2]| {
        let known = threads.into_array().into_iter().zip(**pair);
        known.into_iter().all(|(own, other)| own.is_none_or(|own| own == other))
    };
    let own = threads.latest().unwrap_or_default();
    of_both.iter().find(agrees).copied().unwrap_or([own, own])
}

/// How to read it, and what it lacks: `without` benchmarks that are held against peaks have no place.
fn description(comparison: &Comparison, shown: &str, plots: &[Plot<'_>], without: usize) -> String {
    let lead = format!("FLOPs over time against FLOPs over bytes of {shown}, as declared, on log axes");
    let numbered: usize = plots.iter().map(Plot::numbered).sum();
    let nameless: usize = plots.iter().map(Plot::nameless).sum();
    let two_sets = plots.iter().any(Plot::has_two_sets);
    let clauses = [
        Some(lead),
        Some(format!("lines: peaks of arithmetic and of bandwidth of {}", machines(comparison))),
        two_sets.then(|| "dashed: those of the baseline, where they differ".to_owned()),
        (numbered > 0).then(|| "a number stands for the name below the plot".to_owned()),
        (nameless > 0).then(|| format!("no room for the names of {}", things(nameless, "other"))),
        (without > 0)
            .then(|| format!("not drawn: {} without FLOPs or without bytes", things(without, "other"))),
        lacks_peaks(comparison).map(|side| format!("the {} has no peaks to compare with", side.name())),
        (!comparison.is_alone()).then(|| {
            "baseline hollow, candidate filled, with an arrow between them where they lie apart".to_owned()
        }),
    ];
    clauses.into_iter().flatten().collect::<Vec<_>>().join("; ") + "."
}

/// Whose peaks the lines are.
fn machines(comparison: &Comparison) -> String {
    match lacks_peaks(comparison) {
        _ if comparison.is_alone() => "the machine".to_owned(),
        Some(Side::Baseline) => "the machine of the candidate".to_owned(),
        Some(Side::Candidate) => "the machine of the baseline".to_owned(),
        None => "the machine of each side".to_owned(),
    }
}

/// The side without peaks, where there are two and the other has some.
fn lacks_peaks(comparison: &Comparison) -> Option<Side> {
    let lacks = |side: &Side| comparison.sides[*side].baseline.environment.peaks.is_empty();
    Side::BOTH.into_iter().find(lacks).filter(|_| !comparison.is_alone())
}
