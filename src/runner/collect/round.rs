//! What one process reports of one benchmark, checked.

use super::cpu::cpu_times;
use super::generation::{Steps, union_of_steps};
use super::round_cpu::{round_cpu_time, settle_outside};
use crate::channel::{AllocationCount, Reading, Record};
use crate::model::{Allocation, Benchmark, Range, Round, StepAllocation, check_work};
use crate::runner::criterion::Measured;
use crate::runner::observer::Observed;
use crate::work::Work;

/// A round, and the allocation that was counted in the same process.
#[derive(Debug)]
pub(super) struct MeasuredRound {
    round: Round,
    allocation: Option<Allocation>,
    step_allocation: Vec<StepAllocation>,
}

impl MeasuredRound {
    /// Reads what criterion measured, what the runner saw meanwhile and what the bench half recorded.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub(super) fn read(
        session: usize,
        block: Option<u32>,
        observed: &Observed,
        record: Option<&Record>,
    ) -> Result<MeasuredRound, String> {
        let samples = samples(&observed.measured)?;
        let recorded = record.map(|record| readings(record, samples.len())).unwrap_or_default();
        // What surrounds each sample tells more than what the runner saw of all of them.
        let seen = Some(observed).filter(|_| recorded.is_empty());
        let around_all = seen.and_then(|seen| seen.probes).map(|around| vec![around; samples.len()]);
        let readings = around_all.as_deref().unwrap_or(recorded);
        let section = seen.and_then(|seen| seen.cpu.as_ref());
        let of_round = section.and_then(|section| round_cpu_time(section, &observed.measured));
        let of_samples = record.map(|record| cpu_times(&record.cpu, &observed.measured)).unwrap_or_default();
        let steps = record.map_or_else(|| Ok(Steps::default()), |record| steps(record, samples.len()))?;
        let round = Round {
            session,
            samples,
            // The work of the clock probe is fixed, so an interruption can only make it longer.
            probes: readings.iter().map(|[before, after]| before.clock.min(after.clock)).collect(),
            // Contention at either end means contention during the sample.
            contention: readings
                .iter()
                .map(|[before, after]| before.contention.max(after.contention))
                .collect(),
            steps: steps.times,
            cpu: if of_samples.is_empty() { Vec::from_iter(of_round) } else { of_samples },
            block,
            places: vec![],
            corrected: vec![],
        };
        let allocation = record.and_then(|record| allocation(&record.allocation));
        Ok(MeasuredRound { round, allocation, step_allocation: steps.allocation })
    }

    /// Adds the round to its benchmark.
    pub(super) fn add_to(self, benchmark: &mut Benchmark) {
        if let Some(counted) = self.allocation {
            benchmark.allocation =
                Some(benchmark.allocation.map_or(counted, |earlier| earlier.union(counted)));
        }
        union_of_steps(&mut benchmark.step_allocation, &self.step_allocation);
        benchmark.rounds.push(self.round);
        settle_outside(&mut benchmark.rounds);
    }
}

/// The declared work, checked: the constructors of `Work` saturate where a count overflows.
pub(super) fn checked_work(declared: Option<&Work>) -> Result<Option<Work>, String> {
    let Some(work) = declared else { return Ok(None) };
    check_work(work)
        .map_err(|_| "its declared work is too large; check the arguments of its `Work`".to_owned())?;
    Ok(Some(work.clone()))
}

/// The samples, in nanoseconds per iteration.
fn samples(measured: &Measured) -> Result<Vec<f64>, String> {
    let samples: Vec<f64> =
        measured.times.iter().zip(&measured.iterations).map(|(time, iterations)| time / iterations).collect();
    if samples.is_empty() || !samples.iter().all(|time| Round::TIMES.contains(time)) {
        return Err(
            "a sample took no time at all, or a time that cannot be stored: the work is too small to measure, or the \
             compiler removed it (see std::hint::black_box), or `iter_custom` does not return the time that its iterations took"
                .to_owned(),
        );
    }
    Ok(samples)
}

/// The probes around each of the last `count` samples; none if there are fewer readings than samples.
fn readings(record: &Record, count: usize) -> &[[Reading; 2]] {
    record.probes.len().checked_sub(count).map_or(&[], |warm_up| &record.probes[warm_up..])
}

/// The steps of a benchmark that measures a phase. Of other generations only the total time is kept, since
/// nothing tells the context of their tokens.
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
