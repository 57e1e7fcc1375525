//! Families of benchmarks: those of one group, function and element type at several sizes.

mod exponent;
mod label;
mod members;
mod types;

pub use types::Family;

use self::exponent::{expected_exponent, exponent};
use self::label::labels;
use self::members::{Members, by_family};
use super::evidence::Evidence;
use super::nesting::Nesting;
use super::row::Draft;
use super::summary::{geomean, is_estimated};
use super::{TimeChange, time};

/// The families of the benchmarks that measure no model, sorted by id and element type.
pub(super) fn families(evidence: &Evidence<'_>, nesting: &Nesting) -> Vec<Family> {
    let families = by_family(evidence);
    let labels = labels(evidence, &families);
    families.into_values().zip(labels).map(|(rows, label)| family(evidence, nesting, rows, label)).collect()
}

fn family(evidence: &Evidence<'_>, nesting: &Nesting, rows: Vec<usize>, label: String) -> Family {
    let members = Members::new(evidence, nesting, rows);
    Family {
        label,
        time: mean_time(evidence, &members.outer),
        exponent: [0, 1].map(|side| exponent(evidence, &members, side)),
        expected_exponent: expected_exponent(evidence, &members),
        rows: members.rows,
    }
}

/// Geometric means over the rows that were compared, and of those with an interval where there are any.
fn mean_time(evidence: &Evidence<'_>, rows: &[usize]) -> TimeChange {
    let options = evidence.options;
    let drafts = rows.iter().filter(|&&row| evidence.is_compared(row)).map(|&row| &evidence.drafts[row]);
    let (estimated, others): (Vec<&Draft>, Vec<&Draft>) =
        drafts.partition(|draft| is_estimated(draft, options.rule));
    let members = if estimated.is_empty() { &others } else { &estimated };
    let means = [0, 1].map(|side| geometric_mean(members.iter().filter_map(|draft| draft.row.time_ns(side))));
    let none =
        TimeChange { baseline_ns: None, candidate_ns: None, change: None, threshold: options.threshold };
    let time = time::of_sides(means, options).unwrap_or(none);
    TimeChange { change: geomean(&estimated, options), ..time }
}

/// `None` of no values.
fn geometric_mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let logarithms: Vec<f64> = values.map(f64::ln).collect();
    let mean = logarithms.iter().sum::<f64>() / logarithms.len() as f64;
    (!logarithms.is_empty()).then(|| mean.exp())
}
