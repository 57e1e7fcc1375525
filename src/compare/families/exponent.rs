//! How the time and the declared work of a family grow with size.

use super::members::Members;
use crate::compare::evidence::Evidence;
use crate::compare::{Estimate, Rule, Side};
use crate::estimate::{self, log_rounds};
use crate::stats::{Variance, least_squares, location};
use crate::work::{Flops, Work};

/// Slope of ln time on ln size over what a side measured, not adjusted for the clock, so that it does not depend on the
/// other side. Its interval is by how far the sizes lie off the line; with two
/// sizes, which cannot lie off it, by the spread of their rounds. `None` with fewer than two sizes.
pub(super) fn exponent(evidence: &Evidence<'_>, members: &Members, side: Side) -> Option<Estimate> {
    let ln_time = |row| Some(estimate::time(evidence.measured_rounds(row, side))?.ln());
    let measured = |&(row, size): &(usize, f64)| Some((row, (size, ln_time(row)?)));
    let (rows, points): (Vec<usize>, Vec<(f64, f64)>) = members.sized.iter().filter_map(measured).unzip();
    let fit = least_squares(&points)?;
    let of_rounds = || Some(fit.variance_from(&variances(evidence, &rows, side)?));
    let variance = fit.residual_variance().or_else(of_rounds);
    let half_width = variance.map_or(0.0, |variance| variance.half_width(evidence.options.confidence));
    Some(Estimate::around(fit.slope, half_width))
}

/// Of the locations of rows. `None` where one has a single round, and under the rule without a noise model.
fn variances(evidence: &Evidence<'_>, rows: &[usize], side: Side) -> Option<Vec<Variance>> {
    (evidence.options.rule == Rule::Interval).then_some(())?;
    let rounds = |&row: &usize| Some(log_rounds(&evidence.measured(row, side)?.rounds));
    rows.iter().map(|row| location(&rounds(row)?)?.variance()).collect()
}

/// The slope that the declared FLOPs have, or the bytes of a family that declares no FLOPs. `None` where fewer than two
/// sizes declare them.
pub(super) fn expected_exponent(evidence: &Evidence<'_>, members: &Members) -> Option<f64> {
    let slope = |count: fn(&Work) -> Option<f64>| {
        let declared = |&(row, size): &(usize, f64)| {
            let count = count(evidence.row(row).work.as_ref()?).filter(|&count| count > 0.0)?;
            Some((size, count.ln()))
        };
        Some(least_squares(&members.sized.iter().filter_map(declared).collect::<Vec<_>>())?.slope)
    };
    slope(|work| work.flops.map(|Flops(count)| count as f64)).or_else(|| slope(Work::traffic))
}
