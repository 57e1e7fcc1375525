//! Benchmarks over time: one panel for each, baselines from left to right.

use plotters::element::DashedPathElement;
use plotters::prelude::*;

use super::axis::{Axis, time_ticks};
use super::chart::Chart;
use super::files::HISTORY_FILE;
use super::marker::{Marker, Shape};
use super::theme::{self, Anchor, BLUE, Canvas, Drawn, FOREGROUND, ORANGE, Type, WIDTH, faint, line, write};
use crate::compare::{Break, Estimate, Fact, History, HistoryPoint, LevelChange, RowHistory, Unjudged};
use crate::report::change::percent;
use crate::report::escape::{elide, printable};
use crate::report::footnotes::plain_percent;
use crate::report::quantity::{TimeUnit, count, things};

/// Most panels.
const MOST: usize = 24;
/// Panels beside each other, and their size, pixels.
const COLUMNS: usize = 2;
const PANEL_WIDTH: i32 = WIDTH / COLUMNS as i32;
const PANEL_HEIGHT: i32 = 216;
/// Where the panels begin, pixels.
const TOP: i32 = 66;
/// Edges of the plot in a panel, pixels.
const PLOT_X: [i32; 2] = [64, PANEL_WIDTH - 22];
const PLOT_Y: [i32; 2] = [38, PANEL_HEIGHT - 44];
/// Room between the edges of the plot and the first and last baseline, pixels.
const INSET: i32 = 22;
/// Baselines closer than this have small dots, pixels.
const CLOSE: i32 = 10;
/// Longest name of a baseline, characters.
const LONGEST_NAME: usize = 12;
/// Least range of ln times of a panel: noise must not look like a mountain.
const LEAST_RANGE: f64 = 0.1;

const TITLE: &str = "History";
const ALT: &str = "Line charts: time of each benchmark over the baselines, one panel a benchmark";

/// The chart, where a time was measured.
pub(in crate::report) fn chart(history: &History) -> Option<Chart> {
    let measured = |row: &&RowHistory| row.points.iter().any(|point| point.adjusted_ns.is_some());
    let mut rows: Vec<(usize, &RowHistory)> = history.rows.iter().filter(measured).enumerate().collect();
    let all = rows.len();
    rows.sort_by(|(_, first), (_, second)| largest_change(second).total_cmp(&largest_change(first)));
    rows.truncate(MOST);
    rows.sort_by_key(|(index, _)| *index);
    if rows.is_empty() {
        return None;
    }
    let panels: Vec<Panel<'_>> = rows.into_iter().map(|(_, row)| Panel::new(row, history)).collect();
    let description = description(history, panels.len(), all);
    let height = TOP + panels.len().div_ceil(COLUMNS) as i32 * PANEL_HEIGHT;
    let svg = theme::document(height, TITLE, &description, |canvas| draw(canvas, &panels))?;
    Some(Chart { file_name: HISTORY_FILE, title: TITLE, alt: ALT, description, svg })
}

/// The largest change of any change point, by the nearer end of its interval, as |ln ratio|; 0 without one.
fn largest_change(row: &RowHistory) -> f64 {
    let certain = |change: &LevelChange| {
        let [low, high] = [change.size.low, change.size.high].map(|end| end.ln_1p().abs());
        low.min(high)
    };
    row.changes.iter().map(certain).fold(0.0, f64::max)
}

fn description(history: &History, shown: usize, all: usize) -> String {
    let rows = if shown == all {
        things(all, "benchmark")
    } else {
        format!("the {} of {} benchmarks that changed most", count(shown as u64), count(all as u64))
    };
    format!(
        "Time per iteration of {rows} at the median clock between two breaks, with {} intervals, on log axes; baselines in \
         the order of their dates, evenly spaced; triangles: the first baseline after a change point.",
        plain_percent(history.options.confidence)
    )
}

fn draw(canvas: &Canvas<'_>, panels: &[Panel<'_>]) -> Drawn {
    write(canvas, "Time over baselines", (8, 16), Anchor::Start, Type::Title)?;
    legend(canvas)?;
    for (index, panel) in panels.iter().enumerate() {
        let (column, row) = ((index % COLUMNS) as i32, (index / COLUMNS) as i32);
        panel.draw(canvas, (column * PANEL_WIDTH, TOP + row * PANEL_HEIGHT))?;
    }
    Ok(())
}

fn legend(canvas: &Canvas<'_>) -> Drawn {
    for (marker, word, x) in [(SLOWER, "slower", 16), (FASTER, "faster", 94), (UNJUDGED, "not judged", 172)] {
        marker.draw(canvas, (x, 44))?;
        write(canvas, word, (x + 12, 44), Anchor::Start, Type::Plain)?;
    }
    dashed(canvas, 276, [36, 52])?;
    write(canvas, "the line breaks: a fact differs", (286, 44), Anchor::Start, Type::Plain)
}

const SLOWER: Marker = Marker { shape: Shape::Triangle, colour: ORANGE, filled: true };
const FASTER: Marker = Marker { shape: Shape::TriangleDown, colour: BLUE, filled: true };
const UNJUDGED: Marker = Marker { shape: Shape::Circle, colour: FOREGROUND, filled: false };

fn dashed(canvas: &Canvas<'_>, x: i32, [top, bottom]: [i32; 2]) -> Drawn {
    canvas.draw(&DashedPathElement::new([(x, top), (x, bottom)], 4, 3, FOREGROUND.mix(0.8).stroke_width(1)))
}

/// A row and its axes.
struct Panel<'a> {
    row: &'a RowHistory,
    names: Vec<&'a str>,
    /// Ends of the axis of ln times.
    range: [f64; 2],
}

/// The axes of a panel at its place.
struct Axes {
    horizontal: Axis,
    /// Of ln times.
    vertical: Axis,
    left: i32,
    top: i32,
}

impl Axes {
    /// The pixel of a baseline.
    fn x(&self, baseline: usize) -> i32 {
        self.horizontal.at(baseline as f64)
    }

    fn y(&self, nanoseconds: f64) -> i32 {
        self.vertical.at(nanoseconds.ln())
    }

    /// Pixels between neighbouring baselines.
    fn spacing(&self) -> i32 {
        self.x(1) - self.x(0)
    }

    fn plot_x(&self) -> [i32; 2] {
        PLOT_X.map(|x| self.left + x)
    }

    fn plot_y(&self) -> [i32; 2] {
        PLOT_Y.map(|y| self.top + y)
    }
}

impl<'a> Panel<'a> {
    fn new(row: &'a RowHistory, history: &'a History) -> Self {
        let names = history.baselines.iter().map(|baseline| baseline.name.as_str()).collect();
        Panel { row, names, range: range(row) }
    }

    fn axes(&self, (left, top): (i32, i32)) -> Axes {
        let [start, end] = PLOT_X.map(|x| left + x);
        let last = self.names.len().saturating_sub(1) as f64;
        let [lower, upper] = PLOT_Y.map(|y| top + y);
        // A single baseline stands in the middle.
        let values = if last > 0.0 { [0.0, last] } else { [-1.0, 1.0] };
        let horizontal = Axis { values, pixels: [start + INSET, end - INSET] };
        Axes { horizontal, vertical: Axis { values: self.range, pixels: [upper, lower] }, left, top }
    }

    fn draw(&self, canvas: &Canvas<'_>, corner: (i32, i32)) -> Drawn {
        let axes = self.axes(corner);
        let name = elide(&printable(&self.row.label), theme::name_characters(PANEL_WIDTH - 80));
        write(canvas, &name, (axes.left + 8, axes.top + 10), Anchor::Start, Type::Panel)?;
        self.time_grid(canvas, &axes)?;
        self.baseline_names(canvas, &axes)?;
        self.breaks(canvas, &axes)?;
        for segment in self.row.segments() {
            self.segment(canvas, &axes, segment)?;
        }
        self.changes(canvas, &axes)
    }

    fn time_grid(&self, canvas: &Canvas<'_>, axes: &Axes) -> Drawn {
        let [left, right] = axes.plot_x();
        let [low, high] = self.range.map(f64::exp);
        let unit = TimeUnit::of(low);
        for nanoseconds in time_ticks([low, high], unit.nanoseconds) {
            let y = axes.y(nanoseconds);
            line(canvas, (left, y), (right, y), faint())?;
            let text = format!("{:.9}", nanoseconds / unit.nanoseconds);
            let text = text.trim_end_matches('0').trim_end_matches('.');
            write(canvas, text, (left - 8, y), Anchor::End, Type::Plain)?;
        }
        write(canvas, unit.suffix, (right, axes.top + 10), Anchor::End, Type::Plain)
    }

    /// The names of the baselines; the last stays, and of the others those that have room.
    fn baseline_names(&self, canvas: &Canvas<'_>, axes: &Axes) -> Drawn {
        let [_, bottom] = axes.plot_y();
        let names: Vec<String> = self.names.iter().map(|name| elide(name, LONGEST_NAME)).collect();
        let half_width = |index: usize| theme::plain_width(&names[index]) / 2;
        let last = names.len().saturating_sub(1);
        let mut free = i32::MIN;
        for (index, name) in names.iter().enumerate() {
            let x = axes.x(index);
            line(canvas, (x, bottom), (x, bottom + 4), FOREGROUND.stroke_width(1))?;
            let before_last = index == last || x + half_width(index) + 8 <= axes.x(last) - half_width(last);
            if before_last && x - half_width(index) >= free {
                write(canvas, name, (x, bottom + 15), Anchor::Middle, Type::Plain)?;
                free = x + half_width(index) + 8;
            }
        }
        Ok(())
    }

    /// A dashed line between the points on both sides of each break, with the facts where there is room.
    fn breaks(&self, canvas: &Canvas<'_>, axes: &Axes) -> Drawn {
        let [top, bottom] = axes.plot_y();
        let mut free = i32::MIN;
        for found in &self.row.breaks {
            let [before, after] =
                [found.at - 1, found.at].map(|point| axes.x(self.row.points[point].baseline));
            let x = before.midpoint(after);
            dashed(canvas, x, [top, bottom])?;
            let facts = facts(found);
            let width = theme::plain_width(&facts);
            if x - width / 2 >= free && x + width / 2 <= axes.left + PANEL_WIDTH {
                write(canvas, &facts, (x, top - 9), Anchor::Middle, Type::Plain)?;
                free = x + width / 2 + 8;
            }
        }
        Ok(())
    }

    /// The points of a segment with their intervals, and the line between those that are not a neighbour's
    /// doing.
    fn segment(&self, canvas: &Canvas<'_>, axes: &Axes, segment: std::ops::Range<usize>) -> Drawn {
        let on_line = |point: &&HistoryPoint| point.unjudged != Some(Unjudged::Contended);
        let place = |point: &HistoryPoint| Some((axes.x(point.baseline), axes.y(point.adjusted_ns?.value)));
        let path: Vec<_> =
            self.row.points[segment.clone()].iter().filter(on_line).filter_map(place).collect();
        canvas.draw(&PathElement::new(path, FOREGROUND.mix(0.6).stroke_width(1)))?;
        segment.into_iter().try_for_each(|index| self.point(canvas, axes, index))
    }

    /// A point and its interval; the first of a new level is drawn with its change.
    fn point(&self, canvas: &Canvas<'_>, axes: &Axes, index: usize) -> Drawn {
        let point = &self.row.points[index];
        let Some(ns) = point.adjusted_ns else { return Ok(()) };
        let (x, y) = (axes.x(point.baseline), axes.y(ns.value));
        line(canvas, (x, axes.y(ns.low)), (x, axes.y(ns.high)), FOREGROUND.mix(0.6).stroke_width(1))?;
        if point.unjudged.is_some() {
            UNJUDGED.draw(canvas, (x, y))
        } else if self.row.change_at(index).is_none() {
            let radius = if axes.spacing() < CLOSE { 2 } else { 3 };
            canvas.draw(&Circle::new((x, y), radius, FOREGROUND.filled()))
        } else {
            Ok(())
        }
    }

    /// A triangle at the first point of each new level, with its size where there is room.
    fn changes(&self, canvas: &Canvas<'_>, axes: &Axes) -> Drawn {
        let mut free = i32::MIN;
        for change in &self.row.changes {
            let point = &self.row.points[change.between[1]];
            let Some(ns) = point.adjusted_ns else { continue };
            let (x, y) = (axes.x(point.baseline), axes.y(ns.value));
            let (marker, away) = if change.is_slower() { (SLOWER, -1) } else { (FASTER, 1) };
            marker.draw(canvas, (x, y))?;
            let text = percent(change.size.value);
            let half_width = theme::plain_width(&text) / 2;
            if x - half_width >= free {
                write(canvas, &text, (x, self.beside(axes, &ns, away)), Anchor::Middle, Type::Plain)?;
                free = x + half_width + 6;
            }
        }
        Ok(())
    }

    /// Height of a text beyond the interval of a point, within the plot: above for -1, below for 1.
    fn beside(&self, axes: &Axes, ns: &Estimate, away: i32) -> i32 {
        let [top, bottom] = axes.plot_y();
        let end = if away < 0 { ns.high } else { ns.low };
        let y = if away < 0 {
            axes.y(end).min(axes.y(ns.value) - 5)
        } else {
            axes.y(end).max(axes.y(ns.value) + 5)
        };
        (y + away * 10).clamp(top + 6, bottom - 6)
    }
}

fn facts(found: &Break) -> String {
    found.facts.iter().copied().map(Fact::name).collect::<Vec<_>>().join(", ")
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
