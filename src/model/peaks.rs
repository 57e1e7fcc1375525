//! What a machine can do at most, as measured: arithmetic by element type and instruction set,
//! bandwidth by what is done with memory and by the cache that holds the working set.

use std::ops::RangeInclusive;

use super::check_count;
use crate::dtype::Dtype;

/// The peaks of a machine on one number of threads.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Peaks {
    /// Threads that worked at once.
    pub threads: u32,
    /// Arithmetic, each element type and instruction set once, sorted by both.
    pub arithmetic: Vec<ArithmeticPeak>,
    /// Bandwidth, each access and level once, sorted by both.
    pub bandwidth: Vec<BandwidthPeak>,
}

/// The most operations of an element type.
#[derive(Debug, Clone, PartialEq)]
pub struct ArithmeticPeak {
    /// Type of the operands. Narrow ones are summed in a wider type.
    pub dtype: Dtype,
    /// The instruction set, by rustc's name of a target feature.
    pub instruction_set: String,
    /// GFLOP/s of all threads together, a multiplication and an addition counted as two; of
    /// integers, 1e9 operations a second.
    pub rate: PeakRate,
}

/// The most bytes moved.
#[derive(Debug, Clone, PartialEq)]
pub struct BandwidthPeak {
    /// What is done with them.
    pub access: Access,
    /// The smallest cache that holds the working set of a thread, by its key among the machine's
    /// caches, or [`MEMORY`].
    pub level: String,
    /// Bytes that all threads together go through, again and again.
    pub working_set: u64,
    /// GB/s of all threads together, what is read and what is written: a byte that is copied counts
    /// twice.
    pub rate: PeakRate,
}

/// The level behind the last cache.
pub const MEMORY: &str = "memory";

/// A measured rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeakRate {
    /// Work per nanosecond.
    pub value: f64,
    /// Half of its 95 % interval, as a share of it.
    pub half_width: f64,
}

/// What is done with memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// It is read.
    Read,
    /// It is written.
    Write,
    /// One half is read and written to the other.
    Copy,
    /// Two thirds are read, and the sums of both written to the third.
    Add,
    /// It is written past the caches (non-temporal stores).
    StreamingWrite,
    /// One half is read and written to the other past the caches.
    StreamingCopy,
}

impl Access {
    /// All of them.
    pub const ALL: [Access; 6] = [
        Access::Read,
        Access::Write,
        Access::Copy,
        Access::Add,
        Access::StreamingWrite,
        Access::StreamingCopy,
    ];

    /// The name in files, reports and ids.
    pub fn name(self) -> &'static str {
        match self {
            Access::Read => "read",
            Access::Write => "write",
            Access::Copy => "copy",
            Access::Add => "add",
            Access::StreamingWrite => "streaming-write",
            Access::StreamingCopy => "streaming-copy",
        }
    }

    /// It goes past the caches, so that only the level behind them is meant.
    pub fn is_streaming(self) -> bool {
        matches!(self, Access::StreamingWrite | Access::StreamingCopy)
    }
}

/// What a baseline can hold of a rate, and of its half-width.
const RATES: RangeInclusive<f64> = 1e-9..=1e15;
const HALF_WIDTHS: RangeInclusive<f64> = 0.0..=1e6;

/// Checks that a measurement can have given these, and that a file can hold them.
pub(crate) fn check_peaks(peaks: &Peaks) -> Result<(), String> {
    let Peaks { threads, arithmetic, bandwidth } = peaks;
    if *threads == 0 {
        return Err("it has peaks on 0 threads".to_owned());
    }
    bandwidth.iter().try_for_each(|peak| check_count("a working set", peak.working_set))?;
    let mut rates = arithmetic.iter().map(|peak| peak.rate).chain(bandwidth.iter().map(|peak| peak.rate));
    rates.try_for_each(|PeakRate { value, half_width }| {
        if RATES.contains(&value) && HALF_WIDTHS.contains(&half_width) {
            return Ok(());
        }
        Err(format!("a peak on {threads} threads is {value:e} with a half-width of {half_width:e}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_is_a_positive_rate_of_some_threads() {
        let of = |threads, value, half_width| {
            let rate = PeakRate { value, half_width };
            let peak = ArithmeticPeak { dtype: Dtype::F32, instruction_set: "avx2".to_owned(), rate };
            check_peaks(&Peaks { threads, arithmetic: vec![peak], bandwidth: vec![] })
        };
        assert_eq!(of(1, 135.0, 0.0), Ok(()));
        for (threads, value, half_width) in [
            (0, 1.0, 0.1),
            (1, 0.0, 0.1),
            (1, f64::NAN, 0.1),
            (1, f64::INFINITY, 0.1),
            (1, 1.0, -0.1),
            (1, 1.0, f64::NAN),
        ] {
            assert!(of(threads, value, half_width).is_err(), "{threads} {value} {half_width}");
        }
    }
}
