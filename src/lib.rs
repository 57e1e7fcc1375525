//! `tensorprof`: criterion baselines for tensor and model-inference code.
//!
//! Two halves share this crate. The *bench half* ([`bench`], always built) goes into a user's criterion
//! benches: a counting allocator, typed [`Work`] and profile groups. The *command half* (feature `cli`)
//! is everything behind `cargo tensorprof`: it builds and runs benches, keeps baselines, compares and
//! reports. What both must agree on lies at the top level: [`dtype`], [`work`] and [`channel`].
//!
//! The wall between them: `bench` uses nothing that the feature `cli` adds.

pub mod bench;
pub mod channel;
pub mod dtype;
pub mod work;

#[cfg(feature = "cli")]
pub mod compare;
#[cfg(feature = "cli")]
pub mod model;
#[cfg(feature = "cli")]
pub mod report;
#[cfg(feature = "cli")]
pub mod runner;
#[cfg(feature = "cli")]
pub mod stats;
#[cfg(feature = "cli")]
pub mod store;

pub use dtype::{Dtype, Element};
pub use work::Work;
