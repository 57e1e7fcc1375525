//! How busy the machine was while a unit was measured.

use std::fs;

use serde::{Deserialize, Serialize};

/// What the kernel has counted since it started, in its own ticks, over all cores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticks {
    idle: u64,
    steal: u64,
    all: u64,
}

/// How busy the machine was over a while.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Busyness {
    /// Mean number of programs that ran or wanted to run in the last minute.
    pub load_average: Option<f64>,
    /// Share of the time of all cores in which they had nothing to do.
    pub idle: Option<f64>,
    /// Share of the time of all cores that the hypervisor gave to others.
    pub steal: Option<f64>,
}

impl Ticks {
    /// Those of now; `None` where the system does not tell.
    pub fn now() -> Option<Ticks> {
        Ticks::parse(&fs::read_to_string("/proc/stat").ok()?)
    }

    /// The first line of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal (proc_stat(5)).
    fn parse(stat: &str) -> Option<Ticks> {
        let line = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
        let ticks = line.split_whitespace().take(8).map(|word| word.parse().ok());
        let ticks: Vec<u64> = ticks.collect::<Option<_>>()?;
        Some(Ticks { idle: ticks.get(3)? + ticks.get(4)?, steal: *ticks.get(7)?, all: ticks.iter().sum() })
    }
}

impl Busyness {
    /// From `start` until now.
    pub fn since(start: Option<Ticks>) -> Busyness {
        let load = fs::read_to_string("/proc/loadavg").ok();
        let load_average = load.and_then(|text| text.split_whitespace().next()?.parse().ok());
        Busyness { load_average, ..Busyness::between(start, Ticks::now()) }
    }

    fn between(start: Option<Ticks>, end: Option<Ticks>) -> Busyness {
        let Some((start, end)) = start.zip(end) else { return Busyness::default() };
        let all = end.all.saturating_sub(start.all) as f64;
        let share =
            |of: fn(&Ticks) -> u64| (all > 0.0).then(|| of(&end).saturating_sub(of(&start)) as f64 / all);
        Busyness { load_average: None, idle: share(|ticks| ticks.idle), steal: share(|ticks| ticks.steal) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_the_time_of_all_cores() {
        let start = Ticks::parse("cpu  100 0 50 800 10 0 0 40 0 0\ncpu0 1 2 3\n");
        let end = Ticks::parse("cpu  150 0 60 830 10 0 0 50 0 0\n");
        let found = Busyness::between(start, end);
        assert_eq!((found.idle, found.steal), (Some(0.3), Some(0.1)));
        assert_eq!(Busyness::between(start, None), Busyness::default());
        assert_eq!(Busyness::between(start, start).idle, None, "no time has passed");
        assert_eq!(Ticks::parse("cpu0 1 2 3"), None);
    }
}
