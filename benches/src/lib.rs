//! Shared parts of the suite: inputs, and a slowdown to plant.

mod inputs;
pub mod plant;

pub use inputs::Inputs;
