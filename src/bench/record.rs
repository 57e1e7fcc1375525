//! The record of a benchmark: what it declares before it runs, and what is measured in addition to
//! criterion's times.

use super::allocation::Counts;
use super::id::ProfileId;
use super::sample::Samples;
use crate::channel::{Generation, Inference, Record};
use crate::work::{Tokens, Work};

/// Most tokens of a generation. Memory for all of them is allocated before it begins.
const MOST_TOKENS: u64 = 1 << 20;

/// What a benchmark declares.
pub(super) struct Declaration {
    pub(super) id: ProfileId,
    pub(super) work: Work,
    pub(super) inference: Option<Inference>,
}

/// The error of a generation in a benchmark whose [`Declaration::generated`] is `None`.
pub(super) fn no_token_count() -> String {
    format!(
        "the number of tokens of a generation (1 to {MOST_TOKENS}) is not declared: measure a phase that has one \
         (decode, token, inference) or, in a profile group, declare it with `Work::tokens`"
    )
}

impl Declaration {
    /// Tokens of one generation: those of the phase or, without a phase, those of the declared work.
    pub(super) fn generated(&self) -> Option<usize> {
        let declared = match &self.inference {
            Some(inference) => inference.phase.generated(),
            None => self.work.tokens.map(|Tokens(tokens)| tokens),
        };
        let usable = declared.filter(|tokens| (1..=MOST_TOKENS).contains(tokens))?;
        usize::try_from(usable).ok()
    }

    /// The record of this benchmark in `group`. If either pass failed, the benchmark has failed.
    pub(super) fn record(self, group: &str, samples: Samples, counted: Result<Counts, String>) -> Record {
        let (counts, uncounted) =
            counted.map_or_else(|failure| (Counts::default(), Some(failure)), |c| (c, None));
        let generates = samples.steps.iter().any(|steps| !steps.is_empty());
        Record {
            nested_in: self.id.container().map(str::to_owned),
            id: self.id.in_group(group),
            // Work without any count is not sent.
            work: Some(self.work).filter(|work| *work != Work::none()),
            probes: samples.probes,
            cpu: samples.cpu,
            allocation: counts.iterations,
            inference: self.inference,
            generation: generates.then_some(Generation { steps: samples.steps, allocation: counts.steps }),
            failure: samples.failure.or(uncounted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;
    use crate::channel::Reading;
    use crate::{Model, Phase};

    fn declaration(work: Work, phase: Option<Phase>) -> Declaration {
        let inference = phase.map(|phase| Inference { model: Model::new("Tiny"), phase });
        Declaration { id: "x".into(), work, inference }
    }

    #[test]
    fn a_phase_that_generates_or_work_in_tokens_declares_the_length_of_a_generation() {
        let generated = |work, phase| declaration(work, phase).generated();
        let tokens = Work::none().tokens(9);
        assert_eq!(generated(tokens.clone(), None), Some(9));
        assert_eq!(generated(tokens.clone(), Some(Phase::Decode { generated: 8, cached: 64 })), Some(8));
        assert_eq!(generated(tokens.clone(), Some(Phase::Inference { prompt: 10, generated: 25 })), Some(25));
        assert_eq!(generated(tokens.clone(), Some(Phase::Token { cached: 64 })), Some(1));
        assert_eq!(generated(tokens, Some(Phase::Prefill { prompt: 9, cached: 0 })), None);
        assert_eq!(generated(Work::none(), None), None);
    }

    #[test]
    fn impossible_numbers_of_tokens_are_ignored() {
        for tokens in [0, MOST_TOKENS + 1, u64::MAX] {
            assert_eq!(declaration(Work::none().tokens(tokens), None).generated(), None);
        }
    }

    #[test]
    fn a_failure_of_either_pass_is_recorded_and_discards_the_numbers_of_that_pass() {
        let reading = Reading { clock: 1.0, contention: 1.0 };
        let sample = || Ok(Sample { probe: Some([reading; 2]), cpu: None, steps: vec![1.0] });
        let mut samples = Samples::default();
        samples.add(sample());
        let uncounted = declaration(Work::none(), None).record("G", samples, Err("in counting".to_owned()));
        assert_eq!((uncounted.probes.len(), uncounted.failure.as_deref()), (1, Some("in counting")));

        let mut samples = Samples::default();
        samples.add(sample());
        samples.add(Err("in timing".to_owned()));
        let untimed = declaration(Work::none(), None).record("G", samples, Ok(Counts::default()));
        assert_eq!((untimed.probes, untimed.generation), (vec![], None));
        assert_eq!(untimed.failure.as_deref(), Some("in timing"));
    }
}
