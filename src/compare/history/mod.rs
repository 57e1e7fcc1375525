//! Baselines in, a [`History`] out: each benchmark over time, where its line breaks and where its level changes. It is a
//! comparison of many sides and uses the same parts as one of two: uncontended samples, facts, clock, session term.

mod segment;
mod series;
#[cfg(test)]
mod tests;
mod types;

use std::borrow::Borrow;
use std::collections::BTreeMap;

pub use types::{Break, History, HistoryPoint, LevelChange, RowHistory, Unjudged};

use super::environment::required_facts;
use super::{Options, inference};
use crate::estimate::{Contention, Uncontended, uncontended_among};
use crate::inference::Model;
use crate::model::{Baseline, Benchmark, BenchmarkId, labels};

/// The wanted benchmarks of these baselines over time. The uncontended level is taken over all
/// benchmarks. Of the options, the least changes that count and the confidence hold as between two baselines.
pub fn history<B: Borrow<Baseline>>(
    baselines: &[B],
    options: &Options,
    wanted: &dyn Fn(&BenchmarkId) -> bool,
) -> History {
    let baselines = latest(baselines.iter().map(Borrow::borrow).collect::<Vec<&Baseline>>(), None);
    let uncontended = uncontended_among(&baselines);
    let facts = required_facts(&baselines);
    let uncontended: Vec<Uncontended> = (0..baselines.len()).map(uncontended).collect();
    let rows = rows(&uncontended, wanted);
    let labels = labels(&rows.keys().copied().collect::<Vec<_>>());
    let rows = rows.iter().zip(labels).map(|((id, sightings), label)| {
        let breaks = segment::breaks(sightings, &facts);
        series::row(id, label, sightings, breaks, &options.for_row(id))
    });
    History {
        rows: rows.collect(),
        baselines: baselines.iter().map(|baseline| baseline.without_benchmarks()).collect(),
        options: options.clone(),
    }
}

/// The last so many measurements in the order of their dates; all where no number is given. Of copies, which are one
/// measurement, the first by name stands for all: when a file was written is not known of one that git has checked out.
pub fn latest<B: Borrow<Baseline>>(mut baselines: Vec<B>, most: Option<u32>) -> Vec<B> {
    baselines.sort_by(|a, b| a.borrow().by_date(b.borrow()));
    let mut distinct: Vec<B> = Vec::new();
    for baseline in baselines {
        if !distinct.iter().any(|other| baseline.borrow().measured_the_same(other.borrow())) {
            distinct.push(baseline);
        }
    }
    let dropped = most.map_or(0, |most| distinct.len().saturating_sub(most as usize));
    distinct.split_off(dropped)
}

/// A benchmark in one baseline.
struct Sighting<'a> {
    /// Index of the baseline.
    baseline: usize,
    benchmark: &'a Benchmark,
    /// What it measures, where that is a model.
    model: Option<&'a Model>,
    /// What used its cores, if anything did.
    contention: Option<Contention>,
}

/// Every wanted benchmark with its sightings in order. Of several with the same id in a baseline the first counts.
fn rows<'a>(
    uncontended: &'a [Uncontended],
    wanted: &dyn Fn(&BenchmarkId) -> bool,
) -> BTreeMap<&'a BenchmarkId, Vec<Sighting<'a>>> {
    let mut rows: BTreeMap<&BenchmarkId, Vec<Sighting<'_>>> = BTreeMap::new();
    for (baseline, uncontended) in uncontended.iter().enumerate() {
        for benchmark in uncontended.side.benchmarks.iter().filter(|benchmark| wanted(&benchmark.id)) {
            let sightings = rows.entry(&benchmark.id).or_default();
            if sightings.last().is_none_or(|last| last.baseline != baseline) {
                let contention = uncontended.contention.get(&benchmark.id).copied();
                let model = inference::model_of(&uncontended.side, benchmark);
                sightings.push(Sighting { baseline, benchmark, model, contention });
            }
        }
    }
    rows
}
