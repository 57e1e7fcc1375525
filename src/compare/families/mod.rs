//! Families of benchmarks: those of one group, function and element type at several sizes.

mod exponent;
mod label;
mod members;
mod types;

pub use types::{Family, FamilyKey};

use self::exponent::{expected_exponent, exponent};
pub(super) use self::label::labels;
use self::members::{Members, by_family};
use super::evidence::{Evidence, Judged};
use super::nesting::Nesting;
use super::summary::{geomean, log_mean, mean_threshold};
use super::{Estimation, Measure, Options, Side, Sides, Threshold, Value};

/// The families of the benchmarks that measure no model, sorted by id and element type.
pub(super) fn families(evidence: &Evidence<'_>, nesting: &Nesting) -> Vec<Family> {
    let families = by_family(evidence);
    let labels = labels(&families.keys().collect::<Vec<_>>());
    let labelled = families.into_iter().zip(labels);
    labelled.map(|((key, rows), label)| family(evidence, nesting, (key, label), rows)).collect()
}

fn family(
    evidence: &Evidence<'_>,
    nesting: &Nesting,
    (key, label): (FamilyKey, String),
    rows: Vec<usize>,
) -> Family {
    let members = Members::new(evidence, nesting, rows);
    Family {
        key,
        label,
        time: mean_time(evidence, &members.outer),
        own_ns: Sides::of(|side| own_mean(evidence, &members.outer, side)),
        exponent: Sides::of(|side| exponent(evidence, &members, side)),
        expected_exponent: expected_exponent(evidence, &members),
        rows: members.rows,
    }
}

/// Geometric means over the rows that were compared, and of those with an interval where there are any.
fn mean_time(evidence: &Evidence<'_>, rows: &[usize]) -> Option<Measure> {
    let options = evidence.options;
    let compared = rows.iter().filter(|&&row| evidence.is_compared(row)).map(|&row| &evidence.judged[row]);
    let (estimated, others): (Vec<&Judged>, Vec<&Judged>) =
        compared.partition(|judged| judged.is_estimated(options.rule));
    let members = if estimated.is_empty() { &others } else { &estimated };
    let mean = Sides::of(|side| geometric_mean(members.iter().filter_map(|judged| judged.row.time_ns(side))));
    let mut measure = Measure::of(mean.map(|mean| mean.map(Value::exact)))?;
    measure.change = geomean(&estimated, options);
    measure.threshold = Some(Threshold::Fraction(mean_threshold(members, options)));
    measure.estimation = estimation(&estimated, options);
    Some(measure)
}

/// Geometric mean of the times of a side, over the rows that it measured.
fn own_mean(evidence: &Evidence<'_>, rows: &[usize], side: Side) -> Option<f64> {
    let measured = rows.iter().filter(|&&row| evidence.measured(row, side).is_some());
    geometric_mean(measured.filter_map(|&row| evidence.row(row).time_ns(side)))
}

/// How the mean was estimated, by the means of how its members were. `None` where they have no interval.
fn estimation(members: &[&Judged], options: &Options) -> Option<Estimation> {
    let estimations: Vec<Estimation> =
        members.iter().filter_map(|judged| judged.row.time()?.estimation).collect();
    let (theta, variance) = log_mean(members).filter(|_| !estimations.is_empty())?;
    let mean =
        |of: fn(&Estimation) -> f64| estimations.iter().map(of).sum::<f64>() / estimations.len() as f64;
    let raw = Sides::of(|side| geometric_mean(estimations.iter().map(|found| found.raw[side])));
    Some(Estimation {
        raw: raw.both()?,
        clock_slope: mean(|found| found.clock_slope),
        p: variance.minimum_effect_p(theta, mean_threshold(members, options).ln_1p()),
        session_sd: mean(|found| found.session_sd),
        session_sd_learned: estimations.iter().all(|found| found.session_sd_learned),
        blocks: None,
    })
}

/// `None` of no values.
fn geometric_mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let logarithms: Vec<f64> = values.map(f64::ln).collect();
    let mean = logarithms.iter().sum::<f64>() / logarithms.len() as f64;
    (!logarithms.is_empty()).then(|| mean.exp())
}
