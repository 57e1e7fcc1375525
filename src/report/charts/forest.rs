//! Forest plot: the change of time of each row with its interval, on a log axis of ratios.

use plotters::style::Color as _;

use super::axis::Axis;
use super::chart::{Chart, changed_most};
use super::kinds::RATIOS;
use super::legend::{self, Entry, Legend, Symbol};
use super::marker::{Marker, Shape, arrow};
use super::palette::{FASTER, INK, SLOWER};
use super::ratio_axis::{labels, ratio_ticks};
use super::rows::{ENDS, PLOT, RowAxis, RowText, Rows, WIDTH, area, stroke};
use super::theme::{Canvas, Drawn, shade};
use super::whisker::Whisker;
use crate::compare::{Change, Comparison, Row, Rule, Side, Threshold, Verdict};
use crate::report::change::{interval, point};
use crate::report::footnotes::plain_percent;
use crate::report::order::{report_order, strength, strongest};
use crate::report::quantity::things;

/// Most rows that are drawn.
const MOST: usize = 40;
/// Least share of the axis on either side of no change.
const LEAST_SHARE: f64 = 0.06;
/// Longest name of the candidate beside its arrows, characters.
const LONGEST_NAME: usize = 16;

/// A row that has a change.
struct ForestRow<'a> {
    row: &'a Row,
    change: Change,
    threshold: f64,
}

/// The chart, where at least one row has a change: rows in the order of the table of benchmarks.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let all: Vec<ForestRow<'_>> = report_order(&comparison.rows).into_iter().filter_map(forest_row).collect();
    let count = all.len();
    let drawn = strongest(all, MOST, |drawn| strength(drawn.row)[0]);
    if drawn.is_empty() {
        return None;
    }
    let shown = changed_most(drawn.len(), count, things(count, "benchmark"), "benchmarks");
    let marks = match comparison.options.rule {
        Rule::Interval => {
            format!("with its {} interval", plain_percent(comparison.options.confidence))
        }
        Rule::Point => "point estimates without a noise model".to_owned(),
    };
    let description = format!(
        "Candidate / baseline, {marks}, on a log axis; shaded: changes below the threshold; arrows: beyond the axis; \
         {shown}, in the order of the table."
    );
    let axis = Axis { values: range(&drawn), pixels: PLOT };
    let rows = Rows::new(Legend::new(WIDTH, entries(comparison, &drawn)), [drawn.len()]);
    let candidate = legend::name(comparison, Side::Candidate, LONGEST_NAME);
    let words = [format!("← {candidate} is faster"), format!("{candidate} is slower →")];
    let row_axis = RowAxis { ticks: &ratio_ticks(&axis, ENDS), labels, words: Some(words) };
    let texts: Vec<RowText<'_>> = drawn.iter().map(ForestRow::text).collect();
    rows.chart(RATIOS, description, &texts, &row_axis, |canvas, index, middle| {
        drawn[index].draw(canvas, &axis, middle)
    })
}

fn forest_row(row: &Row) -> Option<ForestRow<'_>> {
    let time = row.time()?;
    let change = time.change?;
    let Some(Threshold::Fraction(threshold)) = time.threshold else { return None };
    let drawable = [change.low, change.point, change.high].iter().all(|end| end.ln_1p().is_finite());
    drawable.then_some(ForestRow { row, change, threshold })
}

/// The names of the sides, and the marks that are used with their words.
fn entries(comparison: &Comparison, drawn: &[ForestRow<'_>]) -> Vec<Entry> {
    let used = |verdict: &Verdict| drawn.iter().any(|row| row.row.verdict == *verdict);
    let verdicts = Verdict::ALL.into_iter().filter(used);
    let marks = verdicts.map(|verdict| (Symbol::Mark(marker(verdict)), verdict.words().to_owned()));
    let shaded = (Symbol::Area, "below the threshold".to_owned());
    legend::sides(comparison, |_| Symbol::None).into_iter().chain(marks).chain([shaded]).collect()
}

/// The ends of the axis, as ln ratios on both sides of no change: it holds all intervals but those that would squeeze nine
/// tenths of the rows into a tenth of the axis.
fn range(drawn: &[ForestRow<'_>]) -> [f64; 2] {
    let faster = |row: &ForestRow<'_>| (-row.change.low.ln_1p()).max(0.0);
    let slower = |row: &ForestRow<'_>| row.change.high.ln_1p().max(0.0);
    let mut extents: Vec<f64> = drawn.iter().map(|row| faster(row).max(slower(row))).collect();
    extents.sort_by(f64::total_cmp);
    // The threshold of contended rows is so high that it would leave the others no room.
    let judged = drawn.iter().filter(|row| !row.row.contended);
    let threshold = judged.map(|row| row.threshold.ln_1p()).fold(1e-3, f64::max);
    let typical = extents[(extents.len() - 1) * 9 / 10].max(threshold);
    let largest = extents[extents.len() - 1];
    let most = if largest > 10.0 * typical { 3.0 * typical } else { largest };
    let end = |extent: fn(&ForestRow<'_>) -> f64| {
        let held = drawn.iter().map(extent).filter(|extent| *extent <= most);
        (1.05 * held.fold(0.0, f64::max)).max(1.5 * threshold)
    };
    let [faster, slower] = [end(faster), end(slower)];
    [-faster.max(LEAST_SHARE * slower), slower.max(LEAST_SHARE * faster)]
}

impl ForestRow<'_> {
    fn text(&self) -> RowText<'_> {
        let interval = interval(&self.change).map_or_else(String::new, |interval| format!(" {interval}"));
        RowText { name: &self.row.label, numbers: format!("{}{interval}", point(&self.change)) }
    }

    fn draw(&self, canvas: &Canvas<'_>, axis: &Axis, middle: i32) -> Drawn {
        let threshold = self.threshold.ln_1p();
        area(canvas, [-threshold, threshold].map(|end| axis.at(end)), middle, shade())?;
        stroke(canvas, axis.at(0.0), middle, INK.mix(0.7).stroke_width(1))?;
        self.draw_change(canvas, axis, middle)
    }

    fn draw_change(&self, canvas: &Canvas<'_>, axis: &Axis, middle: i32) -> Drawn {
        let marker = marker(self.row.verdict);
        let [low, point, high] = [self.change.low, self.change.point, self.change.high].map(f64::ln_1p);
        Whisker::new(axis, [low, high]).horizontal(canvas, middle, marker.colour)?;
        if axis.clips(point) {
            let direction = if point > 0.0 { 1 } else { -1 };
            arrow(canvas, (axis.at(point), middle), direction, marker.colour)
        } else {
            marker.draw(canvas, (axis.at(point), middle))
        }
    }
}

fn marker(verdict: Verdict) -> Marker {
    let (shape, filled) = match verdict {
        Verdict::Regressed => return SLOWER,
        Verdict::Improved => return FASTER,
        Verdict::Suspect => (Shape::Diamond, false),
        Verdict::Unchanged => (Shape::Square, true),
        _ => (Shape::Circle, false),
    };
    Marker { shape, colour: INK, filled }
}
