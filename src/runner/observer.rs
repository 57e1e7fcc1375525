//! What can be seen of a bench process from outside, around the measurement of each benchmark: its processor time, and the
//! probes, run on its core while it waits for the runner. The only readings of a bench that the library is not in.

use super::affinity;
use super::criterion::Measured;
use super::usage::{self, Times, Usage};
use crate::channel::{CpuUse, Reading};
use crate::probe;

/// Readings of the probes at a time, about 0.4 ms together. The first comes with the caches and branch predictors of
/// another program, and any may be interrupted.
const READINGS: usize = 3;

/// A measured benchmark, and what was seen meanwhile.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Observed {
    /// What criterion says of it.
    pub(crate) measured: Measured,
    /// Processor time of the section from the start of the measurement to its end; `None` where it is not known.
    pub(crate) cpu: Option<CpuUse>,
    /// The probes on its core, before and after; `None` where they could not run there.
    pub(crate) probes: Option<[Reading; 2]>,
}

/// Observes one process.
#[derive(Debug)]
pub(super) struct Observer {
    process: u32,
    /// The CPU that it is pinned to.
    cpu: Option<usize>,
    /// The probes when it last waited for the runner.
    before: Option<Reading>,
    /// Its times when the last message began to arrive.
    times: Option<Times>,
    /// Its usage when the present measurement began.
    start: Option<Usage>,
}

impl Observer {
    /// Of a process that was started on `cpu`, if it was pinned to one.
    pub(super) fn new(process: u32, cpu: Option<usize>) -> Self {
        Observer { process, cpu, before: None, times: None, start: None }
    }

    /// The bench is another process: a program that was started has started it.
    pub(super) fn follow(&mut self, process: u32) {
        self.process = process;
    }

    /// The process waits for the runner: it leaves its core to the probes.
    pub(super) fn process_waits(&mut self) {
        self.before = self.probe();
    }

    /// A message begins to arrive. Which one will be known later; the times run on until they are read. They are exact
    /// only while the process does not run, so it is shortly driven from its core, if it has one of its own. Not where
    /// the library is in the bench: it reads them itself, and would take the runner for another program on its core.
    pub(super) fn message_arrives(&mut self, has_library: bool) {
        let times = || usage::times(self.process);
        self.times = match self.cpu.filter(|_| !has_library) {
            Some(cpu) => affinity::on(cpu, times).flatten(),
            None => times(),
        };
    }

    /// The last message says that a measurement begins. The process runs on.
    pub(super) fn measurement_begins(&mut self) {
        self.start = self.usage();
    }

    /// The last message says that the measurement has ended. The process waits.
    pub(super) fn measurement_ends(&mut self, measured: Measured) -> Observed {
        let (start, end) = (self.start.take(), self.usage());
        let cpu = start.zip(end).map(|(start, end)| end.since(&start));
        let before = self.before;
        self.process_waits();
        let probes = before.zip(self.before).map(|(before, after)| [before, after]);
        Observed { measured, cpu, probes }
    }

    fn usage(&self) -> Option<Usage> {
        Some(Usage { times: self.times?, scheduling: usage::scheduling(self.process)? })
    }

    fn probe(&self) -> Option<Reading> {
        let cpu = self.cpu.or_else(|| usage::last_cpu(self.process))?;
        affinity::on(cpu, || typical([(); READINGS].map(|()| probe::reading())))
    }
}

/// One reading of several. An interruption can only lengthen the clock probe. Contention lasts longer than a reading, so
/// one of them alone does not show it.
fn typical(readings: [Reading; READINGS]) -> Reading {
    let mut contention = readings.map(|reading| reading.contention);
    contention.sort_by(f64::total_cmp);
    let clock = readings.iter().map(|reading| reading.clock).fold(f64::INFINITY, f64::min);
    Reading { clock, contention: contention[READINGS / 2] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interrupted_reading_among_three_shows_no_contention_and_no_slow_clock() {
        let reading = |clock, contention| Reading { clock, contention };
        let alone = typical([reading(9.0, 4.1), reading(6.5, 70.0), reading(6.6, 4.0)]);
        assert_eq!(alone, reading(6.5, 4.1));
        let contended = typical([reading(6.5, 7.0), reading(6.5, 7.1), reading(6.5, 4.0)]);
        assert_eq!(contended.contention, 7.0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_benchmark_has_the_probes_from_before_and_after_it() {
        let measured = || Measured {
            id: crate::channel::CriterionId { group: "g".to_owned(), function: None, parameter: None },
            throughput: None,
            iterations: vec![1.0],
            times: vec![1.0],
        };
        let mut observer = Observer::new(std::process::id(), None);
        observer.process_waits();
        let first = observer.before.expect("is probed");
        observer.message_arrives(false);
        observer.measurement_begins();
        observer.message_arrives(false);
        let observed = observer.measurement_ends(measured());
        assert!(observed.cpu.is_some_and(|cpu| cpu.wall > 0.0), "{observed:?}");
        let [before, after] = observed.probes.expect("is probed");
        assert_eq!((before, Some(after)), (first, observer.before));
        let without_start = observer.measurement_ends(measured());
        assert_eq!(without_start.cpu, None);
        assert_eq!(without_start.probes.map(|[before, _]| before), Some(after));
    }
}
