//! A row over time in one line of block characters.

use crate::compare::{HistoryPoint, RowHistory};

/// From low to high.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Least span of ln times that fills the height: noise must not look like a mountain.
const LEAST_SPAN: f64 = 0.1;

/// Most points that are drawn, the last ones.
const MOST: usize = 60;

/// Where there is no time.
const NOTHING: char = ' ';

/// Each segment on its own scale; `|` where the line breaks.
pub(super) fn sparkline(row: &RowHistory) -> String {
    let first = row.points.len().saturating_sub(MOST);
    let segments = row
        .segments()
        .map(|segment| bars(&row.points[segment.start.max(first).min(segment.end)..segment.end]));
    segments.filter(|bars| !bars.is_empty()).collect::<Vec<_>>().join("|")
}

fn bars(points: &[HistoryPoint]) -> String {
    let ln = |point: &HistoryPoint| point.adjusted_ns.map(|ns| ns.value.ln());
    let times = || points.iter().filter_map(ln);
    let (low, high) = (times().fold(f64::INFINITY, f64::min), times().fold(f64::NEG_INFINITY, f64::max));
    let span = (high - low).max(LEAST_SPAN);
    let bar = |time: f64| BARS[((time - low) / span * 7.0).round().clamp(0.0, 7.0) as usize];
    points.iter().map(|point| ln(point).map_or(NOTHING, bar)).collect()
}
