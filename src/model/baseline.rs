//! A named baseline: everything one `save` recorded.

use std::cmp::Ordering;

use jiff::Timestamp;

use super::{BaselineName, Benchmark, Environment, Partition, UnfinishedBench};
use crate::inference::Model;

/// A saved measurement of a project's benches.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// Its name, which is also its file's.
    pub name: BaselineName,
    /// Version of tensorprof that wrote it.
    pub tool_version: String,
    /// Where, from what and how it was measured. One environment holds for all sessions.
    pub environment: Environment,
    /// How each process was run.
    pub settings: Settings,
    /// The saves that made it: one by `save`, one more by each `save --append`. At least one.
    pub sessions: Vec<Session>,
    /// The benches that did not come to their end, each once.
    pub unfinished: Vec<UnfinishedBench>,
    /// The models that benchmarks measure, sorted by name, each name once.
    pub models: Vec<Model>,
    /// The benchmarks, sorted by id, each id once.
    pub benchmarks: Vec<Benchmark>,
}

/// One run of `save`: rounds measured close together in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// When it began.
    pub started: Timestamp,
    /// The head-to-head run that measured it, beside another baseline.
    pub head_to_head: Option<HeadToHead>,
}

impl Session {
    /// A session of one side alone.
    pub fn new(started: Timestamp) -> Session {
        Session { started, head_to_head: None }
    }
}

/// A run that measured two sides in turn. The sessions of both name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadToHead {
    /// Tells this run from others.
    pub id: u64,
    /// The most blocks that a benchmark could have had, fixed before the first: the looks at the data lie at fifths of
    /// it.
    pub most_blocks: u32,
    /// What the run found of identical code, where it measured some.
    pub null_arm: Option<NullArm>,
}

impl HeadToHead {
    /// A run without a null arm.
    pub fn new(id: u64, most_blocks: u32) -> HeadToHead {
        HeadToHead { id, most_blocks, null_arm: None }
    }
}

/// A byte-identical copy of the baseline's executables compared with the baseline, in the same run and by the same rule:
/// the error of that very run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NullArm {
    /// Benchmarks that were compared.
    pub rows: u32,
    /// Those judged changed, at most all of them. None has changed.
    pub changed: u32,
}

/// How the bench processes were run.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Rounds (fresh processes of each bench executable) per session.
    pub rounds: u32,
    /// Most rounds of a benchmark that needs more than `rounds`, where the user said so ([`Settings::most_rounds`]).
    pub max_rounds: Option<u32>,
    /// Warm-up per benchmark and round, seconds.
    pub warm_up: f64,
    /// Measurement per benchmark and round, seconds.
    pub measurement: f64,
    /// Samples per benchmark and round.
    pub samples: u32,
    /// Regular expression on benchmark ids, where the user gave one.
    pub filter: Option<String>,
    /// Which part of those benchmarks was measured, where jobs share them.
    pub partition: Option<Partition>,
    /// Arguments after `--`, passed to every bench process.
    pub bench_arguments: Vec<String>,
    /// Cargo arguments that choose what is built (`--features x`, `--bench y`, ...), as given.
    pub cargo_arguments: Vec<String>,
}

impl Default for Settings {
    /// Many short rounds: noise on a shared machine comes in episodes, and a round that falls into one is
    /// recognised by the others. Samples of 3 ms: one that follows a sleep keeps its core for as long. See
    /// METHODOLOGY.md, "Rounds".
    fn default() -> Self {
        Settings {
            rounds: 12,
            max_rounds: None,
            warm_up: 0.05,
            measurement: 0.05,
            samples: 16,
            filter: None,
            partition: None,
            bench_arguments: Vec::new(),
            cargo_arguments: Vec::new(),
        }
    }
}

impl Settings {
    /// These settings; where it is not known how long was measured, as of a baseline that was imported, those of a new one.
    #[must_use]
    pub fn or_default(&self) -> Settings {
        if self.measurement > 0.0 { self.clone() } else { Settings::default() }
    }

    /// Most rounds of a benchmark per session: twice those that each has, unless the user said otherwise.
    pub fn most_rounds(&self) -> u32 {
        self.max_rounds.unwrap_or(self.rounds.saturating_mul(2)).max(self.rounds)
    }
}

impl Baseline {
    /// When its first session began.
    pub fn created(&self) -> Timestamp {
        self.sessions.first().map_or(Timestamp::UNIX_EPOCH, |session| session.started)
    }

    /// Name, environment, settings, sessions and models, without the benchmarks.
    pub fn without_benchmarks(&self) -> Baseline {
        Baseline {
            name: self.name.clone(),
            tool_version: self.tool_version.clone(),
            environment: self.environment.clone(),
            settings: self.settings.clone(),
            sessions: self.sessions.clone(),
            unfinished: self.unfinished.clone(),
            benchmarks: Vec::new(),
            models: self.models.clone(),
        }
    }

    /// One is a copy of the other, whatever they are called.
    pub fn measured_the_same(&self, other: &Self) -> bool {
        self.sessions == other.sessions && self.benchmarks == other.benchmarks
    }

    /// The order of a history: by date, then by name.
    pub fn by_date(&self, other: &Self) -> Ordering {
        self.created().cmp(&other.created()).then_with(|| self.name.cmp(&other.name))
    }
}
