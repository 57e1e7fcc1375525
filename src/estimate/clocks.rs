//! What tells the time of each benchmark on each of several sides. What its threads do is seen in the samples of all of
//! them; what they usually wait for a core has to be borne out by another side.

use std::collections::{BTreeMap, BTreeSet};

use super::cpu::{CpuClock, TOLERABLE_DELAY};
use crate::model::{Baseline, Benchmark, BenchmarkId, Round};

/// The clocks of the benchmarks of several sides.
#[derive(Debug)]
pub(super) struct Clocks<'a> {
    /// By whether the process has one CPU, on which threads work as nowhere else. Without the usual delays.
    shared: BTreeMap<(bool, &'a BenchmarkId), CpuClock>,
    /// Of each benchmark, what the sides show.
    usual: BTreeMap<&'a BenchmarkId, Vec<UsualDelay<'a>>>,
}

/// For how long the threads of a benchmark are usually ready without a core on a side.
#[derive(Debug)]
struct UsualDelay<'a> {
    /// Index of the side.
    side: usize,
    /// A share of the wall time.
    delay: f64,
    setting: Setting<'a>,
    /// The runs in which it was measured in turn with another side.
    runs: BTreeSet<u64>,
}

/// What decides how long threads wait for a core, beside the code and other programs: thread variables and CPU.
type Setting<'a> = (&'a BTreeMap<String, String>, &'a str, Option<u32>);

impl<'a> Clocks<'a> {
    pub(super) fn of(sides: &[&'a Baseline]) -> Clocks<'a> {
        let mut clocks = Clocks { shared: shared(sides), usual: BTreeMap::new() };
        for (index, side) in sides.iter().enumerate() {
            for benchmark in &side.benchmarks {
                let Some(delay) = clocks.usual_delay(side, benchmark) else { continue };
                let (setting, runs) = (setting(side), runs(side, &benchmark.rounds));
                let known = UsualDelay { side: index, delay, setting, runs };
                clocks.usual.entry(&benchmark.id).or_default().push(known);
            }
        }
        clocks
    }

    /// That of a benchmark of the side of this index.
    pub(super) fn of_benchmark(&self, index: usize, side: &Baseline, benchmark: &Benchmark) -> CpuClock {
        let delay = self.usual_delay(side, benchmark).unwrap_or(0.0);
        let runs = runs(side, &benchmark.rounds);
        let known = self.usual.get(&benchmark.id).into_iter().flatten().filter(|known| known.side != index);
        // Sides that were measured in turn met the same programs: a difference is the code's.
        let apart = known.filter(|known| known.setting == setting(side) && known.runs.is_disjoint(&runs));
        self.clock(side, benchmark).expecting(borne_out(delay, apart.map(|known| known.delay)))
    }

    fn usual_delay(&self, side: &Baseline, benchmark: &Benchmark) -> Option<f64> {
        self.clock(side, benchmark).usual_delay(&benchmark.rounds)
    }

    fn clock(&self, side: &Baseline, benchmark: &Benchmark) -> CpuClock {
        self.shared[&(side.environment.one_cpu(), &benchmark.id)]
    }
}

fn shared<'a>(sides: &[&'a Baseline]) -> BTreeMap<(bool, &'a BenchmarkId), CpuClock> {
    let mut rounds: BTreeMap<(bool, &BenchmarkId), Vec<&Round>> = BTreeMap::new();
    for side in sides {
        for benchmark in &side.benchmarks {
            let key = (side.environment.one_cpu(), &benchmark.id);
            rounds.entry(key).or_default().extend(&benchmark.rounds);
        }
    }
    rounds.into_iter().map(|(key, rounds)| (key, CpuClock::of(rounds, key.0))).collect()
}

/// What another program takes of every sample of one side alone looks usual there, and nowhere else. So a delay that no other
/// side shows counts as far as the next lower one bears it out. The lowest stands, and all of them where there is no other
/// side to tell.
fn borne_out(delay: f64, others: impl Iterator<Item = f64>) -> f64 {
    let within_reach = others.filter(|other| *other <= delay + TOLERABLE_DELAY);
    within_reach.max_by(f64::total_cmp).map_or(delay, |nearest| delay.min(nearest + TOLERABLE_DELAY))
}

fn setting(side: &Baseline) -> Setting<'_> {
    let (threads, machine) = (&side.environment.threads, &side.environment.machine);
    (threads, &machine.cpu, machine.hardware_threads)
}

fn runs(side: &Baseline, rounds: &[Round]) -> BTreeSet<u64> {
    let in_blocks = rounds.iter().filter(|round| round.block.is_some());
    let run = |round: &Round| Some(side.sessions.get(round.session)?.head_to_head?.id);
    in_blocks.filter_map(run).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixtures::{baseline, row};
    use crate::model::{CpuTime, HeadToHead};

    #[test]
    fn a_delay_is_borne_out_by_another_side_that_has_it() {
        let found = |delay, others: &[f64]| borne_out(delay, others.iter().copied());
        assert_eq!(found(0.25, &[]), 0.25);
        assert_eq!(found(0.25, &[0.01]), 0.01 + TOLERABLE_DELAY);
        assert_eq!(found(0.01, &[0.25]), 0.01, "the lower one stands");
        assert_eq!([found(0.1, &[0.11]), found(0.1, &[0.09])], [0.1; 2]);
        // Of many, one other is enough, and what is higher than the next one is not borne out by those above it.
        assert_eq!(found(0.2, &[0.0, 0.19, 0.01]), 0.2);
        assert_eq!(found(0.2, &[0.01, 0.35]), 0.01 + TOLERABLE_DELAY);
    }

    /// A side whose two threads were ready without a core for these shares of their samples, in percent.
    fn side(delays: &[f64]) -> Baseline {
        let cpu = |delay: &f64| CpuTime {
            wall: 100.0,
            outside: 0.0,
            thread: 100.0,
            process: 180.0,
            delay: *delay,
            waits: 27,
            preemptions: 27,
        };
        let mut benchmark = row("a", &[100.0]);
        benchmark.rounds[0].cpu = delays.iter().map(cpu).collect();
        baseline("a", vec![benchmark])
    }

    /// The usual delays of the sides.
    fn usual<const N: usize>(sides: &[Baseline; N]) -> [f64; N] {
        let clocks = Clocks::of(&sides.each_ref());
        let usual =
            |index: usize| match clocks.of_benchmark(index, &sides[index], &sides[index].benchmarks[0]) {
                CpuClock::Wall { usual_delay, .. } => usual_delay,
                CpuClock::Process => panic!("it runs on two CPUs"),
            };
        std::array::from_fn(usual)
    }

    const QUIET: f64 = 0.01;
    const LOADED: f64 = 0.25;

    fn quiet_and_loaded() -> [Baseline; 2] {
        [side(&[1.0; 20]), side(&[25.0; 20])]
    }

    #[test]
    fn what_one_side_alone_shows_is_no_usual_delay() {
        let [quiet, loaded] = quiet_and_loaded();
        assert_eq!(usual(&[quiet.clone(), loaded.clone()]), [QUIET, QUIET + TOLERABLE_DELAY]);
        assert_eq!(usual(&[quiet, loaded.clone(), loaded.clone()]), [QUIET, LOADED, LOADED]);
        assert_eq!(usual(&[loaded]), [LOADED], "a side alone");
    }

    #[test]
    fn a_side_of_which_nothing_is_known_bears_nothing_out_and_denies_nothing() {
        let [_, loaded] = quiet_and_loaded();
        for unknown in [side(&[]), side(&[1.0; 9]), side(&[70.0; 20])] {
            assert_eq!(usual(&[unknown, loaded.clone()])[1], LOADED);
        }
        // Threads that never wait are known to.
        let mut alone = side(&[0.0; 20]);
        let cpu = &mut alone.benchmarks[0].rounds[0].cpu;
        cpu.iter_mut().for_each(|cpu| (cpu.process, cpu.waits) = (cpu.thread, 0));
        assert_eq!(usual(&[alone, loaded]), [0.0, TOLERABLE_DELAY]);
    }

    #[test]
    fn other_thread_settings_and_machines_have_usual_delays_of_their_own() {
        let [quiet, mut loaded] = quiet_and_loaded();
        loaded.environment.threads.insert("RAYON_NUM_THREADS".to_owned(), "2".to_owned());
        assert_eq!(usual(&[quiet.clone(), loaded]), [QUIET, LOADED]);
        let [_, mut loaded] = quiet_and_loaded();
        loaded.environment.machine.cpu = "Other".to_owned();
        assert_eq!(usual(&[quiet, loaded]), [QUIET, LOADED]);
    }

    #[test]
    fn sides_that_were_measured_in_turn_met_the_same_programs() {
        let in_run = |id: u64| {
            quiet_and_loaded().map(|mut side| {
                side.sessions[0].head_to_head = Some(HeadToHead::new(id, 30));
                side.benchmarks[0].rounds[0].block = Some(0);
                side
            })
        };
        assert_eq!(usual(&in_run(7)), [QUIET, LOADED]);
        let ([quiet, _], [_, loaded]) = (in_run(7), in_run(8));
        assert_eq!(usual(&[quiet, loaded]), [QUIET, QUIET + TOLERABLE_DELAY], "each with another side");
    }
}
