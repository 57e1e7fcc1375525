//! What tells the time of each benchmark on each of several sides. What its threads do is seen in the samples of all of
//! them; and whether a side usually waits for cores for longer than the others is seen beside them.

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
                let clock = clocks.clock(side, benchmark);
                let Some(delay) = clock.shortest_delay(&benchmark.rounds) else { continue };
                let (setting, runs) = (setting(side), runs(side, &benchmark.rounds));
                let known = UsualDelay { side: index, delay, setting, runs };
                clocks.usual.entry(&benchmark.id).or_default().push(known);
            }
        }
        clocks
    }

    /// That of a benchmark of a side.
    pub(super) fn of_benchmark(&self, side: &Baseline, benchmark: &Benchmark) -> CpuClock {
        self.clock(side, benchmark).with_usual_delay(&benchmark.rounds)
    }

    /// The share of its wall time for which the threads of a benchmark may wait for cores on the side of this index, and usually
    /// do on no other side with the same settings. Other programs may have had them.
    pub(super) fn longer_wait(&self, index: usize, side: &Baseline, benchmark: &Benchmark) -> f64 {
        let Some(delay) = self.usual_delay(side, benchmark) else { return 0.0 };
        let runs = runs(side, &benchmark.rounds);
        let known = self.usual.get(&benchmark.id).into_iter().flatten().filter(|known| known.side != index);
        // Sides that were measured in turn met the same programs: a difference is the code's.
        let apart = known.filter(|known| known.setting == setting(side) && known.runs.is_disjoint(&runs));
        longer(delay, apart.map(|known| known.delay))
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

/// By how much a delay may be longer than the next lower one of others, where none of them comes near: samples that wait for
/// a little longer than is usual are used, too. It is by nothing where it is the lowest of all.
fn longer(delay: f64, others: impl Iterator<Item = f64>) -> f64 {
    let within_reach = others.filter(|other| *other <= delay + TOLERABLE_DELAY);
    let nearest = within_reach.max_by(f64::total_cmp).filter(|nearest| delay - nearest > TOLERABLE_DELAY);
    nearest.map_or(0.0, |nearest| delay + TOLERABLE_DELAY - nearest)
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
    use crate::model::{AFFINITY, CpuTime, HeadToHead};

    fn close<const N: usize>(found: [f64; N], expected: [f64; N]) {
        let is_close = |(found, expected): (&f64, &f64)| (found - expected).abs() < 1e-12;
        assert!(found.iter().zip(&expected).all(is_close), "{found:?} is not {expected:?}");
    }

    #[test]
    fn a_delay_is_longer_than_the_next_lower_one() {
        let found = |delay, others: &[f64]| longer(delay, others.iter().copied());
        close([found(0.25, &[]), found(0.25, &[0.01]), found(0.01, &[0.25])], [0.0, 0.26, 0.0]);
        close([found(0.1, &[0.11]), found(0.1, &[0.09])], [0.0; 2]);
        // Of many, one that has it is enough, but not one that has far more.
        close([found(0.2, &[0.0, 0.19, 0.01]), found(0.2, &[0.01, 0.35])], [0.0, 0.21]);
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

    /// By how much longer each of the sides waits.
    fn longer_waits<const N: usize>(sides: &[Baseline; N]) -> [f64; N] {
        let clocks = Clocks::of(&sides.each_ref());
        std::array::from_fn(|index| clocks.longer_wait(index, &sides[index], &sides[index].benchmarks[0]))
    }

    /// What the loaded side waits longer than the quiet one.
    const LONGER: f64 = 0.25 + TOLERABLE_DELAY - 0.01;

    fn quiet_and_loaded() -> [Baseline; 2] {
        [side(&[1.0; 20]), side(&[25.0; 20])]
    }

    #[test]
    fn what_one_side_alone_waits_is_told() {
        let [quiet, loaded] = quiet_and_loaded();
        close(longer_waits(&[quiet.clone(), loaded.clone()]), [0.0, LONGER]);
        close(longer_waits(&[quiet, loaded.clone(), loaded.clone()]), [0.0; 3]);
        close(longer_waits(&[loaded]), [0.0]);
    }

    #[test]
    fn a_side_of_which_nothing_is_known_tells_nothing_of_others() {
        let [_, loaded] = quiet_and_loaded();
        for unknown in [side(&[]), side(&[70.0; 20])] {
            close(longer_waits(&[unknown, loaded.clone()]), [0.0; 2]);
        }
        close(longer_waits(&[side(&[60.0, 1.0, 5.0]), loaded.clone()]), [0.0, LONGER]);
        // Threads that never wait are known to.
        let mut alone = side(&[0.0; 20]);
        let cpu = &mut alone.benchmarks[0].rounds[0].cpu;
        cpu.iter_mut().for_each(|cpu| (cpu.process, cpu.waits) = (cpu.thread, 0));
        close(longer_waits(&[alone, loaded]), [0.0, 0.27]);
    }

    #[test]
    fn other_thread_settings_and_machines_have_waits_of_their_own() {
        let [quiet, mut loaded] = quiet_and_loaded();
        loaded.environment.threads.insert("RAYON_NUM_THREADS".to_owned(), "2".to_owned());
        close(longer_waits(&[quiet, loaded]), [0.0; 2]);
        let [quiet, mut loaded] = quiet_and_loaded();
        loaded.environment.machine.cpu = "Other".to_owned();
        close(longer_waits(&[quiet, loaded]), [0.0; 2]);
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
        close(longer_waits(&in_run(7)), [0.0; 2]);
        let ([quiet, _], [_, loaded]) = (in_run(7), in_run(8));
        close(longer_waits(&[quiet, loaded]), [0.0, LONGER]);
    }

    #[test]
    fn the_clock_of_the_process_has_taken_off_what_it_lost() {
        let pinned = |wall: f64| {
            let mut side = side(&[40.0; 20]);
            side.environment.threads.insert(AFFINITY.to_owned(), "1".to_owned());
            let cpu = &mut side.benchmarks[0].rounds[0].cpu;
            cpu.iter_mut().for_each(|cpu| (cpu.wall, cpu.thread, cpu.process) = (wall, 10.0, 100.0));
            side
        };
        close(longer_waits(&[pinned(100.0), pinned(140.0)]), [0.0; 2]);
    }
}
