//! Plain data: what a baseline is, in memory. No file format, no I/O, no clock.

mod append;
mod baseline;
mod benchmark;
mod environment;
mod name;

pub use append::{Mismatch, MismatchedFact};
pub use baseline::{Baseline, Session, Settings};
pub use benchmark::{Allocation, Benchmark, BenchmarkId, Inference, Range, Round, StepAllocation};
pub use environment::{Build, Environment, Machine, Revision};
pub use name::{BaselineName, InvalidName};
