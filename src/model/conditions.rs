//! The state of a machine at a moment, and what its system tells of programs. `None` means not known.

use std::time::Duration;

use crate::channel::Reading;

/// What a machine is like at the moment, beyond what a baseline records of it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Conditions {
    /// CPUs that this process may use.
    pub usable_cpus: u32,
    /// The clock may rise above its nominal frequency for a while.
    pub turbo: Option<bool>,
    /// It runs on its battery.
    pub on_battery: Option<bool>,
    /// Memory that programs can still have, bytes.
    pub available_memory: Option<u64>,
    /// Programs that ran or wanted to, averaged over a minute.
    pub load: Option<f64>,
    /// What the system tells.
    pub instruments: Instruments,
}

/// What there is to measure with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Instruments {
    /// The CPU time of a thread.
    pub cpu_clock: bool,
    /// When threads wait or lose their core, also those of other processes.
    pub context_switches: bool,
    /// A process can be pinned to one CPU.
    pub affinity: bool,
    /// The runner can take the probes on the core of a bench that the library is not in.
    pub probes_from_outside: bool,
}

/// Probes that were taken one after the other on one CPU.
#[derive(Debug, Clone, PartialEq)]
pub struct CoreReadings {
    /// Which one; `None` where a thread cannot be pinned.
    pub cpu: Option<usize>,
    /// The probes.
    pub readings: Vec<Reading>,
    /// How long they took.
    pub wall: Duration,
    /// How long the thread had the CPU meanwhile.
    pub on_cpu: Option<Duration>,
}
