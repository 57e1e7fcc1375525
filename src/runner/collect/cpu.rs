//! The processor time of samples, from that of the sections around them.

use crate::channel::CpuUse;
use crate::model::CpuTime;
use crate::runner::criterion::Measured;

/// A section is taken for its samples if it is longer or shorter by no more than this share of their time. What else
/// happens in it is then that much of what was lost, at most.
pub(super) const LONGEST_OUTSIDE: f64 = 0.01;

/// The processor time of each sample, by the last sections; those of the warm-up come first. Empty where there are fewer
/// sections than samples.
pub(super) fn cpu_times(sections: &[CpuUse], measured: &Measured) -> Vec<CpuTime> {
    let Some(warm_up) = sections.len().checked_sub(measured.times.len()) else { return Vec::new() };
    let samples = measured.times.iter().zip(&measured.iterations);
    sections[warm_up..].iter().zip(samples).map(|(section, (&time, &n))| cpu_time(section, time, n)).collect()
}

/// `time`: that of the sample, nanoseconds for `iterations`. Where the section is little more than the sample, the rest of
/// it, which ran on the thread that measures, is taken out.
fn cpu_time(section: &CpuUse, time: f64, iterations: f64) -> CpuTime {
    let outside = section.wall - time;
    let (negligible, outside) =
        if outside.abs() <= LONGEST_OUTSIDE * time { (outside, 0.0) } else { (0.0, outside) };
    let wall = section.wall - negligible;
    // Not by `clamp`, which panics where the bench says that the section took less than no time.
    let thread = (section.thread - negligible).max(0.0).min(wall);
    CpuTime {
        wall: wall / iterations,
        outside: outside / iterations,
        thread: thread / iterations,
        process: (section.process - negligible).max(thread) / iterations,
        delay: section.delay / iterations,
        waits: count(section.waits),
        preemptions: count(section.preemptions),
    }
}

pub(super) fn count(switches: u64) -> u32 {
    u32::try_from(switches).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::CriterionId;

    const SECTION: CpuUse =
        CpuUse { wall: 10_020.0, thread: 6_020.0, process: 6_520.0, delay: 900.0, waits: 1, preemptions: 2 };

    fn measured(times: Vec<f64>) -> Measured {
        let id = CriterionId { group: "g".to_owned(), function: None, parameter: None };
        Measured { id, throughput: None, iterations: vec![10.0; times.len()], times }
    }

    #[test]
    fn what_a_section_spends_around_its_sample_is_no_time_of_the_sample() {
        let expected = CpuTime {
            wall: 1000.0,
            outside: 0.0,
            thread: 600.0,
            process: 650.0,
            delay: 90.0,
            waits: 1,
            preemptions: 2,
        };
        assert_eq!(cpu_times(&[SECTION], &measured(vec![10_000.0])), [expected]);
    }

    #[test]
    fn a_section_that_is_longer_than_its_sample_stands_for_itself() {
        let [cpu] = cpu_times(&[SECTION], &measured(vec![5_000.0]))[..] else { panic!("one sample") };
        assert_eq!((cpu.wall, cpu.outside, cpu.thread, cpu.process), (1002.0, 502.0, 602.0, 652.0));
    }

    #[test]
    fn sections_of_the_warm_up_are_dropped_and_too_few_are_none() {
        let warm_up = CpuUse { wall: 1.0, ..SECTION };
        let cpu = cpu_times(&[warm_up, SECTION], &measured(vec![10_000.0]));
        assert_eq!((cpu.len(), cpu[0].wall), (1, 1000.0));
        assert_eq!(cpu_times(&[SECTION], &measured(vec![10_000.0; 2])), []);
    }

    #[test]
    fn a_section_that_took_less_than_no_time_is_left_to_the_check_of_the_round() {
        let section = CpuUse { wall: -10_000.0, ..SECTION };
        let cpu = cpu_times(&[section], &measured(vec![10_000.0]));
        assert!(cpu[0].wall < 0.0);
    }
}
