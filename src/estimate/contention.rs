//! Which samples are uncontended.
//!
//! Where another hardware thread of the core is busy (SMT contention), code runs up to twice as long, and how much longer
//! depends on the code and on the neighbour. The contention probe has two levels that lie far apart, alone and contended,
//! so samples can be sorted instead of modelled.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Sum;

use super::cpu::{CpuClock, SampleTime};
use super::spared::spared;
use crate::model::{Baseline, Benchmark, BenchmarkId, Round};
use crate::stats::quantile;

/// Quantile of all readings that is taken for the uncontended level. Low, because contention may last for most of a
/// session; not the minimum, because a clock that moves within a reading is no level.
pub(super) const LEVEL_QUANTILE: f64 = 0.02;

/// A sample is contended when its reading lies above the level by more than this factor. Contention takes at least a
/// third more. What else there is takes less: a core that has just slept runs the probe by up to a fifth longer, and
/// kernels as fast as before.
pub(super) const CONTENDED: f64 = 1.3;

/// Least samples of a round that locate it.
const FEWEST_SAMPLES: usize = 3;

/// Least uncontended rounds that make a side comparable.
const FEWEST_ROUNDS: usize = 3;

/// A side with the uncontended rounds of each benchmark.
#[derive(Debug, Clone, PartialEq)]
pub struct Uncontended {
    /// The side.
    pub side: Baseline,
    /// Benchmarks that have too few uncontended rounds and keep all of them: not to be judged by them.
    pub contended: BTreeSet<BenchmarkId>,
    /// Those of them whose threads lost their cores to other programs, so that they took nobody knows how much longer.
    pub lost: BTreeSet<BenchmarkId>,
    /// What became of the samples of each benchmark.
    pub samples: BTreeMap<BenchmarkId, SampleCounts>,
}

/// How many samples were used as they are, and how many not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SampleCounts {
    /// All that were taken.
    pub taken: usize,
    /// Those that lost their core for a while, and count with the CPU time.
    pub corrected: usize,
    /// Those that are left out.
    pub left_out: usize,
}

impl SampleCounts {
    fn of(taken: &[Round], used: &[Round]) -> SampleCounts {
        let samples = |rounds: &[Round]| rounds.iter().map(|round| round.samples.len()).sum::<usize>();
        SampleCounts {
            taken: samples(taken),
            corrected: used.iter().flat_map(|round| &round.corrected).filter(|was| **was).count(),
            left_out: samples(taken).saturating_sub(samples(used)),
        }
    }
}

impl Sum for SampleCounts {
    fn sum<I: Iterator<Item = SampleCounts>>(counts: I) -> SampleCounts {
        counts.fold(SampleCounts::default(), |sum, more| SampleCounts {
            taken: sum.taken + more.taken,
            corrected: sum.corrected + more.corrected,
            left_out: sum.left_out + more.left_out,
        })
    }
}

/// Leaves out or corrects what was measured while something else used the core.
pub fn uncontended(side: &Baseline) -> Uncontended {
    uncontended_among(&[side])(side)
}

/// Reduces a side of a comparison or history of `sides`. Where some come from the same machine and compiler, the lowest
/// level is that of all of them: a side that was contended throughout has no level of its own. What the threads of a
/// benchmark do is likewise seen in the samples of all sides.
pub fn uncontended_among<'a>(sides: &[&'a Baseline]) -> impl Fn(&Baseline) -> Uncontended + use<'a> {
    let level = |side: &Baseline| uncontended_level(&side.benchmarks);
    let levels: Vec<_> = sides.iter().map(|side| (probe_facts(side), level(side))).collect();
    let clocks = cpu_clocks(sides);
    move |side| {
        let alike = levels.iter().filter(|(facts, _)| *facts == probe_facts(side));
        let level = alike.filter_map(|(_, level)| *level).min_by(f64::total_cmp);
        uncontended_by(side, |benchmark| {
            let known = clocks.get(&benchmark.id).copied();
            let clock = known.unwrap_or_else(|| CpuClock::of(&benchmark.rounds, side.environment.one_cpu()));
            Sensors::of(&benchmark.rounds, level, clock)
        })
    }
}

/// The reading on an uncontended core over a whole baseline. `None` without probes.
pub fn uncontended_level<'a>(benchmarks: impl IntoIterator<Item = &'a Benchmark>) -> Option<f64> {
    let rounds = benchmarks.into_iter().flat_map(|benchmark| &benchmark.rounds);
    quantile(&mut rounds.flat_map(readings).collect::<Vec<f64>>(), LEVEL_QUANTILE)
}

fn cpu_clocks(sides: &[&Baseline]) -> BTreeMap<BenchmarkId, CpuClock> {
    let mut rounds: BTreeMap<&BenchmarkId, Vec<&Round>> = BTreeMap::new();
    for benchmark in sides.iter().flat_map(|side| &side.benchmarks) {
        rounds.entry(&benchmark.id).or_default().extend(&benchmark.rounds);
    }
    let one_cpu = sides.iter().all(|side| side.environment.one_cpu());
    rounds.into_iter().map(|(id, rounds)| (id.clone(), CpuClock::of(rounds, one_cpu))).collect()
}

/// What tells which samples of a benchmark to use.
#[derive(Debug, Clone, Copy)]
pub struct Sensors {
    /// The uncontended level of the contention probe. Without it no sample is left out for its probes.
    pub level: Option<f64>,
    /// What tells the time of a sample that lost its core.
    pub clock: CpuClock,
}

impl Sensors {
    /// For the rounds of one side.
    pub fn of(rounds: &[Round], level: Option<f64>, clock: CpuClock) -> Sensors {
        Sensors { level, clock: clock.with_usual_delay(rounds) }
    }

    /// The uncontended rounds, each with its uncontended samples; times of those that lost their core for a while are
    /// corrected. Rounds that are known as a whole are corrected where less than half of them have samples that kept their
    /// core: a mean CPU time is longer than the time that such samples locate.
    pub fn uncontended(&self, rounds: &[Round]) -> Vec<Round> {
        let undisturbed: Vec<Round> =
            rounds.iter().filter_map(|round| self.uncontended_round(round, false)).collect();
        let fewest = FEWEST_ROUNDS.min(rounds.len()).max(rounds.len().div_ceil(2));
        if undisturbed.len() >= fewest {
            return undisturbed;
        }
        rounds.iter().filter_map(|round| self.uncontended_round(round, true)).collect()
    }

    /// `None` where too few samples are left. `by_mean`: samples of which only the mean CPU time is known have that.
    fn uncontended_round(&self, round: &Round, by_mean: bool) -> Option<Round> {
        let alone = self.alone(round);
        if round.cpu.len() == round.samples.len() {
            return self.by_samples(round, alone);
        }
        let Some(section) = round.cpu.first() else { return pick(round, &alone) };
        let fate = self.clock.judge_round(section);
        if fate == SampleTime::Undisturbed {
            return pick(round, &alone);
        }
        if let Some(spared) = spared(round, section) {
            let kept: Vec<usize> = alone.into_iter().filter(|index| spared.contains(index)).collect();
            return pick(round, &kept);
        }
        let SampleTime::Corrected(share) = fate else { return None };
        // What each of the samples lost is not known.
        let (samples, all) = (vec![section.wall * share; round.samples.len()], round.samples.len());
        let corrected = Round { samples, steps: vec![], corrected: vec![true; all], ..round.clone() };
        by_mean.then(|| pick(&corrected, &alone)).flatten()
    }

    /// The samples whose probes saw no contention; all of them without probes.
    fn alone(&self, round: &Round) -> Vec<usize> {
        match self.level.filter(|_| !round.contention.is_empty()) {
            Some(level) => {
                let alone = readings(round).enumerate().filter(|(_, reading)| *reading <= level * CONTENDED);
                alone.map(|(index, _)| index).filter(|index| *index < round.samples.len()).collect()
            }
            None => (0..round.samples.len()).collect(),
        }
    }

    fn by_samples(&self, round: &Round, alone: Vec<usize>) -> Option<Round> {
        let fates: Vec<SampleTime> = round.cpu.iter().map(|cpu| self.clock.judge(cpu)).collect();
        let kept: Vec<usize> = alone.into_iter().filter(|&index| fates[index] != SampleTime::Lost).collect();
        let mut round = round.clone();
        for (index, fate) in fates.iter().enumerate() {
            let SampleTime::Corrected(share) = fate else { continue };
            round.samples[index] = round.cpu[index].wall * share;
            round.corrected.resize(fates.len(), false);
            round.corrected[index] = true;
            // Nothing tells which of its steps lost the core.
            if let Some(steps) = round.steps.get_mut(index) {
                steps.clear();
            }
        }
        pick(&round, &kept)
    }
}

fn pick(round: &Round, kept: &[usize]) -> Option<Round> {
    if kept.len() == round.samples.len() {
        return Some(round.clone());
    }
    (kept.len() >= FEWEST_SAMPLES).then(|| round.pick(kept))
}

/// What decides how long the probes take.
fn probe_facts(side: &Baseline) -> (&str, &str, &[String], &str) {
    let (build, machine) = (&side.environment.build, &side.environment.machine);
    (&build.rustc, &build.target, &build.target_features, &machine.cpu)
}

fn uncontended_by(side: &Baseline, sensors: impl Fn(&Benchmark) -> Sensors) -> Uncontended {
    let mut reduced = Uncontended {
        side: side.without_benchmarks(),
        contended: BTreeSet::new(),
        lost: BTreeSet::new(),
        samples: BTreeMap::new(),
    };
    for benchmark in &side.benchmarks {
        let sensors = sensors(benchmark);
        let few = |rounds: &[Round]| rounds.len() < FEWEST_ROUNDS.min(benchmark.rounds.len());
        let mut rounds = sensors.uncontended(&benchmark.rounds);
        reduced.samples.insert(benchmark.id.clone(), SampleCounts::of(&benchmark.rounds, &rounds));
        if few(&rounds) {
            reduced.contended.insert(benchmark.id.clone());
            if few(&Sensors { level: None, ..sensors }.uncontended(&benchmark.rounds)) {
                reduced.lost.insert(benchmark.id.clone());
            }
            rounds = benchmark.rounds.clone();
        }
        reduced.side.benchmarks.push(benchmark.with_rounds(rounds));
    }
    reduced
}

/// The contention probes of a round in units of its clock probes, so that a clock that runs slower is not taken for
/// contention.
fn readings(round: &Round) -> impl Iterator<Item = f64> {
    round.contention.iter().zip(&round.probes).map(|(contention, clock)| contention / clock)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixtures::{baseline, row};
    use crate::model::CpuTime;

    /// Samples 1, 2, ... with a clock of 20 and these contention probes.
    fn round(contention: &[f64]) -> Round {
        let samples: Vec<f64> = (1..=contention.len()).map(|index| index as f64).collect();
        Round {
            probes: vec![20.0; samples.len()],
            samples,
            contention: contention.to_vec(),
            ..Round::default()
        }
    }

    fn uncontended_round(round: &Round, level: f64) -> Option<Round> {
        let sensors = Sensors { level: Some(level), clock: CpuClock::WALL };
        sensors.uncontended(std::slice::from_ref(round)).pop()
    }

    #[test]
    fn contended_samples_are_left_out() {
        let uncontended = uncontended_round(&round(&[10.0, 16.0, 10.5, 11.4, 19.0]), 0.5).unwrap();
        assert_eq!(
            (uncontended.samples, uncontended.contention),
            (vec![1.0, 3.0, 4.0], vec![10.0, 10.5, 11.4])
        );
    }

    #[test]
    fn a_slower_clock_is_no_contention() {
        let slow = Round { probes: vec![40.0; 4], ..round(&[20.0; 4]) };
        assert_eq!(uncontended_round(&slow, 0.5), Some(slow));
    }

    #[test]
    fn a_round_with_too_few_uncontended_samples_is_none() {
        assert_eq!(uncontended_round(&round(&[10.0, 16.0, 16.0, 10.0]), 0.5), None);
    }

    #[test]
    fn rounds_without_probes_are_left_alone() {
        let plain = [Round { contention: vec![], ..round(&[1.0, 1.0]) }];
        for level in [Some(0.5), None] {
            assert_eq!(Sensors { level, clock: CpuClock::of(&plain, false) }.uncontended(&plain), plain);
        }
    }

    /// A benchmark with so many uncontended rounds and so many contended ones.
    fn benchmark(name: &str, uncontended: usize, contention: usize) -> Benchmark {
        let round_at = |contention: f64| Round {
            session: 0,
            samples: vec![1e4; 4],
            probes: vec![8e4; 4],
            contention: vec![contention; 4],
            steps: vec![],
            ..Round::default()
        };
        let mut benchmark = row(name, &[1.0]);
        benchmark.rounds = vec![round_at(4e4); uncontended];
        benchmark.rounds.extend(vec![round_at(7e4); contention]);
        benchmark
    }

    #[test]
    fn contended_rounds_are_left_out_and_a_row_that_has_few_others_is_marked() {
        let uncontended =
            uncontended(&baseline("a", vec![benchmark("quiet", 4, 6), benchmark("contended", 2, 8)]));
        let rounds = |index: usize| uncontended.side.benchmarks[index].rounds.len();
        assert_eq!((rounds(0), rounds(1)), (4, 10));
        assert_eq!(
            uncontended.contended.iter().map(BenchmarkId::path).collect::<Vec<_>>(),
            ["ops/contended"]
        );
    }

    #[test]
    fn a_side_under_contention_throughout_is_measured_by_the_other() {
        let (quiet, contended) =
            (baseline("a", vec![benchmark("row", 4, 0)]), baseline("b", vec![benchmark("row", 0, 4)]));
        assert!(uncontended(&contended).contended.is_empty(), "alone, contention cannot be told");
        let together = uncontended_among(&[&quiet, &contended]);
        assert_eq!([&quiet, &contended].map(|side| together(side).contended.len()), [0, 1]);
    }

    /// One thread that had its core for these shares of each sample of 1000 ns.
    fn preempted(shares: &[f64]) -> Round {
        let cpu = |&share: &f64| CpuTime {
            wall: 1000.0 / share,
            outside: 0.0,
            thread: 1000.0,
            process: 1000.0,
            delay: 0.0,
            waits: 0,
            preemptions: 1,
        };
        let samples = shares.iter().map(|share| 1000.0 / share).collect();
        Round { samples, cpu: shares.iter().map(cpu).collect(), ..Round::default() }
    }

    fn one_benchmark(rounds: Vec<Round>) -> Baseline {
        baseline("a", vec![Benchmark { rounds, ..row("row", &[1.0]) }])
    }

    #[test]
    fn samples_that_lost_their_core_count_with_their_cpu_time_and_are_counted() {
        let found = uncontended(&one_benchmark(vec![preempted(&[1.0, 0.5, 0.999, 0.25])]));
        let [round] = &found.side.benchmarks[0].rounds[..] else { panic!("{found:?}") };
        let expected = [1000.0, 1000.0, 1000.0 / 0.999, 1000.0];
        assert!(round.samples.iter().zip(expected).all(|(a, b)| (a / b - 1.0).abs() < 1e-12), "{round:?}");
        assert_eq!(
            found.samples.into_values().sum::<SampleCounts>(),
            SampleCounts { taken: 4, corrected: 2, left_out: 0 }
        );
        assert_eq!(round.corrected, [false, true, false, true]);
    }

    #[test]
    fn steps_of_a_corrected_sample_are_not_used() {
        let round = Round { steps: vec![vec![5.0], vec![7.0], vec![9.0]], ..preempted(&[1.0, 0.5, 1.0]) };
        let found = uncontended(&one_benchmark(vec![round]));
        assert_eq!(found.side.benchmarks[0].rounds[0].steps, [vec![5.0], vec![], vec![9.0]]);
    }

    #[test]
    fn what_was_lost_outside_of_the_sample_is_not_taken_from_it() {
        let mut round = preempted(&[1.0, 0.5, 1.0, 1.0]);
        round.cpu[1].outside = 300.0;
        let found = uncontended(&one_benchmark(vec![round]));
        assert_eq!(found.side.benchmarks[0].rounds[0].samples, [1000.0; 3]);
        assert_eq!(
            found.samples.into_values().sum::<SampleCounts>(),
            SampleCounts { taken: 4, corrected: 0, left_out: 1 }
        );
    }

    /// A round that was observed as a whole, and had its core for this share of it.
    fn whole(samples: &[f64], share: f64) -> Round {
        Round { samples: samples.to_vec(), cpu: preempted(&[share]).cpu, ..Round::default() }
    }

    fn samples_of(found: &Uncontended) -> Vec<Vec<f64>> {
        found.side.benchmarks[0].rounds.iter().map(|round| round.samples.clone()).collect()
    }

    #[test]
    fn most_rounds_known_as_a_whole_that_lost_their_core_have_their_mean_cpu_time() {
        let [lost, undisturbed] = [0.5, 1.0].map(|share| whole(&[900.0, 1100.0, 3000.0], share));
        let mostly = uncontended(&one_benchmark(vec![lost.clone(), lost.clone(), undisturbed.clone()]));
        assert_eq!(samples_of(&mostly), [vec![1000.0; 3], vec![1000.0; 3], undisturbed.samples.clone()]);
        let seldom = [vec![lost], vec![undisturbed.clone(); 3]].concat();
        assert_eq!(samples_of(&uncontended(&one_benchmark(seldom))), vec![undisturbed.samples; 3]);
    }

    #[test]
    fn samples_of_a_round_known_as_a_whole_that_kept_their_core_have_their_wall_time() {
        let mut round = whole(&[1000.0, 1001.0, 2500.0, 1002.0], 0.73);
        round.cpu[0].delay = round.cpu[0].wall - 1000.0;
        let found = uncontended(&one_benchmark(vec![round]));
        assert_eq!(samples_of(&found), [vec![1000.0, 1001.0, 1002.0]]);
        let counts: SampleCounts = found.samples.into_values().sum();
        assert_eq!(counts, SampleCounts { taken: 4, corrected: 0, left_out: 1 });
    }
}
