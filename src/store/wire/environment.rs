//! The tables `[revision]`, `[build]` and `[machine]`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model;

#[derive(Serialize, Deserialize)]
pub(super) struct RevisionTable {
    commit: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    branch: Option<String>,
    #[serde(default)]
    dirty: bool,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct BuildTable {
    #[serde(skip_serializing_if = "String::is_empty")]
    rustc: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    target: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    profile: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    features: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    rustflags: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    target_features: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lock_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    criterion: Option<String>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct MachineTable {
    #[serde(skip_serializing_if = "String::is_empty")]
    cpu: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cores: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hardware_threads: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    instruction_sets: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    governor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    virtual_machine: Option<bool>,
    #[serde(skip_serializing_if = "String::is_empty")]
    kernel: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    caches: BTreeMap<String, u64>,
}

impl From<&model::Revision> for RevisionTable {
    fn from(revision: &model::Revision) -> Self {
        let model::Revision { commit, branch, dirty } = revision.clone();
        RevisionTable { commit, branch, dirty }
    }
}

impl From<RevisionTable> for model::Revision {
    fn from(table: RevisionTable) -> Self {
        let RevisionTable { commit, branch, dirty } = table;
        model::Revision { commit, branch, dirty }
    }
}

impl From<&model::Build> for BuildTable {
    fn from(build: &model::Build) -> Self {
        let model::Build {
            rustc,
            target,
            profile,
            features,
            rustflags,
            target_features,
            lock_hash,
            criterion,
        } = build.clone();
        BuildTable { rustc, target, profile, features, rustflags, target_features, lock_hash, criterion }
    }
}

impl From<BuildTable> for model::Build {
    fn from(table: BuildTable) -> Self {
        let BuildTable { rustc, target, profile, features, rustflags, target_features, lock_hash, criterion } =
            table;
        model::Build { rustc, target, profile, features, rustflags, target_features, lock_hash, criterion }
    }
}

impl From<&model::Machine> for MachineTable {
    fn from(machine: &model::Machine) -> Self {
        let machine = machine.clone();
        MachineTable {
            cpu: machine.cpu,
            cores: machine.cores,
            hardware_threads: machine.hardware_threads,
            instruction_sets: machine.instruction_sets,
            memory: machine.memory,
            governor: machine.governor,
            virtual_machine: machine.virtual_machine,
            kernel: machine.kernel,
            caches: machine.caches,
        }
    }
}

impl From<MachineTable> for model::Machine {
    fn from(table: MachineTable) -> Self {
        model::Machine {
            cpu: table.cpu,
            cores: table.cores,
            hardware_threads: table.hardware_threads,
            caches: table.caches,
            instruction_sets: table.instruction_sets,
            memory: table.memory,
            governor: table.governor,
            virtual_machine: table.virtual_machine,
            kernel: table.kernel,
        }
    }
}
