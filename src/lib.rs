//! `tensorprof`: criterion baselines for tensor and model-inference code.
//!
//! Two halves share this crate. The *bench half* ([`mod@bench`], always built) goes into a user's criterion
//! benches: a counting allocator, typed [`Work`] and profile groups. The *command half* (feature `cli`)
//! is everything behind `cargo tensorprof`: it builds and runs benches, keeps baselines, compares and
//! reports. What both must agree on lies at the top level: [`dtype`], [`work`], [`inference`], [`channel`] and [`probe`].
//!
//! The wall between them: `bench` uses nothing that the feature `cli` adds.
//!
//! A bench:
//! ```no_run
//! use criterion::{Criterion, criterion_group, criterion_main};
//! use tensorprof::{CountingAllocator, ProfileExt, Work};
//!
//! #[global_allocator]
//! static ALLOCATOR: CountingAllocator = CountingAllocator::system();
//!
//! fn add(c: &mut Criterion) {
//!     let mut group = c.profile_group("Add");
//!     for n in [1_000, 100_000] {
//!         let (a, b) = (vec![1.5_f32; n], vec![0.25_f32; n]);
//!         group.bench(n.to_string(), Work::add::<f32>(n), |p| {
//!             p.iter(|| a.iter().zip(&b).map(|(a, b)| a + b).collect::<Vec<_>>())
//!         });
//!     }
//! }
//!
//! criterion_group!(benches, add);
//! criterion_main!(benches);
//! ```
//!
//! Benchmarks of a [`Model`] are in [`ModelGroup`], loops that generate tokens in [`Profiler::generate`].

#[expect(clippy::disallowed_methods, reason = "measures in a user's process and tells the runner")]
pub mod bench;
pub mod channel;
mod cpu_clock;
pub mod dtype;
pub mod inference;
#[expect(clippy::disallowed_methods, reason = "times fixed work")]
pub mod probe;
pub mod work;

#[cfg(feature = "cli")]
pub mod book;
#[cfg(feature = "cli")]
pub mod compare;
#[cfg(feature = "cli")]
pub mod estimate;
#[cfg(feature = "cli")]
pub mod init;
#[cfg(feature = "cli")]
pub mod metadata;
#[cfg(feature = "cli")]
pub mod model;
#[cfg(feature = "cli")]
pub mod peaks;
#[cfg(feature = "cli")]
pub mod report;
#[cfg(feature = "cli")]
#[expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "starts processes and follows them")]
pub mod runner;
#[cfg(feature = "cli")]
pub mod stats;
#[cfg(feature = "cli")]
#[expect(clippy::disallowed_methods, reason = "keeps baselines in files")]
pub mod store;

/// The code of documents compiles.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../README.md")]
    mod readme {}
    #[doc = include_str!("../book/src/models.md")]
    mod models {}
}

pub use bench::{
    CountingAllocator, ModelGroup, ProfileExt, ProfileGroup, ProfileId, Profiler, StepOutcome, TokenRecorder,
};
pub use dtype::{Dtype, Element};
pub use inference::{Logits, Model, Phase};
pub use work::Work;
