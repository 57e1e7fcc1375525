//! Which samples had the core to themselves.
//!
//! Where another hardware thread shares the core, code runs up to twice as long, and how much longer depends on
//! the code and on the neighbour. The contention probe has two levels that lie far apart, alone and under contention, so samples
//! can be sorted instead of modelled.

use crate::model::{Benchmark, Round};

use super::quantile;

/// Quantile of all readings that is taken for the level of a core of one's own. Low, because contention may last for
/// most of a session; not the minimum, because a clock that moves within a reading is no level.
const LEVEL_QUANTILE: f64 = 0.02;

/// A sample is under contention when its reading lies above the level by more than this factor. Contention takes at least a
/// third more; what else there is moves it by a few percent.
const CONTENDED: f64 = 1.15;

/// Least samples of a round that locate it.
const FEWEST_SAMPLES: usize = 3;

/// Least uncontended rounds that make a side comparable.
pub const FEWEST_ROUNDS: usize = 3;

/// The contention probes of a round in units of its clock probes, so that a clock that runs slower is not taken for contention.
fn readings(round: &Round) -> impl Iterator<Item = f64> {
    round.contention.iter().zip(&round.probes).map(|(contention, clock)| contention / clock)
}

/// The reading on a core of one's own over a whole baseline. `None` without probes.
pub fn uncontended_level<'a>(benchmarks: impl IntoIterator<Item = &'a Benchmark>) -> Option<f64> {
    let rounds = benchmarks.into_iter().flat_map(|benchmark| &benchmark.rounds);
    quantile(&mut rounds.flat_map(readings).collect::<Vec<f64>>(), LEVEL_QUANTILE)
}

/// A round reduced to its samples without contention. `None` where too few are left; a round without probes is left as it
/// is.
fn uncontended_round(round: &Round, level: f64) -> Option<Round> {
    if round.contention.is_empty() {
        return Some(round.clone());
    }
    let uncontended = readings(round).enumerate().filter(|(_, reading)| *reading <= level * CONTENDED);
    let kept: Vec<usize> = uncontended.map(|(index, _)| index).collect();
    (kept.len() >= FEWEST_SAMPLES).then(|| Round {
        session: round.session,
        samples: pick(&round.samples, &kept),
        probes: pick(&round.probes, &kept),
        contention: pick(&round.contention, &kept),
        steps: pick(&round.steps, &kept),
    })
}

fn pick<T: Clone>(values: &[T], kept: &[usize]) -> Vec<T> {
    kept.iter().filter_map(|&index| values.get(index).cloned()).collect()
}

/// The uncontended rounds of a benchmark.
pub fn uncontended_rounds(rounds: &[Round], level: Option<f64>) -> Vec<Round> {
    match level {
        Some(level) => rounds.iter().filter_map(|round| uncontended_round(round, level)).collect(),
        None => rounds.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Samples 1, 2, ... with a clock of 20 and these contention probes.
    fn round(contention: &[f64]) -> Round {
        let samples: Vec<f64> = (1..=contention.len()).map(|index| index as f64).collect();
        Round {
            session: 0,
            probes: vec![20.0; samples.len()],
            samples,
            contention: contention.to_vec(),
            steps: vec![],
        }
    }

    #[test]
    fn samples_under_contention_are_left_out() {
        let uncontended = uncontended_round(&round(&[10.0, 16.0, 10.5, 11.4, 19.0]), 0.5).unwrap();
        assert_eq!(
            (uncontended.samples, uncontended.contention),
            (vec![1.0, 3.0, 4.0], vec![10.0, 10.5, 11.4])
        );
    }

    #[test]
    fn a_slower_clock_is_no_company() {
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
}
