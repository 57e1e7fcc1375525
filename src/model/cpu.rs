//! Processor time: what a section of a run used of its cores, and what it lost of them.

/// The processor time of a section, which covers one sample or, in benches without the library, all samples of a round.
/// Times are nanoseconds per iteration, as those of samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CpuTime {
    /// Wall time of the section.
    pub wall: f64,
    /// How much longer the section was than the time that its samples count: set-up between the iterations. Zero where
    /// it was next to nothing, and taken out of the section. Negative where a bench counts more than it took.
    pub outside: f64,
    /// CPU time of the thread that measures.
    pub thread: f64,
    /// CPU time of all threads of the process, at least that of `thread`.
    pub process: f64,
    /// How long threads of the process were ready to run and had no core, summed over threads. Zero where the system does
    /// not tell.
    pub delay: f64,
    /// How many times the thread that measures gave up its core by itself: it waited for another thread or a device, or
    /// slept (voluntary context switches).
    pub waits: u32,
    /// How many times a thread of the process lost its core to another program (involuntary context switches).
    pub preemptions: u32,
}
