//! Models as JSON: facts, phases, tokens.

use serde::Serializer;

use super::labels;
use super::object::{Json, Keys, Object, list, sides};
use crate::compare::{Comparison, DepthFit, GenerationComparison, InterTokenLatency, ModelComparison, Step};
use crate::inference::{Logits, Model, Phase};
use crate::model::Inference;
use crate::report::model_rows::quantile;

/// Facts of a model; 0 is one that was not declared.
impl Object for Model {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("name", &self.name)
            .key("dtype", self.dtype.map(|dtype| dtype.name()))
            .key("parameters", self.parameters)
            .key("matrix_parameters", self.matrix_parameters)
            .key("layers", self.layers)
            .key("width", self.width)
            .key("heads", self.heads)
            .key("kv_heads", self.kv_heads)
            .key("head_size", self.head_size)
            .key("vocabulary", self.vocabulary)
            .key("context", self.context)
            // Absent where every position of a pass has logits.
            .known("logits", Some(self.logits.name()).filter(|_| self.logits != Logits::EveryPosition))
            // Of a decoded token at an empty context.
            .key("flops_per_token", (self.matrix_parameters > 0).then(|| self.flops_at(0)))
            .key("kv_bytes_per_token", self.kv_bytes_per_token())
    }
}

/// What a row measures of a model.
impl Object for Inference {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("model", &self.model).all([self.phase])
    }
}

/// The size as in ids, the name, and the numbers of tokens.
impl Object for Phase {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let keys = keys.key("size", self.size()).key("phase", self.name());
        match self {
            Phase::Creation => keys,
            Phase::Forward { tokens } => keys.key("tokens", tokens),
            Phase::Prefill { prompt, cached } => keys.key("prompt", prompt).key("cached", cached),
            Phase::Decode { generated, cached } => keys.key("generated", generated).key("cached", cached),
            Phase::Token { cached } => keys.key("cached", cached),
            Phase::Inference { prompt, generated } => keys.key("prompt", prompt).key("generated", generated),
        }
    }
}

/// Rows are named by their labels.
impl Object for (&ModelComparison, &Comparison) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (model, comparison) = *self;
        keys.all([&model.model])
            .key("rows", labels(&model.rows, comparison))
            .key("generations", list(model.generations.iter().map(|generation| (generation, comparison))))
            .key("depth_fit", sides(model.depth_fit))
            .key("steps", Json(model.steps.as_ref().map(list)))
    }
}

/// Its times to the first and per token, and its rate of decoding, are in the row of this label.
impl Object for (&GenerationComparison, &Comparison) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (generation, comparison) = *self;
        keys.key("row", labels(&[generation.row], comparison).pop())
            .key("inter_token_latency", sides(generation.latency))
    }
}

impl Object for InterTokenLatency {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        // `p99`, `p90` or `max`.
        let (tail, tail_ns) = quantile(self.tail);
        keys.key("steps", self.steps)
            .key("median_ns", self.median_ns)
            .key("tail", tail)
            .key("tail_ns", tail_ns)
    }
}

impl Object for DepthFit {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("intercept_ns", self.intercept_ns).key("slope_ns", Json(self.slope_ns))
    }
}

impl Object for Step {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("context", self.context)
            .key("ns", self.ns)
            .key("allocated_bytes", self.bytes.map(Json))
            .key("allocations", self.allocations.map(Json))
    }
}
