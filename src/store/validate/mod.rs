//! Rejects values that no measurement can give, before a file is written and after one is read.

mod inference;
mod numbers;

use std::fmt;

use self::inference::{check_inference, check_model_of, check_models, check_steps};
use self::numbers::{check_counts, check_cpu, check_duration, check_order, check_times};
use super::limits;
use crate::model::{
    Allocation, Baseline, Benchmark, NullArm, Round, Settings, check_count, check_name, check_peaks,
    check_work, things,
};

/// A value that no measurement can give, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The benchmark; absent for a value outside of benchmarks.
    pub benchmark: Option<String>,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.benchmark {
            Some(benchmark) => write!(f, "benchmark `{benchmark}`: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

impl std::error::Error for Invalid {}

/// Checks a whole baseline.
pub(super) fn validate(baseline: &Baseline) -> Result<(), Invalid> {
    check_head(baseline).map_err(|reason| Invalid { benchmark: None, reason })?;
    for benchmark in &baseline.benchmarks {
        check_model_of(benchmark, &baseline.models)
            .and_then(|()| check_benchmark(benchmark, baseline.sessions.len()))
            .map_err(|reason| invalid(benchmark, reason))?;
    }
    check_unique(&baseline.benchmarks)
}

fn invalid(benchmark: &Benchmark, reason: String) -> Invalid {
    Invalid { benchmark: Some(benchmark.id.to_string()), reason }
}

fn check_unique(benchmarks: &[Benchmark]) -> Result<(), Invalid> {
    let mut sorted: Vec<&Benchmark> = benchmarks.iter().collect();
    sorted.sort_by(|left, right| left.id.cmp(&right.id));
    match sorted.windows(2).find(|pair| pair[0].id == pair[1].id) {
        Some(pair) => Err(invalid(pair[0], "it occurs twice".to_owned())),
        None => Ok(()),
    }
}

fn check_head(baseline: &Baseline) -> Result<(), String> {
    if baseline.sessions.is_empty() {
        return Err("there is no [[session]]".to_owned());
    }
    baseline
        .sessions
        .iter()
        .filter_map(|session| session.head_to_head?.null_arm)
        .try_for_each(check_null_arm)?;
    let Settings { warm_up, measurement, partition, .. } = baseline.settings;
    check_duration("warm-up-seconds", warm_up)?;
    check_duration("measurement-seconds", measurement)?;
    partition.map_or(Ok(()), |partition| partition.check())?;
    let machine = &baseline.environment.machine;
    machine.memory.iter().chain(machine.caches.values()).try_for_each(|&count| check_count("size", count))?;
    baseline.environment.peaks.iter().try_for_each(check_peaks)?;
    limits::check(baseline.benchmarks.len(), limits::BENCHMARKS, "benchmarks")?;
    check_models(&baseline.models)
}

fn check_null_arm(NullArm { rows, changed }: NullArm) -> Result<(), String> {
    if changed <= rows {
        return Ok(());
    }
    Err(format!("null-changed is {changed}, more than the {rows} of null-rows"))
}

/// Checks a benchmark by itself, in a baseline of so many sessions.
///
/// # Errors
/// What no file can hold.
pub(crate) fn check_benchmark(benchmark: &Benchmark, sessions: usize) -> Result<(), String> {
    if benchmark.rounds.is_empty() && benchmark.gap().is_none() {
        return Err("it has neither a round nor a failure".to_owned());
    }
    benchmark.id.check()?;
    benchmark.nested_in.as_ref().map_or(Ok(()), |outer| check_name("its `nested-in`", outer))?;
    limits::check(benchmark.rounds.len(), limits::ROUNDS, "rounds in a benchmark")?;
    benchmark.work.as_ref().map_or(Ok(()), check_work)?;
    benchmark.allocation.as_ref().map_or(Ok(()), check_allocation)?;
    check_inference(benchmark)?;
    for (index, round) in benchmark.rounds.iter().enumerate() {
        check_round(round, sessions)
            .and_then(|()| check_steps(round, benchmark))
            .map_err(|reason| format!("round {}: {reason}", index + 1))?;
    }
    Ok(())
}

fn check_allocation(allocation: &Allocation) -> Result<(), String> {
    let Allocation { count, bytes, peak, live, net } = allocation;
    check_counts([("bytes", bytes)])?;
    for (key, range) in [("count", count), ("peak", peak)] {
        range.as_ref().map_or(Ok(()), |range| check_counts([(key, range)]))?;
    }
    [("live", live), ("net", net)]
        .into_iter()
        .try_for_each(|(key, range)| range.as_ref().map_or(Ok(()), |range| check_order(key, range)))
}

fn check_round(round: &Round, sessions: usize) -> Result<(), String> {
    if round.session >= sessions {
        return Err(format!("it names session {} of {sessions}, counted from 0", round.session));
    }
    if round.samples.is_empty() {
        return Err("it has no samples".to_owned());
    }
    limits::check(round.samples.len(), limits::SAMPLES, "samples in a round")?;
    let samples = || things(round.samples.len(), "sample");
    for (name, probes) in [("probe", &round.probes), ("contention probe", &round.contention)] {
        if !probes.is_empty() && probes.len() != round.samples.len() {
            return Err(format!("it has {} and {}", samples(), things(probes.len(), name)));
        }
    }
    if !round.cpu.is_empty() && round.cpu.len() != 1 && round.cpu.len() != round.samples.len() {
        return Err(format!("it has {} and {}", samples(), things(round.cpu.len(), "CPU time")));
    }
    check_times("sample", &round.samples)?;
    check_cpu(&round.cpu)?;
    check_times("probe", &round.probes)?;
    check_times("contention probe", &round.contention)
}
