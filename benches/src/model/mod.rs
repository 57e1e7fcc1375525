//! The models of the suite: two sizes of candle's `llama2_c`, with generated weights, and sequences that run
//! them.

mod sequence;
mod size;
mod weights;

pub use sequence::{KV_CACHE, Runtime, Sequence};
pub use size::Size;
pub use weights::Weights;
