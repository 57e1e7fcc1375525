//! Models in a comparison: generations, depth, sizes.

mod types;

pub use types::{
    DepthFit, Estimate, GenerationComparison, InterTokenLatency, ModelComparison, SizeComparison, Step, Tail,
};
