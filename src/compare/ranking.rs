//! Which of several baselines are the fastest of a benchmark, by the verdicts on every two of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Comparison, Sides, Verdict};
use crate::model::BenchmarkId;

/// What the comparisons of every two of several baselines decided. The baselines go by numbers.
#[derive(Debug, Default)]
pub struct Ranking {
    decided: BTreeMap<BenchmarkId, Decided>,
}

/// What was decided of a benchmark.
#[derive(Debug, Default)]
struct Decided {
    /// Those that are faster than another.
    faster: BTreeSet<usize>,
    /// Those that are slower than another.
    slower: BTreeSet<usize>,
}

impl Ranking {
    /// Adds the verdicts on two of the baselines.
    pub fn add(&mut self, Sides { baseline, candidate }: Sides<usize>, comparison: &Comparison) {
        for row in &comparison.rows {
            let (faster, slower) = match row.verdict {
                Verdict::Improved => (candidate, baseline),
                Verdict::Regressed => (baseline, candidate),
                _ => continue,
            };
            let decided = self.decided.entry(row.id.clone()).or_default();
            decided.faster.insert(faster);
            decided.slower.insert(slower);
        }
    }

    /// It is faster than another, and slower than none.
    pub fn is_fastest(&self, benchmark: &BenchmarkId, baseline: usize) -> bool {
        let decided = self.decided.get(benchmark);
        decided.is_some_and(|Decided { faster, slower }| {
            faster.contains(&baseline) && !slower.contains(&baseline)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{RowBuilder, comparison};

    /// The fastest of three baselines, by the verdicts on the first and the second, the first and the third, the second and
    /// the third.
    fn fastest(verdicts: [Verdict; 3]) -> Vec<usize> {
        let row = |verdict| RowBuilder::new("row").verdict(verdict).build();
        let mut ranking = Ranking::default();
        for ([baseline, candidate], verdict) in [[0, 1], [0, 2], [1, 2]].into_iter().zip(verdicts) {
            ranking.add(Sides::new(baseline, candidate), &comparison(vec![row(verdict)]));
        }
        let id = row(Verdict::Unchanged).id;
        (0..3).filter(|baseline| ranking.is_fastest(&id, *baseline)).collect()
    }

    #[test]
    fn the_fastest_are_those_that_no_verdict_calls_slower() {
        use Verdict::{Improved, Inconclusive, NotComparable, Regressed, Suspect, Unchanged};
        assert_eq!(fastest([Improved, Improved, Regressed]), [1]);
        assert_eq!(fastest([Improved, Improved, Unchanged]), [1, 2]);
        assert_eq!(fastest([Regressed, Regressed, Improved]), [0]);
        assert_eq!(fastest([Regressed, Unchanged, Improved]), [0, 2]);
        assert_eq!(fastest([Regressed, NotComparable, NotComparable]), [0]);
        assert_eq!(fastest([Inconclusive, Suspect, Unchanged]), [0; 0], "no verdict tells two apart");
        assert_eq!(
            fastest([Regressed, Inconclusive, Inconclusive]),
            [0],
            "faster than none is not the fastest"
        );
    }
}
