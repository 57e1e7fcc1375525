//! The bench half: what a user's criterion bench links.
//!
//! [`CountingAllocator`] counts the process's allocations, [`ProfileExt`] opens groups of benchmarks with
//! declared [`Work`](crate::Work) or of the phases of a [`Model`](crate::Model), and [`Profiler`] has the
//! timing loops. Probes and the allocation pass run only under `cargo tensorprof`, which gives this process
//! the address of the runner; under a plain `cargo bench` the benches behave like any criterion bench.

mod allocation;
mod allocator;
mod counters;
mod cpu;
mod generation;
mod group;
mod id;
mod model_group;
mod profile_ext;
mod profiler;
mod record;
mod recorder;
pub mod rest;
mod runner_connection;
mod sample;
mod step_outcome;
#[cfg(test)]
mod tests;

use crate::probe;

pub use allocator::CountingAllocator;
pub use group::ProfileGroup;
pub use id::ProfileId;
pub use model_group::ModelGroup;
pub use profile_ext::ProfileExt;
pub use profiler::Profiler;
pub use recorder::TokenRecorder;
pub use step_outcome::StepOutcome;
