//! Bounds on what a baseline holds: far beyond any real project, so that a file can cost neither the memory nor the
//! hours of whoever reads it. FORMAT.md names them.

use super::error::FileFault;
use crate::model::things;

/// Largest file, bytes: a few hundred times that of a large suite.
pub const FILE_BYTES: u64 = 128 << 20;

/// Most text that is parsed at a time, bytes. Parsing takes up to thirty times the memory of the text.
pub const PARSED_BYTES: usize = 4 << 20;

/// Most benchmarks of a baseline.
pub const BENCHMARKS: usize = 20_000;

/// Most rounds of a benchmark, those of all sessions together.
pub const ROUNDS: usize = 10_000;

/// Most samples of a round.
pub const SAMPLES: usize = 10_000;

/// Most samples of a baseline. A sample takes a hundred bytes of memory where a bench measures CPU time.
pub const ALL_SAMPLES: usize = 5_000_000;

/// Whether so many are allowed.
///
/// # Errors
/// The reason why not, to follow the name of what has them.
pub(super) fn check(found: usize, limit: usize, what: &str) -> Result<(), String> {
    if found <= limit {
        return Ok(());
    }
    Err(format!("it has more than {limit} {what}, the most that a baseline can have"))
}

/// Whether a baseline holds what is to be measured.
///
/// # Errors
/// Why not, and what to do.
pub(crate) fn check_planned(benchmarks: usize, rounds: u32, samples: u32) -> Result<(), String> {
    if benchmarks > BENCHMARKS {
        return Err(format!(
            "there are {benchmarks} benchmarks, and a baseline holds at most {BENCHMARKS}; select some by FILTER or `--bench`"
        ));
    }
    let planned = benchmarks.saturating_mul(rounds as usize).saturating_mul(samples as usize);
    if planned > ALL_SAMPLES {
        return Err(format!(
            "{} with up to {} of {samples} samples have {planned} samples, and a \
             baseline holds at most {ALL_SAMPLES}; lower `--rounds`, `--max-rounds` or `--sample-size`, or select some \
             benchmarks by FILTER or `--bench`",
            things(benchmarks, "benchmark"),
            things(rounds as usize, "round"),
        ));
    }
    Ok(())
}

/// Whether a file of that size is read.
pub(super) fn check_bytes(bytes: u64) -> Result<(), FileFault> {
    if bytes <= FILE_BYTES {
        return Ok(());
    }
    Err(FileFault::TooLarge { bytes, limit: FILE_BYTES })
}
