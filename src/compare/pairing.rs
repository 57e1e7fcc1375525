//! Which benchmark of one side belongs to which of the other.

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixtures::{baseline, row};

    #[test]
    fn duplicates_collapse_to_the_first() {
        let twice = baseline("x", vec![row("f", &[1.0]), row("f", &[2.0])]);
        let pairs = pairs(Sides::new(&twice, &twice));
        assert_eq!(pairs.len(), 1);
        assert_eq!(pairs[0].sides.map(|side| side.unwrap().rounds[0].samples[0]), Sides::new(1.0, 1.0));
    }
}
