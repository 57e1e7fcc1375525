//! What one process says of one benchmark, checked.

use super::generation::{Steps, union_of_steps};
use crate::channel::{AllocationCount, Reading, Record};
use crate::model::{Allocation, Benchmark, Range, Round, StepAllocation, check_work};
use crate::runner::criterion::Measured;
use crate::work::Work;

/// A round with what was counted beside it.
#[derive(Debug)]
pub(super) struct Pass {
    round: Round,
    allocation: Option<Allocation>,
    step_allocation: Vec<StepAllocation>,
}

impl Pass {
    /// Reads what criterion measured and what the bench half recorded with it.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub(super) fn read(session: usize, measured: &Measured, record: Option<&Record>) -> Result<Pass, String> {
        let samples = samples(measured)?;
        let readings = record.map(|record| readings(record, samples.len())).unwrap_or_default();
        let steps = record.map_or_else(|| Ok(Steps::default()), |record| steps(record, samples.len()))?;
        let round = Round {
            session,
            samples,
            // The chain's work is fixed, so that an interruption can only lengthen it.
            probes: readings.iter().map(|[before, after]| before.clock.min(after.clock)).collect(),
            // Either end tells of contention during the sample.
            contention: readings
                .iter()
                .map(|[before, after]| before.contention.max(after.contention))
                .collect(),
            steps: steps.times,
        };
        let allocation = record.and_then(|record| allocation(&record.allocation));
        Ok(Pass { round, allocation, step_allocation: steps.allocation })
    }

    /// Adds it to its benchmark.
    pub(super) fn enter(self, benchmark: &mut Benchmark) {
        if let Some(counted) = self.allocation {
            benchmark.allocation =
                Some(benchmark.allocation.map_or(counted, |earlier| earlier.union(counted)));
        }
        union_of_steps(&mut benchmark.step_allocation, &self.step_allocation);
        benchmark.rounds.push(self.round);
    }
}

/// The work, checked: the constructors saturate where a count leaves its type.
pub(super) fn work(declared: Option<&Work>) -> Result<Option<Work>, String> {
    let Some(work) = declared else { return Ok(None) };
    check_work(work)
        .map_err(|_| "its declared work is too large a count; see the arguments of its `Work`".to_owned())?;
    Ok(Some(work.clone()))
}

/// Nanoseconds per iteration.
fn samples(measured: &Measured) -> Result<Vec<f64>, String> {
    let samples: Vec<f64> =
        measured.times.iter().zip(&measured.iterations).map(|(time, iterations)| time / iterations).collect();
    if samples.is_empty() || !samples.iter().all(|time| Round::TIMES.contains(time)) {
        return Err(
            "a sample took no time at all, or none that can be stored: the work is too small to be measured, or it was removed by the \
                    compiler (see std::hint::black_box)"
                .to_owned(),
        );
    }
    Ok(samples)
}

/// The probes around each of the last `count` samples; none where the warm-up cannot be told apart.
fn readings(record: &Record, count: usize) -> &[[Reading; 2]] {
    record.probes.len().checked_sub(count).map_or(&[], |warm_up| &record.probes[warm_up..])
}

/// The steps of a benchmark that measures a phase; a generation of anything else has no context, and its total time alone
/// is kept.
fn steps(record: &Record, samples: usize) -> Result<Steps, String> {
    match (&record.generation, &record.inference) {
        (Some(generation), Some(inference)) => Steps::read(generation, inference.phase, samples),
        _ => Ok(Steps::default()),
    }
}

fn allocation(counts: &[AllocationCount]) -> Option<Allocation> {
    let exact = |count: &AllocationCount| Allocation {
        count: Some(Range::exact(count.count)),
        bytes: Range::exact(count.bytes),
        peak: Some(Range::exact(count.peak)),
        live: Some(Range::exact(count.live)),
        net: Some(Range::exact(count.net)),
    };
    counts.iter().map(exact).reduce(Allocation::union)
}
