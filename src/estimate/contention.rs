//! Which samples are uncontended.
//!
//! Where another hardware thread of the core is busy (SMT contention), code runs up to twice as long, and how much longer
//! depends on the code and on the neighbour. The contention probe has two levels that lie far apart, alone and contended,
//! so samples can be sorted instead of modelled.

use std::collections::BTreeMap;
use std::iter::Sum;

use super::clocks::Clocks;
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
    /// Benchmarks that have too few uncontended rounds, or may have, with what used their cores.
    pub contention: BTreeMap<BenchmarkId, Contention>,
    /// What became of the samples of each benchmark.
    pub samples: BTreeMap<BenchmarkId, SampleCounts>,
}

/// What used the cores of a benchmark's threads during nearly all of its samples, or may have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Contention {
    /// Another hardware thread shared them: code takes up to twice as long. The benchmark keeps the samples that lost no
    /// core.
    Shared,
    /// Other programs had them for a while: code takes any time longer. The benchmark keeps all of its samples.
    Lost,
    /// Threads usually waited for them for this share of its time longer than on any other side that is alike. That may be
    /// its code, or a program that takes as much of every sample; and no more of its time than it waits is lost.
    LongerWait(f64),
    /// Other programs had the core so often that only the mean CPU time of most rounds is known. Code whose caches and branch
    /// predictors others use takes up to about twice as long.
    MeanTime,
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
    uncontended_among(&[side])(0)
}

/// Reduces the side of an index among the `sides` of a comparison or history. Where some come from the same machine and
/// compiler, the lowest level is that of all of them: a side that was contended throughout has no level of its own. What
/// the threads of a benchmark do is likewise seen in the samples of all sides.
pub fn uncontended_among<'a>(sides: &[&'a Baseline]) -> impl Fn(usize) -> Uncontended + use<'a> {
    let level = |side: &Baseline| uncontended_level(&side.benchmarks);
    let levels: Vec<_> = sides.iter().map(|side| (probe_facts(side), level(side))).collect();
    let (clocks, sides) = (Clocks::of(sides), sides.to_vec());
    move |index| {
        let side = sides[index];
        let alike = levels.iter().filter(|(facts, _)| *facts == probe_facts(side));
        let level = alike.filter_map(|(_, level)| *level).min_by(f64::total_cmp);
        uncontended_by(side, |benchmark| {
            let sensors = Sensors { level, clock: clocks.of_benchmark(side, benchmark) };
            (sensors, clocks.longer_wait(index, side, benchmark))
        })
    }
}

/// The reading on an uncontended core over a whole baseline. `None` without probes.
pub fn uncontended_level<'a>(benchmarks: impl IntoIterator<Item = &'a Benchmark>) -> Option<f64> {
    let rounds = benchmarks.into_iter().flat_map(|benchmark| &benchmark.rounds);
    quantile(&mut rounds.flat_map(readings).collect::<Vec<f64>>(), LEVEL_QUANTILE)
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

/// `known` of a benchmark: what tells which samples to use, and the share of its time that its threads waited longer.
fn uncontended_by(side: &Baseline, known: impl Fn(&Benchmark) -> (Sensors, f64)) -> Uncontended {
    let mut reduced = Uncontended {
        side: side.without_benchmarks(),
        contention: BTreeMap::new(),
        samples: BTreeMap::new(),
    };
    for benchmark in &side.benchmarks {
        let (sensors, longer_wait) = known(benchmark);
        let rounds = sensors.uncontended(&benchmark.rounds);
        reduced.samples.insert(benchmark.id.clone(), SampleCounts::of(&benchmark.rounds, &rounds));
        let (rounds, contention) = if are_enough(&rounds, benchmark) {
            let contention = if longer_wait > 0.0 {
                Some(Contention::LongerWait(longer_wait))
            } else {
                rounds.iter().any(has_mean_time).then_some(Contention::MeanTime)
            };
            (rounds, contention)
        } else {
            let (rounds, contention) = contended(benchmark, &sensors);
            // How much a neighbour and lost cores cost together is not known.
            (rounds, Some(if longer_wait > 0.0 { Contention::Lost } else { contention }))
        };
        reduced.contention.extend(contention.map(|contention| (benchmark.id.clone(), contention)));
        reduced.side.benchmarks.push(benchmark.with_rounds(rounds));
    }
    reduced
}

/// The rounds of a benchmark that has too few uncontended ones, and what used its cores. A neighbour on the core costs no
/// more than a factor, so the samples that lost no core say something whatever the probes beside them say; also where it
/// takes both to leave too few. All of them, samples of lost cores included, would be off by any amount.
fn contended(benchmark: &Benchmark, sensors: &Sensors) -> (Vec<Round>, Contention) {
    let with_cores = Sensors { level: None, ..*sensors }.uncontended(&benchmark.rounds);
    if are_enough(&with_cores, benchmark) {
        (with_cores, Contention::Shared)
    } else {
        (benchmark.rounds.clone(), Contention::Lost)
    }
}

/// All samples of a round have its mean CPU time.
fn has_mean_time(round: &Round) -> bool {
    round.is_observed_as_a_whole() && round.corrected.contains(&true)
}

/// So many rounds of a benchmark make a side comparable.
fn are_enough(rounds: &[Round], benchmark: &Benchmark) -> bool {
    rounds.len() >= FEWEST_ROUNDS.min(benchmark.rounds.len())
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
        let contention = uncontended.contention.iter().map(|(id, contention)| (id.path(), *contention));
        assert_eq!(contention.collect::<Vec<_>>(), [("ops/contended".to_owned(), Contention::Shared)]);
    }

    /// Four samples of 1000 ns of two threads beside a neighbour on the core or alone, then one that lost a core and took
    /// ten times as long.
    fn of_two_threads(neighbour: [bool; 4]) -> Round {
        let cpu = |wall: f64, delay: f64| CpuTime {
            wall,
            outside: 0.0,
            thread: 1000.0,
            process: 1900.0,
            delay,
            waits: 3,
            preemptions: 3,
        };
        let mut contention = neighbour.map(|neighbour| if neighbour { 16.0 } else { 10.0 }).to_vec();
        contention.push(10.0);
        Round {
            samples: vec![1000.0, 1000.0, 1000.0, 1000.0, 10_000.0],
            probes: vec![20.0; 5],
            contention,
            cpu: [vec![cpu(1000.0, 0.0); 4], vec![cpu(10_000.0, 9000.0)]].concat(),
            ..Round::default()
        }
    }

    #[test]
    fn what_both_leave_too_little_of_is_judged_as_beside_a_neighbour_without_what_lost_its_cores() {
        // By its probes each round keeps three samples, and by its cores four; by both it keeps two.
        let mixed = vec![of_two_threads([true, true, false, false]); 4];
        let found = uncontended(&one_benchmark(mixed));
        assert_eq!(found.contention.into_values().collect::<Vec<_>>(), [Contention::Shared]);
        let rounds = &found.side.benchmarks[0].rounds;
        assert_eq!(
            rounds.iter().map(|round| round.samples.clone()).collect::<Vec<_>>(),
            vec![vec![1000.0; 4]; 4]
        );
        let alone = uncontended(&one_benchmark(vec![of_two_threads([false; 4]); 4]));
        assert!(alone.contention.is_empty());
    }

    #[test]
    fn a_benchmark_of_which_little_kept_its_cores_keeps_all_of_its_rounds() {
        let mut round = of_two_threads([false; 4]);
        round.cpu[..3].iter_mut().for_each(|cpu| cpu.delay = 900.0);
        let taken = vec![round; 4];
        let found = uncontended(&one_benchmark(taken.clone()));
        assert_eq!(found.contention.into_values().collect::<Vec<_>>(), [Contention::Lost]);
        assert_eq!(found.side.benchmarks[0].rounds, taken);
    }

    #[test]
    fn a_side_under_contention_throughout_is_measured_by_the_other() {
        let (quiet, contended) =
            (baseline("a", vec![benchmark("row", 4, 0)]), baseline("b", vec![benchmark("row", 0, 4)]));
        assert!(uncontended(&contended).contention.is_empty(), "alone, contention cannot be told");
        let together = uncontended_among(&[&quiet, &contended]);
        assert_eq!([0, 1].map(|index| together(index).contention.len()), [0, 1]);
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
        assert_eq!(mostly.contention.into_values().collect::<Vec<_>>(), [Contention::MeanTime]);
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
