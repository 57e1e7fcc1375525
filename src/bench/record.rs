//! A benchmark's record: what was declared of it before it ran, and what was found beside criterion's times.

use super::allocation::Counts;
use super::id::ProfileId;
use super::sample::Samples;
use crate::channel::{Generation, Inference, Record};
use crate::work::{Tokens, Work};

/// Most tokens of a generation: memory for as many is allocated before it begins.
const MOST_TOKENS: u64 = 1 << 20;

/// What a benchmark says of itself.
pub(super) struct Declaration {
    pub(super) id: ProfileId,
    pub(super) work: Work,
    pub(super) inference: Option<Inference>,
}

/// Why a generation cannot begin where [`Declaration::generated`] is `None`.
pub(super) fn undeclared() -> String {
    format!(
        "a generation has no number of tokens (1 to {MOST_TOKENS}): measure a phase that has one (decode, token, \
         inference) or, in a profile group, declare it by `Work::tokens`"
    )
}

impl Declaration {
    /// Tokens of one generation. A phase knows them; the tokens of other work are taken for those of a generation.
    pub(super) fn generated(&self) -> Option<usize> {
        let declared = match &self.inference {
            Some(inference) => inference.phase.generated(),
            None => self.work.tokens.map(|Tokens(tokens)| tokens),
        };
        let usable = declared.filter(|tokens| (1..=MOST_TOKENS).contains(tokens))?;
        usize::try_from(usable).ok()
    }

    /// The record of this benchmark in `group`. A failure of either pass is the benchmark's.
    pub(super) fn record(self, group: &str, samples: Samples, counted: Result<Counts, String>) -> Record {
        let (counts, uncounted) =
            counted.map_or_else(|failure| (Counts::default(), Some(failure)), |c| (c, None));
        let generates = samples.steps.iter().any(|steps| !steps.is_empty());
        Record {
            nested_in: self.id.container().map(str::to_owned),
            id: self.id.within(group),
            // Work that declares nothing is not sent.
            work: Some(self.work).filter(|work| *work != Work::none()),
            probes: samples.probes,
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
    fn numbers_of_tokens_that_nothing_could_generate_are_none() {
        for tokens in [0, MOST_TOKENS + 1, u64::MAX] {
            assert_eq!(declaration(Work::none().tokens(tokens), None).generated(), None);
        }
    }

    #[test]
    fn a_failure_of_either_pass_is_told_and_takes_its_numbers_along() {
        let reading = Reading { clock: 1.0, contention: 1.0 };
        let sample = || Ok(Sample { probe: Some([reading; 2]), steps: vec![1.0] });
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
