//! Counts and totals over the rows.

use std::collections::BTreeMap;

use super::evidence::Judged;
use super::nesting::Nesting;
use super::{Change, Metric, Options, Row, Side, Sides, Summary};
use crate::stats::Variance;

/// The summary of judged rows.
pub(super) fn summary(judged: &[Judged], options: &Options) -> Summary {
    let is_outer = |judged: &&Judged| is_common(&judged.row) && !judged.row.left_out;
    let outer: Vec<&Judged> = judged.iter().filter(is_outer).collect();
    let members: Vec<&Judged> =
        outer.iter().copied().filter(|judged| judged.is_estimated(options.rule)).collect();
    let all: Vec<&Judged> = judged.iter().filter(|judged| is_common(&judged.row)).collect();
    Summary {
        verdicts: tally(judged.iter().map(|judged| judged.row.verdict)),
        allocation_verdicts: tally(judged.iter().filter_map(|judged| judged.row.allocation_verdict())),
        time_geomean: geomean(&members, options),
        geomean_rows: members.len(),
        total_ns: total_time(&outer),
        total_bytes: total(&outer, Metric::AllocatedBytes),
        total_allocations: total(&outer, Metric::Allocations),
        nested_rows: all.len() - outer.len(),
        total_with_nested_ns: total_time(&all),
        total_with_nested_bytes: total(&all, Metric::AllocatedBytes),
    }
}

fn total_time(rows: &[&Judged]) -> Sides<f64> {
    Sides::of(|side| rows.iter().filter_map(|judged| judged.row.time_ns(side)).sum())
}

/// Sum of a count over the rows that have it on both sides.
fn total(rows: &[&Judged], metric: Metric) -> Option<Sides<u64>> {
    let counts = rows.iter().filter_map(|judged| judged.row.measure(metric)?.values().both());
    counts.map(|count| count.map(|count| count as u64)).reduce(add)
}

fn add(a: Sides<u64>, b: Sides<u64>) -> Sides<u64> {
    a.zip(b).map(|(a, b)| a.saturating_add(b))
}

fn tally<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

/// Marks the rows measured on both sides that are part of another such row, be it through rows that are not.
pub(super) fn leave_out_nested(judged: &mut [Judged], nesting: &Nesting) {
    let common: Vec<bool> = judged.iter().map(|judged| is_common(&judged.row)).collect();
    for (index, judged) in judged.iter_mut().enumerate() {
        judged.row.left_out = common[index] && nesting.around(index).into_iter().any(|outer| common[outer]);
    }
}

fn is_common(row: &Row) -> bool {
    !row.verdict.is_one_sided() && Side::BOTH.into_iter().all(|side| row.time_ns(side).is_some())
}

/// Geometric mean of the time ratios, held against that of their thresholds. The noise of rounds is independent between rows; what a session does
/// is taken as the same in all rows, so that it does not average out.
pub(super) fn geomean(members: &[&Judged], options: &Options) -> Option<Change> {
    let (theta, variance) = log_mean(members)?;
    let change = Change::around(theta, variance.half_width(options.confidence));
    Some(change.held_against(mean_threshold(members, options), options.rule))
}

/// What a mean over rows has to exceed: the geometric mean of 1 + threshold over the rows, so that a mean of changes that
/// are none is none.
pub(super) fn mean_threshold(members: &[&Judged], options: &Options) -> f64 {
    let own: Vec<f64> = members.iter().map(|judged| options.threshold_of(&judged.row.id)).collect();
    match own.as_slice() {
        [] => options.threshold,
        // Nothing is lost to rounding.
        [first, others @ ..] if others.iter().all(|other| other == first) => *first,
        all => (all.iter().map(|threshold| threshold.ln_1p()).sum::<f64>() / all.len() as f64).exp_m1(),
    }
}

/// ln of the mean ratio and its variance: none under the point rule, which has no noise model. `None` of no rows.
pub(super) fn log_mean(members: &[&Judged]) -> Option<(f64, Variance)> {
    let effects: Vec<f64> =
        members.iter().filter_map(|judged| Some(judged.row.time_change()?.point.ln_1p())).collect();
    let mean = effects.iter().sum::<f64>() / effects.len() as f64;
    (!effects.is_empty()).then(|| (mean, geomean_variance(members)))
}

fn geomean_variance(members: &[&Judged]) -> Variance {
    let noises: Vec<_> = members.iter().filter_map(|judged| judged.effect?.noise).collect();
    let m = noises.len().max(1) as f64;
    let rounds: Vec<Variance> = noises.iter().map(|noise| noise.of_rounds()).collect();
    let rounds = Variance::sum(&rounds).scaled(1.0 / (m * m));
    let sessions = noises.iter().filter_map(|noise| noise.session());
    let session_sd = sessions.map(|session| session.variance.sd()).sum::<f64>() / m;
    Variance::sum(&[rounds, Variance::known(session_sd * session_sd)])
}
