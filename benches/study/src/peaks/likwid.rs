//! The same peaks by likwid-bench (RRZE-HPC, LIKWID), whose kernels are written in assembler as well.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use tensorprof::Dtype;
use tensorprof::model::{Access, Peaks};

use super::folder::Independent;
use super::{PeakOf, rates};

const PROGRAM: &str = "likwid-bench";

/// Seconds that a test takes at least, the fewest that it accepts.
const SECONDS: &str = "1";

/// Bytes of a thread from which the tests of arithmetic load: they lie in any first cache.
const LOADED: u64 = 8 << 10;

/// It can be started.
///
/// # Errors
/// It cannot, with where to get it.
pub(super) fn check() -> Result<()> {
    output(&["-a"]).map(drop)
}

/// What it measures of these peaks, those of which it has a test.
///
/// # Errors
/// It cannot be started, or fails.
pub(super) fn measure(peaks: &Peaks) -> Result<Independent> {
    let mut measured = Independent::new();
    for of in rates(peaks).into_keys() {
        let Some(test) = test(&of, peaks) else { continue };
        let volume = format!("N:{}B:{}", working_set(&of, peaks), peaks.threads);
        let text = output(&["-t", &test, "-s", SECONDS, "-w", &volume])?;
        let rate =
            rate(&of, &text).with_context(|| format!("`{PROGRAM} -t {test}` prints no rate: {text}"))?;
        measured.insert(of.name(), rate);
    }
    Ok(measured)
}

/// The test of a peak; of bandwidth that of the widest vectors, as in the peak.
fn test(of: &PeakOf, peaks: &Peaks) -> Option<String> {
    match of {
        PeakOf::Arithmetic(dtype, set) => {
            let precision = match dtype {
                Dtype::F64 => "",
                Dtype::F32 => "_sp",
                _ => return None,
            };
            let vectors = match set.as_str() {
                "sse2" => "sse",
                "avx2" => "avx_fma",
                "avx512f" => "avx512_fma",
                _ => return None,
            };
            Some(format!("peakflops{precision}_{vectors}"))
        }
        PeakOf::Bandwidth(access, _) => {
            let operation = match access {
                Access::Read => "load",
                Access::Write => "store",
                Access::Copy => "copy",
                // The triad of STREAM, in which one of the two operands is also multiplied.
                Access::Add => "stream",
                Access::StreamingWrite => "store_mem",
                Access::StreamingCopy => "copy_mem",
            };
            let has = |set: &str| peaks.arithmetic.iter().any(|peak| peak.instruction_set == set);
            let vectors = [("avx512f", "avx512"), ("avx2", "avx"), ("sse2", "sse")];
            let (_, vectors) = vectors.into_iter().find(|(set, _)| has(set))?;
            Some(format!("{operation}_{vectors}"))
        }
    }
}

/// Bytes that all threads together go through.
fn working_set(of: &PeakOf, peaks: &Peaks) -> u64 {
    let of_level = |level: &str| peaks.bandwidth.iter().find(|peak| peak.level == level);
    match of {
        PeakOf::Bandwidth(_, level) => of_level(level).map_or(0, |peak| peak.working_set),
        PeakOf::Arithmetic(..) => LOADED * u64::from(peaks.threads),
    }
}

/// GFLOP/s or GB/s from what it prints.
fn rate(of: &PeakOf, text: &str) -> Option<f64> {
    let label = match of {
        PeakOf::Arithmetic(..) => "MFlops/s:",
        PeakOf::Bandwidth(..) => "MByte/s:",
    };
    let millions: f64 = text.lines().find_map(|line| line.strip_prefix(label))?.trim().parse().ok()?;
    Some(millions / 1000.0)
}

fn output(arguments: &[&str]) -> Result<String> {
    let output = Command::new(PROGRAM).args(arguments).output().with_context(|| {
        format!("cannot start `{PROGRAM}`; on Debian, `apt-get install likwid` installs it")
    })?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success(),
        "`{PROGRAM} {}` ended with {}: {said}{}",
        arguments.join(" "),
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(said.into_owned())
}

#[cfg(test)]
mod tests {
    use tensorprof::model::{ArithmeticPeak, BandwidthPeak, PeakRate};

    use super::*;

    fn peaks(sets: &[&str]) -> Peaks {
        let rate = PeakRate { value: 100.0, half_width: 0.01 };
        let arithmetic =
            |set: &&str| ArithmeticPeak { dtype: Dtype::F32, instruction_set: (*set).to_owned(), rate };
        let access = Access::StreamingCopy;
        let bandwidth =
            vec![BandwidthPeak { access, level: "memory".to_owned(), working_set: 1 << 27, rate }];
        Peaks { threads: 2, arithmetic: sets.iter().map(arithmetic).collect(), bandwidth }
    }

    #[test]
    fn a_peak_is_held_against_the_test_of_its_instructions_and_working_set() {
        let arithmetic = |dtype, set: &str| test(&PeakOf::Arithmetic(dtype, set.to_owned()), &peaks(&[]));
        assert_eq!(arithmetic(Dtype::F32, "avx512f").as_deref(), Some("peakflops_sp_avx512_fma"));
        assert_eq!(arithmetic(Dtype::F64, "sse2").as_deref(), Some("peakflops_sse"));
        assert_eq!(arithmetic(Dtype::Bf16, "avx512bf16"), None, "it has no test of them");
        let of = PeakOf::Bandwidth(Access::StreamingCopy, "memory".to_owned());
        assert_eq!(test(&of, &peaks(&["sse2", "avx2"])).as_deref(), Some("copy_mem_avx"));
        assert_eq!(working_set(&of, &peaks(&[])), 1 << 27);
    }

    #[test]
    fn rates_are_read_from_what_it_prints() {
        let text =
            "Iterations:\t\t1024\nMFlops/s:\t\t134512.50\nData volume (Byte):\t1\nMByte/s:\t\t33110.00\n";
        let arithmetic = PeakOf::Arithmetic(Dtype::F32, "avx2".to_owned());
        assert_eq!(rate(&arithmetic, text), Some(134.5125));
        assert_eq!(rate(&PeakOf::Bandwidth(Access::Read, "L2".to_owned()), text), Some(33.11));
        assert_eq!(rate(&arithmetic, "Error: Unsupported processor!"), None);
    }
}
