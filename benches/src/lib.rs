//! Shared parts of the suite: inputs, models, medians, and planted slowdowns.

mod estimate;
mod inputs;
pub mod model;
pub mod plant;

pub use estimate::Median;
pub use inputs::Inputs;
