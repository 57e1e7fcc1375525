//! Processor time of a section of the bench: what it used of its cores, and whether it gave them up or lost them.

use std::time::Instant;
#[cfg(unix)]
use std::{fs, io};

use crate::channel::CpuUse;
#[cfg(unix)]
use crate::cpu_clock;

/// Measures the section from its start to [`Meter::stop`]. On both ends the clocks are read right beside it, and the
/// switches, which take longer to read, outside of them.
pub(super) struct Meter {
    switches: Option<Switches>,
    clocks: Option<Clocks>,
    start: Instant,
}

impl Meter {
    pub(super) fn start() -> Meter {
        Meter { switches: switches(), clocks: clocks_before(), start: Instant::now() }
    }

    /// `None` where this system does not tell.
    pub(super) fn stop(self) -> Option<CpuUse> {
        let wall = self.start.elapsed().as_secs_f64() * 1e9;
        let (clocks_before, clocks) = (self.clocks?, clocks_after()?);
        let (before, after) = (self.switches?, switches()?);
        Some(CpuUse {
            wall,
            thread: clocks.thread - clocks_before.thread,
            process: clocks.process - clocks_before.process,
            delay: after.delay.saturating_sub(before.delay) as f64,
            waits: after.waits.saturating_sub(before.waits),
            preemptions: after.preemptions.saturating_sub(before.preemptions),
        })
    }
}

/// CPU times, nanoseconds since the start.
struct Clocks {
    /// Of this thread.
    thread: f64,
    /// Of all threads of the process.
    process: f64,
}

/// The clock of the thread last, so that what the process used is never less.
#[cfg(unix)]
fn clocks_before() -> Option<Clocks> {
    let process = cpu_clock::process_time()?;
    Some(Clocks { thread: cpu_clock::thread_time()?, process })
}

/// The clock of the thread first, likewise.
#[cfg(unix)]
fn clocks_after() -> Option<Clocks> {
    let thread = cpu_clock::thread_time()?;
    Some(Clocks { thread, process: cpu_clock::process_time()? })
}

/// Sums since the start of the thread or process.
struct Switches {
    /// Nanoseconds that threads were ready and had no core.
    delay: u64,
    /// Voluntary context switches of this thread; where the system counts only those of all threads, of all.
    waits: u64,
    /// Involuntary context switches of all threads.
    preemptions: u64,
}

#[cfg(unix)]
fn switches() -> Option<Switches> {
    use nix::sys::resource::{UsageWho, getrusage};

    #[cfg(target_os = "linux")]
    let this = UsageWho::RUSAGE_THREAD;
    #[cfg(not(target_os = "linux"))]
    let this = UsageWho::RUSAGE_SELF;
    let waits = getrusage(this).ok()?.voluntary_context_switches();
    let preemptions = getrusage(UsageWho::RUSAGE_SELF).ok()?.involuntary_context_switches();
    Some(Switches {
        delay: delay(),
        waits: u64::try_from(waits).ok()?,
        preemptions: u64::try_from(preemptions).ok()?,
    })
}

/// Sums the second number of `schedstat` over the threads of this process: the time on a run queue, nanoseconds
/// (Documentation/scheduler/sched-stats.rst). About 5 us a thread. Zero where the kernel does not count it.
#[cfg(unix)]
fn delay() -> u64 {
    let Ok(threads) = fs::read_dir("/proc/self/task") else { return 0 };
    let of_thread = |thread: io::Result<fs::DirEntry>| {
        let counts = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        counts.split_ascii_whitespace().nth(1)?.parse::<u64>().ok()
    };
    threads.filter_map(of_thread).sum()
}

#[cfg(not(unix))]
fn clocks_before() -> Option<Clocks> {
    None
}

#[cfg(not(unix))]
fn clocks_after() -> Option<Clocks> {
    None
}

#[cfg(not(unix))]
fn switches() -> Option<Switches> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::hint::black_box;
    use std::thread;
    use std::time::Duration;

    use super::*;

    fn compute() {
        black_box((0..3_000_000u64).map(black_box).sum::<u64>());
    }

    fn measured(section: impl FnOnce()) -> CpuUse {
        let meter = Meter::start();
        section();
        meter.stop().expect("this system tells")
    }

    #[test]
    fn arithmetic_uses_the_core_and_a_sleeper_gives_it_up() {
        let busy = measured(compute);
        assert!(busy.thread > 0.0 && busy.process >= busy.thread, "{busy:?}");
        let asleep = measured(|| thread::sleep(Duration::from_millis(20)));
        assert!(asleep.waits > 0 && asleep.wall >= 2e7 && asleep.thread < asleep.wall / 2.0, "{asleep:?}");
    }

    #[test]
    fn what_another_thread_uses_is_the_processs() {
        let used = measured(|| thread::spawn(compute).join().expect("it ends"));
        assert!(used.process > used.thread && used.waits > 0, "{used:?}");
    }
}
