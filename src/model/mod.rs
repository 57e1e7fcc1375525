//! Plain data: what a baseline is, in memory. No file format, no I/O, no clock.

mod append;
mod baseline;
mod benchmark;
mod code_session;
mod commit;
mod completeness;
mod conditions;
mod cpu;
mod environment;
mod facts;
mod id_pattern;
mod label;
mod merge;
mod mismatch;
mod name;
mod nearest;
mod partition;
mod pattern;
mod peaks;
mod text;
mod words;

pub use baseline::{Baseline, HeadToHead, NullArm, Session, Settings};
pub use benchmark::{Allocation, Benchmark, BenchmarkId, Inference, Range, Round, StepAllocation};
pub use code_session::{CodeRound, CodeSession, Digests, NullArmSpread, row_key, short_hash};
pub use commit::Commit;
pub use completeness::{Absence, Gaps, Lost, UnfinishedBench};
pub use conditions::{Conditions, CoreReadings, Instruments};
pub use cpu::CpuTime;
pub use environment::{AFFINITY, Build, Environment, Machine, Revision, SET_BY_COUNT};
pub use id_pattern::{Captured, IdPattern, InvalidPattern};
pub use label::{Arriving, LONGEST_LABEL, cut, labels};
pub use merge::{NamedPart, NoWhole};
pub use mismatch::{Mismatch, MismatchedFact};
pub use name::{BaselineName, InvalidName};
pub use nearest::nearest;
pub use partition::Partition;
pub use pattern::{NamePattern, Unmatched, choose};
pub use peaks::{Access, ArithmeticPeak, BandwidthPeak, MEMORY, PeakRate, Peaks};
pub use text::{elide, printable};
pub use words::{count, first_names, things};

pub(crate) use facts::{
    check_count, check_model, check_name, check_phase, check_work, differences, model_counts,
};
pub(crate) use id_pattern::captures_in_words;
pub(crate) use label::{bench_label, parts, qualify, qualify_by_place, unique, whole_labels};
pub(crate) use mismatch::enumeration;
pub(crate) use peaks::check_peaks;
pub(crate) use text::{clip, columns, is_invisible};
