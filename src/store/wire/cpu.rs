//! The processor time in `[[benchmark.round]]`. What can be said in one list is: a list is left out where it repeats
//! another, or holds only zeros.

use serde::{Deserialize, Serialize};

use super::number::{Nanoseconds, five_digits};
use crate::model::CpuTime;

/// One entry per sample, or one for all samples of the round.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct CpuTable {
    /// CPU time of the thread that measures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    cpu: Vec<Nanoseconds>,
    /// That of all threads; left out where no other thread ran.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    process_cpu: Vec<Nanoseconds>,
    /// Wall time; left out where it is that of the samples.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    wall: Vec<Nanoseconds>,
    /// How much longer that was than the samples; left out where it was not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    outside: Vec<Nanoseconds>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    delay: Vec<Nanoseconds>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    waits: Vec<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    preemptions: Vec<u32>,
}

impl CpuTable {
    pub(super) fn new(cpu: &[CpuTime], samples: &[f64]) -> CpuTable {
        let column = |of: fn(&CpuTime) -> f64| cpu.iter().map(of).collect::<Vec<f64>>();
        let (thread, process, wall) =
            (column(|cpu| cpu.thread), column(|cpu| cpu.process), column(|cpu| cpu.wall));
        CpuTable {
            process_cpu: unless_same(&process, &thread),
            wall: unless_same(&wall, samples),
            outside: unless_zero_times(column(|cpu| cpu.outside)),
            delay: unless_zero_times(column(|cpu| cpu.delay)),
            cpu: nanoseconds(&thread),
            waits: unless_zero(cpu.iter().map(|cpu| cpu.waits).collect()),
            preemptions: unless_zero(cpu.iter().map(|cpu| cpu.preemptions).collect()),
        }
    }

    /// As many entries as `cpu` has. What other lists lack is what was left out.
    pub(super) fn into_cpu(self, samples: &[f64]) -> Vec<CpuTime> {
        let at = |list: &[Nanoseconds], index: usize| list.get(index).map(|Nanoseconds(value)| *value);
        let count = |list: &[u32], index: usize| list.get(index).copied().unwrap_or_default();
        let entry = |(index, Nanoseconds(thread)): (usize, &Nanoseconds)| CpuTime {
            wall: at(&self.wall, index).or(samples.get(index).copied()).unwrap_or(*thread),
            outside: at(&self.outside, index).unwrap_or_default(),
            delay: at(&self.delay, index).unwrap_or_default(),
            thread: *thread,
            process: at(&self.process_cpu, index).unwrap_or(*thread),
            waits: count(&self.waits, index),
            preemptions: count(&self.preemptions, index),
        };
        self.cpu.iter().enumerate().map(entry).collect()
    }
}

fn nanoseconds(values: &[f64]) -> Vec<Nanoseconds> {
    values.iter().copied().map(Nanoseconds).collect()
}

/// Nothing where the values are those of `other`, to the digits of the file.
fn unless_same(values: &[f64], other: &[f64]) -> Vec<Nanoseconds> {
    let digits = |values: &[f64]| values.iter().copied().map(five_digits).collect::<Vec<f64>>();
    if digits(values) == digits(other) { Vec::new() } else { nanoseconds(values) }
}

fn unless_zero_times(times: Vec<f64>) -> Vec<Nanoseconds> {
    if times.iter().all(|&time| time == 0.0) { Vec::new() } else { nanoseconds(&times) }
}

fn unless_zero(counts: Vec<u32>) -> Vec<u32> {
    if counts.iter().all(|&count| count == 0) { Vec::new() } else { counts }
}
