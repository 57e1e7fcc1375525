//! Rates against size: one panel for each family of benchmarks that differ in size.

use super::chart::Chart;
use super::families::{Family, families};
use super::files::RATES_FILE;
use super::panel::{self, MOST, Panel, legend, mark};
use super::scale::Scale;
use super::size_curves::{self, SERIES};
use super::theme::{Canvas, Drawn, FOREGROUND};
use crate::compare::{Comparison, Sides};
use crate::report::order::strongest;
use crate::report::quantity::count;

const TITLE: &str = "Rate against size";
const ALT: &str = "Line charts: rate of both sides against size, one panel a family of benchmarks";

/// The chart, where at least one family has benchmarks of different sizes.
pub(super) fn chart(comparison: &Comparison) -> Option<Chart> {
    let families = families(&comparison.rows);
    let all = families.len();
    let families = strongest(families, MOST, |family| family.strength);
    if families.is_empty() {
        return None;
    }
    let description = description(&families, all);
    let svg = panel::document(families.len(), TITLE, &description, |canvas| draw(canvas, &families))?;
    Some(Chart { file_name: RATES_FILE, title: TITLE, alt: ALT, description, svg })
}

fn description(families: &[Family<'_>], all: usize) -> String {
    let panels = if families.len() == all {
        "each family of benchmarks".to_owned()
    } else {
        format!("the {} of {} families that changed most", count(families.len() as u64), count(all as u64))
    };
    let series = size_curves::left_out(families.iter().map(|family| family.series.len()));
    format!(
        "Leading rate of {panels}{series}; sizes are placed by the declared work of an iteration on a log axis; \
         baseline hollow and dashed, candidate filled."
    )
}

fn draw(canvas: &Canvas<'_>, families: &[Family<'_>]) -> Drawn {
    let marks = Sides::of(|side| mark(side, SERIES[0].0, FOREGROUND));
    legend(canvas, marks, true, "sizes placed by declared work, log axis")?;
    for (index, family) in families.iter().enumerate() {
        let panel = Panel::nth(index);
        panel.title(canvas, family.name(), family.rate().unit())?;
        let scale = Scale::decimal(size_curves::values(&family.series), panel.vertical(), f64::INFINITY);
        size_curves::draw(canvas, panel, &family.series, &scale)?;
    }
    Ok(())
}
