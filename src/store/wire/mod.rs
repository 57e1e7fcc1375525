//! The TOML keys of a baseline file: private types that serde writes and reads, with conversions from and to
//! the model.
//!
//! Keys are kebab-case, absent facts are left out, unknown keys are ignored. The order of fields is the
//! order in the file.

mod benchmark;
mod cpu;
mod environment;
mod inference;
mod number;
mod peaks;

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use toml::value::Datetime;

use self::environment::{BuildTable, MachineTable, RevisionTable};
use self::inference::ModelEntry;
use crate::inference::Model;
use crate::model::{self, things};

pub(super) use self::benchmark::{BenchmarkPiece, BenchmarkTable, RoundPiece};
#[cfg(test)]
pub(super) use self::number::five_digits;
pub(super) use self::peaks::PeaksTable;

/// The first line of a file.
#[derive(Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) format: i64,
}

/// A baseline file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct BaselineFile {
    format: i64,
    name: String,
    pub(super) tool_version: String,
    settings: SettingsTable,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revision: Option<RevisionTable>,
    #[serde(default)]
    build: BuildTable,
    #[serde(default)]
    machine: MachineTable,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    threads: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    variables: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    peaks: Vec<PeaksTable>,
    #[serde(default, rename = "session", skip_serializing_if = "Vec::is_empty")]
    sessions: Vec<SessionTable>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unfinished: Vec<UnfinishedTable>,
    #[serde(default, rename = "model", skip_serializing_if = "Vec::is_empty")]
    models: Vec<ModelEntry>,
    #[serde(default, rename = "benchmark", skip_serializing_if = "Option::is_none")]
    benchmarks: Option<Vec<BenchmarkTable>>,
    end: Option<EndTable>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct SettingsTable {
    rounds: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_rounds: Option<u32>,
    warm_up_seconds: f64,
    measurement_seconds: f64,
    samples: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    filter: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    bench_arguments: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    cargo_arguments: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    partition: Option<PartitionTable>,
}

#[derive(Serialize, Deserialize)]
struct PartitionTable {
    part: u32,
    of: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    benchmarks: Option<u32>,
}

impl From<model::Partition> for PartitionTable {
    fn from(model::Partition { part, of, benchmarks }: model::Partition) -> Self {
        PartitionTable { part, of, benchmarks }
    }
}

impl From<PartitionTable> for model::Partition {
    fn from(PartitionTable { part, of, benchmarks }: PartitionTable) -> Self {
        model::Partition { part, of, benchmarks }
    }
}

#[derive(Serialize, Deserialize)]
struct SessionTable {
    started: Datetime,
    #[serde(default, rename = "head-to-head", skip_serializing_if = "Option::is_none")]
    head_to_head: Option<HeadToHeadTable>,
}

#[derive(Serialize, Deserialize)]
struct UnfinishedTable {
    package: String,
    target: String,
    reason: String,
}

impl From<&model::UnfinishedBench> for UnfinishedTable {
    fn from(bench: &model::UnfinishedBench) -> Self {
        let model::UnfinishedBench { package, target, reason } = bench.clone();
        UnfinishedTable { package, target, reason }
    }
}

impl From<UnfinishedTable> for model::UnfinishedBench {
    fn from(UnfinishedTable { package, target, reason }: UnfinishedTable) -> Self {
        model::UnfinishedBench { package, target, reason }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct HeadToHeadTable {
    /// Sixteen hexadecimal digits: integers of TOML have a sign.
    id: RunId,
    most_blocks: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    null_rows: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    null_changed: Option<u32>,
}

impl From<model::HeadToHead> for HeadToHeadTable {
    fn from(run: model::HeadToHead) -> Self {
        HeadToHeadTable {
            id: RunId(run.id),
            most_blocks: run.most_blocks,
            null_rows: run.null_arm.map(|arm| arm.rows),
            null_changed: run.null_arm.map(|arm| arm.changed),
        }
    }
}

impl From<&HeadToHeadTable> for model::HeadToHead {
    fn from(table: &HeadToHeadTable) -> Self {
        let null_arm = table.null_rows.zip(table.null_changed);
        model::HeadToHead {
            id: table.id.0,
            most_blocks: table.most_blocks,
            null_arm: null_arm.map(|(rows, changed)| model::NullArm { rows, changed }),
        }
    }
}

struct RunId(u64);

impl Serialize for RunId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:016x}", self.0))
    }
}

impl<'de> Deserialize<'de> for RunId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map(RunId).map_err(serde::de::Error::custom)
    }
}

/// The last table: without it, a file cut at the end of a line would pass for a smaller baseline.
#[derive(Serialize, Deserialize)]
struct EndTable {
    benchmarks: usize,
}

/// Why tables are not a baseline, or why a baseline cannot be written as tables.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableFault {
    /// There is no `[end]`, so the file is incomplete.
    #[error("the file is cut short: it has no [end] table")]
    NoEnd,
    /// Benchmarks were lost or added without changing `[end]`.
    #[error("the file is damaged: it has {}, but [end] says {declared}", things(*found, "benchmark"))]
    BenchmarkCount {
        /// Benchmarks in the file.
        found: usize,
        /// Benchmarks that `[end]` names.
        declared: usize,
    },
    /// The date of a session is not an instant of the years 0 to 9999 with an offset.
    #[error("session {session}: `{started}` is not a date and time with an offset")]
    Date {
        /// Which session, from 0.
        session: usize,
        /// Its text.
        started: String,
    },
}

impl BaselineFile {
    /// The tables of a baseline. Models are sorted by name and benchmarks by id.
    pub(super) fn from_model(baseline: &model::Baseline, format: i64) -> Result<Self, TableFault> {
        let mut benchmarks: Vec<&model::Benchmark> = baseline.benchmarks.iter().collect();
        benchmarks.sort_by(|left, right| left.id.cmp(&right.id));
        let environment = &baseline.environment;
        Ok(BaselineFile {
            format,
            name: baseline.name.to_string(),
            tool_version: baseline.tool_version.clone(),
            settings: (&baseline.settings).into(),
            revision: environment.revision.as_ref().map(RevisionTable::from),
            build: (&environment.build).into(),
            machine: (&environment.machine).into(),
            threads: environment.threads.clone(),
            variables: environment.variables.clone(),
            peaks: environment.peaks.iter().map(PeaksTable::from).collect(),
            sessions: each_session(&baseline.sessions, |session| to_session_table(*session))?,
            unfinished: baseline.unfinished.iter().map(UnfinishedTable::from).collect(),
            models: by_name(baseline.models.clone()).into_iter().map(ModelEntry).collect(),
            end: Some(EndTable { benchmarks: benchmarks.len() }),
            benchmarks: (!benchmarks.is_empty())
                .then(|| benchmarks.into_iter().map(BenchmarkTable::from).collect()),
        })
    }

    /// The samples of all benchmarks.
    pub(super) fn samples(&self) -> usize {
        self.benchmarks.iter().flatten().map(BenchmarkTable::samples).sum()
    }

    /// These tables with benchmarks that were read apart from them. `None` if they have benchmarks themselves.
    pub(super) fn with_benchmarks(self, benchmarks: Vec<BenchmarkTable>) -> Option<Self> {
        self.benchmarks.is_none().then_some(BaselineFile { benchmarks: Some(benchmarks), ..self })
    }

    /// The baseline of these tables, under the name of its file. Models are sorted by name and benchmarks by
    /// id.
    pub(super) fn into_model(self, name: &model::BaselineName) -> Result<model::Baseline, TableFault> {
        let benchmarks = self.benchmarks.unwrap_or_default();
        check_end(self.end.as_ref(), benchmarks.len())?;
        let mut benchmarks: Vec<model::Benchmark> = benchmarks.into_iter().map(Into::into).collect();
        benchmarks.sort_by(|left, right| left.id.cmp(&right.id));
        Ok(model::Baseline {
            name: name.clone(),
            tool_version: self.tool_version,
            environment: model::Environment {
                revision: self.revision.map(Into::into),
                build: self.build.into(),
                machine: self.machine.into(),
                threads: self.threads,
                variables: self.variables,
                peaks: self.peaks.into_iter().map(Into::into).collect(),
            },
            settings: self.settings.into(),
            sessions: each_session(&self.sessions, to_session)?,
            unfinished: self.unfinished.into_iter().map(Into::into).collect(),
            models: by_name(self.models.into_iter().map(|ModelEntry(model)| model).collect()),
            benchmarks,
        })
    }
}

fn by_name(mut models: Vec<Model>) -> Vec<Model> {
    models.sort_by(|left, right| left.name.cmp(&right.name));
    models
}

fn check_end(end: Option<&EndTable>, found: usize) -> Result<(), TableFault> {
    match end {
        None => Err(TableFault::NoEnd),
        Some(end) if end.benchmarks != found => {
            Err(TableFault::BenchmarkCount { found, declared: end.benchmarks })
        }
        Some(_) => Ok(()),
    }
}

fn each_session<From, To, Text: fmt::Display>(
    sessions: &[From],
    convert: impl Fn(&From) -> Result<To, Text>,
) -> Result<Vec<To>, TableFault> {
    let place = |(session, from)| {
        convert(from).map_err(|started| TableFault::Date { session, started: started.to_string() })
    };
    sessions.iter().enumerate().map(place).collect()
}

/// Rounded to whole seconds: a measurement takes minutes.
fn to_session_table(session: model::Session) -> Result<SessionTable, Timestamp> {
    let model::Session { started, head_to_head } = session;
    let text = started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let head_to_head = head_to_head.map(HeadToHeadTable::from);
    text.parse().map(|started| SessionTable { started, head_to_head }).map_err(|_| started)
}

fn to_session(table: &SessionTable) -> Result<model::Session, Datetime> {
    let head_to_head = table.head_to_head.as_ref().map(model::HeadToHead::from);
    let started = table.started.to_string().parse().map_err(|_| table.started)?;
    Ok(model::Session { started, head_to_head })
}

impl From<&model::Settings> for SettingsTable {
    fn from(settings: &model::Settings) -> Self {
        SettingsTable {
            rounds: settings.rounds,
            max_rounds: settings.max_rounds,
            warm_up_seconds: settings.warm_up,
            measurement_seconds: settings.measurement,
            samples: settings.samples,
            filter: settings.filter.clone(),
            bench_arguments: settings.bench_arguments.clone(),
            cargo_arguments: settings.cargo_arguments.clone(),
            partition: settings.partition.map(PartitionTable::from),
        }
    }
}

impl From<SettingsTable> for model::Settings {
    fn from(table: SettingsTable) -> Self {
        model::Settings {
            rounds: table.rounds,
            max_rounds: table.max_rounds,
            warm_up: table.warm_up_seconds,
            measurement: table.measurement_seconds,
            samples: table.samples,
            filter: table.filter,
            bench_arguments: table.bench_arguments,
            cargo_arguments: table.cargo_arguments,
            partition: table.partition.map(model::Partition::from),
        }
    }
}
