//! The bytes that a benchmark has to move, and how many of them are different ones.

use crate::inference::{Model, Phase};
use crate::model::Benchmark;
use crate::work::Work;

/// What one iteration moves at least.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Traffic {
    /// Bytes that move.
    pub(super) bytes: f64,
    /// Bytes that are gone through again and again: of all operands, or of weights and cache.
    pub(super) working_set: f64,
}

impl Traffic {
    /// The declared bytes of an operation, which are its operands; of a phase of a model, what it
    /// has to read and write. `None` where neither is known.
    pub(super) fn of(benchmark: &Benchmark, models: &[Model]) -> Option<Traffic> {
        let declared = benchmark.work.as_ref().and_then(Work::traffic);
        let traffic = match declared {
            Some(bytes) => Traffic { bytes, working_set: bytes },
            None => {
                let inference = benchmark.inference.as_ref()?;
                let model = models.iter().find(|model| model.name == inference.model)?;
                Traffic::of_phase(&inference.phase, model)?
            }
        };
        (traffic.bytes > 0.0).then_some(traffic)
    }

    /// Every token that is generated reads all weights of matrix products and the keys and values
    /// of all tokens before it, and writes its own; those of a prompt are read and written
    /// together, in one pass.
    pub(super) fn of_phase(phase: &Phase, model: &Model) -> Option<Traffic> {
        let weights = model.matrix_parameters as f64 * model.dtype?.size() as f64;
        let of_token = model.kv_bytes_per_token()? as f64;
        let end = phase.positions()?.end as f64;
        // Passes over the weights, the first of which may take several tokens.
        let passes = phase.generated().unwrap_or(1) as f64;
        // Contexts of the passes are an arithmetic series that ends with the last token.
        let contexts = passes * (end - (passes - 1.0) / 2.0);
        let bytes = passes * weights + of_token * contexts;
        Some(Traffic { bytes, working_set: weights + of_token * end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1000 weights of 2 bytes, 64 bytes of keys and values a token.
    fn model() -> Model {
        Model::new("Tiny").matrices([1000]).shape(2, 8).attention(2, 2, 4).dtype::<half::f16>()
    }

    fn traffic(phase: Phase) -> (f64, f64) {
        let Traffic { bytes, working_set } =
            Traffic::of_phase(&phase, &model()).expect("a phase that moves bytes");
        (bytes, working_set)
    }

    #[test]
    fn a_generated_token_reads_the_weights_and_the_cache() {
        assert_eq!(model().kv_bytes_per_token(), Some(64));
        assert_eq!(traffic(Phase::Token { cached: 9 }), (2000.0 + 640.0, 2640.0));
        let expected = (3.0 * 2000.0 + 64.0 * (10.0 + 11.0 + 12.0), 2000.0 + 64.0 * 12.0);
        assert_eq!(traffic(Phase::Decode { generated: 3, cached: 9 }), expected);
    }

    #[test]
    fn a_prompt_reads_the_weights_once() {
        assert_eq!(traffic(Phase::Prefill { prompt: 4, cached: 6 }), (2000.0 + 640.0, 2640.0));
        // The pass over the prompt, and one for each of two tokens; the third is not fed back.
        let expected = (3.0 * 2000.0 + 64.0 * (4.0 + 5.0 + 6.0), 2000.0 + 64.0 * 6.0);
        assert_eq!(traffic(Phase::Inference { prompt: 4, generated: 3 }), expected);
        assert_eq!(Traffic::of_phase(&Phase::Creation, &model()), None);
    }
}
