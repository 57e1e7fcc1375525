//! Forest plot: the change of time of each row with its interval, on a log axis of ratios.

use plotters::prelude::*;

use super::axis::{Axis, ratio_ticks, vertical_grid};
use super::bars::{PLOT, TOP, names, write_name};
use super::chart::Chart;
use super::kinds::RATIOS;
use super::marker::{Marker, Shape, arrow};
use super::theme::{self, Anchor, BLUE, Canvas, Drawn, FOREGROUND, ORANGE, Type, bar, line, write};
use crate::compare::{Change, Comparison, Row, Rule, Threshold, Verdict};
use crate::report::change::{interval, point};
use crate::report::order::by_strength;
use crate::report::quantity::{count, things};

/// Most rows that are drawn.
const MOST: usize = 60;
/// Height of a row, pixels.
const ROW: i32 = 22;
/// An interval no wider than its mark has no end marks, pixels.
const NARROW: i32 = 14;

/// A row that has a change.
struct ForestRow<'a> {
    row: &'a Row,
    change: Change,
    threshold: f64,
}

/// The chart, where at least one row has a change.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let mut drawn: Vec<ForestRow<'_>> = comparison.rows.iter().filter_map(forest_row).collect();
    let all = drawn.len();
    drawn.sort_by(|first, second| by_strength(first.row, second.row));
    drawn.truncate(MOST);
    drawn.sort_by(|first, second| second.change.point.total_cmp(&first.change.point));
    if drawn.is_empty() {
        return None;
    }
    let marks = match comparison.options.rule {
        Rule::Interval => "Candidate / baseline with its interval",
        Rule::Point => "Candidate / baseline, point estimates without a noise model",
    };
    let rows = if drawn.len() == all {
        things(all, "row")
    } else {
        format!("the {} rows of {} with the largest change", count(drawn.len() as u64), count(all as u64))
    };
    let description = format!("{marks}, on a log axis; shaded: changes below the threshold; {rows}.");
    let height = TOP + ROW * drawn.len() as i32 + 50;
    RATIOS.chart(height, description, |canvas| draw(canvas, &drawn))
}

fn forest_row(row: &Row) -> Option<ForestRow<'_>> {
    let time = row.time()?;
    let change = time.change?;
    let Some(Threshold::Fraction(threshold)) = time.threshold else { return None };
    let drawable = [change.low, change.point, change.high].iter().all(|end| end.ln_1p().is_finite());
    drawable.then_some(ForestRow { row, change, threshold })
}

fn draw(canvas: &Canvas<'_>, drawn: &[ForestRow<'_>]) -> Drawn {
    let limit = limit(drawn);
    let axis = Axis { values: [-limit, limit], pixels: PLOT };
    let bottom = TOP + ROW * drawn.len() as i32;
    legend(canvas, drawn)?;
    for (row, top) in drawn.iter().zip((TOP..).step_by(ROW as usize)) {
        let [low, high] = [-row.threshold.ln_1p(), row.threshold.ln_1p()].map(|end| axis.at(end));
        bar(canvas, (low, top), (high, top + ROW), FOREGROUND.mix(0.12))?;
    }
    vertical_grid(canvas, &axis, &ratio_ticks(limit), [TOP, bottom])?;
    line(canvas, (axis.at(0.0), TOP), (axis.at(0.0), bottom), FOREGROUND.mix(0.7).stroke_width(1))?;
    let names = names(drawn.iter().map(|bar| bar.row.label.as_str()));
    for ((bar, name), top) in drawn.iter().zip(&names).zip((TOP..).step_by(ROW as usize)) {
        row(canvas, bar, name, &axis, top + ROW / 2)?;
    }
    write(canvas, "← faster", (PLOT[0], bottom + 34), Anchor::Start, Type::Plain)?;
    write(canvas, "slower →", (PLOT[1], bottom + 34), Anchor::End, Type::Plain)
}

/// The end of the axis, as ln ratio: it holds the intervals, unless the widest would squeeze nine tenths of
/// the rows into a tenth of the axis.
fn limit(drawn: &[ForestRow<'_>]) -> f64 {
    let extent = |change: &Change| change.low.ln_1p().abs().max(change.high.ln_1p().abs());
    let mut extents: Vec<f64> = drawn.iter().map(|bar| extent(&bar.change)).collect();
    extents.sort_by(f64::total_cmp);
    // The threshold of contended rows is so high that it would leave the others no room.
    let judged = drawn.iter().filter(|bar| !bar.row.contended);
    let threshold = judged.map(|bar| bar.threshold.ln_1p()).fold(1e-3, f64::max);
    let typical = extents[(extents.len() - 1) * 9 / 10].max(threshold);
    let largest = extents[extents.len() - 1];
    let end = if largest > 10.0 * typical { 3.0 * typical } else { 1.05 * largest };
    end.max(1.5 * threshold)
}

fn row(canvas: &Canvas<'_>, bar: &ForestRow<'_>, name: &str, axis: &Axis, y: i32) -> Drawn {
    write_name(canvas, name, y)?;
    let marker = marker(bar.row.verdict);
    let [low, point_at, high] = [bar.change.low, bar.change.point, bar.change.high].map(f64::ln_1p);
    line(canvas, (axis.at(low), y), (axis.at(high), y), marker.colour.stroke_width(2))?;
    if axis.at(high) - axis.at(low) > NARROW {
        for end in [low, high].into_iter().filter(|end| !axis.clips(*end)) {
            line(canvas, (axis.at(end), y - 4), (axis.at(end), y + 4), marker.colour.stroke_width(2))?;
        }
    }
    if axis.clips(point_at) {
        arrow(canvas, (axis.at(point_at), y), if point_at > 0.0 { 1 } else { -1 }, marker.colour)?;
    } else {
        marker.draw(canvas, (axis.at(point_at), y))?;
    }
    let interval = interval(&bar.change).map_or_else(String::new, |interval| format!(" {interval}"));
    let text = format!("{}{interval}", point(&bar.change));
    write(canvas, &text, (PLOT[1] + 12, y), Anchor::Start, Type::Plain)
}

fn marker(verdict: Verdict) -> Marker {
    let (shape, colour, filled) = match verdict {
        Verdict::Regressed => (Shape::Triangle, ORANGE, true),
        Verdict::Improved => (Shape::Circle, BLUE, true),
        Verdict::Suspect => (Shape::Diamond, FOREGROUND, false),
        Verdict::Unchanged => (Shape::Square, FOREGROUND, true),
        _ => (Shape::Circle, FOREGROUND, false),
    };
    Marker { shape, colour, filled }
}

/// The marks that are used, with their words.
fn legend(canvas: &Canvas<'_>, drawn: &[ForestRow<'_>]) -> Drawn {
    let mut x = 16;
    for verdict in
        Verdict::ALL.into_iter().filter(|verdict| drawn.iter().any(|bar| bar.row.verdict == *verdict))
    {
        marker(verdict).draw(canvas, (x, 44))?;
        write(canvas, verdict.words(), (x + 12, 44), Anchor::Start, Type::Plain)?;
        x += 12 + theme::plain_width(verdict.words()) + 24;
    }
    bar(canvas, (x, 38), (x + 18, 50), FOREGROUND.mix(0.12))?;
    write(canvas, "below threshold", (x + 26, 44), Anchor::Start, Type::Plain)
}
