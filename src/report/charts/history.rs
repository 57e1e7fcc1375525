//! Benchmarks over time: one panel for each, baselines from left to right.

use plotters::prelude::*;

use super::axis::{Axis, time_ticks};
use super::chart::{Chart, changed_most};
use super::kinds::HISTORY;
use super::legend::{Legend, Symbol};
use super::marker::{Marker, Shape};
use super::palette::{FASTER, INK, SLOWER};
use super::panel::{self, Layout, Panel};
use super::theme::{self, Anchor, Canvas, Drawn, Labels, Type, dashed, line, write};
use crate::compare::{Estimate, Fact, History, HistoryPoint, LevelChange, RowHistory, Unjudged};
use crate::model::{cut, elide};
use crate::report::change::{TIME, exact};
use crate::report::footnotes::plain_percent;
use crate::report::order::strongest;
use crate::report::quantity::{TimeUnit, short, things};

/// Most panels.
const MOST: usize = 24;
const LAYOUT: Layout = Layout { columns: panel::COLUMNS, height: 216, top: 38, inset: 22 };
/// Baselines closer than this have small dots, pixels.
const CLOSE: i32 = 10;
/// Longest name of a baseline, characters.
const LONGEST_NAME: usize = 12;
/// Least range of ln times of a panel: noise must not look like a mountain.
const LEAST_RANGE: f64 = 0.1;

/// The chart, where a time was measured.
pub(in crate::report) fn chart(history: &History) -> Option<Chart> {
    let measured = |row: &&RowHistory| row.points.iter().any(|point| point.adjusted_ns.is_some());
    let rows: Vec<&RowHistory> = history.rows.iter().filter(measured).collect();
    let all = rows.len();
    let rows = strongest(rows, MOST, |row| largest_change(row));
    let shown = changed_most(rows.len(), all, things(all, "benchmark"), "benchmarks");
    let description = format!(
        "Time per iteration of {shown} at the median clock between two breaks, with {} intervals, on log axes; baselines in \
         the order of their dates, evenly spaced; triangles: the first baseline after a change point.",
        plain_percent(history.options.confidence)
    );
    let names: Vec<&str> = history.baselines.iter().map(|baseline| baseline.name.as_str()).collect();
    let labels: Vec<String> = rows.iter().map(|row| row.label.clone()).collect();
    let labels = cut(&labels, theme::panel_characters(panel::WIDTH - 70));
    let draw = |canvas: &Canvas<'_>, place, (row, label): &(&RowHistory, String)| {
        Plot::new(row, label, &names, place).draw(canvas)
    };
    let rows: Vec<(&RowHistory, String)> = rows.into_iter().zip(labels).collect();
    LAYOUT.chart(&HISTORY, &rows, description, &legend(rows.len()), draw)
}

/// The largest change of any change point, by the nearer end of its interval, as |ln ratio|; 0 without one.
fn largest_change(row: &RowHistory) -> f64 {
    let certain = |change: &LevelChange| {
        let [low, high] = [change.size.low, change.size.high].map(|end| end.ln_1p().abs());
        low.min(high)
    };
    row.changes.iter().map(certain).fold(0.0, f64::max)
}

fn legend(panels: usize) -> Legend {
    let entries = [
        (Symbol::Mark(SLOWER), "slower"),
        (Symbol::Mark(FASTER), "faster"),
        (Symbol::Mark(UNJUDGED), "not judged"),
        (Symbol::Break, "the line breaks: a fact differs"),
    ];
    Legend::new(panel::chart_width(panels), entries.map(|(symbol, words)| (symbol, words.to_owned())))
}

const UNJUDGED: Marker = Marker { shape: Shape::Circle, colour: INK, filled: false };

/// A row at its place.
struct Plot<'a> {
    row: &'a RowHistory,
    label: &'a str,
    names: &'a [&'a str],
    place: Panel,
    horizontal: Axis,
    /// Of ln times.
    vertical: Axis,
}

impl<'a> Plot<'a> {
    fn new(row: &'a RowHistory, label: &'a str, names: &'a [&'a str], place: Panel) -> Self {
        let last = names.len().saturating_sub(1) as f64;
        // A single baseline stands in the middle.
        let values = if last > 0.0 { [0.0, last] } else { [-1.0, 1.0] };
        let horizontal = Axis { values, pixels: place.horizontal() };
        let vertical = Axis { values: range(row), pixels: place.vertical() };
        Plot { row, label, names, place, horizontal, vertical }
    }

    /// The pixel of a baseline.
    fn x(&self, baseline: usize) -> i32 {
        self.horizontal.at(baseline as f64)
    }

    fn y(&self, nanoseconds: f64) -> i32 {
        self.vertical.at(nanoseconds.ln())
    }

    fn draw(&self, canvas: &Canvas<'_>) -> Drawn {
        let Panel { left, top, .. } = self.place;
        write(canvas, self.label, (left + 8, top + 10), Anchor::Start, Type::Panel)?;
        self.time_grid(canvas)?;
        self.baseline_names(canvas)?;
        self.breaks(canvas)?;
        self.row.segments().try_for_each(|segment| self.segment(canvas, segment))?;
        self.changes(canvas)
    }

    fn time_grid(&self, canvas: &Canvas<'_>) -> Drawn {
        let ends = self.vertical.values.map(f64::exp);
        let unit = TimeUnit::of(ends[0]);
        let tick = |nanoseconds: f64| (nanoseconds.ln(), short(nanoseconds / unit.nanoseconds, 9));
        let ticks = time_ticks(ends, unit.nanoseconds).into_iter().map(tick);
        self.place.grid(canvas, &self.vertical.places(ticks))?;
        let corner = (self.place.edges()[1], self.place.top + 10);
        write(canvas, unit.suffix, corner, Anchor::End, Type::Plain)
    }

    /// The names of the baselines; the last stays, and of the others those that have room.
    fn baseline_names(&self, canvas: &Canvas<'_>) -> Drawn {
        let [bottom, _] = self.place.vertical();
        let names: Vec<String> = self.names.iter().map(|name| elide(name, LONGEST_NAME)).collect();
        let half_width = |index: usize| theme::plain_width(&names[index]) / 2;
        let last = names.len().saturating_sub(1);
        let mut labels = Labels::within(self.place.ends(), 8);
        for (index, name) in names.iter().enumerate() {
            let x = self.x(index);
            line(canvas, (x, bottom), (x, bottom + 4), INK.stroke_width(1))?;
            if index == last || x + half_width(index) + 12 <= self.x(last) - half_width(last) {
                labels.write(canvas, name, (x, bottom + 15))?;
            }
        }
        Ok(())
    }

    /// A dashed line between the points on both sides of each break, with the facts where there is room.
    fn breaks(&self, canvas: &Canvas<'_>) -> Drawn {
        let [bottom, top] = self.place.vertical();
        let mut labels = Labels::within(self.place.ends(), 8);
        for found in &self.row.breaks {
            let [before, after] =
                [found.at - 1, found.at].map(|point| self.x(self.row.points[point].baseline));
            let x = before.midpoint(after);
            dashed(canvas, x, [top, bottom])?;
            let facts = found.facts.iter().copied().map(Fact::name).collect::<Vec<_>>().join(", ");
            labels.write(canvas, &facts, (x, top - 9))?;
        }
        Ok(())
    }

    /// The points of a segment with their intervals, and the line between those that are not the doing of other
    /// programs.
    fn segment(&self, canvas: &Canvas<'_>, segment: std::ops::Range<usize>) -> Drawn {
        let on_line = |point: &&HistoryPoint| !matches!(point.unjudged, Some(Unjudged::Contended(_)));
        let place = |point: &HistoryPoint| Some((self.x(point.baseline), self.y(point.adjusted_ns?.value)));
        let path: Vec<_> =
            self.row.points[segment.clone()].iter().filter(on_line).filter_map(place).collect();
        canvas.draw(&PathElement::new(path, INK.mix(0.6).stroke_width(1)))?;
        segment.into_iter().try_for_each(|index| self.point(canvas, index))
    }

    /// A point and its interval; the first of a new level is drawn with its change.
    fn point(&self, canvas: &Canvas<'_>, index: usize) -> Drawn {
        let point = &self.row.points[index];
        let Some(ns) = point.adjusted_ns else { return Ok(()) };
        let (x, y) = (self.x(point.baseline), self.y(ns.value));
        line(canvas, (x, self.y(ns.low)), (x, self.y(ns.high)), INK.mix(0.6).stroke_width(1))?;
        if point.unjudged.is_some() {
            UNJUDGED.draw(canvas, (x, y))
        } else if self.row.change_at(index).is_none() {
            let radius = if self.x(1) - self.x(0) < CLOSE { 2 } else { 3 };
            canvas.draw(&Circle::new((x, y), radius, INK.filled()))
        } else {
            Ok(())
        }
    }

    /// A triangle at the first point of each new level, with its size where there is room.
    fn changes(&self, canvas: &Canvas<'_>) -> Drawn {
        let mut labels = Labels::within(self.place.ends(), 6);
        for change in &self.row.changes {
            let point = &self.row.points[change.between[1]];
            let Some(ns) = point.adjusted_ns else { continue };
            let (x, y) = (self.x(point.baseline), self.y(ns.value));
            let (marker, away) = if change.is_slower() { (SLOWER, -1) } else { (FASTER, 1) };
            marker.draw(canvas, (x, y))?;
            let text = exact(change.size.value, TIME);
            labels.write(canvas, &text, (x, self.beside(&ns, away)))?;
        }
        Ok(())
    }

    /// Height of a text beyond the interval of a point, within the plot: above for -1, below for 1.
    fn beside(&self, ns: &Estimate, away: i32) -> i32 {
        let [bottom, top] = self.place.vertical();
        let end = if away < 0 { ns.high } else { ns.low };
        let y = if away < 0 {
            self.y(end).min(self.y(ns.value) - 5)
        } else {
            self.y(end).max(self.y(ns.value) + 5)
        };
        (y + away * 10).clamp(top + 6, bottom - 6)
    }
}

/// Ends of the axis of ln times: all points, and their intervals as far as these do not squeeze the points.
fn range(row: &RowHistory) -> [f64; 2] {
    let times = || row.points.iter().filter_map(|point| point.adjusted_ns);
    let least = |of: fn(Estimate) -> f64| times().map(of).fold(f64::INFINITY, f64::min).ln();
    let greatest = |of: fn(Estimate) -> f64| times().map(of).fold(0.0, f64::max).ln();
    let [low, high] = [least(|ns| ns.value), greatest(|ns| ns.value)];
    let span = (high - low).max(LEAST_RANGE);
    let low = least(|ns| ns.low).max(low - 0.5 * span).min((low + high - LEAST_RANGE) / 2.0);
    let high = greatest(|ns| ns.high).min(high + 0.5 * span).max(low + LEAST_RANGE);
    // Room for the sizes of changes above and below.
    let room = 0.22 * (high - low);
    [low - room, high + room]
}
