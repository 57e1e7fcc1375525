//! Which samples are uncontended.
//!
//! Where another hardware thread of the core is busy (SMT contention), code runs up to twice as long, and how much longer
//! depends on the code and on the neighbour. The contention probe has two levels that lie far apart, alone and contended,
//! so samples can be sorted instead of modelled.

use std::collections::BTreeSet;

use crate::model::{Baseline, Benchmark, BenchmarkId, Round};
use crate::stats::quantile;

/// Quantile of all readings that is taken for the uncontended level. Low, because contention may last for most of a
/// session; not the minimum, because a clock that moves within a reading is no level.
const LEVEL_QUANTILE: f64 = 0.02;

/// A sample is contended when its reading lies above the level by more than this factor. Contention takes at least a
/// third more; what else there is moves it by a few percent.
const CONTENDED: f64 = 1.15;

/// Least samples of a round that locate it.
const FEWEST_SAMPLES: usize = 3;

/// Least uncontended rounds that make a side comparable.
const FEWEST_ROUNDS: usize = 3;

/// A side with the uncontended rounds of each benchmark.
#[derive(Debug, Clone, PartialEq)]
pub struct Uncontended {
    /// The side.
    pub side: Baseline,
    /// Benchmarks that have too few uncontended rounds and keep all of them: not to be judged by them.
    pub contended: BTreeSet<BenchmarkId>,
}

/// Leaves out what was measured while another hardware thread shared the core.
pub fn uncontended(side: &Baseline) -> Uncontended {
    uncontended_among(&[side])(side)
}

/// Reduces a side of a comparison or history of `sides`. Where some come from the same machine and compiler, the lowest
/// level is that of all of them: a side that was contended throughout has no level of its own.
pub fn uncontended_among<'a>(sides: &[&'a Baseline]) -> impl Fn(&Baseline) -> Uncontended + use<'a> {
    let level = |side: &Baseline| uncontended_level(&side.benchmarks);
    let levels: Vec<_> = sides.iter().map(|side| (probe_facts(side), level(side))).collect();
    move |side| {
        let alike = levels.iter().filter(|(facts, _)| *facts == probe_facts(side));
        uncontended_at(side, alike.filter_map(|(_, level)| *level).min_by(f64::total_cmp))
    }
}

/// The reading on an uncontended core over a whole baseline. `None` without probes.
pub fn uncontended_level<'a>(benchmarks: impl IntoIterator<Item = &'a Benchmark>) -> Option<f64> {
    let rounds = benchmarks.into_iter().flat_map(|benchmark| &benchmark.rounds);
    quantile(&mut rounds.flat_map(readings).collect::<Vec<f64>>(), LEVEL_QUANTILE)
}

/// The uncontended rounds of a benchmark; all of them where no level is known.
pub fn uncontended_rounds(rounds: &[Round], level: Option<f64>) -> Vec<Round> {
    match level {
        Some(level) => rounds.iter().filter_map(|round| uncontended_round(round, level)).collect(),
        None => rounds.to_vec(),
    }
}

/// What decides how long the probes take.
fn probe_facts(side: &Baseline) -> (&str, &str, &[String], &str) {
    let (build, machine) = (&side.environment.build, &side.environment.machine);
    (&build.rustc, &build.target, &build.target_features, &machine.cpu)
}

fn uncontended_at(side: &Baseline, level: Option<f64>) -> Uncontended {
    let mut contended = BTreeSet::new();
    let mut kept = side.without_benchmarks();
    for benchmark in &side.benchmarks {
        let mut rounds = uncontended_rounds(&benchmark.rounds, level);
        if rounds.len() < FEWEST_ROUNDS.min(benchmark.rounds.len()) {
            contended.insert(benchmark.id.clone());
            rounds = benchmark.rounds.clone();
        }
        kept.benchmarks.push(benchmark.with_rounds(rounds));
    }
    Uncontended { side: kept, contended }
}

/// The contention probes of a round in units of its clock probes, so that a clock that runs slower is not taken for
/// contention.
fn readings(round: &Round) -> impl Iterator<Item = f64> {
    round.contention.iter().zip(&round.probes).map(|(contention, clock)| contention / clock)
}

/// A round reduced to its uncontended samples. `None` where too few are left; a round without probes is left as it is.
fn uncontended_round(round: &Round, level: f64) -> Option<Round> {
    if round.contention.is_empty() {
        return Some(round.clone());
    }
    let alone = readings(round).enumerate().filter(|(_, reading)| *reading <= level * CONTENDED);
    let kept: Vec<usize> = alone.map(|(index, _)| index).collect();
    (kept.len() >= FEWEST_SAMPLES).then(|| round.pick(&kept))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixtures::{baseline, row};

    /// Samples 1, 2, ... with a clock of 20 and these contention probes.
    fn round(contention: &[f64]) -> Round {
        let samples: Vec<f64> = (1..=contention.len()).map(|index| index as f64).collect();
        Round {
            probes: vec![20.0; samples.len()],
            samples,
            contention: contention.to_vec(),
            ..Round::default()
        }
    }

    #[test]
    fn contended_samples_are_left_out() {
        let uncontended = uncontended_round(&round(&[10.0, 16.0, 10.5, 11.4, 19.0]), 0.5).unwrap();
        assert_eq!(
            (uncontended.samples, uncontended.contention),
            (vec![1.0, 3.0, 4.0], vec![10.0, 10.5, 11.4])
        );
    }

    #[test]
    fn a_slower_clock_is_no_contention() {
        let slow = Round { probes: vec![40.0; 4], ..round(&[20.0; 4]) };
        assert_eq!(uncontended_round(&slow, 0.5), Some(slow));
    }

    #[test]
    fn a_round_with_too_few_uncontended_samples_is_none() {
        assert_eq!(uncontended_round(&round(&[10.0, 16.0, 16.0, 10.0]), 0.5), None);
    }

    #[test]
    fn rounds_without_probes_are_left_alone() {
        let plain = [Round { contention: vec![], ..round(&[1.0, 1.0]) }];
        assert_eq!(uncontended_rounds(&plain, Some(0.5)), plain);
        assert_eq!(uncontended_rounds(&plain, None), plain);
    }

    /// A benchmark with so many uncontended rounds and so many contended ones.
    fn benchmark(name: &str, uncontended: usize, contention: usize) -> Benchmark {
        let round_at = |contention: f64| Round {
            session: 0,
            samples: vec![1e4; 4],
            probes: vec![8e4; 4],
            contention: vec![contention; 4],
            steps: vec![],
            ..Round::default()
        };
        let mut benchmark = row(name, &[1.0]);
        benchmark.rounds = vec![round_at(4e4); uncontended];
        benchmark.rounds.extend(vec![round_at(7e4); contention]);
        benchmark
    }

    #[test]
    fn contended_rounds_are_left_out_and_a_row_that_has_few_others_is_marked() {
        let uncontended =
            uncontended(&baseline("a", vec![benchmark("quiet", 4, 6), benchmark("contended", 2, 8)]));
        let rounds = |index: usize| uncontended.side.benchmarks[index].rounds.len();
        assert_eq!((rounds(0), rounds(1)), (4, 10));
        assert_eq!(
            uncontended.contended.iter().map(BenchmarkId::path).collect::<Vec<_>>(),
            ["ops/contended"]
        );
    }

    #[test]
    fn a_side_under_contention_throughout_is_measured_by_the_other() {
        let (quiet, contended) =
            (baseline("a", vec![benchmark("row", 4, 0)]), baseline("b", vec![benchmark("row", 0, 4)]));
        assert!(uncontended(&contended).contended.is_empty(), "alone, contention cannot be told");
        let together = uncontended_among(&[&quiet, &contended]);
        assert_eq!([&quiet, &contended].map(|side| together(side).contended.len()), [0, 1]);
    }
}
