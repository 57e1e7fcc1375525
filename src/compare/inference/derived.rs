//! Rounds of something within an iteration: its first token, its mean token, one of its steps.

use crate::inference::Phase;
use crate::model::{Benchmark, Round};

/// The rounds of what `of` takes from the steps of each generation of an inference; none of other benchmarks.
pub(in crate::compare) fn of_steps(benchmark: &Benchmark, of: impl Fn(&[f64]) -> Option<f64>) -> Vec<Round> {
    let phase = benchmark.inference.as_ref().map(|inference| inference.phase);
    if matches!(phase, Some(Phase::Inference { .. })) { derived(&benchmark.rounds, of) } else { Vec::new() }
}

/// The rounds of what `of` takes from the steps of a generation, one sample for each kept generation that has it, with
/// the probes of the sample it was part of. As many rounds as given, some perhaps without samples.
pub(super) fn derived(rounds: &[Round], of: impl Fn(&[f64]) -> Option<f64>) -> Vec<Round> {
    rounds.iter().map(|round| derived_round(round, &of)).collect()
}

fn derived_round(round: &Round, of: impl Fn(&[f64]) -> Option<f64>) -> Round {
    let steps = round.steps.iter().take(round.samples.len());
    let (kept, samples): (Vec<usize>, Vec<f64>) =
        steps.enumerate().filter_map(|(index, steps)| Some((index, of(steps)?))).unzip();
    // Probes that do not fit the samples fit none of them.
    let pick = |probes: &[f64]| {
        let fit = probes.len() == round.samples.len();
        kept.iter().filter(|_| fit).map(|&index| probes[index]).collect()
    };
    Round {
        session: round.session,
        probes: pick(&round.probes),
        contention: pick(&round.contention),
        samples,
        steps: vec![],
        cpu: vec![],
        block: round.block,
        corrected: vec![],
        places: round.places_of(&kept),
    }
}

/// Time to first token: the first step, which is the prefill.
pub(in crate::compare) fn first_token(steps: &[f64]) -> Option<f64> {
    steps.first().copied()
}

/// Time per output token, (E2E - TTFT) / (G - 1): the mean of the decode steps. `None` of a single token.
pub(in crate::compare) fn per_token(steps: &[f64]) -> Option<f64> {
    let decode = steps.get(1..).filter(|decode| !decode.is_empty())?;
    Some(decode.iter().sum::<f64>() / decode.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_without_a_generation_are_left_out_with_their_probes() {
        let round = Round {
            session: 3,
            samples: vec![60.0, 70.0, 80.0],
            probes: vec![1.0, 2.0, 3.0],
            contention: vec![4.0, 5.0, 6.0],
            steps: vec![vec![30.0, 10.0, 20.0], vec![], vec![40.0, 18.0, 22.0]],
            ..Round::default()
        };
        let derived = derived(std::slice::from_ref(&round), per_token);
        let expected = Round {
            session: 3,
            samples: vec![15.0, 20.0],
            probes: vec![1.0, 3.0],
            contention: vec![4.0, 6.0],
            places: vec![0, 2],
            steps: vec![],
            ..Round::default()
        };
        assert_eq!(derived, [expected]);
        assert_eq!(derived_round(&round, first_token).samples, [30.0, 40.0]);
    }

    #[test]
    fn a_single_token_has_no_time_per_token() {
        assert_eq!((first_token(&[5.0]), per_token(&[5.0]), first_token(&[])), (Some(5.0), None, None));
    }

    #[test]
    fn a_round_that_lacks_what_is_asked_for_keeps_its_place() {
        let bare = Round { samples: vec![1.0], ..Round::default() };
        assert_eq!(derived(&[bare], first_token), [Round::default()]);
    }
}
