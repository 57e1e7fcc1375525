//! Scatter plots over the context of a token: one panel a model, the steps of both sides as marks.

use super::axis::{Axis, linear_ticks, vertical_grid};
use super::marker::{Marker, Shape};
use super::panel::{self, MOST, Panel, curve, legend};
use super::scale::{Scale, labelled};
use super::theme::{Canvas, Drawn, FOREGROUND, PURPLE};
use crate::compare::{Comparison, ModelComparison, Side, Sides};
use crate::report::model_rows::rows;
use crate::report::order::{strength, strongest};
use crate::report::quantity::count;

/// Room between the middles of two marks, pixels: closer ones would only hide each other.
const APART: i32 = 11;
/// Places by which a fit is drawn: it is no straight line on a log axis.
const FIT_PLACES: usize = 40;
/// Ratio of the largest to the smallest value above which the axis is logarithmic.
pub(super) const WIDE: f64 = 30.0;

/// Marks of the sides. The candidate's are drawn first and are the larger ones, so that equal steps show both.
const MARKS: Sides<Marker> = Sides::new(
    Marker { shape: Shape::Circle, colour: FOREGROUND, filled: false },
    Marker { shape: Shape::Diamond, colour: PURPLE, filled: true },
);

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

/// The models that changed most, and how many there are.
pub(super) fn pick<'a>(
    models: Vec<ContextPlot<'a>>,
    comparison: &Comparison,
) -> (Vec<ContextPlot<'a>>, String) {
    let all = models.len();
    let change = |model: &ContextPlot<'_>| {
        rows(model.model, comparison).map(|(row, _)| strength(row)[0]).fold(0.0, f64::max)
    };
    let picked = strongest(models, MOST, change);
    let which = if picked.len() == all {
        String::new()
    } else {
        format!("the {} of {} models that changed most; ", count(picked.len() as u64), count(all as u64))
    };
    (picked, which)
}

/// The document of these models.
pub(super) fn document(models: &[ContextPlot<'_>], title: &str, description: &str) -> Option<String> {
    panel::document(models.len(), title, description, |canvas| {
        let lines = models.iter().any(|model| model.fits.any());
        legend(canvas, MARKS, lines, "against tokens in the context")?;
        models.iter().enumerate().try_for_each(|(index, model)| draw(canvas, Panel::nth(index), model))
    })
}

fn draw(canvas: &Canvas<'_>, panel: Panel, model: &ContextPlot<'_>) -> Drawn {
    let values: Vec<f64> = model.steps.iter().flatten().map(|(_, value)| *value).collect();
    let vertical = (model.scale)(&values, panel.vertical());
    let form = if vertical.logarithmic { format!("{}, log axis", model.unit) } else { model.unit.to_owned() };
    panel.title(canvas, &model.model.model.name, &form)?;
    panel.grid(canvas, &vertical)?;
    let horizontal = contexts(model, panel);
    let ticks = labelled(linear_ticks(horizontal.values, 6.0));
    let [bottom, top] = panel.vertical();
    vertical_grid(canvas, &horizontal, &ticks, [top, bottom])?;
    for side in [Side::Candidate, Side::Baseline] {
        fit(canvas, model, side, &horizontal, &vertical)?;
        for at in places(&model.steps[side], &horizontal, &vertical) {
            MARKS[side].draw(canvas, at)?;
        }
    }
    Ok(())
}

/// Where the steps are, without those that have no room.
fn places(steps: &[(f64, f64)], horizontal: &Axis, vertical: &Scale) -> Vec<(i32, i32)> {
    let mut free = i32::MIN;
    let mut places = vec![];
    for (context, value) in steps {
        let x = horizontal.at(*context);
        if x >= free {
            places.push((x, vertical.at(*value)));
            free = x + APART;
        }
    }
    places
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
fn fit(
    canvas: &Canvas<'_>,
    model: &ContextPlot<'_>,
    side: Side,
    horizontal: &Axis,
    vertical: &Scale,
) -> Drawn {
    let steps = &model.steps[side];
    let (Some([intercept, slope]), Some(first), Some(last)) = (model.fits[side], steps.first(), steps.last())
    else {
        return Ok(());
    };
    let context = |place: usize| first.0 + (last.0 - first.0) * place as f64 / FIT_PLACES as f64;
    let place = |context: f64| (horizontal.at(context), vertical.at(intercept + slope * context));
    curve(canvas, (0..=FIT_PLACES).map(|index| place(context(index))).collect(), side, MARKS[side].colour)
}
