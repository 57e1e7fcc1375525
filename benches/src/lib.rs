//! Shared parts of the suite: inputs, medians, and a slowdown to plant.

mod estimate;
mod inputs;
pub mod plant;

pub use estimate::Median;
pub use inputs::Inputs;
