//! The time of a sample without what the scheduler took away.
//!
//! While another program has the core, the wall clock runs on and the CPU clock does not. Which of them is the time of
//! a benchmark depends on what its threads do ([`CpuClock`]). What is corrected is the time of an undisturbed run by
//! the wall clock: there, both clocks agree.

use crate::model::{CpuTime, Round};
use crate::stats::quantile;

/// A sample that lost no more than this share of its wall time stays as it is.
const NEGLIGIBLE_LOSS: f64 = 0.005;

/// The same of all samples of a round together. So little is what the runner takes when it looks at the process, or what a
/// few samples lost, which the lower quartile leaves aside.
const NEGLIGIBLE_LOSS_OF_ROUND: f64 = 0.02;

/// Other threads that use no more than this share of what the measuring thread uses do no work of the benchmark.
const BYSTANDERS: f64 = 0.02;

/// Samples in which no thread of the process waited for anything but another one, within this share of wall time, show
/// that the benchmark as such does not sleep.
const BUSY: f64 = 0.02;

/// How many such samples show it.
const FEWEST_BUSY: usize = 3;

/// A sample whose time is that of the wall clock lost a core if its threads were ready without one for more than this
/// share of it, beyond what they usually are. By no more than this do the usual delays of two sides differ, either: those of
/// sessions of identical code on a quiet machine, on two threads, were within 1.4 %.
pub(super) const TOLERABLE_DELAY: f64 = 0.02;

/// Quantile of the delays of a side's samples that is taken for the usual one. Low, because other programs may disturb
/// most samples.
const USUAL_DELAY_QUANTILE: f64 = 0.1;

/// How many samples tell what is usual.
const FEWEST_USUAL: usize = 10;

/// Most delay, a share of wall time, that is taken for usual. Pools of two threads on two cores have up to a third, with
/// other programs on both cores two thirds and more.
const MOST_USUAL_DELAY: f64 = 0.4;

/// What tells the time of the samples of a benchmark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CpuClock {
    /// Threads work one at a time, on one CPU, handing over to each other, and none sleeps: the CPU clock of the process.
    Process,
    /// Threads work at once, or wait for something outside of the process, or it is not known: the wall clock alone.
    Wall {
        /// All threads of a process have one CPU between them.
        one_cpu: bool,
        /// The share of it for which threads are ready without a core whatever else runs: a core takes some microseconds to
        /// begin with a thread that another one wakes up.
        usual_delay: f64,
    },
}

/// What became of a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SampleTime {
    /// It lost nothing that counts.
    Undisturbed,
    /// It lost its core for a while, and had this share of its wall time.
    Corrected(f64),
    /// It lost a core, and nothing tells what it would have taken.
    Lost,
}

impl CpuClock {
    /// The wall clock of a benchmark that wakes up no threads, in a process that may use every CPU.
    pub const WALL: CpuClock = CpuClock::Wall { one_cpu: false, usual_delay: 0.0 };

    /// By all samples of a benchmark, those of both sides of a comparison together, in processes that were kept on one CPU
    /// or not. Only on one CPU it is certain that threads run one at a time: under load, two seldom run at once anywhere.
    /// Samples in which no thread waits have no say: they are judged by themselves.
    pub fn of<'a>(rounds: impl IntoIterator<Item = &'a Round>, one_cpu: bool) -> CpuClock {
        let samples = rounds.into_iter().flat_map(|round| &round.cpu);
        let waiting: Vec<&CpuTime> = samples.filter(|cpu| !never_waits(cpu)).collect();
        let handing_over = waiting.iter().filter(|cpu| has_workers(cpu)).count() * 2 > waiting.len();
        let busy = waiting.iter().filter(|cpu| share(cpu) >= 1.0 - BUSY).count();
        if one_cpu && handing_over && busy >= FEWEST_BUSY {
            CpuClock::Process
        } else {
            CpuClock::Wall { one_cpu, usual_delay: 0.0 }
        }
    }

    /// The same for the samples of one side. What its threads usually wait for a core is its own: a change of the code
    /// changes it too.
    pub fn with_usual_delay(self, rounds: &[Round]) -> CpuClock {
        let usual_delay = self.usual_delay(rounds).unwrap_or(0.0);
        match self {
            CpuClock::Process => CpuClock::Process,
            CpuClock::Wall { one_cpu, .. } => CpuClock::Wall { one_cpu, usual_delay },
        }
    }

    /// The share of the wall time for which the threads of one side are usually ready without a core. `None` where its
    /// samples do not tell: they are few, or nearly all of them lost their cores.
    pub(super) fn usual_delay(self, rounds: &[Round]) -> Option<f64> {
        if self == CpuClock::Process {
            return Some(0.0);
        }
        let mut delays = self.delays(rounds);
        if delays.len() < FEWEST_USUAL {
            // A thread that wakes up no others waits for a core only where another program has it.
            let samples = rounds.iter().map(|round| round.cpu.len()).sum::<usize>();
            return (samples >= FEWEST_USUAL).then_some(0.0);
        }
        quantile(&mut delays, USUAL_DELAY_QUANTILE).filter(|delay| *delay <= MOST_USUAL_DELAY)
    }

    /// The same as far as few samples tell: the shortest that they have.
    pub(super) fn shortest_delay(self, rounds: &[Round]) -> Option<f64> {
        let few = || Some(self.delays(rounds)).filter(|delays| delays.len() < FEWEST_USUAL);
        self.usual_delay(rounds).or_else(|| few()?.into_iter().min_by(f64::total_cmp))
    }

    /// For which shares of their wall time the threads of samples that wait were ready without a core.
    fn delays(self, rounds: &[Round]) -> Vec<f64> {
        let waking = rounds.iter().flat_map(|round| &round.cpu).filter(|cpu| !never_waits(cpu));
        waking.map(|cpu| self.delay(cpu) / cpu.wall).collect()
    }

    /// For how long another program had the core that threads of a sample were ready for, at most. On one CPU they wait for
    /// each other, too: while one of them runs, nothing is lost.
    fn delay(self, cpu: &CpuTime) -> f64 {
        match self {
            CpuClock::Wall { one_cpu: false, .. } => cpu.delay,
            _ => cpu.delay.min((cpu.wall - cpu.process).max(0.0)),
        }
    }

    /// For how long that is no loss.
    fn expected_delay(self, cpu: &CpuTime) -> f64 {
        match self {
            CpuClock::Process => 0.0,
            CpuClock::Wall { usual_delay, .. } => usual_delay * cpu.wall,
        }
    }

    /// Of the time in which the threads of a sample could have run, the share in which another program had their core.
    /// `None` where they never could.
    pub fn lost(self, cpu: &CpuTime) -> Option<f64> {
        let lost =
            if never_waits(cpu) { cpu.delay } else { (self.delay(cpu) - self.expected_delay(cpu)).max(0.0) };
        let wanted = cpu.process + lost;
        (wanted > 0.0).then(|| lost / wanted)
    }

    /// What became of a sample.
    pub fn judge(self, cpu: &CpuTime) -> SampleTime {
        self.judge_where(cpu, NEGLIGIBLE_LOSS)
    }

    /// What became of all samples of a round, whose time is known of all together.
    pub fn judge_round(self, cpu: &CpuTime) -> SampleTime {
        self.judge_where(cpu, NEGLIGIBLE_LOSS_OF_ROUND)
    }

    fn judge_where(self, cpu: &CpuTime, negligible: f64) -> SampleTime {
        let judged = self.judge_section(cpu, negligible);
        // Where a section is longer than its sample, what it lost may have been lost outside of it.
        let elsewhere = cpu.outside != 0.0 && judged != SampleTime::Undisturbed;
        if elsewhere { SampleTime::Lost } else { judged }
    }

    fn judge_section(self, cpu: &CpuTime, negligible: f64) -> SampleTime {
        if never_waits(cpu) {
            // What is missing was taken away.
            return corrected(cpu.thread / cpu.wall, negligible);
        }
        if self == CpuClock::Process && has_workers(cpu) {
            return corrected(share(cpu), negligible);
        }
        let lost = self.delay(cpu) > self.expected_delay(cpu) + cpu.wall * TOLERABLE_DELAY;
        if lost { SampleTime::Lost } else { SampleTime::Undisturbed }
    }
}

fn corrected(share: f64, negligible: f64) -> SampleTime {
    if share >= 1.0 - negligible { SampleTime::Undisturbed } else { SampleTime::Corrected(share) }
}

/// Threads other than the one that measures did a part of the work.
fn has_workers(cpu: &CpuTime) -> bool {
    cpu.process > cpu.thread * (1.0 + BYSTANDERS)
}

/// One thread did all of the work, and never gave up its core by itself.
fn never_waits(cpu: &CpuTime) -> bool {
    cpu.waits == 0 && !has_workers(cpu)
}

/// How often the thread of a section lost its core, at most: whenever another program was given it, and whenever the thread
/// itself gave it up and had to wait for another. `None` where other threads work too, or where neither tells why samples of
/// this mean time (nanoseconds) took longer than the CPU time: then the hypervisor took the core, which counts no switches.
pub(super) fn core_losses(section: &CpuTime, mean: f64) -> Option<u32> {
    let explained = section.thread + section.delay + NEGLIGIBLE_LOSS_OF_ROUND * section.wall;
    let known = !has_workers(section) && mean.min(section.wall) <= explained;
    known.then_some(section.preemptions + section.waits)
}

/// CPU time of all threads in units of wall time.
fn share(cpu: &CpuTime) -> f64 {
    cpu.process / cpu.wall
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: CpuTime = CpuTime {
        wall: 100.0,
        outside: 0.0,
        thread: 100.0,
        process: 100.0,
        delay: 0.0,
        waits: 0,
        preemptions: 0,
    };

    fn clock_of(samples: &[CpuTime]) -> CpuClock {
        CpuClock::of([&Round { cpu: samples.to_vec(), ..Round::default() }], true)
    }

    #[test]
    fn one_thread_that_never_waits_has_its_cpu_time() {
        assert_eq!(CpuClock::WALL.judge(&QUIET), SampleTime::Undisturbed);
        let preempted = CpuTime { wall: 190.0, delay: 90.0, preemptions: 3, ..QUIET };
        assert_eq!(CpuClock::WALL.judge(&preempted), SampleTime::Corrected(100.0 / 190.0));
        // Time that a hypervisor took leaves no switch and no delay.
        assert_eq!(CpuClock::WALL.judge(&CpuTime { wall: 125.0, ..QUIET }), SampleTime::Corrected(0.8));
    }

    #[test]
    fn a_round_as_a_whole_may_lose_more_than_a_sample() {
        let looked_at = CpuTime { thread: 98.5, process: 98.5, delay: 1.5, ..QUIET };
        assert_eq!(CpuClock::WALL.judge(&looked_at), SampleTime::Corrected(0.985));
        assert_eq!(CpuClock::WALL.judge_round(&looked_at), SampleTime::Undisturbed);
        let with_setup = CpuTime { outside: 5.0, ..looked_at };
        assert_eq!(CpuClock::WALL.judge(&with_setup), SampleTime::Lost);
        assert_eq!(CpuClock::WALL.judge_round(&with_setup), SampleTime::Undisturbed);
        let preempted = CpuTime { thread: 97.5, process: 97.5, delay: 2.5, ..QUIET };
        assert_eq!(CpuClock::WALL.judge_round(&preempted), SampleTime::Corrected(0.975));
    }

    #[test]
    fn the_wall_time_of_a_thread_that_sleeps_or_waits_for_a_device_never_shrinks() {
        let asleep = CpuTime { thread: 40.0, process: 40.0, waits: 2, ..QUIET };
        for clock in [CpuClock::WALL, CpuClock::Process, clock_of(&[asleep; 50])] {
            assert_eq!(clock.judge(&asleep), SampleTime::Undisturbed);
            assert_eq!(clock.judge(&CpuTime { delay: 5.0, ..asleep }), SampleTime::Lost);
        }
    }

    #[test]
    fn threads_that_hand_over_have_the_cpu_time_of_their_process() {
        let handed_over =
            CpuTime { thread: 10.0, process: 99.5, delay: 4.0, waits: 9, preemptions: 9, ..QUIET };
        let preempted = CpuTime { wall: 200.0, delay: 104.0, ..handed_over };
        let mut samples = vec![preempted; 40];
        samples.extend([handed_over; FEWEST_BUSY]);
        let clock = clock_of(&samples);
        assert_eq!(clock, CpuClock::Process);
        assert_eq!(clock.judge(&handed_over), SampleTime::Undisturbed);
        assert_eq!(clock.judge(&preempted), SampleTime::Corrected(99.5 / 200.0));
        // Without a sample that shows that none of them sleeps, it is not known.
        assert_eq!(clock_of(&[preempted; 40]).judge(&preempted), SampleTime::Lost);
    }

    #[test]
    fn threads_at_once_have_their_wall_time_unless_one_waited_for_a_core() {
        let both = CpuTime { process: 190.0, waits: 4, delay: 1.0, ..QUIET };
        let one_waited = CpuTime { wall: 130.0, delay: 30.0, preemptions: 2, ..both };
        // Under load as if they ran one at a time.
        let in_turn = CpuTime { wall: 190.0, delay: 180.0, ..both };
        let rounds = [Round { cpu: vec![in_turn; 40], ..Round::default() }];
        let clock = CpuClock::of(&rounds, false);
        assert_eq!((clock, CpuClock::of(&rounds, true)), (CpuClock::WALL, CpuClock::Process));
        assert_eq!(clock.judge(&in_turn), SampleTime::Lost);
        assert_eq!(clock.judge(&both), SampleTime::Undisturbed);
        assert_eq!(clock.judge(&one_waited), SampleTime::Lost);
    }

    /// A sample of 100 in which two threads worked, and were ready without a core for so long.
    fn woken(delay: f64) -> CpuTime {
        CpuTime { process: 180.0, waits: 27, preemptions: 27, delay, ..QUIET }
    }

    fn side(delays: &[f64]) -> Vec<Round> {
        let cpu = delays.iter().map(|delay| woken(*delay)).collect();
        vec![Round { cpu, ..Round::default() }]
    }

    #[test]
    fn threads_that_wake_up_others_lose_nothing_by_it() {
        let clock = CpuClock::WALL.with_usual_delay(&side(&[10.0; 20]));
        assert_eq!(clock, CpuClock::Wall { one_cpu: false, usual_delay: 0.1 });
        assert_eq!(clock.judge(&woken(11.5)), SampleTime::Undisturbed);
        assert_eq!(clock.judge(&woken(12.5)), SampleTime::Lost);
        assert_eq!(CpuClock::WALL.judge(&woken(10.0)), SampleTime::Lost, "where it is not usual");
        assert_eq!((clock.lost(&woken(10.0)), clock.lost(&woken(30.0))), (Some(0.0), Some(20.0 / 200.0)));
    }

    #[test]
    fn what_other_programs_take_is_not_usual_though_most_samples_have_it() {
        let mostly: Vec<f64> = (0..20).map(|sample| if sample < 4 { 1.0 } else { 20.0 }).collect();
        let usual_delay = CpuClock::WALL.usual_delay(&side(&mostly)).expect("enough samples");
        assert!((usual_delay - 0.01).abs() < 1e-12, "{usual_delay}");
        // All of them, for as long as a program takes that always wants the core.
        assert_eq!(CpuClock::WALL.with_usual_delay(&side(&[60.0; 20])), CpuClock::WALL);
        assert_eq!(CpuClock::Process.with_usual_delay(&side(&[10.0; 20])), CpuClock::Process);
        // A thread that wakes up no others waits for a core only where another program has it.
        let alone = [Round { cpu: vec![CpuTime { delay: 20.0, ..QUIET }; 20], ..Round::default() }];
        assert_eq!(CpuClock::WALL.with_usual_delay(&alone), CpuClock::WALL);
        assert_eq!(CpuClock::WALL.lost(&alone[0].cpu[0]), Some(20.0 / 120.0));
        // Few samples do not tell what is usual.
        assert_eq!(CpuClock::WALL.with_usual_delay(&side(&[10.0; FEWEST_USUAL - 1])), CpuClock::WALL);
    }

    #[test]
    fn what_is_usual_is_known_or_not() {
        let usual = |rounds: &[Round]| CpuClock::WALL.usual_delay(rounds);
        let alone = [Round { cpu: vec![QUIET; 20], ..Round::default() }];
        assert_eq!([usual(&side(&[10.0; 20])), usual(&alone)], [Some(0.1), Some(0.0)]);
        assert_eq!([usual(&side(&[10.0; 9])), usual(&side(&[60.0; 20])), usual(&[])], [None; 3]);
    }

    #[test]
    fn threads_that_hand_over_on_one_cpu_wait_for_each_other() {
        let handing_over = CpuTime { thread: 10.0, process: 99.5, delay: 40.0, waits: 9, ..QUIET };
        assert_eq!(CpuClock::Process.lost(&handing_over), Some(0.5 / 100.0));
        let preempted = CpuTime { wall: 199.0, delay: 140.0, ..handing_over };
        assert_eq!(CpuClock::Process.lost(&preempted), Some(0.5));
    }

    /// Threads of a pinned process that wait for each other all the while: 94 % of the wall time in the token of a small
    /// model, where the workers use 5 % of the CPU time, and 10 % in an inference, where they use less than 1 %.
    #[test]
    fn on_one_cpu_a_process_that_is_busy_all_the_time_lost_nothing() {
        let token = CpuTime { thread: 95.0, process: 100.05, delay: 94.0, waits: 27, ..QUIET };
        let inference = CpuTime { thread: 99.7, process: 100.0, delay: 10.0, waits: 28, ..QUIET };
        for busy in [token, inference] {
            let rounds = [Round { cpu: vec![busy; 20], ..Round::default() }];
            let clock = CpuClock::of(&rounds, true).with_usual_delay(&rounds);
            assert_eq!((clock.judge(&busy), clock.lost(&busy)), (SampleTime::Undisturbed, Some(0.0)));
            // Alone, as a sample of few.
            let alone = CpuClock::Wall { one_cpu: true, usual_delay: 0.0 };
            assert_eq!(alone.judge(&busy), SampleTime::Undisturbed);
            let preempted = CpuTime { wall: 110.0, delay: busy.delay + 10.0, ..busy };
            assert_eq!(alone.judge(&preempted), SampleTime::Lost);
            let lost = alone.lost(&preempted).expect("is known");
            assert!((lost - (110.0 - busy.process) / 110.0).abs() < 1e-12, "{lost}");
        }
        assert_eq!(CpuClock::WALL.judge(&token), SampleTime::Lost, "where each thread may have a core");
    }

    #[test]
    fn a_side_that_never_waits_has_no_say_in_how_the_threads_of_the_other_work() {
        let handed_over = CpuTime { thread: 95.0, process: 100.0, delay: 94.0, waits: 27, ..QUIET };
        let rounds = |cpu, samples| Round { cpu: vec![cpu; samples], ..Round::default() };
        assert_eq!(CpuClock::of(&[rounds(QUIET, 40), rounds(handed_over, 20)], true), CpuClock::Process);
        // That it was busy does not show that threads which hand over never sleep.
        let asleep = CpuTime { process: 60.0, thread: 30.0, delay: 1.0, waits: 9, ..QUIET };
        let clock = CpuClock::of(&[rounds(QUIET, 20), rounds(asleep, 40)], true);
        assert_eq!(clock, CpuClock::Wall { one_cpu: true, usual_delay: 0.0 });
        assert_eq!(clock.judge(&asleep), SampleTime::Undisturbed);
    }

    #[test]
    fn nothing_known_is_nothing_judged() {
        assert_eq!(clock_of(&[]), CpuClock::Wall { one_cpu: true, usual_delay: 0.0 });
        assert_eq!(CpuClock::of(&[], false), CpuClock::WALL);
    }
}
