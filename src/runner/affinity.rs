//! Which CPU a bench process runs on.
//!
//! A bench with one thread of work may still have two threads: one that measures and probes, and one in a
//! thread pool that works. Pinned to one CPU, both run on the same core, so that the probes measure the core
//! that does the work.

use std::io;
use std::process::Command;

use super::child::ProcessGroup;

#[cfg(target_os = "linux")]
mod imp {
    use std::io;

    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    /// The CPUs this process may use.
    pub(crate) fn cpus() -> Vec<usize> {
        match sched_getaffinity(None) {
            Ok(set) => (0..CpuSet::MAX_CPU).filter(|&cpu| set.is_set(cpu)).collect(),
            Err(_) => Vec::new(),
        }
    }

    /// This thread stays on one CPU until this is dropped.
    pub(crate) struct Stay {
        before: CpuSet,
    }

    impl Stay {
        pub(crate) fn on(cpu: usize) -> io::Result<Stay> {
            if cpu >= CpuSet::MAX_CPU {
                return Err(io::ErrorKind::InvalidInput.into());
            }
            let before = sched_getaffinity(None)?;
            let mut one = CpuSet::new();
            one.set(cpu);
            sched_setaffinity(None, &one)?;
            Ok(Stay { before })
        }
    }

    impl Drop for Stay {
        fn drop(&mut self) {
            // Fails only where those CPUs have been taken from this process meanwhile.
            let _ = sched_setaffinity(None, &self.before);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    use std::io;

    /// None: this system has no affinity that could be set.
    pub(crate) fn cpus() -> Vec<usize> {
        Vec::new()
    }

    /// Nothing: this system cannot be told where a thread runs.
    pub(crate) struct Stay;

    impl Stay {
        pub(crate) fn on(_cpu: usize) -> io::Result<Stay> {
            Err(io::ErrorKind::Unsupported.into())
        }
    }
}

pub(crate) use imp::{Stay, cpus};

/// Starts a process on one CPU. It inherits the affinity of the thread that starts it.
pub(crate) fn spawn(command: &mut Command, cpu: usize) -> io::Result<ProcessGroup> {
    let _stay = Stay::on(cpu)?;
    ProcessGroup::spawn(command)
}

/// Runs `section` on one CPU. `None` where this thread may not use it.
pub(crate) fn on<T>(cpu: usize, section: impl FnOnce() -> T) -> Option<T> {
    let _stay = Stay::on(cpu).ok()?;
    Some(section())
}

/// The CPU to which the processes of a round are pinned, if they are to be and can be. It changes from round to round,
/// since one CPU may share its core with more work than another.
pub(crate) fn cpu_of_round(pinned: bool, round: u32) -> Option<usize> {
    let cpus = if pinned { cpus() } else { Vec::new() };
    (!cpus.is_empty()).then(|| cpus[round as usize % cpus.len()])
}

/// This system can pin a process to one CPU.
pub(crate) fn is_possible() -> bool {
    !cpus().is_empty()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io;
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_process_is_kept_on_its_cpu_and_ours_is_not() {
        let before = cpus();
        let last = *before.last().expect("a CPU");
        let mut command = Command::new("cat");
        command.arg("/proc/self/status").stdout(Stdio::piped());
        let mut child = spawn(&mut command, last).expect("starts");
        let status = io::read_to_string(child.take_stdout().expect("is piped")).expect("is text");
        assert!(child.wait().expect("ends").success());
        let allowed =
            status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).expect("is told");
        assert_eq!(allowed.trim(), last.to_string());
        assert_eq!(cpus(), before);
    }

    #[test]
    fn a_section_runs_on_its_cpu_and_what_follows_anywhere() {
        let before = cpus();
        let last = *before.last().expect("a CPU");
        assert_eq!(on(last, cpus), Some(vec![last]));
        assert_eq!(cpus(), before);
        assert_eq!(on(1_000_000, cpus), None, "there is no such CPU");
    }
}
