//! The processor time of a whole round of a bench that the library is not in, from the section that the runner saw from
//! outside.

use super::cpu::{LONGEST_OUTSIDE, count};
use crate::channel::CpuUse;
use crate::model::{CpuTime, Round};
use crate::runner::criterion::Measured;

/// Least share of its samples that a section must cover. Where the runner heard of the start so late that it saw less,
/// nothing is known.
const LEAST_COVERED: f64 = 0.5;

/// Rounds whose section is no longer than their samples that show that those of the others are longer by what was taken
/// away alone. One could be so by chance: its start heard as late as the set-up of its iterations is long.
const SNUG_ROUNDS: usize = 2;

/// The processor time of all samples of a round; `None` where too little of it was seen.
///
/// The runner learns of the start of a measurement a moment late, so that the section can be shorter than the samples:
/// then it is taken to hold as many of the iterations as of their time.
pub(super) fn round_cpu_time(section: &CpuUse, measured: &Measured) -> Option<CpuTime> {
    let (time, iterations): (f64, f64) = (measured.times.iter().sum(), measured.iterations.iter().sum());
    if time <= 0.0 || section.wall < LEAST_COVERED * time {
        return None;
    }
    let covered = (section.wall / time).min(1.0);
    let per_iteration = |nanoseconds: f64| nanoseconds / (iterations * covered);
    let outside = section.wall - time;
    let thread = per_iteration(section.thread);
    Some(CpuTime {
        wall: per_iteration(section.wall),
        outside: if outside.abs() <= LONGEST_OUTSIDE * time { 0.0 } else { outside / iterations },
        thread,
        process: per_iteration(section.process).max(thread),
        delay: per_iteration(section.delay),
        waits: count(section.waits),
        preemptions: count(section.preemptions),
    })
}

/// What a benchmark does between the iterations that it times, it does in every round. A section can be longer than that
/// because the core was taken away between two samples, but not shorter. So if rounds show that there is next to nothing
/// outside of the samples, that holds for the others.
pub(super) fn settle_outside(rounds: &mut [Round]) {
    let of_round = |round: &&mut Round| round.cpu.len() == 1 && round.samples.len() > 1;
    let mut sections: Vec<&mut CpuTime> =
        rounds.iter_mut().filter(of_round).flat_map(|round| &mut round.cpu).collect();
    if sections.iter().filter(|cpu| cpu.outside == 0.0).count() >= SNUG_ROUNDS {
        sections.iter_mut().for_each(|cpu| cpu.outside = 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::CriterionId;

    /// Two samples of 1 ms, 10,000 iterations in all.
    fn cpu_time(wall: f64, thread: f64) -> Option<CpuTime> {
        let id = CriterionId { group: "g".to_owned(), function: None, parameter: None };
        let measured = Measured { id, throughput: None, iterations: vec![5e3, 5e3], times: vec![1e6, 1e6] };
        let section = CpuUse { wall, thread, process: thread + 1e4, delay: 2e4, waits: 3, preemptions: 4 };
        round_cpu_time(&section, &measured)
    }

    #[test]
    fn a_section_is_told_per_iteration() {
        let expected = CpuTime {
            wall: 201.0,
            outside: 0.0,
            thread: 150.0,
            process: 151.0,
            delay: 2.0,
            waits: 3,
            preemptions: 4,
        };
        assert_eq!(cpu_time(2.01e6, 1.5e6), Some(expected));
        assert_eq!(cpu_time(3e6, 1.5e6).map(|cpu| (cpu.outside, cpu.thread)), Some((100.0, 150.0)));
    }

    #[test]
    fn a_start_that_was_heard_late_makes_no_iteration_cheaper() {
        let late = cpu_time(1.6e6, 1.6e6).expect("is known");
        assert_eq!((late.wall, late.thread, late.outside), (200.0, 200.0, -40.0));
        assert_eq!(cpu_time(0.9e6, 0.9e6), None, "too late to tell");
    }

    fn outsides(outsides: &[f64]) -> Vec<f64> {
        let cpu = cpu_time(2e6, 2e6).expect("is known");
        let round = |&outside| Round {
            samples: vec![200.0; 2],
            cpu: vec![CpuTime { outside, ..cpu }],
            ..Round::default()
        };
        let mut rounds: Vec<Round> = outsides.iter().map(round).collect();
        settle_outside(&mut rounds);
        rounds.iter().map(|round| round.cpu[0].outside).collect()
    }

    #[test]
    fn a_benchmark_that_does_nothing_between_its_iterations_in_two_rounds_does_so_in_none() {
        assert_eq!(outsides(&[0.0, 60.0, -3.0, 0.0]), [0.0; 4]);
        assert_eq!(outsides(&[0.0, 60.0, 70.0]), [0.0, 60.0, 70.0], "one may be so by chance");
    }

    #[test]
    fn rounds_with_a_section_for_each_sample_are_left_alone() {
        let cpu = CpuTime { outside: 5.0, ..cpu_time(2e6, 2e6).expect("is known") };
        let with_samples = Round { samples: vec![200.0; 2], cpu: vec![cpu, cpu], ..Round::default() };
        let mut rounds = [with_samples.clone(), with_samples.clone()];
        settle_outside(&mut rounds);
        assert_eq!(rounds[1], with_samples);
    }
}
