//! Models in a comparison: generations, depth, sizes.

mod depth;
mod derived;
mod facts;
mod generations;
mod model_comparison;
mod size_fits;
mod sizes;
mod steps;
mod types;

pub(super) use derived::{first_token, of_steps, per_token};
pub(super) use facts::{differences, model_of};
pub(super) use model_comparison::models;
pub(super) use size_fits::size_fits;
pub(super) use sizes::sizes;
pub use types::{
    DepthFit, Estimate, GenerationComparison, InterTokenLatency, ModelComparison, SizeComparison, SizeFit,
    Step, Tail,
};
