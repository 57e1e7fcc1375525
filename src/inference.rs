//! Models and the phases of inference that a benchmark can measure, and the work of a phase.
//!
//! A decoder-only transformer processes tokens one after another: the token at position `c` attends to the `c` tokens
//! before it and to itself. Its work by the rules of [`CONVENTION`], two FLOPs a multiply-add:
//! `2 N + 4 L H d (c + 1)` with N weights used in matrix products, L layers, H heads of size d. A model may leave out the
//! logits of all positions of a pass but the last ([`Logits`]). Formulas and their sources are those of METHODOLOGY.md,
//! "Models".

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::dtype::{Dtype, Element};
use crate::work::{CONVENTION, Flops, Tokens, Work};

/// A model, declared once for all its benchmarks. Zero is a fact that was not declared: [`Model::missing`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Model {
    /// Its name, unique among the models of a baseline: `Small-f32`.
    pub name: String,
    /// All weights, counted.
    pub parameters: u64,
    /// Weights used in matrix products: without the input embedding, with the output head.
    pub matrix_parameters: u64,
    /// Transformer layers.
    pub layers: u64,
    /// Width of the residual stream.
    pub width: u64,
    /// Query heads.
    pub heads: u64,
    /// Key and value heads.
    pub kv_heads: u64,
    /// Size of a head.
    pub head_size: u64,
    /// Tokens in the vocabulary.
    pub vocabulary: u64,
    /// Most tokens in a sequence.
    pub context: u64,
    /// Element type of weights and cache.
    pub dtype: Option<Dtype>,
    /// Which positions of a pass have logits.
    pub logits: Logits,
}

/// The positions of a pass over several tokens whose logits a model computes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Logits {
    /// Every one: the output head is part of the work of each token.
    #[default]
    EveryPosition,
    /// The last alone, which a next token is chosen by: the other tokens do not pass through the output head.
    LastPosition,
}

impl Logits {
    /// The name in files and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Logits::EveryPosition => "every-position",
            Logits::LastPosition => "last-position",
        }
    }
}

impl fmt::Display for Logits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Logits::EveryPosition => "of every position",
            Logits::LastPosition => "of the last position",
        })
    }
}

/// Declaring facts.
impl Model {
    /// A model without facts.
    pub fn new(name: impl Into<String>) -> Self {
        Model { name: name.into(), ..Self::default() }
    }

    /// Counts the parameters: the number of elements of every weight.
    pub fn weights(self, elements: impl IntoIterator<Item = usize>) -> Self {
        Model { parameters: count(elements), ..self }
    }

    /// Counts the weights that take part in matrix products: all projections and the output head, not the input
    /// embedding. A head that shares the embedding's weights counts.
    pub fn matrices(self, elements: impl IntoIterator<Item = usize>) -> Self {
        Model { matrix_parameters: count(elements), ..self }
    }

    /// Layers and width.
    pub fn shape(self, layers: usize, width: usize) -> Self {
        Model { layers: layers as u64, width: width as u64, ..self }
    }

    /// Heads of queries, heads of keys and values, and the size of each.
    pub fn attention(self, heads: usize, kv_heads: usize, head_size: usize) -> Self {
        Model { heads: heads as u64, kv_heads: kv_heads as u64, head_size: head_size as u64, ..self }
    }

    /// Tokens in the vocabulary, and most tokens in a sequence.
    pub fn tokens(self, vocabulary: usize, context: usize) -> Self {
        Model { vocabulary: vocabulary as u64, context: context as u64, ..self }
    }

    /// Element type of weights and cache.
    pub fn dtype<T: Element>(self) -> Self {
        Model { dtype: Some(T::DTYPE), ..self }
    }

    /// Which positions of a pass have logits. Every one, unless this says otherwise: a forward pass that returns the logits
    /// of its last position only does not multiply the others by the output head.
    pub fn logits(self, logits: Logits) -> Self {
        Model { logits, ..self }
    }
}

fn count(elements: impl IntoIterator<Item = usize>) -> u64 {
    elements.into_iter().fold(0, |sum: u64, elements| sum.saturating_add(elements as u64))
}

impl Model {
    /// The facts that were not declared, with the method that declares each. Empty for a complete model.
    pub fn missing(&self) -> Vec<&'static str> {
        let facts = [
            ("name (Model::new)", self.name.len() as u64),
            ("parameters (Model::weights)", self.parameters),
            ("weights in matrix products (Model::matrices)", self.matrix_parameters),
            ("layers (Model::shape)", self.layers),
            ("width (Model::shape)", self.width),
            ("heads (Model::attention)", self.heads),
            ("key and value heads (Model::attention)", self.kv_heads),
            ("head size (Model::attention)", self.head_size),
            ("vocabulary (Model::tokens)", self.vocabulary),
            ("context (Model::tokens)", self.context),
            ("element type (Model::dtype)", u64::from(self.dtype.is_some())),
        ];
        facts.into_iter().filter(|(_, value)| *value == 0).map(|(name, _)| name).collect()
    }

    /// FLOPs of the token at a position, with its logits: `2 N + 4 L H d (position + 1)`.
    pub fn flops_at(&self, position: u64) -> u64 {
        let attention = [4, self.layers, self.heads, self.head_size, position.saturating_add(1)];
        let attention = attention.into_iter().fold(1, u64::saturating_mul);
        self.matrix_parameters.saturating_mul(2).saturating_add(attention)
    }

    /// Bytes that the keys and values of one token take in a cache: `2 L K d s` for K heads of keys and values and s
    /// bytes an element. `None` without element type.
    pub fn kv_bytes_per_token(&self) -> Option<u64> {
        let size = self.dtype?.size();
        let factors = [2, self.layers, self.kv_heads, self.head_size, size];
        Some(factors.into_iter().fold(1, u64::saturating_mul))
    }

    /// What one iteration of a phase does. FLOPs are those of the tokens that go through the model once: work that is
    /// done again, as without a cache, is none.
    pub fn work(&self, phase: &Phase) -> Work {
        let flops = phase.positions().map(|range| self.flops_over(range));
        let flops = flops.map(|flops| flops.saturating_sub(self.flops_left_out(phase)));
        Work {
            tokens: phase.tokens().map(Tokens),
            flops: flops.map(Flops),
            convention: flops.map(|_| CONVENTION.to_owned()),
            dtype: self.dtype,
            ..Work::none()
        }
    }

    /// FLOPs of the logits that a phase does not compute: `2 w v` a token, for an output head of width w and vocabulary v.
    fn flops_left_out(&self, phase: &Phase) -> u64 {
        let tokens = match self.logits {
            Logits::EveryPosition => 0,
            Logits::LastPosition => phase.pass().saturating_sub(1),
        };
        [2, self.width, self.vocabulary, tokens].into_iter().fold(1, u64::saturating_mul)
    }

    /// Sum of [`Model::flops_at`]: the positions are an arithmetic series.
    fn flops_over(&self, Range { start, end }: Range<u64>) -> u64 {
        let n = u128::from(end.saturating_sub(start));
        let ends = u128::from(self.flops_at(start)) + u128::from(self.flops_at(end.saturating_sub(1)));
        u64::try_from(n.saturating_mul(ends) / 2).unwrap_or(u64::MAX)
    }
}

/// What a benchmark of a model measures in one iteration. Numbers are tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "kebab-case")]
pub enum Phase {
    /// The model is built from weights in memory.
    Creation,
    /// One forward pass without a cache.
    Forward {
        /// Length of the sequence.
        tokens: u64,
    },
    /// One forward pass over a prompt until its logits can be read: `pp64`, `pp64@128`.
    Prefill {
        /// Length of the prompt.
        prompt: u64,
        /// Tokens already in the cache.
        cached: u64,
    },
    /// Tokens generated one after another, without the prompt: `tg8@128`.
    Decode {
        /// Tokens generated.
        generated: u64,
        /// Tokens already in the cache.
        cached: u64,
    },
    /// One token generated and chosen: `@128`.
    Token {
        /// Tokens already in the cache.
        cached: u64,
    },
    /// A prompt and the tokens generated from it: `10+25`.
    Inference {
        /// Length of the prompt.
        prompt: u64,
        /// Tokens generated.
        generated: u64,
    },
}

impl Phase {
    /// The name in ids: `prefill`.
    pub fn name(&self) -> &'static str {
        match self {
            Phase::Creation => "creation",
            Phase::Forward { .. } => "forward",
            Phase::Prefill { .. } => "prefill",
            Phase::Decode { .. } => "decode",
            Phase::Token { .. } => "token",
            Phase::Inference { .. } => "inference",
        }
    }

    /// The sizes as in ids and tables, after llama.cpp's `llama-bench`: `pp64@128`. `None` where there is none.
    pub fn size(&self) -> Option<String> {
        let at = |cached: u64| if cached == 0 { String::new() } else { format!("@{cached}") };
        match *self {
            Phase::Creation => None,
            Phase::Forward { tokens } => Some(tokens.to_string()),
            Phase::Prefill { prompt, cached } => Some(format!("pp{prompt}{}", at(cached))),
            Phase::Decode { generated, cached } => Some(format!("tg{generated}{}", at(cached))),
            Phase::Token { cached } => Some(format!("@{cached}")),
            Phase::Inference { prompt, generated } => Some(format!("{prompt}+{generated}")),
        }
    }

    /// Tokens that a rate counts: those processed by forward and prefill, those generated by the others.
    pub fn tokens(&self) -> Option<u64> {
        match *self {
            Phase::Forward { tokens } | Phase::Prefill { prompt: tokens, .. } => Some(tokens),
            _ => self.generated(),
        }
    }

    /// Tokens that it processes at once.
    fn pass(&self) -> u64 {
        match *self {
            Phase::Creation => 0,
            Phase::Forward { tokens } => tokens,
            Phase::Prefill { prompt, .. } | Phase::Inference { prompt, .. } => prompt,
            Phase::Decode { .. } | Phase::Token { .. } => 1,
        }
    }

    /// The phase is a part of an inference of the same model: its pass over the prompt, or tokens decoded at contexts that
    /// the inference decodes at. An inference is no part of another, and a creation happens before all of them.
    pub fn is_within(&self, prompt: u64, generated: u64) -> bool {
        let decoded = prompt..prompt.saturating_add(generated).saturating_sub(1);
        match *self {
            Phase::Creation | Phase::Inference { .. } => false,
            Phase::Forward { tokens } | Phase::Prefill { prompt: tokens, cached: 0 } => tokens == prompt,
            Phase::Prefill { .. } => false,
            Phase::Decode { .. } | Phase::Token { .. } => {
                self.positions().is_some_and(|part| decoded.start <= part.start && part.end <= decoded.end)
            }
        }
    }

    /// Tokens of one generation, each of which is one step. `None` for phases that are none.
    pub fn generated(&self) -> Option<u64> {
        match *self {
            Phase::Creation | Phase::Forward { .. } | Phase::Prefill { .. } => None,
            Phase::Decode { generated, .. } | Phase::Inference { generated, .. } => Some(generated),
            Phase::Token { .. } => Some(1),
        }
    }

    /// Positions of the tokens that go through the model. The last token generated does not.
    pub fn positions(&self) -> Option<Range<u64>> {
        let from = |start: u64, length: u64| Some(start..start.saturating_add(length));
        match *self {
            Phase::Creation => None,
            Phase::Forward { tokens } => from(0, tokens),
            Phase::Prefill { prompt, cached } => from(cached, prompt),
            Phase::Decode { generated, cached } => from(cached, generated),
            Phase::Token { cached } => from(cached, 1),
            Phase::Inference { prompt, generated } => {
                from(0, prompt.saturating_add(generated).saturating_sub(1))
            }
        }
    }

    /// Tokens in the context when the token of a step is computed, that is, the position of the token fed in; steps are
    /// counted from 0. `None` for the first step of an inference, which is its prefill, and for phases that are no
    /// generation.
    pub fn context_of_step(&self, step: u64) -> Option<u64> {
        match *self {
            Phase::Decode { cached, .. } | Phase::Token { cached } => Some(cached.saturating_add(step)),
            Phase::Inference { prompt, .. } if step > 0 => Some(prompt.saturating_add(step - 1)),
            _ => None,
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.size() {
            Some(size) => f.pad(&format!("{} {size}", self.name())),
            None => f.pad(self.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Model {
        Model::new("Tiny")
            .weights([1000, 24])
            .matrices([1000])
            .shape(2, 8)
            .attention(2, 1, 4)
            .tokens(16, 32)
            .dtype::<half::f16>()
    }

    fn flops(phase: Phase) -> u64 {
        model().work(&phase).flops.expect("FLOPs").0
    }

    #[test]
    fn a_token_costs_its_weights_and_its_context() {
        // 2 · 1000 + 4 · 2 · 2 · 4 (c + 1)
        assert_eq!([0, 9].map(|position| model().flops_at(position)), [2064, 2640]);
        assert_eq!(model().kv_bytes_per_token(), Some(2 * 2 * 4 * 2));
    }

    #[test]
    fn a_phase_costs_the_tokens_that_go_through_the_model() {
        let sum = |range: Range<u64>| range.map(|position| model().flops_at(position)).sum::<u64>();
        assert_eq!(flops(Phase::Forward { tokens: 5 }), sum(0..5));
        assert_eq!(flops(Phase::Prefill { prompt: 4, cached: 3 }), sum(3..7));
        assert_eq!(flops(Phase::Decode { generated: 6, cached: 7 }), sum(7..13));
        assert_eq!(flops(Phase::Token { cached: 7 }), sum(7..8));
        assert_eq!(
            flops(Phase::Inference { prompt: 3, generated: 2 }),
            sum(0..4),
            "the last token is not fed back"
        );
        assert_eq!(model().work(&Phase::Creation).flops, None);
    }

    #[test]
    fn logits_that_are_not_computed_are_no_work() {
        let last = model().logits(Logits::LastPosition);
        // The output head is 8 wide and has 16 outputs.
        let head = 2 * 8 * 16;
        for (phase, without) in [
            (Phase::Forward { tokens: 5 }, 4),
            (Phase::Prefill { prompt: 4, cached: 3 }, 3),
            (Phase::Prefill { prompt: 1, cached: 3 }, 0),
            (Phase::Decode { generated: 6, cached: 7 }, 0),
            (Phase::Token { cached: 7 }, 0),
            (Phase::Inference { prompt: 3, generated: 2 }, 2),
        ] {
            assert_eq!(last.work(&phase).flops, Some(Flops(flops(phase) - without * head)), "{phase}");
        }
        assert_eq!(last.work(&Phase::Creation).flops, None);
    }

    #[test]
    fn a_phase_is_within_an_inference_that_does_the_same() {
        // 10 tokens in one pass, then one token at each context from 10 to 33.
        for (phase, within) in [
            (Phase::Creation, false),
            (Phase::Forward { tokens: 10 }, true),
            (Phase::Forward { tokens: 32 }, false),
            (Phase::Prefill { prompt: 10, cached: 0 }, true),
            (Phase::Prefill { prompt: 8, cached: 2 }, false),
            (Phase::Prefill { prompt: 32, cached: 0 }, false),
            (Phase::Decode { generated: 8, cached: 26 }, true),
            (Phase::Decode { generated: 8, cached: 27 }, false),
            (Phase::Decode { generated: 8, cached: 9 }, false),
            (Phase::Token { cached: 33 }, true),
            (Phase::Token { cached: 34 }, false),
            (Phase::Token { cached: 0 }, false),
            (Phase::Inference { prompt: 10, generated: 25 }, false),
        ] {
            assert_eq!(phase.is_within(10, 25), within, "{phase}");
        }
    }

    #[test]
    fn steps_know_their_context() {
        let inference = Phase::Inference { prompt: 10, generated: 25 };
        assert_eq!([0, 1, 24].map(|step| inference.context_of_step(step)), [None, Some(10), Some(33)]);
        let decode = Phase::Decode { generated: 8, cached: 64 };
        assert_eq!([0, 7].map(|step| decode.context_of_step(step)), [Some(64), Some(71)]);
        assert_eq!(Phase::Forward { tokens: 8 }.context_of_step(0), None);
        assert_eq!(
            [inference, decode, Phase::Token { cached: 3 }].map(|phase| phase.generated()),
            [25, 8, 1].map(Some)
        );
        assert_eq!(Phase::Prefill { prompt: 8, cached: 0 }.generated(), None);
    }

    #[test]
    fn sizes_are_those_of_llama_bench() {
        let phases = [
            Phase::Prefill { prompt: 64, cached: 0 },
            Phase::Prefill { prompt: 64, cached: 128 },
            Phase::Decode { generated: 8, cached: 0 },
            Phase::Token { cached: 0 },
            Phase::Inference { prompt: 10, generated: 25 },
        ];
        let sizes = phases.map(|phase| phase.size().expect("a size"));
        assert_eq!(sizes, ["pp64", "pp64@128", "tg8", "@0", "10+25"]);
        assert_eq!(phases[3].to_string(), "token @0");
    }

    #[test]
    fn what_was_not_declared_is_named() {
        assert_eq!(model().missing(), [""; 0]);
        assert_eq!(Model::new("x").missing().len(), 10);
        assert_eq!(Model { name: String::new(), ..model() }.missing(), ["name (Model::new)"]);
        let without = model().attention(2, 0, 4);
        assert_eq!(without.missing(), ["key and value heads (Model::attention)"]);
    }

    #[test]
    fn huge_numbers_saturate() {
        let huge = Model { matrix_parameters: u64::MAX, layers: u64::MAX, ..model() };
        let work = huge.work(&Phase::Inference { prompt: u64::MAX, generated: u64::MAX });
        assert_eq!(work.flops, Some(Flops(u64::MAX)));
    }
}
