//! The steps of the generations of one process, checked against the phase.

use crate::channel::{AllocationCount, Generation};
use crate::inference::Phase;
use crate::model::{Range, Round, StepAllocation};

/// Of so many samples, one keeps the steps of its generation: the first of each. A generation has as many times as
/// tokens, so that keeping all would make a baseline of models too large to be reviewed. A third of them is many
/// times what the median of a step needs.
const SAMPLES_PER_KEPT_GENERATION: usize = 3;

/// Steps of the generations of a round, empty where there are none.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// For each sample the nanoseconds of the steps of its generation, or none where they are not kept.
    pub(super) times: Vec<Vec<f64>>,
    /// Allocation of each step, where it was counted.
    pub(super) allocation: Vec<StepAllocation>,
}

impl Steps {
    /// Reads what a benchmark of this phase recorded in so many samples.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub(super) fn read(generation: &Generation, phase: Phase, samples: usize) -> Result<Self, String> {
        let declared = phase.generated().ok_or_else(|| {
            format!("it recorded the steps of a generation and declares {phase}, which generates no tokens")
        })?;
        let times = kept_times(&generation.steps, declared, samples)?;
        Ok(Steps { times, allocation: step_allocation(&generation.allocation, declared)? })
    }
}

/// The warm-up, which comes first, is left out.
fn kept_times(generations: &[Vec<f64>], declared: u64, samples: usize) -> Result<Vec<Vec<f64>>, String> {
    let Some(warm_up) = generations.len().checked_sub(samples) else {
        return Err(format!("it recorded {} generations in {samples} samples", generations.len()));
    };
    let keep = |(sample, steps): (usize, &Vec<f64>)| {
        if sample % SAMPLES_PER_KEPT_GENERATION != 0 {
            return Ok(Vec::new());
        }
        check_length(steps.len(), declared)?;
        // Tokens that come several at once, as from a buffer, have no time of their own where the clock is coarse.
        if steps.contains(&0.0) {
            return Ok(Vec::new());
        }
        check_times(steps)?;
        Ok(steps.clone())
    };
    generations[warm_up..].iter().enumerate().map(keep).collect()
}

/// Over the iterations of the allocation pass.
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

/// Widens the ranges of each step by those of another generation of as many steps, or of one not counted.
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
    Err(format!("a generation has {found} tokens where its phase declares {declared}"))
}

fn check_times(steps: &[f64]) -> Result<(), String> {
    match steps.iter().position(|time| !Round::TIMES.contains(time)) {
        Some(step) => Err(format!(
            "step {} of a generation took {:e} ns, which is no time that can be stored",
            step + 1,
            steps[step]
        )),
        None => Ok(()),
    }
}
