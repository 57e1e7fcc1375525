//! Which benchmark of one side belongs to which of the other, and what to call it.

use std::collections::BTreeMap;

use super::{Side, Sides};
use crate::model::{Baseline, Benchmark, BenchmarkId};
use crate::work::Work;

/// A benchmark of either side or both.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    /// Which one.
    pub(super) id: &'a BenchmarkId,
    /// The baseline's and the candidate's, at least one of them.
    pub(super) sides: Sides<Option<&'a Benchmark>>,
}

impl<'a> Pair<'a> {
    /// The declared work of each side.
    pub(super) fn works(&self) -> Sides<Option<&'a Work>> {
        self.sides.map(|side| side.and_then(|benchmark| benchmark.work.as_ref()))
    }
}

/// Every benchmark of either side, sorted by id. Of several with the same id the first counts.
pub(super) fn pairs(sides: Sides<&Baseline>) -> Vec<Pair<'_>> {
    let mut pairs: BTreeMap<&BenchmarkId, Sides<Option<&Benchmark>>> = BTreeMap::new();
    for side in Side::BOTH {
        for benchmark in &sides[side].benchmarks {
            pairs.entry(&benchmark.id).or_default()[side].get_or_insert(benchmark);
        }
    }
    pairs.into_iter().map(|(id, sides)| Pair { id, sides }).collect()
}

/// The name of each of these: its path, preceded by the target and then the package as far as others share it.
pub(super) fn labels(ids: &[&BenchmarkId]) -> Vec<String> {
    let mut labels: Vec<String> = ids.iter().map(|id| id.path()).collect();
    qualify_by_place(&mut labels, ids);
    labels
}

/// Tells equal labels apart by target, and those still equal by package.
pub(super) fn qualify_by_place(labels: &mut [String], ids: &[&BenchmarkId]) {
    qualify(labels, |index, label| format!("{}::{label}", ids[index].target));
    qualify(labels, |index, label| format!("{}::{label}", ids[index].package));
}

/// Replaces every label that others share by `qualified` of its index and itself.
pub(super) fn qualify(labels: &mut [String], qualified: impl Fn(usize, &str) -> String) {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for label in labels.iter() {
        *uses.entry(label.clone()).or_default() += 1;
    }
    for (index, label) in labels.iter_mut().enumerate() {
        if uses[label.as_str()] > 1 {
            *label = qualified(index, label);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixtures::{baseline, row};

    fn at(package: &str, target: &str, function: &str) -> Benchmark {
        let mut benchmark = row(function, &[1.0]);
        benchmark.id.package = package.to_owned();
        benchmark.id.target = target.to_owned();
        benchmark
    }

    #[test]
    fn labels_say_as_much_as_is_needed() {
        let rows = [
            at("p", "a", "one"),
            at("p", "a", "two"),
            at("p", "b", "two"),
            at("p", "a", "three"),
            at("q", "a", "three"),
        ];
        let mut ids: Vec<&BenchmarkId> = rows.iter().map(|row| &row.id).collect();
        ids.sort();
        let labels = labels(&ids);
        assert_eq!(labels, ["ops/one", "p::a::ops/three", "a::ops/two", "b::ops/two", "q::a::ops/three"]);
    }

    #[test]
    fn duplicates_collapse_to_the_first() {
        let twice = baseline("x", vec![row("f", &[1.0]), row("f", &[2.0])]);
        let pairs = pairs(Sides::new(&twice, &twice));
        assert_eq!(pairs.len(), 1);
        assert_eq!(pairs[0].sides.map(|side| side.unwrap().rounds[0].samples[0]), Sides::new(1.0, 1.0));
    }
}
