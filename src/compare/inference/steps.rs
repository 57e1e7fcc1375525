//! Decode steps of a model by context.

use super::Step;
use super::derived::derived;
use crate::compare::Side;
use crate::compare::evidence::Evidence;
use crate::estimate::{self, log_round};
use crate::inference::Phase;
use crate::model::{Round, StepAllocation};

/// A step with its times in single rounds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RecordedStep {
    pub(super) step: Step,
    /// The row of the benchmark.
    pub(super) row: usize,
    /// Location of each round of the benchmark, ln nanoseconds; absent where no generation was kept.
    pub(super) by_round: Vec<Option<f64>>,
}

/// Every decode step that a side recorded of a model, by context, then in the order of rows. Those of benchmarks that
/// failed or were contended have no times.
pub(super) fn recorded_steps(evidence: &Evidence<'_>, model: &str, side: Side) -> Vec<RecordedStep> {
    let rows = evidence.pairs.iter().enumerate();
    let benchmarks = rows.filter_map(|(row, pair)| {
        let benchmark = pair.sides[side]?;
        let inference = benchmark.inference.as_ref().filter(|inference| inference.model == model)?;
        let (phase, rounds) = (inference.phase, evidence.measured_rounds(row, side));
        Some(Recording { row, phase, rounds, allocations: &benchmark.step_allocation })
    });
    let mut steps: Vec<RecordedStep> = benchmarks.flat_map(|recording| recording.steps()).collect();
    steps.sort_by_key(|recorded| recorded.step.context);
    steps
}

/// What a side recorded of a benchmark of a model.
struct Recording<'a> {
    row: usize,
    phase: Phase,
    rounds: &'a [Round],
    allocations: &'a [StepAllocation],
}

impl Recording<'_> {
    fn steps(&self) -> Vec<RecordedStep> {
        let generations = self.rounds.iter().flat_map(|round| &round.steps);
        let longest = generations.map(Vec::len).max().unwrap_or(0).max(self.allocations.len());
        (0..longest).filter_map(|index| self.step(index)).collect()
    }

    /// `None` for a prefill, and where nothing was kept of the step.
    fn step(&self, index: usize) -> Option<RecordedStep> {
        let context = self.phase.context_of_step(index as u64)?;
        let rounds = derived(self.rounds, |steps| steps.get(index).copied());
        let ns = estimate::time(&rounds);
        let allocation = self.allocations.get(index);
        (ns.is_some() || allocation.is_some()).then(|| RecordedStep {
            step: Step {
                context,
                ns,
                bytes: allocation.map(|allocation| allocation.bytes),
                allocations: allocation.map(|allocation| allocation.count),
            },
            row: self.row,
            by_round: rounds.iter().map(|round| log_round(round).map(|round| round.time)).collect(),
        })
    }
}
