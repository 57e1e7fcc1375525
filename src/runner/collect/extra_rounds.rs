//! Which benchmarks get extra rounds, and how many: none where they could not help. And how many they are likely to get,
//! for who waits.

use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::FRAC_1_SQRT_2;

use super::Collector;
use crate::estimate::{CpuClock, Sensors, log_rounds, uncontended_level};
use crate::model::{Benchmark, BenchmarkId, Round};
use crate::stats::{Variance, location_variance};

/// Uncontended rounds below which the interval of a benchmark is useless. Also so many extra rounds in a row that were
/// contended show that more would be.
const ENOUGH_ROUNDS: usize = 5;

/// Half the width of the interval of a benchmark's time, in ln time, above which extra rounds are taken. With
/// two sides of this width and the term for sessions, the interval of a change is about 2 % either way, the
/// default threshold.
const WIDEST_HALF_WIDTH: f64 = 0.01;

/// Half the width at which extra rounds are of no use: even without the term for sessions, the interval of a change
/// between two such sides is 2 % either way, so that it could not be shown to lie within the default threshold.
const UNDECIDABLE_HALF_WIDTH: f64 = 0.02 * FRAC_1_SQRT_2;

/// Confidence of that interval, the default in a comparison.
const CONFIDENCE: f64 = 0.95;

impl Collector {
    /// Benchmarks that need an extra round because too few of their rounds were uncontended. `rounds` is how many each
    /// benchmark has without extra rounds, `left` how many extra rounds are left.
    pub(in crate::runner) fn contended(&self, rounds: u32, left: u32) -> BTreeSet<BenchmarkId> {
        let wants = |(benchmark, sensors): &(&Benchmark, Sensors)| {
            wants_uncontended(&benchmark.rounds, sensors, rounds as usize, left as usize)
        };
        self.healthy().filter(wants).map(|(benchmark, _)| benchmark.id.clone()).collect()
    }

    /// How many extra rounds each benchmark needs until the interval of its time is as narrow as
    /// [`WIDEST_HALF_WIDTH`], `most` at most. Computed once, before any extra round is taken: to stop as soon as the
    /// rounds agree would be to stop when they agree by chance (Stein 1945, "A two-sample test").
    pub(in crate::runner) fn extra_rounds_for_precision(&self, most: u32) -> BTreeMap<BenchmarkId, u32> {
        let needs = |(benchmark, sensors): (&Benchmark, Sensors)| {
            let needed = rounds_for_precision(&sensors.uncontended(&benchmark.rounds), most)?;
            Some((benchmark.id.clone(), needed))
        };
        self.healthy().filter_map(needs).collect()
    }

    /// How many extra rounds the benchmarks are likely to get, all together, once they have the ordinary `rounds`: `most` each
    /// at most. Told from the rounds that they have so far.
    pub(in crate::runner) fn likely_extra_rounds(&self, rounds: u32, most: u32) -> usize {
        let likely = |(benchmark, sensors): (&Benchmark, Sensors)| {
            likely_rounds(&benchmark.rounds, &sensors, rounds, most) as usize
        };
        self.healthy().map(likely).sum()
    }

    /// How many extra rounds are likely to be left, all benchmarks together, after `taken` of at most `most`. `planned` are
    /// those for precision.
    pub(in crate::runner) fn extra_rounds_left(
        &self,
        planned: &BTreeMap<BenchmarkId, u32>,
        rounds: u32,
        taken: u32,
        most: u32,
    ) -> usize {
        let left = |(benchmark, sensors): (&Benchmark, Sensors)| {
            let planned = planned.get(&benchmark.id).map_or(0, |needed| needed.saturating_sub(taken));
            let uncontended = sensors.uncontended(&benchmark.rounds).len() as f64;
            let wants =
                wants_uncontended(&benchmark.rounds, &sensors, rounds as usize, (most - taken) as usize);
            let wanted =
                wants.then(|| for_uncontended(uncontended, benchmark.rounds.len(), rounds, most - taken));
            planned.max(wanted.unwrap_or(0)) as usize
        };
        self.healthy().map(left).sum()
    }

    /// The benchmarks that did not fail, with what sorts their samples.
    fn healthy(&self) -> impl Iterator<Item = (&Benchmark, Sensors)> {
        let level = uncontended_level(self.benchmarks.values());
        let healthy = self.benchmarks.values().filter(|benchmark| benchmark.failure.is_none());
        healthy.map(move |benchmark| {
            let clock = CpuClock::of(&benchmark.rounds, self.one_cpu);
            (benchmark, Sensors::of(&benchmark.rounds, level, clock))
        })
    }
}

/// Whether a further round could help a benchmark to enough uncontended ones: fewer than [`ENOUGH_ROUNDS`], or than the
/// `rounds` requested, are uncontended; the rounds `left` could make up for them; and the latest extra rounds were not all
/// contended.
fn wants_uncontended(all: &[Round], sensors: &Sensors, rounds: usize, left: usize) -> bool {
    let missing = ENOUGH_ROUNDS.min(rounds).saturating_sub(sensors.uncontended(all).len());
    let extra = all.get(rounds..).unwrap_or_default();
    let stays_contended =
        extra.last_chunk::<ENOUGH_ROUNDS>().is_some_and(|latest| sensors.uncontended(latest).is_empty());
    (1..=left).contains(&missing) && !stays_contended
}

/// Extra rounds that narrow the interval to [`WIDEST_HALF_WIDTH`], `most` at most. `None` where it is narrow enough, not
/// known, or where `most` would leave it as wide as [`UNDECIDABLE_HALF_WIDTH`].
fn rounds_for_precision(uncontended: &[Round], most: u32) -> Option<u32> {
    rounds_for_precision_beyond(uncontended, uncontended.len() as f64, most)
}

/// The same beyond so many uncontended rounds, which are not fewer than these. The width falls with the square root of the
/// number of rounds, and with the degrees of freedom that they bring.
fn rounds_for_precision_beyond(uncontended: &[Round], rounds: f64, most: u32) -> Option<u32> {
    let variance = location_variance(&log_rounds(uncontended), CONFIDENCE)?;
    let so_far = uncontended.len() as f64;
    let df = (variance.df + 1.0) * (rounds / so_far) - 1.0;
    let half_width = Variance { df, ..variance }.half_width(CONFIDENCE);
    let rounds_for = |width: f64| so_far * (half_width / width).powi(2) - rounds;
    let needed = rounds_for(WIDEST_HALF_WIDTH).ceil().min(f64::from(most));
    let is_of_use = rounds_for(UNDECIDABLE_HALF_WIDTH) < f64::from(most);
    (needed > 0.0 && is_of_use).then_some(needed as u32)
}

/// Extra rounds, `most` at most, that a benchmark is likely to get after the ordinary `rounds`, if those to come are like those
/// that it has.
fn likely_rounds(all: &[Round], sensors: &Sensors, rounds: u32, most: u32) -> u32 {
    let uncontended = sensors.uncontended(all);
    let expected = uncontended.len() as f64 * f64::from(rounds) / all.len().max(1) as f64;
    let for_precision = rounds_for_precision_beyond(&uncontended, expected, most).unwrap_or(0);
    for_precision.max(for_uncontended(expected, rounds as usize, rounds, most))
}

/// Extra rounds, `most` at most, that make up for what is missing to enough uncontended ones, if of those to come as many are
/// contended as of the `measured` ones.
fn for_uncontended(uncontended: f64, measured: usize, rounds: u32, most: u32) -> u32 {
    let missing = ENOUGH_ROUNDS.min(rounds as usize) as f64 - uncontended;
    if missing <= 0.0 || missing > f64::from(most) {
        return 0;
    }
    // After so many contended ones in a row it gets no more.
    let in_vain = ENOUGH_ROUNDS as f64;
    let share = uncontended / measured.max(1) as f64;
    let needed = if share > 0.0 { missing / share } else { in_vain };
    needed.ceil().min(f64::from(most)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rounds of these times, with or without contention.
    fn rounds(times: &[f64], contention: f64) -> Vec<Round> {
        let round = |time: &f64| Round {
            samples: vec![*time; 4],
            probes: vec![80.0; 4],
            contention: vec![contention; 4],
            ..Round::default()
        };
        times.iter().map(round).collect()
    }

    const SENSORS: Sensors = Sensors { level: Some(0.5), clock: CpuClock::WALL };
    const ALONE: f64 = 40.0;
    const CONTENDED: f64 = 70.0;

    /// So many rounds that were alone, then so many that were contended.
    fn contended(alone: usize, contended: usize) -> Vec<Round> {
        [rounds(&vec![100.0; alone], ALONE), rounds(&vec![150.0; contended], CONTENDED)].concat()
    }

    #[test]
    fn a_contended_benchmark_is_measured_again_while_what_is_left_could_help() {
        let wants = |alone, with, requested, left| {
            wants_uncontended(&contended(alone, with), &SENSORS, requested, left)
        };
        assert!(wants(4, 6, 10, 10) && wants(0, 10, 10, 10));
        assert!(!wants(5, 5, 10, 10), "enough are uncontended");
        assert!(wants(2, 8, 10, 3) && !wants(2, 8, 10, 2), "two cannot make up for three");
        assert!(!wants(0, 3, 3, 0));
        assert!(wants(0, 14, 10, 6) && !wants(0, 15, 10, 5), "five extra rounds did not help");
        assert!(!wants(3, 0, 3, 3), "all that were requested");
    }

    /// Half the width of the interval of these ten rounds goes with `spread`.
    fn restless(spread: f64) -> Vec<Round> {
        let times: Vec<f64> = (0..10).map(|index| 100.0 * (1.0 + spread * f64::from(index))).collect();
        rounds(&times, ALONE)
    }

    #[test]
    fn extra_rounds_narrow_an_interval_to_its_aim_where_the_bound_allows_it() {
        let width = |spread| {
            let variance = location_variance(&log_rounds(&restless(spread)), CONFIDENCE).expect("is known");
            variance.half_width(CONFIDENCE)
        };
        let unit = width(1e-4) / 1e-4;
        let needed = |width: f64, most| rounds_for_precision(&restless(width / unit), most);
        assert_eq!(needed(0.0099, 10), None, "narrow enough");
        assert_eq!(needed(0.012, 10), Some(5), "10 (1.2^2 - 1) = 4.4");
        assert_eq!(needed(0.018, 10), Some(10), "23 would be needed, and 10 make it 1.3 %");
        assert_eq!(needed(0.018, 5), None, "5 make it 1.5 %");
        assert_eq!(needed(0.022, 10), None);
        assert_eq!(needed(0.012, 0), None);
    }
    #[test]
    fn what_is_likely_is_what_it_comes_to_if_the_rounds_stay_alike() {
        let likely = |all: &[Round], rounds, most| likely_rounds(all, &SENSORS, rounds, most);
        assert_eq!(likely(&restless(0.004), 10, 10), rounds_for_precision(&restless(0.004), 10).unwrap_or(0));
        assert_eq!(likely(&contended(10, 0), 20, 20), 0, "steady");
        assert_eq!(
            likely(&contended(1, 4), 20, 20),
            5,
            "4 of 20 are uncontended: one is missing, as one of five comes"
        );
        assert_eq!(likely(&contended(0, 5), 20, 20), 5, "then it stops");
        assert_eq!(likely(&contended(0, 5), 20, 3), 0, "which could not help");
    }

    #[test]
    fn half_of_the_rounds_tell_what_all_of_them_would() {
        let twice = |rounds: &[Round]| [rounds, rounds].concat();
        let few = restless(0.01);
        let all = rounds_for_precision(&twice(&few), 40).expect("more are needed");
        let likely = likely_rounds(&few, &SENSORS, 20, 40);
        assert!((all / 2..=2 * all).contains(&likely), "{likely} instead of {all}");
    }
}
