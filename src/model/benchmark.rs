//! One benchmark of a baseline: its id, its work, its rounds, its allocation.

use std::fmt;

use super::{CpuTime, check_name, labels};
use crate::channel::CriterionId;
use crate::inference::Phase;
use crate::work::Work;

/// Which benchmark: unique in a baseline, ordered as baselines and tables are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BenchmarkId {
    /// Cargo package of the bench.
    pub package: String,
    /// Bench target.
    pub target: String,
    /// Criterion's id within the target.
    pub criterion: CriterionId,
}

impl BenchmarkId {
    /// Criterion's full id, `group/function/parameter`: what filters match.
    pub fn path(&self) -> String {
        self.criterion.path()
    }

    /// The same behind its package and its bench target, `package::target::group/function/parameter`.
    pub fn qualified(&self) -> String {
        format!("{}::{}::{}", self.package, self.target, self.path())
    }

    /// It is a benchmark of this bench target of this package.
    pub(crate) fn is_of_bench(&self, package: &str, target: &str) -> bool {
        self.package == package && self.target == target
    }

    /// Checks that a baseline can hold it.
    pub(crate) fn check(&self) -> Result<(), String> {
        check_name("its id", &self.path())?;
        check_name("its package", &self.package)?;
        check_name("its bench target", &self.target)
    }
}

/// Its label where no other is shown.
impl fmt::Display for BenchmarkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&labels(&[self]).concat())
    }
}

/// One benchmark with everything measured of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Benchmark {
    /// Which one.
    pub id: BenchmarkId,
    /// Work declared for one iteration.
    pub work: Option<Work>,
    /// This row is contained in the row of that path (inference contains forward): counted once in totals.
    pub nested_in: Option<String>,
    /// What it measures of a model.
    pub inference: Option<Inference>,
    /// Rounds in the order they were measured. Empty only where `failure` or `not_measured` says why.
    pub rounds: Vec<Round>,
    /// Process-wide allocation per iteration; absent without `CountingAllocator`.
    pub allocation: Option<Allocation>,
    /// Allocation of each step of a generation, one entry a token generated. Empty for other benchmarks and without
    /// `CountingAllocator`.
    pub step_allocation: Vec<StepAllocation>,
    /// Why it could not be measured.
    pub failure: Option<String>,
    /// Why no process came to it: it has neither rounds nor a failure.
    pub not_measured: Option<String>,
}

impl Benchmark {
    /// Why the last session that tried, or could have tried, has not measured it.
    pub fn gap(&self) -> Option<&str> {
        self.failure.as_deref().or(self.not_measured.as_deref())
    }

    /// A benchmark of which only is known why no process came to it.
    pub fn unmeasured(id: BenchmarkId, reason: String) -> Benchmark {
        Benchmark {
            id,
            work: None,
            nested_in: None,
            inference: None,
            rounds: Vec::new(),
            allocation: None,
            step_allocation: Vec::new(),
            failure: None,
            not_measured: Some(reason),
        }
    }

    /// The same benchmark with other rounds.
    pub fn with_rounds(&self, rounds: Vec<Round>) -> Benchmark {
        Benchmark {
            id: self.id.clone(),
            work: self.work.clone(),
            nested_in: self.nested_in.clone(),
            inference: self.inference.clone(),
            rounds,
            allocation: self.allocation,
            step_allocation: self.step_allocation.clone(),
            failure: self.failure.clone(),
            not_measured: self.not_measured.clone(),
        }
    }
}

/// What a benchmark measures of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inference {
    /// Name of the model, one of the baseline's.
    pub model: String,
    /// The phase.
    pub phase: Phase,
}

impl fmt::Display for Inference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of model `{}`", self.phase, self.model)
    }
}

/// One fresh process of a bench, as far as one benchmark is concerned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Round {
    /// Index into the baseline's sessions.
    pub session: usize,
    /// Nanoseconds per iteration, one per sample, in the order taken. Finite and positive, at least one.
    pub samples: Vec<f64>,
    /// Clock probe around each sample (the lesser of the one before and the one after), nanoseconds. As long as
    /// `samples`, or empty where the bench has no probe.
    pub probes: Vec<f64>,
    /// Contention probe around each sample (the greater of the one before and the one after), nanoseconds. As long
    /// as `samples`, or empty where the bench has no probe.
    pub contention: Vec<f64>,
    /// Nanoseconds of each step of one generation during each sample; an empty list for a sample of which none is
    /// kept. As long as `samples`, or empty where the benchmark generates no tokens. All lists that are not empty are
    /// equally long. The first step of an inference is its prefill.
    pub steps: Vec<Vec<f64>>,
    /// Processor time of each sample; or one entry for all samples of the round; or empty where it is not known.
    pub cpu: Vec<CpuTime>,
    /// The block of a head-to-head session: the round of the other side with the same session id and block was measured
    /// in turn with this one, sample by sample.
    pub block: Option<u32>,
    /// Where samples were left out: the place that each one left had among all that were taken, by which it is paired with
    /// that of the other side. Empty where none was left out.
    pub places: Vec<usize>,
    /// Which samples have the CPU time in place of the wall time, because they lost their core for a while. Empty where
    /// none has, and of a round as it was measured.
    pub corrected: Vec<bool>,
}

impl Round {
    /// Times that a baseline can hold, nanoseconds: up to eleven days.
    pub const TIMES: std::ops::RangeInclusive<f64> = 1e-9..=1e15;

    /// The round reduced to the samples of these indices, with what was recorded of each.
    pub fn pick(&self, kept: &[usize]) -> Round {
        Round {
            session: self.session,
            samples: pick(&self.samples, kept),
            probes: pick(&self.probes, kept),
            contention: pick(&self.contention, kept),
            steps: pick(&self.steps, kept),
            cpu: if self.cpu.len() == self.samples.len() { pick(&self.cpu, kept) } else { self.cpu.clone() },
            block: self.block,
            places: self.places_of(kept),
            corrected: pick(&self.corrected, kept),
        }
    }

    /// The [`places`](Round::places) of a round reduced to the samples of these indices.
    pub(crate) fn places_of(&self, kept: &[usize]) -> Vec<usize> {
        let places: Vec<usize> = kept.iter().map(|&index| self.place(index)).collect();
        if places.iter().copied().eq(0..self.samples.len()) { Vec::new() } else { places }
    }

    /// Its processor time is known of all its samples together: that of a bench without the library.
    pub fn is_observed_as_a_whole(&self) -> bool {
        self.cpu.len() == 1 && self.samples.len() > 1
    }

    /// The place of a sample among all that were taken.
    pub fn place(&self, index: usize) -> usize {
        self.places.get(index).copied().unwrap_or(index)
    }
}

fn pick<T: Clone>(values: &[T], kept: &[usize]) -> Vec<T> {
    kept.iter().filter_map(|&index| values.get(index).cloned()).collect()
}

/// Allocation of one iteration over all counted iterations and rounds. `CountingAllocator` tells all of it; a baseline
/// from another source may know the bytes alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocation {
    /// Allocations.
    pub count: Option<Range<u64>>,
    /// Bytes requested.
    pub bytes: Range<u64>,
    /// Peak live bytes above the start.
    pub peak: Option<Range<u64>>,
    /// Bytes live at the end above the start, with the output still held: what a creation leaves live.
    pub live: Option<Range<i64>>,
    /// Bytes live after the output is dropped, above those before the set-up: growth or a leak.
    pub net: Option<Range<i64>>,
}

/// Allocation of one step of a generation over all counted iterations and rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepAllocation {
    /// Allocations.
    pub count: Range<u64>,
    /// Bytes requested.
    pub bytes: Range<u64>,
}

impl StepAllocation {
    /// The least ranges that hold both.
    pub fn union(self, other: Self) -> Self {
        StepAllocation { count: self.count.union(other.count), bytes: self.bytes.union(other.bytes) }
    }
}

/// Least and greatest value seen. Exact when they are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range<T> {
    /// Least value.
    pub low: T,
    /// Greatest value.
    pub high: T,
}

impl<T: Copy + Ord> Range<T> {
    /// The range of one value.
    pub fn exact(value: T) -> Self {
        Range { low: value, high: value }
    }

    /// The least range that holds both.
    pub fn union(self, other: Self) -> Self {
        Range { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// All values seen were equal.
    pub fn is_exact(&self) -> bool {
        self.low == self.high
    }
}

impl Allocation {
    /// The least ranges that hold both.
    pub fn union(self, other: Self) -> Self {
        Allocation {
            count: known(self.count, other.count),
            bytes: self.bytes.union(other.bytes),
            peak: known(self.peak, other.peak),
            live: known(self.live, other.live),
            net: known(self.net, other.net),
        }
    }
}

/// The least range that holds both; unknown where one is.
fn known<T: Copy + Ord>(first: Option<Range<T>>, second: Option<Range<T>>) -> Option<Range<T>> {
    first.zip(second).map(|(first, second)| first.union(second))
}
