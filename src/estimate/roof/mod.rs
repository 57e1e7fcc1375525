//! How near work comes to what the machine can do: the roofline model (Williams, Waterman &
//! Patterson 2009), with a roof for every working set.
//!
//! Work takes at least the time of its arithmetic at the peak of its element type, and at least the
//! time in which its bytes move at the peak of where they lie. The longer of the two is the
//! **roof** of the work, as a time.

mod bandwidth;
mod ceilings;
mod token;
mod traffic;

use self::bandwidth::transfer;
pub use self::ceilings::Ceilings;
pub use self::token::TokenBound;
use self::traffic::Traffic;
use crate::dtype::Dtype;
use crate::inference::Model;
use crate::model::{ArithmeticPeak, Benchmark, Environment, PeakRate, Peaks, Round};
use crate::stats::median;

/// Below this time, nanoseconds, what surrounds the work of a benchmark may take longer than the
/// work: calls, checks, dispatch, allocation.
const SHORT: f64 = 1000.0;

/// A share of its roof below which work does not explain such a time.
const EXPLAINED: f64 = 0.5;

/// A benchmark whose threads use this many cores more than a number of threads still has the peaks
/// of that number.
const SLACK: f64 = 0.1;

/// The instruction set that most builds use and most processors have.
const COMMON: &str = "avx2";

/// What a piece of work takes at least on a machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Roof {
    /// Least time of an iteration, nanoseconds.
    pub nanoseconds: f64,
    /// Half of the 95 % interval of the peak behind it, as a share of the time.
    pub half_width: f64,
    /// What the time is that of.
    pub limit: Limit,
    /// Threads of the peaks.
    pub threads: u32,
    /// FLOPs for each byte that moves, where both are known.
    pub intensity: Option<f64>,
    /// The least time with the arithmetic of AVX2, where arithmetic is the limit and another
    /// instruction set is faster: which of them a benchmark uses is not known.
    pub avx2_nanoseconds: Option<f64>,
}

/// What limits work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// Arithmetic, with the instruction set that does most of it.
    Arithmetic(String),
    /// Bandwidth, of the level where the last of the bytes lie.
    Bandwidth(String),
}

/// What bounds work of a certain time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound<'a> {
    /// A short time is mostly not that of the work.
    Overhead,
    /// What limits the work.
    Limit(&'a Limit),
}

impl<'a> Bound<'a> {
    /// `overhead`, `arithmetic`, or the name of a level of the memory.
    pub fn name(self) -> &'a str {
        match self {
            Bound::Overhead => "overhead",
            Bound::Limit(Limit::Arithmetic(_)) => "arithmetic",
            Bound::Limit(Limit::Bandwidth(level)) => level,
        }
    }
}

impl Roof {
    /// The roof of a benchmark of a model among `models`, or of none, that was measured in this
    /// environment. `None` without peaks, or without declared work that they say something of.
    pub fn of(benchmark: &Benchmark, models: &[Model], environment: &Environment) -> Option<Roof> {
        let work = benchmark.work.as_ref()?;
        let peaks = peaks(environment, cores_used(&benchmark.rounds))?;
        let arithmetic = work.flops.zip(work.dtype).and_then(|(flops, dtype)| {
            Some((
                flops.0 as f64,
                fastest(peaks, dtype, &|_| true)?,
                fastest(peaks, dtype, &|set| set == COMMON),
            ))
        });
        let least = arithmetic.map(|(flops, peak, _)| flops / peak.rate.value).unwrap_or_default();
        let traffic = Traffic::of(benchmark, models);
        let moved = traffic.and_then(|traffic| transfer(traffic, peaks, &environment.machine));
        let roof = |nanoseconds, half_width, limit| Roof {
            nanoseconds,
            half_width,
            limit,
            threads: peaks.threads,
            intensity: work.flops.zip(traffic).map(|(flops, traffic)| flops.0 as f64 / traffic.bytes),
            avx2_nanoseconds: None,
        };
        let roof = match (arithmetic, moved) {
            (_, Some(moved)) if moved.nanoseconds >= least => {
                roof(moved.nanoseconds, moved.half_width, Limit::Bandwidth(moved.level.to_owned()))
            }
            (Some((flops, peak, common)), _) => {
                let PeakRate { half_width, .. } = peak.rate;
                let slower = common.filter(|common| common.instruction_set != peak.instruction_set);
                let avx2_nanoseconds = slower.map(|common| flops / common.rate.value);
                let limit = Limit::Arithmetic(peak.instruction_set.clone());
                Roof { avx2_nanoseconds, ..roof(least, half_width, limit) }
            }
            _ => return None,
        };
        (roof.nanoseconds > 0.0).then_some(roof)
    }

    /// Share of what the machine can do that work of this time reaches; above 1 where the work, or
    /// a peak, is not what was declared or measured.
    pub fn share(&self, nanoseconds: f64) -> f64 {
        self.nanoseconds / nanoseconds
    }

    /// What bounds work of this time.
    pub fn bound(&self, nanoseconds: f64) -> Bound<'_> {
        let is_overhead = nanoseconds < SHORT && self.share(nanoseconds) < EXPLAINED;
        if is_overhead { Bound::Overhead } else { Bound::Limit(&self.limit) }
    }
}

/// The peaks on as many threads as a benchmark has cores in use, or on the next number that was
/// measured.
fn peaks(environment: &Environment, cores: Option<f64>) -> Option<&Peaks> {
    let one_cpu = environment.one_cpu().then_some(1.0);
    let cores = one_cpu.or(cores).unwrap_or(f64::INFINITY);
    let enough = environment.peaks.iter().filter(|peaks| f64::from(peaks.threads) + SLACK >= cores);
    let most = || environment.peaks.iter().max_by_key(|peaks| peaks.threads);
    enough.min_by_key(|peaks| peaks.threads).or_else(most)
}

/// Cores that the threads of a benchmark use on average, the median over its samples. `None` where
/// CPU time is not known.
fn cores_used(rounds: &[Round]) -> Option<f64> {
    let cpu = rounds.iter().flat_map(|round| &round.cpu);
    median(&mut cpu.map(|cpu| cpu.process / cpu.wall).collect::<Vec<f64>>())
}

/// The fastest arithmetic for an element type among these instruction sets. What a processor has no
/// instructions for is computed in single precision.
fn fastest<'a>(peaks: &'a Peaks, dtype: Dtype, of_set: &dyn Fn(&str) -> bool) -> Option<&'a ArithmeticPeak> {
    let serves = |by: Dtype| match dtype {
        Dtype::F16 | Dtype::Bf16 => by == dtype || by == Dtype::F32,
        Dtype::U8 => by == Dtype::I8,
        _ => by == dtype,
    };
    let among = peaks.arithmetic.iter().filter(|peak| serves(peak.dtype) && of_set(&peak.instruction_set));
    among.max_by(|one, other| one.rate.value.total_cmp(&other.rate.value))
}

#[cfg(test)]
mod tests;
