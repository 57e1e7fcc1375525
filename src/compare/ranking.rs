//! Which of several baselines are the fastest of a benchmark, or of a family, by what is decided on
//! every two of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Comparison, Family, FamilyKey, Sides, Verdict};
use crate::model::BenchmarkId;

/// What the comparisons of every two of several baselines decided. The baselines go by numbers.
#[derive(Debug, Default)]
pub(super) struct Ranking {
    rows: BTreeMap<BenchmarkId, Decided>,
    families: BTreeMap<FamilyKey, Decided>,
}

/// What was decided of a benchmark or a family.
#[derive(Debug, Default)]
struct Decided {
    /// Those that are faster than another.
    faster: BTreeSet<usize>,
    /// Those that are slower than another.
    slower: BTreeSet<usize>,
}

impl Decided {
    /// Adds what was decided of two: whether the candidate is slower, where one of them is.
    fn add(&mut self, Sides { baseline, candidate }: Sides<usize>, is_slower: bool) {
        let (faster, slower) = if is_slower { (baseline, candidate) } else { (candidate, baseline) };
        self.faster.insert(faster);
        self.slower.insert(slower);
    }

    fn is_fastest(&self, baseline: usize) -> bool {
        self.faster.contains(&baseline) && !self.slower.contains(&baseline)
    }
}

impl Ranking {
    /// Adds the verdicts on two of the baselines.
    pub(super) fn add(&mut self, sides: Sides<usize>, comparison: &Comparison) {
        for row in comparison.rows.iter().filter(|row| row.verdict.is_change()) {
            let decided = self.rows.entry(row.id.clone()).or_default();
            decided.add(sides, row.verdict == Verdict::Regressed);
        }
        for family in &comparison.families {
            if let Some(is_slower) = is_slower(family) {
                self.families.entry(family.key.clone()).or_default().add(sides, is_slower);
            }
        }
    }

    /// It is faster than another at the benchmark, and slower than none.
    pub(super) fn is_fastest_row(&self, benchmark: &BenchmarkId, baseline: usize) -> bool {
        self.rows.get(benchmark).is_some_and(|decided| decided.is_fastest(baseline))
    }

    /// The same of a family.
    pub(super) fn is_fastest_family(&self, family: &FamilyKey, baseline: usize) -> bool {
        self.families.get(family).is_some_and(|decided| decided.is_fastest(baseline))
    }
}

/// Whether the candidate is slower, where it is shown to be slower or faster.
fn is_slower(family: &Family) -> Option<bool> {
    let change = family.time.as_ref()?.change.filter(|change| change.established)?;
    Some(change.point > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixtures::{baseline, row};
    use crate::compare::{Options, compare};
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
        (0..3).filter(|baseline| ranking.is_fastest_row(&id, *baseline)).collect()
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

    #[test]
    fn a_family_is_faster_where_the_interval_of_its_mean_says_so() {
        let side = |name: &str, ns: [f64; 2]| {
            let sized = |(parameter, ns): (&str, f64)| {
                let mut row = row("matmul", &[ns, ns * 1.001, ns * 0.999, ns]);
                row.id.criterion.parameter = Some(parameter.to_owned());
                row
            };
            baseline(name, ["64", "128"].into_iter().zip(ns).map(sized).collect())
        };
        // The second is slower at one size and faster at the other by as much; the third is faster
        // at both.
        let sides = [side("a", [1e3, 1e4]), side("b", [2e3, 0.5e4]), side("c", [0.5e3, 0.5e4])];
        let mut ranking = Ranking::default();
        let mut key = None;
        for (old, new) in [(0, 1), (0, 2), (1, 2)] {
            let comparison = compare(&sides[old], &sides[new], &Options::default());
            key = Some(comparison.families[0].key.clone());
            ranking.add(Sides::new(old, new), &comparison);
        }
        let key = key.expect("a family");
        assert_eq!([0, 1, 2].map(|side| ranking.is_fastest_family(&key, side)), [false, false, true]);
        let id = &sides[0].benchmarks[1].id;
        assert_eq!([0, 1, 2].map(|side| ranking.is_fastest_row(id, side)), [false, true, true]);
    }
}
