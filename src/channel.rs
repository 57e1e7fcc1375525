//! The messages from a bench process to the runner, in addition to criterion's own protocol: one JSON message
//! per line over a loopback connection. Criterion's protocol carries ids and times; this channel carries what
//! criterion does not know: work, allocation, probes.
//!
//! The bench connects to `127.0.0.1:$TENSORPROF_PORT` on first use and sends [`Message::Hello`] with
//! `$TENSORPROF_SECRET`; the runner closes a connection whose first line is anything else.

use serde::{Deserialize, Serialize};

use crate::inference::{Model, Phase};
use crate::work::Work;

/// Version of these messages. The runner rejects a bench with a newer one. It increases with every new phase,
/// and with every new field without which the other fields would be misread; it does not increase before the
/// first release.
pub const VERSION: u32 = 1;
/// Environment variable: the loopback port of the runner.
pub const PORT_VARIABLE: &str = "TENSORPROF_PORT";
/// Environment variable: the secret of this run.
pub const SECRET_VARIABLE: &str = "TENSORPROF_SECRET";
/// Environment variable: the bench takes turns with another process, and asks before every sample ([`Message::Turn`]).
pub const TURNS_VARIABLE: &str = "TENSORPROF_TURNS";
/// The byte by which the runner lets the bench take its sample.
pub const GO: u8 = b'\n';

/// One line of the channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "message", rename_all = "kebab-case")]
pub enum Message {
    /// First line of every connection.
    Hello {
        /// Value of `$TENSORPROF_SECRET`.
        secret: String,
        /// [`VERSION`] of the sender.
        version: u32,
    },
    /// The record of one benchmark, sent when criterion has finished it.
    Record(Box<Record>),
    /// Under [`TURNS_VARIABLE`]: the bench is about to take a sample, of the warm-up or of the measurement, and waits for
    /// [`GO`].
    Turn,
}

/// What the bench half knows about a benchmark after it has run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Criterion's id of the benchmark.
    pub id: CriterionId,
    /// Work declared for one iteration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Work>,
    /// Probes right before and right after each sample. One entry per call of criterion's closure, warm-up
    /// calls first: the measured samples are the last `sample_count` entries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probes: Vec<[Reading; 2]>,
    /// Processor time of the section around each sample, as many as `probes`; empty where the system does not tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cpu: Vec<CpuUse>,
    /// One entry per iteration of the untimed allocation pass; empty when the process does not use
    /// `CountingAllocator`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allocation: Vec<AllocationCount>,
    /// Path of the benchmark that contains this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nested_in: Option<String>,
    /// The phase that is measured, if the benchmark measures a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inference: Option<Inference>,
    /// The steps of its generations, if it generates tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<Generation>,
    /// Why its times are invalid: a generation failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// A phase of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inference {
    /// The model with its facts.
    pub model: Model,
    /// The phase.
    pub phase: Phase,
}

/// Steps of generations, one for each generated token. The first step of an inference is its prefill.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Generation {
    /// For each call of criterion's closure, the nanoseconds of each step of its last generation. Warm-up
    /// calls come first, as in [`Record::probes`].
    pub steps: Vec<Vec<f64>>,
    /// Allocation of each step, one entry per iteration of the untimed allocation pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allocation: Vec<Vec<AllocationCount>>,
}

/// Criterion's id: group, function and parameter, any of which may hold a `/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CriterionId {
    /// Group name.
    pub group: String,
    /// Function name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// Parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
}

impl CriterionId {
    /// Criterion's full id, `group/function/parameter`.
    pub fn path(&self) -> String {
        let CriterionId { group, function, parameter } = self;
        let parts = [Some(group), function.as_ref(), parameter.as_ref()];
        parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("/")
    }
}

/// One reading of the probes: times of fixed work, nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Time of a chain of dependent arithmetic. It measures the clock frequency.
    pub clock: f64,
    /// Time of independent ordinary code, as much as the core can issue. It measures how much of the core
    /// this process has.
    pub contention: f64,
}

/// What a section used of the cores, all of its iterations together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CpuUse {
    /// Nanoseconds on the clock.
    pub wall: f64,
    /// CPU time of the thread that measures, nanoseconds.
    pub thread: f64,
    /// CPU time of all threads of the process, nanoseconds.
    pub process: f64,
    /// How long threads of the process were ready to run and had no core, summed over threads, nanoseconds. Zero where the
    /// system does not tell.
    #[serde(default)]
    pub delay: f64,
    /// How many times the thread that measures gave up its core by itself (voluntary context switches).
    pub waits: u64,
    /// How many times a thread of the process lost its core to another program (involuntary context switches).
    pub preemptions: u64,
}

/// Allocations of the whole process in one iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllocationCount {
    /// Allocations made (a reallocation is one).
    pub count: u64,
    /// Bytes requested (a reallocation requests its new size).
    pub bytes: u64,
    /// Most bytes live at once during the iteration, above those live at its start.
    pub peak: u64,
    /// Bytes live at the end of the iteration, its output still held, minus those live at its start.
    pub live: i64,
    /// Bytes live after the iteration and all its drops, minus those live before it: growth or a leak.
    pub net: i64,
}
