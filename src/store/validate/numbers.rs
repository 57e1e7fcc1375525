//! Numbers: durations, counts, ranges and times.

use std::fmt;
use std::ops::RangeInclusive;

use crate::model::{CpuTime, Range, Round, check_count};

/// Durations of a run, seconds.
const DURATIONS: RangeInclusive<f64> = 0.0..=1e6;

pub(super) fn check_duration(key: &str, seconds: f64) -> Result<(), String> {
    if DURATIONS.contains(&seconds) {
        return Ok(());
    }
    Err(format!("{key} is {seconds}, not within {:?} to {:?}", DURATIONS.start(), DURATIONS.end()))
}

pub(super) fn check_counts<const N: usize>(ranges: [(&str, &Range<u64>); N]) -> Result<(), String> {
    ranges.into_iter().try_for_each(|(key, range)| {
        check_order(key, range)?;
        check_count(key, range.high)
    })
}

pub(super) fn check_order<T: Ord + fmt::Display>(key: &str, range: &Range<T>) -> Result<(), String> {
    if range.low <= range.high {
        return Ok(());
    }
    Err(format!("allocation {key} is [{}, {}], greatest before least", range.low, range.high))
}

pub(super) fn check_times(kind: &str, times: &[f64]) -> Result<(), String> {
    match times.iter().position(|time| !Round::TIMES.contains(time)) {
        Some(index) => Err(format!(
            "{kind} {} is {:e} ns, not within {:e} to {:e} ns",
            index + 1,
            times[index],
            Round::TIMES.start(),
            Round::TIMES.end()
        )),
        None => Ok(()),
    }
}

/// A thread that sleeps through a sample uses no CPU time.
pub(super) fn check_cpu(cpu: &[CpuTime]) -> Result<(), String> {
    let walls: Vec<f64> = cpu.iter().map(|cpu| cpu.wall).collect();
    check_times("wall time", &walls)?;
    let most = *Round::TIMES.end();
    let fits = |cpu: &CpuTime| {
        [cpu.thread, cpu.process, cpu.delay, cpu.outside.abs()]
            .into_iter()
            .all(|time| (0.0..=most).contains(&time))
    };
    match cpu.iter().position(|cpu| !fits(cpu)) {
        Some(index) => Err(format!("CPU time {} is not within 0 to {most:e} ns", index + 1)),
        None => Ok(()),
    }
}
