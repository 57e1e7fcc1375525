//! What a token of a model takes at least.

use super::bandwidth::{Transfer, transfer};
use super::traffic::Traffic;
use super::{Limit, cores_used, fastest, peaks};
use crate::inference::{Model, Phase};
use crate::model::{Benchmark, Environment, PeakRate, Peaks};

/// The least time of a token, by what phases of models are held against: a prompt, which goes
/// through the model at once, against arithmetic, and a token that is generated against the
/// bandwidth by which weights and cache reach the cores.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenBound {
    /// Least time of a token, the mean over those of the phase, nanoseconds.
    pub nanoseconds: f64,
    /// Half of the 95 % interval of the peak behind it, as a share of the time.
    pub half_width: f64,
    /// What the time is that of.
    pub limit: Limit,
    /// Threads of the peaks.
    pub threads: u32,
    /// Bytes of weights and of the cache that move for a token, the mean over those of the phase.
    /// `None` of a prompt.
    pub bytes: Option<f64>,
}

impl TokenBound {
    /// The bound of a benchmark of one of these models that was measured in this environment: of an
    /// inference, that of the tokens after the first. `None` without peaks, of other benchmarks, and
    /// where the model declares too little.
    pub fn of(benchmark: &Benchmark, models: &[Model], environment: &Environment) -> Option<TokenBound> {
        let inference = benchmark.inference.as_ref()?;
        let peaks = peaks(environment, cores_used(&benchmark.rounds))?;
        match inference.phase {
            Phase::Creation => None,
            Phase::Forward { .. } | Phase::Prefill { .. } => by_arithmetic(benchmark, inference.phase, peaks),
            phase @ (Phase::Decode { .. } | Phase::Token { .. } | Phase::Inference { .. }) => {
                let model = models.iter().find(|model| model.name == inference.model)?;
                let (decode, tokens) = decoding(phase)?;
                let traffic = Traffic::of_phase(&decode, model).filter(|traffic| traffic.bytes > 0.0)?;
                let Transfer { nanoseconds, half_width, level } =
                    transfer(traffic, peaks, &environment.machine)?;
                Some(TokenBound {
                    nanoseconds: nanoseconds / tokens,
                    half_width,
                    limit: Limit::Bandwidth(level.to_owned()),
                    threads: peaks.threads,
                    bytes: Some(traffic.bytes / tokens),
                })
            }
        }
    }
}

fn by_arithmetic(benchmark: &Benchmark, phase: Phase, peaks: &Peaks) -> Option<TokenBound> {
    let work = benchmark.work.as_ref()?;
    let peak = fastest(peaks, work.dtype?, &|_| true)?;
    let PeakRate { value, half_width } = peak.rate;
    let nanoseconds = work.flops?.0 as f64 / value / phase.tokens()? as f64;
    let limit = Limit::Arithmetic(peak.instruction_set.clone());
    let bound = TokenBound { nanoseconds, half_width, limit, threads: peaks.threads, bytes: None };
    (nanoseconds > 0.0 && nanoseconds.is_finite()).then_some(bound)
}

/// The part of a phase that generates tokens one by one, and how many. The first token of an
/// inference is that of its prompt.
fn decoding(phase: Phase) -> Option<(Phase, f64)> {
    let part = match phase {
        Phase::Inference { prompt, generated } => {
            Phase::Decode { generated: generated.saturating_sub(1), cached: prompt }
        }
        other => other,
    };
    let tokens = part.generated().filter(|tokens| *tokens > 0)?;
    Some((part, tokens as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixtures::row;
    use crate::estimate::roof::tests::environment;
    use crate::model::Inference;

    /// 65,536 weights of 4 bytes, 64 bytes of keys and values a token.
    fn model() -> Model {
        Model::new("Tiny").matrices([1 << 16]).shape(2, 8).attention(2, 2, 4).dtype::<f32>()
    }

    /// One core of the machine.
    fn one_core() -> Environment {
        Environment { threads: [("affinity".to_owned(), "1".to_owned())].into(), ..environment() }
    }

    fn bound(phase: Phase) -> Option<TokenBound> {
        let mut benchmark = row("a", &[1.0, 1.0, 1.0]);
        benchmark.work = Some(model().work(&phase));
        benchmark.inference = Some(Inference { model: "Tiny".to_owned(), phase });
        TokenBound::of(&benchmark, &[model()], &one_core())
    }

    #[test]
    fn a_token_that_is_generated_waits_for_weights_and_cache() {
        let weights = f64::from(1 << 18);
        let kv = model().kv_bytes_per_token().expect("is declared") as f64;
        let token = bound(Phase::Token { cached: 9 }).expect("a bound");
        assert_eq!(
            (token.bytes, token.limit),
            (Some(weights + 10.0 * kv), Limit::Bandwidth("L2".to_owned()))
        );
        assert!(token.nanoseconds > weights / 256.0 && token.nanoseconds < weights / 64.0);
        // Of contexts of 10 and 11 tokens, the mean.
        let both = bound(Phase::Decode { generated: 2, cached: 9 }).expect("a bound");
        assert_eq!(both.bytes, Some(weights + 10.5 * kv));
    }

    #[test]
    fn an_inference_decodes_all_tokens_but_the_first() {
        let decode = bound(Phase::Decode { generated: 4, cached: 6 });
        assert_eq!(bound(Phase::Inference { prompt: 6, generated: 5 }), decode);
        assert_eq!(bound(Phase::Inference { prompt: 6, generated: 1 }), None, "nothing is decoded");
        assert_eq!(bound(Phase::Creation), None);
    }

    #[test]
    fn a_prompt_waits_for_arithmetic() {
        let phase = Phase::Prefill { prompt: 64, cached: 0 };
        let flops = model().work(&phase).flops.expect("is declared").0 as f64;
        let prompt = bound(phase).expect("a bound");
        assert_eq!(prompt.limit, Limit::Arithmetic("avx512f".to_owned()));
        assert_eq!((prompt.nanoseconds, prompt.bytes), (flops / 200.0 / 64.0, None));
    }

    #[test]
    fn of_an_unknown_model_nothing_is_said() {
        let mut benchmark = row("a", &[1.0; 3]);
        let phase = Phase::Token { cached: 0 };
        benchmark.inference = Some(Inference { model: "Other".to_owned(), phase });
        assert_eq!(TokenBound::of(&benchmark, &[model()], &one_core()), None);
    }
}
