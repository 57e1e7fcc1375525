//! Decode steps of a model by context.

use super::Step;
use super::derived::derived;
use crate::compare::evidence::Evidence;
use crate::inference::Phase;
use crate::model::Benchmark;
use crate::stats::{LogRound, displayed_time};

/// A step with its times in single rounds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RecordedStep {
    pub(super) step: Step,
    /// The row of the benchmark.
    pub(super) row: usize,
    /// Location of each round of the benchmark, ln nanoseconds; absent where no generation was kept.
    pub(super) by_round: Vec<Option<f64>>,
}

/// Every decode step that a side recorded of a model, by context, then in the order of rows.
pub(super) fn recorded_steps(evidence: &Evidence<'_>, model: &str, side: usize) -> Vec<RecordedStep> {
    let rows = evidence.pairs.iter().enumerate();
    let benchmarks = rows.filter_map(|(row, pair)| Some((row, pair.sides[side]?)));
    let mut steps: Vec<RecordedStep> =
        benchmarks.flat_map(|(row, benchmark)| steps_of(row, benchmark, model)).collect();
    steps.sort_by_key(|recorded| recorded.step.context);
    steps
}

fn steps_of(row: usize, benchmark: &Benchmark, model: &str) -> Vec<RecordedStep> {
    let Some(inference) = benchmark.inference.as_ref().filter(|inference| inference.model == model) else {
        return Vec::new();
    };
    let generations = benchmark.rounds.iter().flat_map(|round| &round.steps);
    let longest = generations.map(Vec::len).max().unwrap_or(0).max(benchmark.step_allocation.len());
    (0..longest).filter_map(|index| recorded(row, benchmark, &inference.phase, index)).collect()
}

/// A step of a benchmark. `None` for a prefill, and where nothing was kept of it.
fn recorded(row: usize, benchmark: &Benchmark, phase: &Phase, index: usize) -> Option<RecordedStep> {
    let context = phase.context_of_step(index as u64)?;
    let rounds = derived(&benchmark.rounds, |steps| steps.get(index).copied());
    let ns = displayed_time(&rounds);
    let allocation = benchmark.step_allocation.get(index);
    (ns.is_some() || allocation.is_some()).then(|| RecordedStep {
        step: Step {
            context,
            ns,
            bytes: allocation.map(|allocation| allocation.bytes),
            allocations: allocation.map(|allocation| allocation.count),
        },
        row,
        by_round: rounds.iter().map(|round| LogRound::new(round).map(|round| round.time)).collect(),
    })
}
