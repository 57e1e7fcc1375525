//! Several baselines side by side: each against one of them, and which are the fastest.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::families::labels as family_labels;
use super::ranking::Ranking;
use super::{Comparison, Family, Measure, Origin, Row, Side, Sides, Verdict};
use crate::model::{BenchmarkId, labels};

/// The number of the reference. The others follow.
const REFERENCE: usize = 0;

/// Several baselines, each held against one of them, the reference.
#[derive(Debug)]
pub struct Leaderboard {
    comparisons: Vec<Rc<Comparison>>,
    ranking: Ranking,
}

/// What a line of a leaderboard is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum By {
    /// A benchmark.
    #[default]
    Row,
    /// A family of benchmarks.
    Family,
}

/// A benchmark or a family, with what every baseline is at it.
#[derive(Debug)]
pub struct Line<'a> {
    /// What it is called, unlike all other lines.
    pub label: String,
    /// The benchmark, where it is one.
    pub id: Option<&'a BenchmarkId>,
    /// Time of the reference, nanoseconds; of a family the geometric mean of its own times.
    pub reference_ns: Option<f64>,
    /// The reference is faster than another, and slower than none.
    pub reference_is_fastest: bool,
    /// The others in their order; `None` where neither that one nor the reference holds it.
    pub entrants: Vec<Option<Entrant<'a>>>,
}

/// A baseline that is held against the reference.
#[derive(Debug)]
pub struct Entrant<'a> {
    /// The comparison whose candidate it is.
    pub comparison: &'a Comparison,
    /// Its time and that of the reference, with the change.
    pub time: Option<&'a Measure>,
    /// Its own time, nanoseconds; of a family the geometric mean of all that it measured.
    pub own_ns: Option<f64>,
    /// The benchmark, or those of the family.
    pub rows: Vec<&'a Row>,
    /// It is faster than another, and slower than none.
    pub is_fastest: bool,
}

impl Leaderboard {
    /// Of the reference and so many others, by the comparisons of every two. They go by numbers: 0
    /// is the reference, and the others follow in order.
    pub fn of(others: usize, mut compare: impl FnMut(Sides<usize>) -> Rc<Comparison>) -> Leaderboard {
        let mut board = Leaderboard { comparisons: vec![], ranking: Ranking::default() };
        for baseline in REFERENCE..=others {
            for candidate in baseline + 1..=others {
                let sides = Sides::new(baseline, candidate);
                let comparison = compare(sides);
                board.ranking.add(sides, &comparison);
                board.comparisons.extend((baseline == REFERENCE).then_some(comparison));
            }
        }
        board
    }

    /// The others against the reference, which is the baseline of each of these comparisons.
    pub fn comparisons(&self) -> impl ExactSizeIterator<Item = &Comparison> {
        self.comparisons.iter().map(Rc::as_ref)
    }

    /// Where the reference comes from. `None` without another baseline.
    pub fn reference(&self) -> Option<&Origin> {
        Some(&self.comparisons.first()?.sides.baseline)
    }

    /// No baseline holds a benchmark.
    pub fn is_empty(&self) -> bool {
        self.comparisons().all(|comparison| comparison.rows.is_empty())
    }

    /// Every benchmark or family of every baseline, by id.
    pub fn lines(&self, by: By) -> Vec<Line<'_>> {
        match by {
            By::Row => self.rows(),
            By::Family => self.families(),
        }
    }

    /// Benchmarks that are in no family: those that measure a model.
    pub fn without_family(&self) -> usize {
        let rows = self.comparisons().flat_map(|comparison| &comparison.rows);
        let of_families = self.comparisons().flat_map(|comparison| {
            comparison.families.iter().flat_map(move |family| members(family, comparison))
        });
        let in_families: BTreeSet<&BenchmarkId> = of_families.map(|row| &row.id).collect();
        let all: BTreeSet<&BenchmarkId> = rows.map(|row| &row.id).collect();
        all.difference(&in_families).count()
    }

    fn rows(&self) -> Vec<Line<'_>> {
        let found = self.side_by_side(|comparison| comparison.rows.iter().map(|row| (&row.id, row)));
        let labels = labels(&found.keys().copied().collect::<Vec<_>>());
        let lines = found.into_iter().zip(labels).map(|((id, rows), label)| {
            let is_fastest = |entrant| self.ranking.is_fastest_row(id, entrant);
            Line {
                label,
                id: Some(id),
                reference_ns: rows.iter().flatten().find_map(|row| row.time_ns(Side::Baseline)),
                reference_is_fastest: is_fastest(REFERENCE),
                entrants: self.entrants(rows, |row, comparison, entrant| Entrant {
                    comparison,
                    time: row.time(),
                    own_ns: row.time_ns(Side::Candidate),
                    rows: vec![row],
                    is_fastest: is_fastest(entrant),
                }),
            }
        });
        lines.collect()
    }

    fn families(&self) -> Vec<Line<'_>> {
        let found =
            self.side_by_side(|comparison| comparison.families.iter().map(|family| (&family.key, family)));
        let labels = family_labels(&found.keys().copied().collect::<Vec<_>>());
        let lines = found.into_iter().zip(labels).map(|((key, families), label)| {
            let is_fastest = |entrant| self.ranking.is_fastest_family(key, entrant);
            Line {
                label,
                id: None,
                reference_ns: families.iter().flatten().find_map(|family| family.own_ns.baseline),
                reference_is_fastest: is_fastest(REFERENCE),
                entrants: self.entrants(families, |family, comparison, entrant| Entrant {
                    comparison,
                    time: family.time.as_ref(),
                    own_ns: family.own_ns.candidate,
                    rows: members(family, comparison).collect(),
                    is_fastest: is_fastest(entrant),
                }),
            }
        });
        lines.collect()
    }

    /// What each comparison holds, by what tells it apart.
    fn side_by_side<'a, K: Ord, T, I: Iterator<Item = (K, T)>>(
        &'a self,
        held: impl Fn(&'a Comparison) -> I,
    ) -> BTreeMap<K, Vec<Option<T>>> {
        let mut found: BTreeMap<K, Vec<Option<T>>> = BTreeMap::new();
        for (index, comparison) in self.comparisons().enumerate() {
            for (key, item) in held(comparison) {
                let entrants = || (0..self.comparisons.len()).map(|_| None).collect();
                found.entry(key).or_insert_with(entrants)[index] = Some(item);
            }
        }
        found
    }

    /// The others as they are at a line, of what their comparisons hold of it and their numbers.
    fn entrants<'a, T>(
        &'a self,
        held: Vec<Option<T>>,
        of: impl Fn(T, &'a Comparison, usize) -> Entrant<'a>,
    ) -> Vec<Option<Entrant<'a>>> {
        let others = held.into_iter().zip(self.comparisons()).zip(REFERENCE + 1..);
        others.map(|((item, comparison), number)| Some(of(item?, comparison, number))).collect()
    }
}

/// The benchmarks of a family of this comparison.
fn members<'a>(family: &'a Family, comparison: &'a Comparison) -> impl Iterator<Item = &'a Row> {
    family.rows.iter().filter_map(|row| comparison.rows.get(*row))
}

impl Line<'_> {
    /// No baseline is shown to differ from the reference, nor open.
    pub fn is_unchanged(&self) -> bool {
        let unchanged = |entrant: &Entrant<'_>| entrant.verdict() == Some(Verdict::Unchanged);
        self.entrants.iter().flatten().all(unchanged)
    }
}

impl Entrant<'_> {
    /// Benchmarks of each verdict.
    pub fn verdicts(&self) -> BTreeMap<Verdict, usize> {
        let mut counts = BTreeMap::new();
        for row in &self.rows {
            *counts.entry(row.verdict).or_default() += 1;
        }
        counts
    }

    /// The verdict that all of its benchmarks have.
    pub fn verdict(&self) -> Option<Verdict> {
        let mut verdicts = self.verdicts().into_keys();
        verdicts.next().filter(|_| verdicts.next().is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixtures::{baseline, probed, row};
    use crate::compare::{Options, RowOptions, Threshold, compare};
    use crate::model::{Baseline, Benchmark};

    fn sized(group: &str, parameter: &str, ns: f64) -> Benchmark {
        let mut row = probed(row("x", &[ns, ns * 1.001, ns * 0.999, ns]));
        row.id.criterion.group = group.to_owned();
        row.id.criterion.parameter = Some(parameter.to_owned());
        row
    }

    fn board(sides: &[Baseline]) -> Leaderboard {
        judged(sides, &Options::default())
    }

    fn judged(sides: &[Baseline], options: &Options) -> Leaderboard {
        Leaderboard::of(sides.len() - 1, |Sides { baseline, candidate }| {
            Rc::new(compare(&sides[baseline], &sides[candidate], options))
        })
    }

    /// Two families, of which the third baseline lacks a row and the second has one more.
    fn three() -> Leaderboard {
        board(&[
            baseline("a", vec![sized("add", "1", 1e3), sized("mul", "1", 1e3), sized("mul", "2", 4e3)]),
            baseline("b", vec![sized("add", "1", 1e3), sized("mul", "1", 2e3), sized("mul", "2", 8e3)]),
            baseline("c", vec![sized("mul", "2", 4e3), sized("new", "1", 1e3)]),
        ])
    }

    #[test]
    fn a_line_has_what_every_baseline_holds_of_it() {
        let board = three();
        let lines = board.lines(By::Row);
        let names: Vec<&str> = lines.iter().map(|line| line.label.as_str()).collect();
        assert_eq!(names, ["add/x/1", "mul/x/1", "mul/x/2", "new/x/1"]);
        let verdicts = |line: &Line<'_>| {
            let verdict = |entrant: &Option<Entrant<'_>>| entrant.as_ref().and_then(Entrant::verdict);
            line.entrants.iter().map(verdict).collect::<Vec<_>>()
        };
        use Verdict::{Added, Regressed, Removed, Unchanged};
        assert_eq!(verdicts(&lines[0]), [Some(Unchanged), Some(Removed)]);
        assert_eq!(verdicts(&lines[2]), [Some(Regressed), Some(Unchanged)]);
        assert_eq!(verdicts(&lines[3]), [None, Some(Added)], "neither `a` nor `b` holds it");
        assert_eq!((lines[3].reference_ns, lines[2].reference_ns.is_some()), (None, true));
        assert!(lines[2].reference_is_fastest && !lines[0].reference_is_fastest);
    }

    #[test]
    fn the_mean_of_the_reference_does_not_depend_on_what_others_lack() {
        let board = three();
        let lines = board.lines(By::Family);
        let [_, mul, _] = lines.as_slice() else { panic!("{lines:?}") };
        let mean = mul.reference_ns.expect("was measured");
        assert!((mean / 2e3 - 1.0).abs() < 0.01, "of 1 and 4 µs, though `c` has the second alone: {mean}");
        let counts = |index: usize| mul.entrants[index].as_ref().expect("holds it").verdicts();
        assert_eq!(counts(0), BTreeMap::from([(Verdict::Regressed, 2)]));
        assert_eq!(counts(1), BTreeMap::from([(Verdict::Unchanged, 1), (Verdict::Removed, 1)]));
        assert_eq!(board.without_family(), 0);
    }

    #[test]
    fn a_family_is_held_against_the_thresholds_of_its_rows() {
        let side = |name: &str, factor: f64| {
            baseline(name, vec![sized("mul", "1", 1e3 * factor), sized("mul", "2", 4e3 * factor)])
        };
        let sides = [side("a", 1.0), side("b", 1.05)];
        let own = |pattern: &str| {
            let pattern = pattern.parse().expect("a pattern");
            Options {
                rows: vec![RowOptions { package: None, pattern, threshold: Some(0.1), gate: None }],
                ..Options::default()
            }
        };
        // Of two rows that are 5 % slower: none, one or both have a threshold of 10 %.
        for (pattern, threshold, established) in
            [("none", 0.02, true), ("mul/x/1", (1.02f64 * 1.1).sqrt() - 1.0, false), ("mul/*", 0.1, false)]
        {
            let board = judged(&sides, &own(pattern));
            let lines = board.lines(By::Family);
            let [mul] = lines.as_slice() else { panic!("{lines:?}") };
            let time = mul.entrants[0].as_ref().and_then(|entrant| entrant.time).expect("was compared");
            let Some(Threshold::Fraction(found)) = time.threshold else { panic!("{time:?}") };
            assert!((found - threshold).abs() < 1e-12, "{pattern}: {found}");
            assert_eq!(time.change.expect("a change").established, established, "{pattern}");
            assert_eq!(mul.reference_is_fastest, established, "{pattern}");
            let mean = board.comparisons().next().expect("one").summary.time_geomean.expect("a mean");
            assert_eq!(mean.established, established, "{pattern}");
            assert_eq!(mul.is_unchanged(), pattern == "mul/*", "{pattern}");
        }
    }
}
