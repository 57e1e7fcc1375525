//! Sizes of a model against each other.

use super::facts::{between, find};
use super::{Estimate, ModelComparison, SizeComparison};
use crate::compare::effect::effect;
use crate::compare::evidence::Evidence;
use crate::compare::work::same_convention;
use crate::compare::{Options, Rule, Side, Sides};
use crate::inference::{Model, Phase};
use crate::stats::{LogRound, time_estimate};
use crate::work::Flops;

/// Every model against those of the next smaller number of parameters and the same element type, in each phase that
/// both have.
pub(in crate::compare) fn sizes(evidence: &Evidence<'_>, models: &[ModelComparison]) -> Vec<SizeComparison> {
    let larger = 0..models.len();
    let pairs = larger.flat_map(|larger| next_smaller(models, larger).map(move |smaller| [smaller, larger]));
    pairs.flat_map(|pair| in_each_phase(evidence, models, pair)).collect()
}

/// Models are sorted by element type and then by parameters. A model without known parameters is no size.
fn next_smaller(models: &[ModelComparison], larger: usize) -> impl Iterator<Item = usize> {
    let Model { parameters, dtype, .. } = models[larger].model;
    let known = move |index: &usize| {
        let model = &models[*index].model;
        model.dtype == dtype && (1..parameters).contains(&model.parameters)
    };
    let next = (0..larger).filter(known).map(|index| models[index].model.parameters).max();
    (0..larger).filter(known).filter(move |&index| Some(models[index].model.parameters) == next)
}

fn in_each_phase(
    evidence: &Evidence<'_>,
    models: &[ModelComparison],
    [smaller, larger]: [usize; 2],
) -> Vec<SizeComparison> {
    let sizes = [&models[smaller].model, &models[larger].model];
    let parameter_ratio = sizes[1].parameters as f64 / sizes[0].parameters as f64;
    let comparison = |(phase, rows)| SizeComparison {
        smaller,
        larger,
        phase,
        parameter_ratio,
        flop_ratio: flop_ratio(evidence, rows),
        time_ratio: Sides::of(|side| time_ratio(evidence, sizes, rows, side)),
    };
    common_phases(evidence, [&models[smaller].rows, &models[larger].rows])
        .into_iter()
        .map(comparison)
        .collect()
}

/// The phases that both models have, with the first row of each. Rows are sorted by phase.
fn common_phases(evidence: &Evidence<'_>, [smaller, larger]: [&[usize]; 2]) -> Vec<(Phase, [usize; 2])> {
    let phase = |row: usize| evidence.row(row).inference.as_ref().map(|inference| inference.phase);
    let mut firsts = smaller.to_vec();
    firsts.dedup_by_key(|row| phase(*row));
    let counterpart = |row: usize| larger.iter().copied().find(|&other| phase(other) == phase(row));
    firsts.into_iter().filter_map(|row| Some((phase(row)?, [row, counterpart(row)?]))).collect()
}

fn flop_ratio(evidence: &Evidence<'_>, rows: [usize; 2]) -> Option<f64> {
    let [smaller, larger] = rows.map(|row| evidence.row(row).work.as_ref());
    same_convention(smaller, larger).then_some(())?;
    let (Flops(smaller), Flops(larger)) = (smaller?.flops?, larger?.flops?);
    (smaller > 0).then(|| larger as f64 / smaller as f64)
}

/// Time of the larger / time of the smaller on a side that measured both, and whose models are the ones compared.
fn time_ratio(evidence: &Evidence<'_>, sizes: [&Model; 2], rows: [usize; 2], side: Side) -> Option<Estimate> {
    let rounds = |size: usize| rounds_of_size(evidence, sizes[size], rows[size], side);
    ratio([&rounds(0)?, &rounds(1)?], evidence.options)
}

/// The rounds of a row on a side that measured it, and whose model is the one compared.
pub(super) fn rounds_of_size(
    evidence: &Evidence<'_>,
    model: &Model,
    row: usize,
    side: Side,
) -> Option<Vec<LogRound>> {
    let known = find(&evidence.sides[side].side, &model.name)?;
    between(known, model).is_empty().then_some(())?;
    evidence.rounds_of_phase(row, side)
}

/// The interval is that of a change from the smaller to the larger; none without several rounds or a noise model.
fn ratio([smaller, larger]: [&[LogRound]; 2], options: &Options) -> Option<Estimate> {
    if options.rule == Rule::Point {
        return Some(Estimate::bare(time_estimate(larger)? / time_estimate(smaller)?));
    }
    let effect = effect(Sides::new(smaller, larger), None)?;
    let half_width = effect.noise.map_or(0.0, |noise| noise.half_width(options.confidence));
    Some(Estimate::around(effect.theta(), half_width).exp())
}
