//! Processor time: what a section of a run used of its cores, and what it lost of them.

/// The processor time of a section, which covers one sample or, in benches without the library, all samples of a round.
/// Times are nanoseconds per iteration, as those of samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CpuTime {
    /// Wall time of the section. It contains the sample, and what the loop does between the iterations that it times.
    pub wall: f64,
    /// CPU time of the thread that measures.
    pub thread: f64,
    /// CPU time of all threads of the process, at least that of `thread`.
    pub process: f64,
    /// How many times a thread of the process gave up its core by itself: it waited for another thread, for a device,
    /// or slept (voluntary context switches).
    pub waits: u32,
    /// How many times a thread of the process lost its core to another program (involuntary context switches).
    pub preemptions: u32,
}
