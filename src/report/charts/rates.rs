//! Rates against size: one panel for each family of benchmarks that differ in size.

use super::chart::{Chart, drawn};
use super::families::{Family, families};
use super::kinds::RATES;
use super::legend;
use super::panel::{LARGE, MOST, Panel};
use super::scale::Scale;
use super::size_curves;
use super::theme::{Canvas, Drawn};
use crate::compare::{Comparison, Metric};
use crate::report::order::strongest;
use crate::report::rate::unit;

/// The chart, where at least one family has benchmarks of three sizes.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let families = families(&comparison.rows);
    let all = families.len();
    let families = strongest(families, MOST, |family| family.strength);
    let panels = drawn(comparison, families.len(), all, "each family of benchmarks".to_owned(), "families");
    let series = size_curves::left_out(families.iter().map(|family| family.series.len()));
    let description = format!(
        "Leading rate of {panels}{series} against the declared work of an iteration, on a log axis{}",
        legend::apart(comparison, "hollow and dashed")
    );
    let panels = families.iter().map(|family| family.series.as_slice());
    let legend = size_curves::legend(comparison, panels, "against declared work, log axis");
    LARGE.chart(&RATES, &families, description, &legend, draw)
}

fn draw(canvas: &Canvas<'_>, panel: Panel, family: &Family<'_>) -> Drawn {
    panel.title(canvas, family.name, &format!("{} against {}", unit(family.rate), work(family.rate)))?;
    let scale = Scale::decimal(size_curves::values(&family.series), panel.vertical(), f64::INFINITY);
    size_curves::draw(canvas, panel, &family.series, &scale)
}

/// The work that a rate counts.
fn work(rate: Metric) -> &'static str {
    match rate {
        Metric::Gflops => "FLOPs",
        Metric::GigabytesPerSecond => "bytes",
        Metric::GigaelementsPerSecond => "elements",
        _ => "tokens",
    }
}
