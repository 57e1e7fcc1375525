//! Time against the size of a model: one panel for each phase that models of several sizes have.

use std::collections::BTreeMap;

use plotters::prelude::*;

use super::chart::{Chart, drawn};
use super::kinds::SCALING;
use super::legend;
use super::palette::INK;
use super::panel::{LARGE, MOST, Panel};
use super::scale::Scale;
use super::size_curves::{self, Point, Series};
use super::theme::{Canvas, Drawn, line};
use super::whisker::of_candidate;
use crate::compare::{Comparison, Row, Sides};
use crate::inference::{Model, Phase};
use crate::report::model_rows::rows;
use crate::report::order::{strength, strongest};
use crate::report::quantity::TimeUnit;

/// A phase of models of several sizes.
struct Scaling<'a> {
    phase: Phase,
    /// Times in `unit`, one series a type of element.
    series: Vec<Series<'a>>,
    unit: TimeUnit,
    /// Sizes are FLOPs of the phase; else they are parameters.
    by_flops: bool,
    strength: f64,
}

/// The chart, where at least one phase has models of three sizes: two are told by a table.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let phases = phases(comparison);
    let all = phases.len();
    let phases = strongest(phases, MOST, |phase| phase.strength);
    let panels = drawn(comparison, phases.len(), all, "each phase".to_owned(), "phases");
    let series = size_curves::left_out(phases.iter().map(|phase| phase.series.len()));
    let description = format!(
        "Time of {panels}{series} against its FLOPs, or against the parameters where it has none, for models of \
         different sizes; log axes; thin line: time in proportion to size{}",
        legend::apart(comparison, "hollow and dashed")
    );
    let panels = phases.iter().map(|phase| phase.series.as_slice());
    let legend = size_curves::legend(comparison, panels, "log axes; thin line: in proportion to size");
    LARGE.chart(&SCALING, &phases, description, &legend, |canvas, panel, phase| phase.draw(canvas, panel))
}

fn phases(comparison: &Comparison) -> Vec<Scaling<'_>> {
    let mut phases: BTreeMap<Phase, Vec<(&Model, &Row)>> = BTreeMap::new();
    for model in &comparison.models {
        for (row, phase) in rows(model, comparison).filter(|(row, _)| row.time().is_some()) {
            phases.entry(phase).or_default().push((&model.model, row));
        }
    }
    phases.into_iter().filter_map(|(phase, rows)| Scaling::new(phase, &rows)).collect()
}

impl<'a> Scaling<'a> {
    /// Absent where no element type has sizes enough for a curve.
    fn new(phase: Phase, rows: &[(&'a Model, &'a Row)]) -> Option<Self> {
        // As declared: what the ratios of FLOPs on the page are of.
        let flops = |row: &Row| row.work.as_ref().and_then(|work| work.flops).map_or(0, |flops| flops.0);
        let by_flops = rows.iter().all(|(_, row)| flops(row) > 0);
        let mut series: BTreeMap<&str, Vec<Point<'a>>> = BTreeMap::new();
        for (index, (model, row)) in rows.iter().enumerate() {
            let size = if by_flops { flops(row) } else { model.parameters };
            // A second benchmark of the same phase is none of another size.
            let known = rows[..index].iter().any(|(other, _)| other.name == model.name);
            if size > 0 && !known {
                let dtype = model.dtype.map_or("", |dtype| dtype.name());
                series.entry(dtype).or_default().push(point(model, row, size));
            }
        }
        let mut series: Vec<Series<'a>> =
            series.into_iter().map(|(dtype, points)| sorted(dtype, points)).collect();
        let unit = in_one_unit(&mut series);
        let strength = rows.iter().map(|(_, row)| strength(row)[0]).fold(0.0, f64::max);
        size_curves::has_curve(&series).then_some(Scaling { phase, series, unit, by_flops, strength })
    }

    fn draw(&self, canvas: &Canvas<'_>, panel: Panel) -> Drawn {
        let against = if self.by_flops { "FLOPs" } else { "parameters" };
        panel.title(canvas, &self.phase.to_string(), &format!("{} against {against}", self.unit.suffix))?;
        let scale = Scale::logarithmic(size_curves::values(&self.series), panel.vertical());
        self.draw_proportion(canvas, panel, &scale)?;
        size_curves::draw(canvas, panel, &self.series, &scale)
    }

    /// A line from the smallest model on which time grows as size does, as far as the plot reaches.
    fn draw_proportion(&self, canvas: &Canvas<'_>, panel: Panel, scale: &Scale) -> Drawn {
        let smallest = self.series.iter().filter_map(|series| series.points.first());
        let smallest = smallest.min_by(|first, second| first.size.total_cmp(&second.size));
        let Some((point, time)) = smallest.and_then(|point| Some((point, point.values.latest()?))) else {
            return Ok(());
        };
        let [_, greatest] = size_curves::sizes(&self.series);
        let growth = (greatest / point.size).min(scale.axis.values[1].exp() / time);
        let horizontal = size_curves::horizontal(panel, &self.series);
        let place = |growth: f64| (horizontal.at((point.size * growth).ln()), scale.at(time * growth));
        line(canvas, place(1.0), place(growth), INK.mix(0.6).stroke_width(1))
    }
}

fn point<'a>(model: &'a Model, row: &Row, size: u64) -> Point<'a> {
    let values = Sides::of(|side| row.time_ns(side));
    Point {
        size: size as f64,
        label: short_name(model),
        values: values.map(|time| time.filter(|time| *time > 0.0)),
        interval: row.time().and_then(of_candidate),
    }
}

fn sorted<'a>(name: &str, mut points: Vec<Point<'a>>) -> Series<'a> {
    points.sort_by(|first, second| first.size.total_cmp(&second.size));
    Series { name: name.to_owned(), points }
}

/// Changes nanoseconds to the unit that suits a time between the shortest and the longest.
fn in_one_unit(series: &mut [Series<'_>]) -> TimeUnit {
    let shortest = size_curves::values(series).fold(f64::INFINITY, f64::min);
    let longest = size_curves::values(series).fold(0.0, f64::max);
    let unit = TimeUnit::of(shortest.sqrt() * longest.sqrt());
    let points = series.iter_mut().flat_map(|series| &mut series.points);
    points.for_each(|point| {
        point.values = point.values.map(|value| Some(value? / unit.nanoseconds));
        point.interval = point.interval.map(|ends| ends.map(|end| end / unit.nanoseconds));
    });
    unit
}

/// The name without the element type at its end: that is the series.
fn short_name(model: &Model) -> &str {
    let dtype = model.dtype.map_or("", |dtype| dtype.name());
    let short =
        model.name.strip_suffix(dtype).unwrap_or(&model.name).trim_end_matches(['-', '_', '/', ' ', '.']);
    if short.is_empty() { &model.name } else { short }
}
