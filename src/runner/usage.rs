//! Processor time of a bench process, read from outside: what the runner can tell of a bench that the library is not in.

use std::time::{Duration, Instant};

use crate::channel::CpuUse;

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

/// What the scheduler has done with the threads of a process that live.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Scheduling {
    /// How long they were ready to run and had no core, summed.
    delay: Duration,
    /// How many times the main thread gave up its core by itself.
    waits: u64,
    /// How many times one lost its core to another program.
    preemptions: u64,
}

/// What a process has used of the processor since its start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Usage {
    pub(super) times: Times,
    pub(super) scheduling: Scheduling,
}

impl Usage {
    /// What a process used since `start`. This is read when the process waits for the runner, which is no wait of a
    /// benchmark's. A thread that has ended in between has taken what the scheduler did with it along.
    pub(super) fn since(&self, start: &Usage) -> CpuUse {
        let (from, to) = (&start.scheduling, &self.scheduling);
        CpuUse {
            wall: nanoseconds(self.times.at.saturating_duration_since(start.times.at)),
            thread: nanoseconds(self.times.thread.saturating_sub(start.times.thread)),
            process: nanoseconds(self.times.process.saturating_sub(start.times.process)),
            delay: nanoseconds(to.delay.saturating_sub(from.delay)),
            waits: to.waits.saturating_sub(from.waits).saturating_sub(1),
            preemptions: to.preemptions.saturating_sub(from.preemptions),
        }
    }
}

fn nanoseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e9
}

#[cfg(target_os = "linux")]
mod imp {
    use std::fs;
    use std::path::Path;
    use std::time::{Duration, Instant};

    use nix::time::ClockId;
    use nix::unistd::Pid;

    use super::{Scheduling, Times};

    /// The clocks are read within 10 us of each other. Where it took longer than this, the runner lost its own core in
    /// between, and they do not belong together.
    const PROMPT: Duration = Duration::from_micros(100);

    /// How often they are read until they do.
    const ATTEMPTS: usize = 3;

    /// The times of a process until now: quick, since they run on. `None` where the system does not tell, and for a
    /// process that has ended.
    ///
    /// Exact while the process waits for a core or for something else. The time of a thread that runs is as of the last
    /// tick of the scheduler, up to 10 ms ago.
    pub(crate) fn times(process: u32) -> Option<Times> {
        let clock = ClockId::pid_cpu_clock_id(Pid::from_raw(i32::try_from(process).ok()?)).ok()?;
        let file = format!("/proc/{process}/task/{process}/schedstat");
        let read = || {
            let at = Instant::now();
            let all = Duration::from(clock.now().ok()?);
            let [thread, _] = schedstat(&fs::read_to_string(&file).ok()?)?;
            Some((at.elapsed(), Times { at, thread, process: all }))
        };
        let mut best = read()?;
        for _ in 1..ATTEMPTS {
            if best.0 <= PROMPT {
                break;
            }
            best = read().into_iter().fold(best, |best, next| if next.0 < best.0 { next } else { best });
        }
        Some(best.1)
    }

    /// What the scheduler has done with the threads of a process.
    pub(crate) fn scheduling(process: u32) -> Option<Scheduling> {
        let folder = format!("/proc/{process}/task");
        let main = Path::new(&folder).join(process.to_string());
        let mut sum = Scheduling { waits: switches(&main)?.0, ..Scheduling::default() };
        for thread in fs::read_dir(folder).ok()? {
            let thread = thread.ok()?.path();
            let delay = fs::read_to_string(thread.join("schedstat")).ok();
            // A thread that ends in between has no files any more.
            let (Some(delay), Some((_, preemptions))) = (delay, switches(&thread)) else { continue };
            sum.delay += schedstat(&delay)?[1];
            sum.preemptions += preemptions;
        }
        Some(sum)
    }

    /// The CPU on which the main thread of a process ran last.
    pub(crate) fn last_cpu(process: u32) -> Option<usize> {
        processor(&fs::read_to_string(format!("/proc/{process}/task/{process}/stat")).ok()?)
    }

    /// The first two numbers of `schedstat`: time on a CPU, and time ready to run without one (nanoseconds;
    /// Documentation/scheduler/sched-stats.rst).
    pub(super) fn schedstat(text: &str) -> Option<[Duration; 2]> {
        let mut numbers = text.split_whitespace().map(|number| number.parse().ok().map(Duration::from_nanos));
        Some([numbers.next()??, numbers.next()??])
    }

    /// Field 39 of `stat`, counted from the state, field 3, behind the name in parentheses, which may hold any character.
    pub(super) fn processor(stat: &str) -> Option<usize> {
        let (_, fields) = stat.rsplit_once(')')?;
        fields.split_whitespace().nth(39 - 3)?.parse().ok()
    }

    fn switches(thread: &Path) -> Option<(u64, u64)> {
        switches_in(&fs::read_to_string(thread.join("status")).ok()?)
    }

    /// Voluntary and involuntary context switches.
    pub(super) fn switches_in(status: &str) -> Option<(u64, u64)> {
        let value = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key))?;
            line.strip_prefix(':')?.trim().parse().ok()
        };
        Some((value("voluntary_ctxt_switches")?, value("nonvoluntary_ctxt_switches")?))
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    use super::{Scheduling, Times};

    /// None: only Linux tells of another process without a privilege.
    pub(crate) fn times(_process: u32) -> Option<Times> {
        None
    }

    /// None, as its times.
    pub(crate) fn scheduling(_process: u32) -> Option<Scheduling> {
        None
    }

    /// None: where other processes run is not known.
    pub(crate) fn last_cpu(_process: u32) -> Option<usize> {
        None
    }
}

pub(super) use imp::{last_cpu, scheduling, times};

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(at: Instant, [thread, process, delay]: [u64; 3], waits: u64, preemptions: u64) -> Usage {
        let milliseconds = Duration::from_millis;
        let times = Times { at, thread: milliseconds(thread), process: milliseconds(process) };
        Usage { times, scheduling: Scheduling { delay: milliseconds(delay), waits, preemptions } }
    }

    #[test]
    fn the_wait_for_the_runner_is_not_counted() {
        let start = Instant::now();
        let end = usage(start + Duration::from_millis(200), [110, 220, 60], 13, 9);
        let section = end.since(&usage(start, [10, 20, 10], 10, 4));
        let expected = CpuUse { wall: 2e8, thread: 1e8, process: 2e8, delay: 5e7, waits: 2, preemptions: 5 };
        assert_eq!(section, expected);
    }

    #[test]
    fn threads_that_ended_give_no_negative_numbers() {
        let start = Instant::now();
        let end = usage(start, [10, 20, 1], 2, 1);
        let section = end.since(&usage(start, [10, 20, 9], 7, 3));
        assert_eq!((section.delay, section.waits, section.preemptions), (0.0, 0, 0));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_files_of_linux_are_read() {
        assert_eq!(imp::schedstat("151204 5000 12\n"), Some([151_204, 5000].map(Duration::from_nanos)));
        assert_eq!(imp::schedstat("151204"), None);
        let status =
            "Name:\tbench\nThreads:\t1\nvoluntary_ctxt_switches:\t17\nnonvoluntary_ctxt_switches:\t4\n";
        assert_eq!(imp::switches_in(status), Some((17, 4)));
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
        assert_eq!(scheduling(u32::MAX), None);
    }
}
