//! Where a baseline comes from, and declared work, as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{Baseline, Environment, Machine, Revision};
use crate::report::rate::arithmetic_intensity;
use crate::work::Work;

/// Everything about a baseline that is not a measurement. Unknown values are `null` or empty text.
#[derive(Serialize)]
pub(in crate::report) struct ProvenanceJson<'a> {
    name: &'a str,
    created: String,
    sessions: Vec<String>,
    commit: Option<&'a str>,
    branch: Option<&'a str>,
    dirty: Option<bool>,
    tool_version: &'a str,
    build: BuildJson<'a>,
    machine: MachineJson<'a>,
    threads: &'a BTreeMap<String, String>,
}

impl<'a> ProvenanceJson<'a> {
    pub(in crate::report) fn new(baseline: &'a Baseline) -> Self {
        let environment = &baseline.environment;
        let revision: Option<&Revision> = environment.revision.as_ref();
        ProvenanceJson {
            name: baseline.name.as_str(),
            created: baseline.created().to_string(),
            sessions: baseline.sessions.iter().map(|session| session.started.to_string()).collect(),
            commit: revision.map(|revision| revision.commit.as_str()),
            branch: revision.and_then(|revision| revision.branch.as_deref()),
            dirty: revision.map(|revision| revision.dirty),
            tool_version: &baseline.tool_version,
            build: BuildJson::new(environment),
            machine: MachineJson::new(&environment.machine),
            threads: &environment.threads,
        }
    }
}

#[derive(Serialize)]
struct BuildJson<'a> {
    rustc: &'a str,
    target: &'a str,
    profile: &'a str,
    features: &'a [String],
    rustflags: &'a str,
    target_features: &'a [String],
    lock_hash: Option<&'a str>,
    criterion: Option<&'a str>,
}

impl<'a> BuildJson<'a> {
    fn new(environment: &'a Environment) -> Self {
        let build = &environment.build;
        BuildJson {
            rustc: &build.rustc,
            target: &build.target,
            profile: &build.profile,
            features: &build.features,
            rustflags: &build.rustflags,
            target_features: &build.target_features,
            lock_hash: build.lock_hash.as_deref(),
            criterion: build.criterion.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct MachineJson<'a> {
    cpu: &'a str,
    cores: Option<u32>,
    hardware_threads: Option<u32>,
    cache_bytes: &'a BTreeMap<String, u64>,
    instruction_sets: &'a [String],
    memory_bytes: Option<u64>,
    governor: Option<&'a str>,
    virtual_machine: Option<bool>,
    kernel: &'a str,
}

impl<'a> MachineJson<'a> {
    fn new(machine: &'a Machine) -> Self {
        MachineJson {
            cpu: &machine.cpu,
            cores: machine.cores,
            hardware_threads: machine.hardware_threads,
            cache_bytes: &machine.caches,
            instruction_sets: &machine.instruction_sets,
            memory_bytes: machine.memory,
            governor: machine.governor.as_deref(),
            virtual_machine: machine.virtual_machine,
            kernel: &machine.kernel,
        }
    }
}

/// Work declared for one iteration.
#[derive(Serialize)]
pub(in crate::report) struct WorkJson<'a> {
    flops: Option<u64>,
    nominal: bool,
    bytes: Option<u64>,
    elements: Option<u64>,
    tokens: Option<u64>,
    flops_per_byte: Option<f64>,
    convention: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flops_counted_before: Option<u64>,
}

impl<'a> WorkJson<'a> {
    pub(in crate::report) fn new(work: &'a Work) -> Self {
        WorkJson {
            flops: work.flops.map(|count| count.0),
            nominal: work.nominal,
            bytes: work.bytes.map(|count| count.0),
            elements: work.elements.map(|count| count.0),
            tokens: work.tokens.map(|count| count.0),
            flops_per_byte: arithmetic_intensity(work),
            convention: work.convention.as_deref(),
            flops_counted_before: work.counted_before.map(|count| count.0),
        }
    }
}
