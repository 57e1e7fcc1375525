//! Compares all pairs of saves.

use tensorprof::compare::{Options, Row, Verdict, compare};
use tensorprof::model::{Baseline, BenchmarkId, Round};

use crate::plan::Kind;
use crate::rules::{Outcome, Rule};

/// A row of a pair of saves.
#[derive(Debug, Clone)]
pub struct Observation {
    /// Which benchmark.
    pub id: BenchmarkId,
    /// What the second save is; the first is plain.
    pub kind: Kind,
    /// The outcome by each of [`Rule::ALL`].
    pub outcomes: [Outcome; Rule::ALL.len()],
    /// Tensorprof's verdict in full.
    pub verdict: Verdict,
    /// Half the width of tensorprof's interval, in ln time; `None` if a side has a single round.
    pub half_width: Option<f64>,
    /// Tensorprof's change, in ln time.
    pub change: f64,
    /// Whether tensorprof's interval contains zero change.
    pub contains_none: bool,
    /// The slope on the clock that the comparison used.
    pub clock_slope: f64,
}

impl Observation {
    /// The outcome by a rule.
    pub fn outcome(&self, rule: Rule) -> Outcome {
        self.outcomes[rule as usize]
    }

    /// The row of a comparison of `sides`. `None` where it has no change of time.
    pub fn of(row: &Row, kind: Kind, sides: [&Baseline; 2]) -> Option<Self> {
        let change = row.time_change()?;
        let [Some(old), Some(new)] = sides.map(|side| rounds(side, &row.id)) else { return None };
        let half_width = (change.high.ln_1p() - change.low.ln_1p()) / 2.0;
        Some(Observation {
            id: row.id.clone(),
            kind,
            outcomes: Rule::ALL.map(|rule| rule.judge(row.verdict, [old, new])),
            verdict: row.verdict,
            half_width: Some(half_width).filter(|half_width| half_width.is_finite()),
            change: change.point.ln_1p(),
            contains_none: change.low <= 0.0 && change.high >= 0.0,
            clock_slope: row.time()?.estimation.map_or(0.0, |found| found.clock_slope),
        })
    }
}

/// All rounds of a benchmark, contended samples included. Baselines are sorted by id.
pub fn rounds<'a>(side: &'a Baseline, id: &BenchmarkId) -> Option<&'a [Round]> {
    let index = side.benchmarks.binary_search_by(|benchmark| benchmark.id.cmp(id)).ok()?;
    Some(&side.benchmarks[index].rounds)
}

/// The rows of every pair of plain saves, and of every plain save with every planted one.
pub fn observe(saves: &[(Kind, Baseline)], options: &Options) -> Vec<Observation> {
    let (plain, planted): (Vec<_>, Vec<_>) = saves.iter().partition(|(kind, _)| *kind == Kind::Plain);
    let mut observations = Vec::new();
    for (index, (_, old)) in plain.iter().enumerate() {
        for (kind, new) in plain[index + 1..].iter().chain(&planted) {
            let comparison = compare(old, new, options);
            let observed = comparison.rows.iter().filter_map(|row| Observation::of(row, *kind, [old, new]));
            observations.extend(observed);
        }
    }
    observations
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::baseline;

    #[test]
    fn every_pair_is_observed_once_and_judged_by_every_rule() {
        let save = |kind, slowdown, seed| (kind, baseline("save", 4, slowdown, seed));
        let planted = Kind::Planted(10);
        let saves = [
            save(Kind::Plain, 1.0, 1),
            save(planted, 1.1, 2),
            save(Kind::Plain, 1.0, 3),
            save(Kind::Plain, 1.0, 4),
        ];
        let observations = observe(&saves, &Options::default());
        let of = |kind| observations.iter().filter(move |observation| observation.kind == kind);
        assert_eq!((of(Kind::Plain).count(), of(planted).count()), (3 * 4, 3 * 4));
        for rule in Rule::ALL.into_iter().filter(|rule| *rule != Rule::Tango) {
            assert!(of(planted).all(|observation| observation.outcome(rule) == Outcome::Slower), "{rule:?}");
        }
        assert!(
            of(Kind::Plain).all(|observation| observation.outcome(Rule::Tensorprof) == Outcome::NotChanged)
        );
    }
}
