//! Peaks of a machine as tables.

use super::quantity::{Precision, bytes, significant, things};
use super::table::{Table, Text, parts, some};
use crate::dtype::Dtype;
use crate::model::{Access, PeakRate, Peaks};

/// What the machine can do at most, for a terminal of that width. Empty for none.
pub(crate) fn tables(peaks: &[Peaks], width: Option<usize>) -> String {
    written(
        "",
        peaks,
        |kernels| arithmetic(peaks, kernels).terminal(width, ""),
        |levels| bandwidth(levels).terminal(width, ""),
    )
}

/// The same on a page. Empty for none.
pub(crate) fn page(peaks: &[Peaks]) -> String {
    let heading = "## Peaks of the Machine\n\n";
    written(heading, peaks, |kernels| arithmetic(peaks, kernels).page(), |levels| bandwidth(levels).page())
}

fn written(
    lead: &str,
    peaks: &[Peaks],
    arithmetic: impl Fn(&[Kernel<'_>]) -> String,
    bandwidth: impl Fn(&[Level<'_>]) -> String,
) -> String {
    parts(lead, [some("", &kernels(peaks), arithmetic), some("", &levels(peaks), bandwidth)])
}

type Kernel<'a> = (Dtype, &'a str);

/// The element types and instruction sets of which there is a peak on any number of threads.
fn kernels(peaks: &[Peaks]) -> Vec<Kernel<'_>> {
    let all = peaks.iter().flat_map(|peaks| &peaks.arithmetic);
    let mut kernels: Vec<Kernel<'_>> = all.map(|peak| (peak.dtype, peak.instruction_set.as_str())).collect();
    kernels.sort_unstable();
    kernels.dedup();
    kernels
}

fn arithmetic<'a>(peaks: &'a [Peaks], kernels: &'a [Kernel<'a>]) -> Table<'a, Kernel<'a>> {
    let table = Table::of(kernels)
        .left("Peak of arithmetic", |(dtype, _)| dtype.name())
        .left("Instruction set", |(_, set)| Text::foreign(set));
    peaks.iter().fold(table, |table, peaks| {
        let heading = format!("GFLOP/s, {}", threads(peaks));
        table.right(heading.as_str(), |(dtype, set)| {
            let mut all = peaks.arithmetic.iter();
            Some(cell(all.find(|peak| peak.dtype == *dtype && peak.instruction_set == *set)?.rate))
        })
    })
}

/// A level on a number of threads.
struct Level<'a> {
    peaks: &'a Peaks,
    name: &'a str,
    working_set: u64,
}

fn levels(peaks: &[Peaks]) -> Vec<Level<'_>> {
    let mut levels: Vec<Level<'_>> = Vec::new();
    for peaks in peaks {
        let first = levels.len();
        for peak in &peaks.bandwidth {
            if !levels[first..].iter().any(|level| level.name == peak.level) {
                levels.push(Level { peaks, name: &peak.level, working_set: peak.working_set });
            }
        }
        levels[first..].sort_by_key(|level| level.working_set);
    }
    levels
}

fn bandwidth<'a>(levels: &'a [Level<'a>]) -> Table<'a, Level<'a>> {
    let table = Table::of(levels)
        .left("Peak of bandwidth, GB/s", |level| Text::foreign(level.name))
        .left("Threads", |level| level.peaks.threads.to_string())
        .right("Working set", |level| bytes(level.working_set));
    Access::ALL.into_iter().fold(table, |table, access| {
        table.right(words(access), move |level| {
            let mut all = level.peaks.bandwidth.iter();
            Some(cell(all.find(|peak| peak.access == access && peak.level == level.name)?.rate))
        })
    })
}

fn words(access: Access) -> &'static str {
    match access {
        Access::Read => "Read",
        Access::Write => "Written",
        Access::Copy => "Copied",
        Access::Add => "Added",
        Access::StreamingWrite => "Streamed",
        Access::StreamingCopy => "Copied by streaming",
    }
}

fn threads(peaks: &Peaks) -> String {
    things(peaks.threads as usize, "thread")
}

/// A rate with its interval.
pub(super) fn cell(PeakRate { value, half_width }: PeakRate) -> String {
    format!("{} ± {:.1} %", significant(value, Precision::ROUGH), 100.0 * half_width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixtures::peaks_of;
    use crate::model::MEMORY;
    use crate::report::tests::plain;

    fn peaks(threads: u32, sets: &[(&str, f64)]) -> Peaks {
        let arithmetic: Vec<_> = sets.iter().map(|&(set, value)| (Dtype::F32, set, value)).collect();
        let bandwidth = [
            (Access::Read, MEMORY, 128 << 20, 33.26),
            (Access::Read, "L2", 512 << 10, 245.1),
            (Access::StreamingWrite, MEMORY, 128 << 20, 21.0),
        ];
        peaks_of(threads, 0.004, &arithmetic, &bandwidth)
    }

    #[test]
    fn every_peak_stands_beside_those_of_other_numbers_of_threads() {
        let all = [peaks(1, &[("avx2", 134.92), ("sse2", 67.41)]), peaks(2, &[("avx2", 266.0)])];
        let text = plain(&tables(&all, None));
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(
            lines[0].join(" "),
            "peak of arithmetic instruction set GFLOP/s, 1 thread GFLOP/s, 2 threads"
        );
        assert_eq!(lines[1].join(" "), "f32 avx2 135 ± 0.4 % 266 ± 0.4 %");
        assert_eq!(lines[2].join(" "), "f32 sse2 67.4 ± 0.4 % -");
        assert_eq!(lines[5].join(" "), "L2 1 512 KiB 245 ± 0.4 % -");
        assert_eq!(lines[8].join(" "), "memory 2 128 MiB 33.3 ± 0.4 % 21.0 ± 0.4 %");
    }

    #[test]
    fn no_peaks_are_no_tables() {
        assert_eq!(tables(&[], None), "");
        assert_eq!(tables(&[Peaks { threads: 1, ..Peaks::default() }], None), "");
    }
}
