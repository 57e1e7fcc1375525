//! Shared parts of the suite: inputs, models, and a slowdown to plant.

mod inputs;
pub mod model;
pub mod plant;

pub use inputs::Inputs;
