//! The steps of generations in one process, checked against the phase that the benchmark declares.

use crate::channel::{AllocationCount, Generation};
use crate::inference::Phase;
use crate::model::{Range, Round, StepAllocation, things};

/// One sample in this many keeps the steps of its generation. A generation has as many times as tokens, so a
/// baseline with all of them would be too large to review. The median of a step needs far fewer than a third.
const SAMPLES_PER_KEPT_GENERATION: usize = 3;

/// The steps of the generations in a round; empty where there are none.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// For each sample the nanoseconds of the steps of its generation, or none if they are not kept.
    pub(super) times: Vec<Vec<f64>>,
    /// Allocation of each step, if it was counted.
    pub(super) allocation: Vec<StepAllocation>,
}

impl Steps {
    /// Reads the steps that a benchmark of this phase recorded in `samples` samples.
    ///
    /// # Errors
    /// Why they cannot be used.
    pub(super) fn read(generation: &Generation, phase: Phase, samples: usize) -> Result<Self, String> {
        let declared = phase.generated().ok_or_else(|| {
            format!("it recorded the steps of a generation but declares {phase}, which generates no tokens")
        })?;
        let times = kept_times(&generation.steps, declared, samples)?;
        Ok(Steps { times, allocation: step_allocation(&generation.allocation, declared)? })
    }
}

/// The times to keep. Generations of the warm-up come first and are dropped.
fn kept_times(generations: &[Vec<f64>], declared: u64, samples: usize) -> Result<Vec<Vec<f64>>, String> {
    let Some(warm_up) = generations.len().checked_sub(samples) else {
        return Err(format!(
            "it recorded {} in {}",
            things(generations.len(), "generation"),
            things(samples, "sample")
        ));
    };
    let keep = |(sample, steps): (usize, &Vec<f64>)| {
        if sample % SAMPLES_PER_KEPT_GENERATION != 0 {
            return Ok(Vec::new());
        }
        check_length(steps.len(), declared)?;
        // Tokens that arrive together, as from a buffer, have no time of their own if the clock is coarse.
        if steps.contains(&0.0) {
            return Ok(Vec::new());
        }
        check_times(steps)?;
        Ok(steps.clone())
    };
    generations[warm_up..].iter().enumerate().map(keep).collect()
}

/// The allocation of each step, joined over the iterations of the allocation pass.
fn step_allocation(
    iterations: &[Vec<AllocationCount>],
    declared: u64,
) -> Result<Vec<StepAllocation>, String> {
    let mut joined = Vec::new();
    for counts in iterations {
        check_length(counts.len(), declared)?;
        union_of_steps(&mut joined, &counts.iter().map(exact).collect::<Vec<_>>());
    }
    Ok(joined)
}

/// Widens the range of each step to include another generation: one with as many steps, or one that was not
/// counted.
pub(super) fn union_of_steps(joined: &mut Vec<StepAllocation>, other: &[StepAllocation]) {
    if joined.is_empty() {
        joined.extend_from_slice(other);
    }
    for (step, other) in joined.iter_mut().zip(other) {
        *step = step.union(*other);
    }
}

fn exact(counted: &AllocationCount) -> StepAllocation {
    StepAllocation { count: Range::exact(counted.count), bytes: Range::exact(counted.bytes) }
}

fn check_length(found: usize, declared: u64) -> Result<(), String> {
    if found as u64 == declared {
        return Ok(());
    }
    Err(format!("a generation has {}, but its phase declares {declared}", things(found, "token")))
}

fn check_times(steps: &[f64]) -> Result<(), String> {
    match steps.iter().position(|time| !Round::TIMES.contains(time)) {
        Some(step) => Err(format!(
            "step {} of a generation took {:e} ns, a time that cannot be stored",
            step + 1,
            steps[step]
        )),
        None => Ok(()),
    }
}
