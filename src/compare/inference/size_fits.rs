//! How time grows with FLOPs over all sizes of a model.

use std::collections::{BTreeMap, BTreeSet};

use super::sizes::rounds_of_size;
use super::{Estimate, ModelComparison, SizeFit};
use crate::compare::evidence::Evidence;
use crate::compare::work::same_convention;
use crate::compare::{Side, Sides};
use crate::inference::Phase;
use crate::stats::{least_squares, location};
use crate::work::Flops;

/// Least different numbers of FLOPs that make a fit: through two any line goes.
const FEWEST_SIZES: usize = 3;

/// One size of a model in one phase.
#[derive(Clone, Copy)]
struct Size {
    /// Index of the model.
    model: usize,
    row: usize,
    flops: u64,
}

/// A fit for every phase of every element type that has three sizes on a side. Models are sorted by element type.
pub(in crate::compare) fn size_fits(evidence: &Evidence<'_>, models: &[ModelComparison]) -> Vec<SizeFit> {
    let indices: Vec<usize> = (0..models.len()).collect();
    let dtype = |index: usize| models[index].model.dtype;
    let groups = indices.chunk_by(|&a, &b| dtype(a) == dtype(b));
    let fits_of = |group: &[usize]| {
        let by_phase = by_phase(evidence, models, group).into_iter();
        let fits = by_phase.filter_map(|(phase, sizes)| fit(evidence, models, phase, &sizes));
        fits.collect::<Vec<_>>()
    };
    groups.flat_map(fits_of).collect()
}

/// The first row of each model in each phase, where it declares FLOPs, and by the convention of the smallest.
fn by_phase(
    evidence: &Evidence<'_>,
    models: &[ModelComparison],
    group: &[usize],
) -> BTreeMap<Phase, Vec<Size>> {
    let mut sizes: BTreeMap<Phase, Vec<Size>> = BTreeMap::new();
    let rows = group.iter().flat_map(|&model| models[model].rows.iter().map(move |&row| (model, row)));
    for (model, row) in rows {
        let Some((phase, flops)) = phase_and_flops(evidence, row) else { continue };
        let of_phase = sizes.entry(phase).or_default();
        let is_next = of_phase.last().is_none_or(|last| {
            let [first, work] = [of_phase[0].row, row].map(|row| evidence.row(row).work.as_ref());
            last.model != model && same_convention(first, work)
        });
        if is_next {
            of_phase.push(Size { model, row, flops });
        }
    }
    sizes
}

fn phase_and_flops(evidence: &Evidence<'_>, row: usize) -> Option<(Phase, u64)> {
    let row = evidence.row(row);
    let Flops(flops) = row.work.as_ref()?.flops?;
    (flops > 0).then_some((row.inference.as_ref()?.phase, flops))
}

/// `None` where no side has enough sizes.
fn fit(evidence: &Evidence<'_>, models: &[ModelComparison], phase: Phase, sizes: &[Size]) -> Option<SizeFit> {
    let exponent = Sides::of(|side| exponent(evidence, models, sizes, side));
    exponent.any().then(|| SizeFit {
        dtype: models[sizes[0].model].model.dtype,
        phase,
        models: sizes.iter().map(|size| size.model).collect(),
        exponent,
    })
}

/// Slope of ln time on ln FLOPs over the sizes that a side measured; its interval is by how far they lie off the line.
fn exponent(
    evidence: &Evidence<'_>,
    models: &[ModelComparison],
    sizes: &[Size],
    side: Side,
) -> Option<Estimate> {
    let measured = |size: &Size| {
        let rounds = rounds_of_size(evidence, &models[size.model].model, size.row, side)?;
        Some((size.flops, location(&rounds)?.mean))
    };
    let measured: Vec<(u64, f64)> = sizes.iter().filter_map(measured).collect();
    let different: BTreeSet<u64> = measured.iter().map(|(flops, _)| *flops).collect();
    (different.len() >= FEWEST_SIZES).then_some(())?;
    let points: Vec<(f64, f64)> = measured.iter().map(|&(flops, time)| ((flops as f64).ln(), time)).collect();
    let fit = least_squares(&points)?;
    let half_width = fit.residual_variance()?.half_width(evidence.options.confidence);
    Some(Estimate::around(fit.slope, half_width))
}
