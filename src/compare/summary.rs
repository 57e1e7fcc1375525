//! Counts and totals over the rows.

use std::collections::BTreeMap;

use super::nesting::Nesting;
use super::row::Draft;
use super::{AllocationChange, Change, Count, Options, Quality, Row, Rule, Summary, Verdict};
use crate::stats::Variance;

/// The summary of judged rows.
pub(super) fn summary(drafts: &[Draft], nesting: &Nesting, options: &Options) -> Summary {
    let outer = outer_rows(drafts, nesting);
    let members: Vec<&Draft> =
        outer.iter().copied().filter(|draft| is_estimated(draft, options.rule)).collect();
    let all: Vec<&Draft> = drafts.iter().filter(|draft| is_common(&draft.row)).collect();
    Summary {
        verdicts: tally(drafts.iter().map(|draft| draft.row.verdict)),
        allocation_verdicts: tally(drafts.iter().filter_map(|draft| Some(draft.row.allocation?.verdict))),
        time_geomean: geomean(&members, options),
        geomean_rows: members.len(),
        total_ns: total_time(&outer),
        total_bytes: total(&outer, |allocation| Some(&allocation.bytes)),
        total_allocations: total(&outer, |allocation| allocation.count.as_ref()),
        nested_rows: all.len() - outer.len(),
        total_with_nested_ns: total_time(&all),
        total_with_nested_bytes: total(&all, |allocation| Some(&allocation.bytes)),
    }
}

fn total_time(rows: &[&Draft]) -> [f64; 2] {
    [0, 1].map(|side| rows.iter().map(|draft| times(&draft.row)[side]).sum())
}

/// Sum of a count over the rows that have it on both sides.
fn total(rows: &[&Draft], of: fn(&AllocationChange) -> Option<&Count>) -> Option<[u64; 2]> {
    let allocations = rows.iter().filter_map(|draft| draft.row.allocation.as_ref());
    allocations.filter_map(of).map(|count| [count.baseline.high, count.candidate.high]).reduce(add)
}

fn add(a: [u64; 2], b: [u64; 2]) -> [u64; 2] {
    [a[0].saturating_add(b[0]), a[1].saturating_add(b[1])]
}

fn tally<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

/// Rows measured on both sides that are not part of another such row, be it through rows that are not.
fn outer_rows<'a>(drafts: &'a [Draft], nesting: &Nesting) -> Vec<&'a Draft> {
    let is_common = |index: usize| is_common(&drafts[index].row);
    let is_nested = |index: usize| nesting.around(index).into_iter().any(is_common);
    (0..drafts.len())
        .filter(|&index| is_common(index) && !is_nested(index))
        .map(|index| &drafts[index])
        .collect()
}

fn is_common(row: &Row) -> bool {
    let one_sided = matches!(row.verdict, Verdict::Added | Verdict::Removed | Verdict::Failed);
    !one_sided && row.time.is_some_and(|time| time.baseline_ns.is_some() && time.candidate_ns.is_some())
}

fn times(row: &Row) -> [f64; 2] {
    row.time.map_or([0.0; 2], |time| [time.baseline_ns.unwrap_or(0.0), time.candidate_ns.unwrap_or(0.0)])
}

/// The row has a change, and under [`Rule::Interval`] one with an interval, measured on a core of its own.
pub(super) fn is_estimated(draft: &Draft, rule: Rule) -> bool {
    let has_change = draft.row.time.is_some_and(|time| time.change.is_some());
    let has_interval =
        || draft.effect.is_some_and(|effect| effect.noise.is_some()) && !draft.row.is_contended();
    has_change && (rule == Rule::Point || has_interval())
}

/// Geometric mean of the time ratios. The noise of rounds is independent between rows; what a session does
/// is taken as the same in all rows, so that it does not average out.
pub(super) fn geomean(members: &[&Draft], options: &Options) -> Option<Change> {
    let changes: Vec<Change> = members.iter().filter_map(|draft| draft.row.time?.change).collect();
    let m = changes.len() as f64;
    (m > 0.0).then_some(())?;
    let mean = |of: fn(&Change) -> f64| changes.iter().map(of).sum::<f64>() / m;
    let theta = mean(|change| change.point.ln_1p());
    let variance = geomean_variance(members);
    let half_width = variance.half_width(options.confidence);
    let p = match options.rule {
        Rule::Interval => variance.minimum_effect_p(theta, options.threshold.ln_1p()),
        Rule::Point => 1.0,
    };
    let quality = Quality {
        clock_slope: mean(|change| change.quality.clock_slope),
        raw: mean(|change| change.quality.raw.ln_1p()).exp_m1(),
        session_sd: mean(|change| change.quality.session_sd),
        session_sd_learned: changes.iter().all(|change| change.quality.session_sd_learned),
    };
    let [low, high] = [theta - half_width, theta + half_width].map(f64::exp_m1);
    Some(Change { point: theta.exp_m1(), low, high, p, quality })
}

/// Of the mean of the effects; nothing under [`Rule::Point`], which has no noise model.
fn geomean_variance(members: &[&Draft]) -> Variance {
    let noises: Vec<_> = members.iter().filter_map(|draft| draft.effect?.noise).collect();
    let m = noises.len().max(1) as f64;
    let rounds: Vec<Variance> = noises.iter().map(|noise| noise.of_rounds()).collect();
    let rounds = Variance::sum(&rounds).scaled(1.0 / (m * m));
    let session_sd = noises.iter().map(|noise| noise.session.variance.sd()).sum::<f64>() / m;
    Variance::sum(&[rounds, Variance::known(session_sd * session_sd)])
}
