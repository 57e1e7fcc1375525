//! What the bench half keeps of the samples that criterion takes: probes and the steps of generations.

use crate::channel::{CpuUse, Reading};

/// What one call of a benchmark's routine yields in addition to criterion's time.
#[derive(Debug, Default)]
pub(super) struct Sample {
    /// The probes before and after, if probes are used.
    pub(super) probe: Option<[Reading; 2]>,
    /// The processor time between the probes, where the system tells.
    pub(super) cpu: Option<CpuUse>,
    /// Nanoseconds of each step of the last generation. Empty if the loop does not generate.
    pub(super) steps: Vec<f64>,
}

/// What all calls of a benchmark's routine yield in addition to criterion's times.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Samples {
    pub(super) probes: Vec<[Reading; 2]>,
    /// As long as `probes`, or empty where the system does not tell.
    pub(super) cpu: Vec<CpuUse>,
    /// As long as `probes`.
    pub(super) steps: Vec<Vec<f64>>,
    /// Why there are no samples.
    pub(super) failure: Option<String>,
}

impl Samples {
    /// Adds the sample of one call. A failure discards the samples of the calls before.
    pub(super) fn add(&mut self, sample: Result<Sample, String>) {
        match sample {
            Ok(Sample { probe: Some(probe), cpu, steps }) => {
                self.probes.push(probe);
                self.cpu.extend(cpu);
                self.steps.push(steps);
            }
            Ok(Sample { probe: None, .. }) => {}
            Err(failure) => *self = Samples { failure: Some(failure), ..Samples::default() },
        }
    }
}
