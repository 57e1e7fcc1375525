//! A rest before a sample, on a machine where other programs want the core.
//!
//! A scheduler that shares a core fairly lets a thread run for a slice of a few milliseconds, and one that has just slept
//! begins with a fresh slice. So a short sample that follows a short sleep mostly keeps its core, where few other programs
//! want it (`cargo bench -p tensorprof-suite --bench rest` counts).

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::channel::CpuUse;

/// How long a rest is. Much shorter than a slice, so that it costs little.
pub const REST: Duration = Duration::from_micros(200);

/// A sample that lost more than this share of its wall time lost its core.
const LOST: f64 = 0.005;

/// A sample of this process has lost its core. On a machine where none does, nothing rests: a core that sleeps slows its
/// clock.
static DISTURBED: AtomicBool = AtomicBool::new(false);

/// Rests, if a sample of this process has lost its core. Returns whether it did.
pub(super) fn before_sample() -> bool {
    let disturbed = DISTURBED.load(Ordering::Relaxed);
    if disturbed {
        thread::sleep(REST);
    }
    disturbed
}

/// Notes whether a sample lost its core.
pub(super) fn after_sample(cpu: Option<&CpuUse>) {
    if cpu.is_some_and(lost_its_core) {
        DISTURBED.store(true, Ordering::Relaxed);
    }
}

/// Neither the thread that measures nor another of the process had the core, and the thread had not given it up.
fn lost_its_core(cpu: &CpuUse) -> bool {
    cpu.preemptions > 0 && cpu.process < cpu.wall * (1.0 - LOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_lost_its_core_if_another_program_had_it() {
        let alone = CpuUse { wall: 1e6, thread: 1e6, process: 1e6, delay: 0.0, waits: 0, preemptions: 0 };
        assert!(!lost_its_core(&alone));
        assert!(!lost_its_core(&CpuUse { preemptions: 1, ..alone }), "for next to no time");
        assert!(!lost_its_core(&CpuUse { process: 5e5, waits: 1, ..alone }), "it slept");
        assert!(lost_its_core(&CpuUse { process: 5e5, preemptions: 1, ..alone }));
    }
}
