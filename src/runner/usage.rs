//! Processor time of a bench process, read from outside: what the runner can tell of a bench that the library is not in.

use std::time::{Duration, Instant};

use super::cpu_time::cpu_time;
use crate::channel::CpuUse;
use crate::model::CpuTime;

/// Least share of the timed samples that a section must cover. Where the runner was told of the start so late that it saw
/// less, nothing is known.
const LEAST_COVERED: f64 = 0.5;

/// The time that a process has had since its start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Times {
    /// When this was read.
    at: Instant,
    /// CPU time of the main thread, which measures.
    thread: Duration,
    /// CPU time of all threads, including those that have ended.
    process: Duration,
}

/// What a process has used of the processor since its start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Usage {
    pub(super) times: Times,
    /// Of the threads that live.
    pub(super) switches: Switches,
}

/// Context switches, and the wait for a core after them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Switches {
    /// The main thread gave up its core by itself.
    pub(super) voluntary: u64,
    /// A thread lost its core.
    pub(super) involuntary: u64,
    /// How long threads were ready to run and had no core, summed over threads.
    pub(super) delay: Duration,
}

impl Switches {
    fn since(&self, start: &Switches) -> Switches {
        Switches {
            voluntary: self.voluntary.saturating_sub(start.voluntary),
            involuntary: self.involuntary.saturating_sub(start.involuntary),
            delay: self.delay.saturating_sub(start.delay),
        }
    }
}

impl Usage {
    /// What a process used since `start`, in nanoseconds per iteration of a measurement whose samples have so many
    /// iterations and took so many nanoseconds together. `end` is read when the process waits for the runner, which is no
    /// wait of the benchmark's.
    ///
    /// The runner learns of the start of a measurement a moment late, so that the section can be shorter than the samples:
    /// then it is taken to hold as many of the iterations as of their time. `None` where it holds too few.
    pub(super) fn since(&self, start: &Usage, iterations: f64, timed: f64) -> Option<CpuTime> {
        let wall = nanoseconds(self.times.at.saturating_duration_since(start.times.at));
        if timed <= 0.0 || wall < LEAST_COVERED * timed {
            return None;
        }
        let covered = (wall / timed).min(1.0);
        let thread = nanoseconds(self.times.thread.saturating_sub(start.times.thread));
        let process = nanoseconds(self.times.process.saturating_sub(start.times.process)).max(thread);
        let switches = self.switches.since(&start.switches);
        let section = CpuUse {
            wall,
            thread,
            process,
            delay: nanoseconds(switches.delay),
            waits: switches.voluntary.saturating_sub(1),
            preemptions: switches.involuntary,
        };
        Some(cpu_time(&section, timed * covered, iterations * covered))
    }
}

fn nanoseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e9
}

#[cfg(target_os = "linux")]
mod imp {
    use std::fs;
    use std::time::{Duration, Instant};

    use nix::time::ClockId;
    use nix::unistd::Pid;

    use super::{Switches, Times};

    /// The times of a process until now: quick, since they run on. `None` where the system does not tell, and for a
    /// process that has ended.
    ///
    /// The clock comes before the files: reading it brings the CPU times of all running threads up to date, which the
    /// files would otherwise give as of the last tick of the scheduler, up to 10 ms ago.
    pub(crate) fn times(process: u32) -> Option<Times> {
        let at = Instant::now();
        let clock = ClockId::pid_cpu_clock_id(Pid::from_raw(i32::try_from(process).ok()?)).ok()?;
        let all = Duration::from(clock.now().ok()?);
        let main = fs::read_to_string(format!("/proc/{process}/task/{process}/schedstat")).ok()?;
        Some(Times { at, thread: nanoseconds_at(0, &main)?, process: all })
    }

    /// Context switches of all threads. One that ends in between takes its own with it.
    pub(crate) fn switches(process: u32) -> Option<Switches> {
        let mut sum = Switches::default();
        for thread in fs::read_dir(format!("/proc/{process}/task")).ok()? {
            let thread = thread.ok()?;
            let read = |file: &str| fs::read_to_string(thread.path().join(file)).ok();
            let (Some(status), Some(schedstat)) = (read("status"), read("schedstat")) else { continue };
            let of_thread = switches_in(&status)?;
            if thread.file_name().to_str() == Some(&process.to_string()) {
                sum.voluntary = of_thread.voluntary;
            }
            sum.involuntary += of_thread.involuntary;
            sum.delay += nanoseconds_at(1, &schedstat)?;
        }
        Some(sum)
    }

    /// A number of `schedstat`: the first is the time on a CPU, the second that on a run queue.
    pub(super) fn nanoseconds_at(index: usize, schedstat: &str) -> Option<Duration> {
        schedstat.split_whitespace().nth(index)?.parse().ok().map(Duration::from_nanos)
    }

    /// The CPU on which the main thread of a process ran last.
    pub(crate) fn last_cpu(process: u32) -> Option<usize> {
        processor(&fs::read_to_string(format!("/proc/{process}/task/{process}/stat")).ok()?)
    }

    /// Field 39 of `stat`, counted from the state, field 3, behind the name in parentheses, which may hold any character.
    pub(super) fn processor(stat: &str) -> Option<usize> {
        let (_, fields) = stat.rsplit_once(')')?;
        fields.split_whitespace().nth(39 - 3)?.parse().ok()
    }

    pub(super) fn switches_in(status: &str) -> Option<Switches> {
        let value = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key))?;
            line.strip_prefix(':')?.trim().parse().ok()
        };
        Some(Switches {
            delay: Duration::ZERO,
            voluntary: value("voluntary_ctxt_switches")?,
            involuntary: value("nonvoluntary_ctxt_switches")?,
        })
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    use super::{Switches, Times};

    /// None: only Linux tells of another process without a privilege.
    pub(crate) fn times(_process: u32) -> Option<Times> {
        None
    }

    /// None, as its times.
    pub(crate) fn switches(_process: u32) -> Option<Switches> {
        None
    }

    /// None: where other processes run is not known.
    pub(crate) fn last_cpu(_process: u32) -> Option<usize> {
        None
    }
}

pub(super) use imp::{last_cpu, switches, times};

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(at: Instant, thread: u64, process: u64, voluntary: u64, involuntary: u64) -> Usage {
        let (thread, process) = (Duration::from_millis(thread), Duration::from_millis(process));
        let delay = Duration::from_millis(4 * involuntary);
        Usage { times: Times { at, thread, process }, switches: Switches { voluntary, involuntary, delay } }
    }

    #[test]
    fn a_section_is_told_per_iteration_and_the_wait_for_the_runner_is_not_counted() {
        let start = Instant::now();
        let end = usage(start + Duration::from_millis(200), 110, 220, 13, 9);
        let cpu = end.since(&usage(start, 10, 20, 10, 4), 1e6, 1.8e8).expect("is known");
        let expected = CpuTime {
            wall: 200.0,
            outside: 20.0,
            thread: 100.0,
            process: 200.0,
            delay: 20.0,
            waits: 2,
            preemptions: 5,
        };
        assert_eq!(cpu, expected);
    }

    #[test]
    fn a_start_that_was_heard_late_makes_no_iteration_cheaper() {
        let start = Instant::now();
        let end = usage(start + Duration::from_millis(150), 150, 150, 1, 0);
        let cpu = end.since(&usage(start, 0, 0, 0, 0), 1e6, 2e8).expect("is known");
        assert!([cpu.wall, cpu.thread].iter().all(|time| (time - 200.0).abs() < 1e-9), "{cpu:?}");
        assert_eq!(end.since(&usage(start, 0, 0, 0, 0), 1e6, 4e8), None, "too late to tell");
        assert_eq!(end.since(&end, 1e6, 0.0), None, "nothing was timed");
    }

    #[test]
    fn threads_that_ended_and_clocks_that_differ_by_a_moment_give_no_negative_numbers() {
        let start = Instant::now();
        let end = usage(start + Duration::from_millis(100), 100, 99, 2, 1);
        let cpu = end.since(&usage(start, 0, 0, 7, 3), 1e6, 1e8).expect("is known");
        assert_eq!((cpu.process, cpu.waits, cpu.preemptions), (100.0, 0, 0));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_files_of_linux_are_read() {
        assert_eq!(imp::nanoseconds_at(1, "151204 5000 12\n"), Some(Duration::from_nanos(5_000)));
        assert_eq!(imp::nanoseconds_at(0, ""), None);
        let status =
            "Name:\tbench\nThreads:\t1\nvoluntary_ctxt_switches:\t17\nnonvoluntary_ctxt_switches:\t4\n";
        assert_eq!(
            imp::switches_in(status),
            Some(Switches { voluntary: 17, involuntary: 4, delay: Duration::ZERO })
        );
        assert_eq!(imp::switches_in("Name:\tbench\n"), None);
        let fields: Vec<String> = (4..=52).map(|field| (100 + field).to_string()).collect();
        assert_eq!(imp::processor(&format!("7 (a) R 1) S {}\n", fields.join(" "))), Some(139));
        assert_eq!(imp::processor("7 (a) S 4 5"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_that_computes_uses_cpu_time_and_one_that_has_ended_is_not_known() {
        let used = || times(std::process::id()).expect("is known").process;
        let before = used();
        while used() == before {}
        assert_eq!(times(u32::MAX), None);
    }
}
