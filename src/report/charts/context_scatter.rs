//! Scatter plots over the context of a token: one panel a model, the steps of both sides as marks.

use super::axis::{Axis, linear_ticks, vertical_grid};
use super::chart::{Chart, Kind, drawn};
use super::legend::{self, Legend, Symbol};
use super::palette::MARKS;
use super::panel::{LARGE, MOST, Panel, chart_width};
use super::scale::{Scale, labelled};
use super::theme::{Canvas, Drawn, Labels, curve};
use crate::compare::{Comparison, ModelComparison, Side, Sides};
use crate::report::model_rows::rows;
use crate::report::order::{strength, strongest};

/// Room between the middles of two marks, pixels: closer ones would only hide each other.
const APART: i32 = 11;
/// Room between the labels of ticks, pixels.
const LABELS_APART: i32 = 8;
/// Places by which a fit is drawn: it is no straight line on a log axis.
const FIT_PLACES: usize = 40;
/// Ratio of the largest to the smallest value above which the axis is logarithmic.
pub(super) const WIDE: f64 = 30.0;

/// The panel of one model.
pub(super) struct ContextPlot<'a> {
    pub(super) model: &'a ModelComparison,
    /// Context and value of the steps of each side.
    pub(super) steps: Sides<Vec<(f64, f64)>>,
    /// Value at an empty context and slope, of each side.
    pub(super) fits: Sides<Option<[f64; 2]>>,
    pub(super) unit: &'static str,
    pub(super) scale: fn(&[f64], [i32; 2]) -> Scale,
}

/// A chart of the models that changed most: what is drawn, how it is drawn, and how the baseline is.
pub(super) fn chart<'a>(
    kind: &Kind,
    comparison: &'a Comparison,
    plot: fn(&'a ModelComparison) -> Option<ContextPlot<'a>>,
    what: &str,
    [how, baseline]: [&str; 2],
) -> Option<Chart> {
    let models: Vec<_> = comparison.models.iter().filter_map(plot).collect();
    let all = models.len();
    let change = |model: &ContextPlot<'_>| {
        rows(model.model, comparison).map(|(row, _)| strength(row)[0]).fold(0.0, f64::max)
    };
    let models = strongest(models, MOST, change);
    let mut which = drawn(comparison, models.len(), all, String::new(), "models");
    if !which.is_empty() {
        which += "; ";
    }
    let description = format!(
        "{what} each step of decoding against the tokens in its context, {which}one panel a model; {how}{}",
        legend::apart(comparison, baseline)
    );
    let lines = models.iter().any(|model| model.fits.any());
    let symbol = |side| if lines { Symbol::Curve(side, MARKS[side]) } else { Symbol::Mark(MARKS[side]) };
    let against = (Symbol::None, "against tokens in the context".to_owned());
    let legend = Legend::new(
        chart_width(models.len()),
        legend::sides(comparison, symbol).into_iter().chain([against]),
    );
    LARGE.chart(kind, &models, description, &legend, draw)
}

fn draw(canvas: &Canvas<'_>, panel: Panel, model: &ContextPlot<'_>) -> Drawn {
    let values: Vec<f64> = model.steps.iter().flatten().map(|(_, value)| *value).collect();
    let vertical = (model.scale)(&values, panel.vertical());
    let form = if vertical.logarithmic { format!("{}, log axis", model.unit) } else { model.unit.to_owned() };
    panel.title(canvas, &model.model.model.name, &form)?;
    panel.grid(canvas, &vertical.ticks)?;
    let horizontal = contexts(model, panel);
    let ticks = horizontal.places(labelled(linear_ticks(horizontal.values, 6.0)));
    let [bottom, top] = panel.vertical();
    vertical_grid(canvas, &ticks, [top, bottom], Labels::within(panel.ends(), LABELS_APART))?;
    let place = |(context, value): &(f64, f64)| (horizontal.at(*context), vertical.at(*value));
    for side in [Side::Candidate, Side::Baseline] {
        if let Some(fit) = fit(model, side) {
            curve(canvas, fit.iter().map(place).collect(), side, MARKS[side].colour)?;
        }
        let mut free = i32::MIN;
        for (x, y) in model.steps[side].iter().map(place) {
            if x >= free {
                MARKS[side].draw(canvas, (x, y))?;
                free = x + APART;
            }
        }
    }
    Ok(())
}

/// The axis of contexts, from 0 where the steps begin near it.
fn contexts(model: &ContextPlot<'_>, panel: Panel) -> Axis {
    let contexts = || model.steps.iter().flatten().map(|(context, _)| *context);
    let last = contexts().fold(1.0, f64::max);
    let first = contexts().fold(last, f64::min);
    let from = if first < last / 2.0 { 0.0 } else { first };
    Axis { values: [from, last.max(from + 1.0)], pixels: panel.horizontal() }
}

/// The fit of a side over its own contexts.
fn fit(model: &ContextPlot<'_>, side: Side) -> Option<Vec<(f64, f64)>> {
    let [intercept, slope] = model.fits[side]?;
    let [first, last] = [model.steps[side].first()?.0, model.steps[side].last()?.0];
    let context = |place: usize| first + (last - first) * place as f64 / FIT_PLACES as f64;
    Some((0..=FIT_PLACES).map(context).map(|context| (context, intercept + slope * context)).collect())
}
