//! The peaks that the rounds of the bench show.

use std::collections::BTreeMap;

use super::levels::{Level, levels};
use super::probe::{ARITHMETIC, BANDWIDTH, without_placement};
use crate::estimate::{log_rounds, uncontended};
use crate::model::{Access, ArithmeticPeak, BandwidthPeak, Baseline, Benchmark, PeakRate, Peaks};
use crate::stats::{location_variance, time_estimate};

/// Confidence of the interval of a peak.
const CONFIDENCE: f64 = 0.95;

/// What a measurement of the bench shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The peaks, without those that could not be measured.
    pub peaks: Peaks,
    /// How many could not: something else used the core in too many of their rounds, or they
    /// failed.
    pub missing: usize,
}

/// The peaks on so many threads that rounds of the bench of this machine show, by the rules for
/// every benchmark: of uncontended rounds, the time of a side and its interval between rounds. Of
/// several placements of the same working set, the fastest.
pub fn found(measured: &Baseline, threads: u32) -> Found {
    let uncontended = uncontended(measured);
    let mut rates: BTreeMap<Name<'_>, Option<PeakRate>> = BTreeMap::new();
    for benchmark in &uncontended.side.benchmarks {
        let is_sound = benchmark.failure.is_none() && !uncontended.contention.contains_key(&benchmark.id);
        let fastest = rates.entry(Name::of(benchmark)).or_default();
        let both = [*fastest, is_sound.then(|| rate(benchmark)).flatten()];
        *fastest = both.into_iter().flatten().max_by(|a, b| a.value.total_cmp(&b.value));
    }
    let levels = levels(&measured.environment.machine, threads);
    let mut peaks = Peaks { threads, ..Peaks::default() };
    let mut missing = 0;
    for (name, rate) in rates {
        let added = rate.and_then(|rate| name.add(&mut peaks, rate, &levels));
        missing += usize::from(added.is_none());
    }
    peaks.arithmetic.sort_by(|a, b| (a.dtype, &a.instruction_set).cmp(&(b.dtype, &b.instruction_set)));
    peaks.bandwidth.sort_by(|a, b| (a.access, &a.level).cmp(&(b.access, &b.level)));
    Found { peaks, missing }
}

/// The parts of the name of a peak.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Name<'a> {
    group: &'a str,
    function: &'a str,
    parameter: &'a str,
}

impl<'a> Name<'a> {
    /// That of which a benchmark is a placement.
    fn of(benchmark: &'a Benchmark) -> Name<'a> {
        let id = &benchmark.id.criterion;
        let parameter = without_placement(id.parameter.as_deref().unwrap_or_default());
        Name { group: &id.group, function: id.function.as_deref().unwrap_or_default(), parameter }
    }

    /// Adds the rate under what the name says. `None` where it says nothing.
    fn add(&self, peaks: &mut Peaks, rate: PeakRate, levels: &[Level]) -> Option<()> {
        match self.group {
            ARITHMETIC => {
                let dtype = self.function.parse().ok()?;
                let instruction_set = self.parameter.to_owned();
                peaks.arithmetic.push(ArithmeticPeak { dtype, instruction_set, rate });
            }
            BANDWIDTH => {
                let access = Access::ALL.into_iter().find(|access| access.name() == self.function)?;
                let Level { name, working_set } =
                    levels.iter().find(|level| level.name == self.parameter)?.clone();
                peaks.bandwidth.push(BandwidthPeak { access, level: name, working_set, rate });
            }
            _ => return None,
        }
        Some(())
    }
}

/// Work over the time of an iteration. `None` where the rounds give no interval.
fn rate(benchmark: &Benchmark) -> Option<PeakRate> {
    let work = benchmark.work.as_ref()?;
    let amount = work.flops.map(|count| count.0).or(work.bytes.map(|count| count.0))? as f64;
    let rounds = log_rounds(&benchmark.rounds);
    let half_width = location_variance(&rounds, CONFIDENCE)?.half_width(CONFIDENCE).exp_m1();
    Some(PeakRate { value: amount / time_estimate(&rounds)?, half_width })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dtype;
    use crate::compare::fixtures::{baseline, row};
    use crate::work::Work;

    fn benchmark(group: &str, function: &str, parameter: &str, work: Work, times: &[f64]) -> Benchmark {
        let mut benchmark = Benchmark { work: Some(work), ..row("a", times) };
        for (round, time) in benchmark.rounds.iter_mut().zip(times) {
            round.samples = vec![*time; 5];
        }
        let id = &mut benchmark.id.criterion;
        id.group = group.to_owned();
        (id.function, id.parameter) = (Some(function.to_owned()), Some(parameter.to_owned()));
        benchmark
    }

    fn measured(benchmarks: Vec<Benchmark>) -> Baseline {
        let mut measured = baseline("peaks", benchmarks);
        measured.environment.machine.caches = [("L2".to_owned(), 1 << 20)].into();
        measured
    }

    #[test]
    fn a_peak_is_work_over_the_time_of_the_fast_rounds() {
        let disturbed = [10.0, 10.0, 10.0, 10.0, 900.0];
        let found = found(
            &measured(vec![
                benchmark("bandwidth", "read", "L2", Work::none().bytes(4000), &[100.0; 5]),
                benchmark("arithmetic", "f32", "avx2", Work::none().flops(1000), &disturbed),
            ]),
            2,
        );
        let Peaks { threads, arithmetic, bandwidth } = found.peaks;
        assert_eq!((threads, found.missing), (2, 0));
        let [ArithmeticPeak { dtype, instruction_set, rate: flops }] = &arithmetic[..] else { panic!("one") };
        let [BandwidthPeak { access, level, working_set, rate: bytes }] = &bandwidth[..] else {
            panic!("one")
        };
        assert_eq!((*dtype, instruction_set.as_str()), (Dtype::F32, "avx2"));
        assert_eq!((*access, level.as_str(), *working_set), (Access::Read, "L2", 1 << 20));
        for (rate, value) in [(flops, 100.0), (bytes, 40.0)] {
            assert!((rate.value / value - 1.0).abs() < 1e-9 && rate.half_width < 1e-9, "{rate:?}");
        }
    }

    #[test]
    fn the_fastest_placement_is_the_peak_and_one_that_is_sound_is_enough() {
        let copied = |parameter: &str, time: f64| {
            benchmark("bandwidth", "copy", parameter, Work::none().bytes(4000), &[time; 5])
        };
        let mut failed = copied("L2+3072", 50.0);
        failed.failure = Some("it panicked".to_owned());
        let found = found(&measured(vec![copied("L2", 100.0), copied("L2+1536", 80.0), failed]), 1);
        let rates: Vec<f64> = found.peaks.bandwidth.iter().map(|peak| peak.rate.value).collect();
        assert!(matches!(rates[..], [rate] if (rate - 50.0).abs() < 1e-9), "{rates:?}");
        assert_eq!(found.missing, 0);
    }

    #[test]
    fn rounds_that_differ_widen_the_interval() {
        let times = [10.0, 10.1, 10.2, 10.3, 10.4];
        let found = found(
            &measured(vec![benchmark("arithmetic", "f32", "avx2", Work::none().flops(1000), &times)]),
            1,
        );
        let rate = found.peaks.arithmetic[0].rate;
        assert!((98.0..100.0).contains(&rate.value) && (0.01..0.1).contains(&rate.half_width), "{rate:?}");
    }

    #[test]
    fn what_was_contended_failed_or_is_unknown_is_missing() {
        let sound = benchmark("arithmetic", "f32", "avx2", Work::none().flops(1000), &[10.0; 5]);
        let named = |parameter: &str| {
            let mut benchmark = sound.clone();
            benchmark.id.criterion.parameter = Some(parameter.to_owned());
            benchmark
        };
        let (mut contended, mut failed, mut lone) = (named("a"), named("b"), named("c"));
        for (benchmark, contention) in [(&mut contended, 7e4), (&mut lone, 4e4)] {
            for round in &mut benchmark.rounds {
                (round.probes, round.contention) = (vec![8e4; 5], vec![contention; 5]);
            }
        }
        failed.failure = Some("it panicked".to_owned());
        let one_round = Benchmark { rounds: lone.rounds[..1].to_vec(), ..named("d") };
        let unknown = benchmark("bandwidth", "read", "L7", Work::none().bytes(1), &[10.0; 5]);
        let found = found(&measured(vec![sound, contended, failed, lone, one_round, unknown]), 1);
        let sets: Vec<_> = found.peaks.arithmetic.iter().map(|peak| peak.instruction_set.as_str()).collect();
        assert_eq!((sets, found.missing), (vec!["avx2", "c"], 4));
    }
}
