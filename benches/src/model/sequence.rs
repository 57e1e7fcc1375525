//! A sequence of tokens and a model that continues it.

use std::rc::Rc;

use candle_core::{D, DType, Device, IndexOp, Result, Tensor};
use candle_transformers::models::llama2_c::{Cache, Llama};

use super::Weights;

/// Whether keys and values are kept from step to step. With the feature `no-kv-cache` every step processes
/// the whole sequence again, as the reference system did.
pub const KV_CACHE: bool = !cfg!(feature = "no-kv-cache");

/// A loaded model, which begins sequences.
pub struct Runtime {
    model: Rc<Llama>,
    /// Without keys and values.
    cache: Cache,
    vocabulary: usize,
    /// Most tokens that the model processes at once. Candle's `llama2_c` masks attention in f32, so models of
    /// other types can process only single tokens, which need no mask.
    batch: usize,
}

impl Runtime {
    /// Loads the model. Without `kv_cache` every step processes the whole sequence again.
    pub fn new(weights: &Weights, kv_cache: bool) -> Result<Self> {
        let dtype = weights.dtype();
        let mut cache = Cache::new(kv_cache, weights.config(), weights.builder())?;
        // Computed in f32.
        cache.cos = cache.cos.to_dtype(dtype)?;
        cache.sin = cache.sin.to_dtype(dtype)?;
        Ok(Runtime {
            model: Rc::new(weights.model()?),
            cache,
            vocabulary: weights.config().vocab_size,
            batch: if dtype == DType::F32 { usize::MAX } else { 1 },
        })
    }

    /// A prompt of `length` tokens, none of them processed.
    pub fn prompt(&self, length: usize) -> Sequence {
        // An odd step visits every token of a vocabulary of a power of two.
        let token = |index: usize| ((index * 37 + 11) % self.vocabulary) as u32;
        Sequence {
            model: Rc::clone(&self.model),
            cache: self.cache.clone(),
            batch: self.batch,
            tokens: (0..length).map(token).collect(),
            processed: 0,
        }
    }

    /// A sequence of `length` processed tokens, and one more token that is not processed yet.
    pub fn context(&self, length: usize) -> Result<Sequence> {
        let mut sequence = self.prompt(length);
        sequence.next_token()?;
        Ok(sequence)
    }
}

/// The tokens so far, with the model and its cache. A clone shares the memory of both.
#[derive(Clone)]
pub struct Sequence {
    model: Rc<Llama>,
    cache: Cache,
    batch: usize,
    tokens: Vec<u32>,
    /// Tokens whose keys and values are in the cache; none without one.
    processed: usize,
}

impl Sequence {
    /// Processes the tokens that are not processed yet. Returns the logits of the next token.
    pub fn logits(&mut self) -> Result<Tensor> {
        let mut logits = None;
        for batch in self.tokens[self.processed..].chunks(self.batch) {
            let input = Tensor::new(batch, &Device::Cpu)?.unsqueeze(0)?;
            logits = Some(self.model.forward(&input, self.processed, &mut self.cache)?);
            if self.cache.use_kv_cache {
                self.processed += batch.len();
            }
        }
        let logits = logits.ok_or_else(|| candle_core::Error::Msg("no token to process".to_owned()))?;
        logits.i((0, logits.dim(1)? - 1))
    }

    /// Appends the most likely token to the sequence.
    pub fn next_token(&mut self) -> Result<u32> {
        let token = self.logits()?.argmax(D::Minus1)?.to_scalar::<u32>()?;
        self.tokens.push(token);
        Ok(token)
    }
}

#[cfg(test)]
mod tests {
    use half::f16;

    use super::*;
    use crate::model::Size;

    fn generated(runtime: &Runtime, prompt: usize) -> Result<Vec<u32>> {
        let mut sequence = runtime.prompt(prompt);
        (0..12).map(|_| sequence.next_token()).collect()
    }

    #[test]
    fn the_cache_changes_no_token() -> Result<()> {
        for size in Size::ALL {
            let weights = Weights::new::<f32>(size)?;
            let [with, without] = [true, false].map(|kv_cache| Runtime::new(&weights, kv_cache));
            let tokens = generated(&with?, 10)?;
            assert_eq!(tokens, generated(&without?, 10)?);
            assert!(tokens.windows(2).any(|pair| pair[0] != pair[1]), "{tokens:?}");
        }
        Ok(())
    }

    #[test]
    fn half_precision_runs_token_by_token_and_computes_about_the_same() -> Result<()> {
        let logits = |weights: &Weights| Runtime::new(weights, true)?.prompt(10).logits()?.to_vec1::<f32>();
        let [single, half] =
            [logits(&Weights::new::<f32>(Size::Small)?)?, logits(&Weights::new::<f16>(Size::Small)?)?];
        let apart = single.iter().zip(&half).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        let scale = single.iter().map(|x| x.abs()).fold(0.0, f32::max);
        assert!(apart < 0.03 * scale, "{apart} of {scale}");
        Ok(())
    }

    #[test]
    fn a_context_has_one_token_left_to_process() -> Result<()> {
        let runtime = Runtime::new(&Weights::new::<f32>(Size::Small)?, true)?;
        let sequence = runtime.context(16)?;
        assert_eq!((sequence.processed, sequence.tokens.len()), (16, 17));
        let mut clone = sequence.clone();
        clone.next_token()?;
        assert_eq!((sequence.processed, clone.processed), (16, 17), "a clone goes its own way");
        Ok(())
    }
}
