//! Weights: equal in every process, on about the scale of trained weights.

use std::collections::HashMap;

use candle_core::{DType, Device, Result, Tensor, WithDType};
use candle_nn::VarBuilder;
use candle_transformers::models::llama2_c::{Config, Llama};
use tensorprof::{Element, Logits, Model};

use super::Size;
use crate::Inputs;

/// Name of the input embedding, which takes part in no matrix product.
const EMBEDDING: &str = "model.embed_tokens.weight";

/// The weights of a model in memory.
pub struct Weights {
    config: Config,
    dtype: DType,
    tensors: HashMap<String, Tensor>,
}

impl Weights {
    /// Weights in `T`, from [`Inputs`]: candle's generator takes no seed on the CPU.
    pub fn new<T: WithDType>(size: Size) -> Result<Self> {
        let config = size.config();
        let mut inputs = Inputs::new(1);
        let tensors =
            shapes(&config).into_iter().map(|(name, shape)| Ok((name, weight::<T>(&mut inputs, &shape)?)));
        let tensors = tensors.collect::<Result<_>>()?;
        Ok(Weights { config, dtype: T::DTYPE, tensors })
    }

    /// Builds the model, as a program does after it has loaded a file.
    pub fn model(&self) -> Result<Llama> {
        Llama::load(self.builder(), self.config.clone())
    }

    pub(super) fn builder(&self) -> VarBuilder<'static> {
        VarBuilder::from_tensors(self.tensors.clone(), self.dtype, &Device::Cpu)
    }

    pub(super) fn dtype(&self) -> DType {
        self.dtype
    }

    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    /// The facts of the model, counted from these weights. `llama2_c` computes the logits of every position of a pass; others
    /// of candle's models, such as its `llama`, take the last position before the output head.
    pub fn facts<T: Element>(&self, name: &str) -> Model {
        let Config { dim, n_layers, n_heads, n_kv_heads, vocab_size, seq_len, .. } = self.config;
        let matrices = self.tensors.iter().filter(|(name, tensor)| tensor.rank() == 2 && *name != EMBEDDING);
        Model::new(name)
            .weights(self.tensors.values().map(Tensor::elem_count))
            .matrices(matrices.map(|(_, tensor)| tensor.elem_count()))
            .shape(n_layers, dim)
            .attention(n_heads, n_kv_heads, dim / n_heads)
            .tokens(vocab_size, seq_len)
            .dtype::<T>()
            .logits(Logits::EveryPosition)
    }
}

/// A matrix with columns of about unit length, so that activations neither vanish nor explode; or a gain of
/// 1.
fn weight<T: WithDType>(inputs: &mut Inputs, shape: &[usize]) -> Result<Tensor> {
    match shape {
        [_, columns] => {
            let deviation = (3.0 / *columns as f64).sqrt();
            (inputs.tensor::<f32>(shape)? * deviation)?.to_dtype(T::DTYPE)
        }
        _ => Tensor::ones(shape, T::DTYPE, &Device::Cpu),
    }
}

/// Name and shape of every weight, in a fixed order.
fn shapes(config: &Config) -> Vec<(String, Vec<usize>)> {
    let Config { dim, hidden_dim, n_layers, n_heads, n_kv_heads, vocab_size, .. } = *config;
    let kv = dim / n_heads * n_kv_heads;
    let layer = |index: usize| {
        [
            ("self_attn.q_proj", vec![dim, dim]),
            ("self_attn.k_proj", vec![kv, dim]),
            ("self_attn.v_proj", vec![kv, dim]),
            ("self_attn.o_proj", vec![dim, dim]),
            ("mlp.gate_proj", vec![hidden_dim, dim]),
            ("mlp.up_proj", vec![hidden_dim, dim]),
            ("mlp.down_proj", vec![dim, hidden_dim]),
            ("input_layernorm", vec![dim]),
            ("post_attention_layernorm", vec![dim]),
        ]
        .map(|(name, shape)| (format!("model.layers.{index}.{name}.weight"), shape))
    };
    let ends = [
        (EMBEDDING.to_owned(), vec![vocab_size, dim]),
        ("model.norm.weight".to_owned(), vec![dim]),
        ("lm_head.weight".to_owned(), vec![vocab_size, dim]),
    ];
    ends.into_iter().chain((0..n_layers).flat_map(layer)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_those_of_the_design() -> Result<()> {
        let [small, medium] = Size::ALL.map(Weights::new::<f32>);
        let [small, medium] = [small?.facts::<f32>("Small"), medium?.facts::<f32>("Medium")];
        assert_eq!([small.parameters, medium.parameters], [461_440, 3_426_560]);
        assert_eq!([small.matrix_parameters, medium.matrix_parameters], [428_032, 3_293_184]);
        assert_eq!((small.missing(), medium.missing()), (vec![], vec![]));
        Ok(())
    }
}
