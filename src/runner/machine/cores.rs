//! Probes of every CPU that this process may use.

use std::time::{Duration, Instant};

use crate::cpu_clock::thread_time;
use crate::model::CoreReadings;
use crate::probe;
use crate::runner::affinity;

/// How many times each CPU has its turn, so that an episode of a second does not fall on one of them alone.
const TURNS: u32 = 5;

/// Takes probes on each CPU in turn, for about `duration` in all. `each_turn` is told of every turn.
pub fn read_cores(duration: Duration, each_turn: &mut dyn FnMut()) -> Vec<CoreReadings> {
    let cpus = affinity::cpus();
    let cpus: Vec<Option<usize>> =
        if cpus.is_empty() { vec![None] } else { cpus.into_iter().map(Some).collect() };
    let turn = duration / (TURNS * u32::try_from(cpus.len()).unwrap_or(u32::MAX).max(1));
    let mut found: Vec<CoreReadings> = cpus.into_iter().map(unread).collect();
    for _ in 0..TURNS {
        for core in &mut found {
            match core.cpu {
                Some(cpu) => affinity::on(cpu, || read(core, turn)).unwrap_or_default(),
                None => read(core, turn),
            }
            each_turn();
        }
    }
    found.retain(|core| !core.readings.is_empty());
    found
}

fn unread(cpu: Option<usize>) -> CoreReadings {
    CoreReadings {
        cpu,
        readings: Vec::new(),
        wall: Duration::ZERO,
        on_cpu: thread_time().map(|_| Duration::ZERO),
    }
}

/// At least one reading. The first has been preceded by one that warms up.
fn read(core: &mut CoreReadings, duration: Duration) {
    probe::reading();
    let (start, before) = (Instant::now(), thread_time());
    while core.readings.is_empty() || start.elapsed() < duration {
        core.readings.push(probe::reading());
    }
    core.wall += start.elapsed();
    let used = before.zip(thread_time()).map(|(before, after)| nanoseconds(after - before));
    core.on_cpu = core.on_cpu.zip(used).map(|(sum, used)| sum + used);
}

fn nanoseconds(count: f64) -> Duration {
    Duration::from_nanos(count.max(0.0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cpu_is_read_whatever_the_duration() {
        let mut turns = 0;
        let found = read_cores(Duration::ZERO, &mut || turns += 1);
        assert_eq!(found.len(), affinity::cpus().len().max(1));
        assert_eq!(turns, 5 * found.len());
        for core in &found {
            assert!(!core.readings.is_empty());
            assert_eq!(core.on_cpu.is_some(), thread_time().is_some());
        }
    }
}
