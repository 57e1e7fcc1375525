//! Inter-token latency of inference benchmarks.

use super::{GenerationComparison, InterTokenLatency, Tail};
use crate::compare::evidence::Evidence;
use crate::compare::{Metric, Sides};
use crate::model::Round;
use crate::stats::{median, quantile};

/// Least steps beyond a percentile that support it.
const STEPS_BEYOND: usize = 10;

/// The generations of a row. `None` unless it is an inference whose steps a side measured: one that failed
/// or was contended has none.
pub(super) fn generation(evidence: &Evidence<'_>, row: usize) -> Option<GenerationComparison> {
    evidence.row(row).measure(Metric::FirstToken)?;
    Some(GenerationComparison {
        row,
        latency: Sides::of(|side| latency(evidence.measured_rounds(row, side))),
    })
}

/// The distribution of the decode steps of all generations. `None` where there is none.
fn latency(rounds: &[Round]) -> Option<InterTokenLatency> {
    let generations = rounds.iter().flat_map(|round| &round.steps);
    let mut steps: Vec<f64> = generations.flat_map(|steps| steps.iter().skip(1)).copied().collect();
    Some(InterTokenLatency { steps: steps.len(), median_ns: median(&mut steps)?, tail: tail(&mut steps)? })
}

fn tail(steps: &mut [f64]) -> Option<Tail> {
    let supports = |one_in: usize| steps.len() / one_in >= STEPS_BEYOND;
    if supports(100) {
        quantile(steps, 0.99).map(Tail::P99)
    } else if supports(10) {
        quantile(steps, 0.9).map(Tail::P90)
    } else {
        quantile(steps, 1.0).map(Tail::Maximum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many decode steps of 1, 2, ... after a prefill that is no part of them.
    fn round(steps: usize) -> Round {
        let generation = std::iter::once(1e9).chain((1..=steps).map(|step| step as f64)).collect();
        Round { steps: vec![vec![], generation], ..Round::default() }
    }

    fn tail_of(steps: usize) -> Tail {
        latency(&[round(steps)]).expect("a latency").tail
    }

    #[test]
    fn the_tail_is_what_the_steps_support() {
        assert_eq!(tail_of(1), Tail::Maximum(1.0));
        assert_eq!(tail_of(99), Tail::Maximum(99.0));
        assert!(matches!(tail_of(100), Tail::P90(ns) if (90.0..91.0).contains(&ns)));
        assert!(matches!(tail_of(999), Tail::P90(_)));
        assert!(matches!(tail_of(1000), Tail::P99(ns) if (990.0..991.0).contains(&ns)));
    }

    #[test]
    fn prefill_is_no_latency_between_tokens() {
        let found = latency(&[round(3), round(3)]).expect("a latency");
        assert_eq!((found.steps, found.median_ns), (6, 2.0));
        assert_eq!(latency(&[round(0)]), None);
    }
}
