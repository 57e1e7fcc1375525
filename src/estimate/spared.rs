//! Which samples of a round kept their core, where only the round as a whole was observed.
//!
//! Whenever a thread loses its core, the system counts a switch, and the sample in which that happens becomes longer, never
//! shorter. So a round that lost its core five times has at most five disturbed samples. Without its five longest it has at
//! most some that were disturbed too little to tell.

use super::cpu::core_losses;
use super::log_round;
use crate::model::{CpuTime, Round};
use crate::stats::mean;

/// Most disturbed samples of a round, a share of all: the lower quartile, which locates it, is well among the others.
const MOST_DISTURBED: f64 = 0.5;

/// By how much the logarithm of the time of a round may change as its longest samples are left out. A round that was disturbed
/// less often than it may have been loses undisturbed samples, too; then this is the error.
const AGREEMENT: f64 = 0.005;

/// The indices of the samples of a round that kept their core, whose section as a whole was observed. `None` where it is not
/// known how often it was lost, where it was lost too often, or where it matters which of the samples are left out.
pub(super) fn spared(round: &Round, section: &CpuTime) -> Option<Vec<usize>> {
    let taken = round.samples.len();
    let disturbed = usize::try_from(core_losses(section, mean(&round.samples))?).ok()?;
    if disturbed as f64 > MOST_DISTURBED * taken as f64 {
        return None;
    }
    let kept = shortest(&round.samples, taken - disturbed);
    let change = log_round(round)?.time - log_round(&round.pick(&kept))?.time;
    (change <= AGREEMENT).then_some(kept)
}

/// The indices of so many of the shortest, in order.
fn shortest(samples: &[f64], count: usize) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..samples.len()).collect();
    indices.sort_by(|&a, &b| samples[a].total_cmp(&samples[b]));
    indices.truncate(count);
    indices.sort_unstable();
    indices
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sixteen samples of about 1000 ns, of which so many took three times as long, and their section, in which the core was
    /// lost so often.
    fn round(disturbed: usize, preemptions: u32) -> (Round, CpuTime) {
        let undisturbed = |index: usize| 1000.0 + (index * 7 % 16) as f64 / 10.0;
        let times = |index: usize| if index < disturbed { 3.0 } else { 1.0 };
        let samples: Vec<f64> = (0..16).map(|index| times(index) * undisturbed(index)).collect();
        let wall = mean(&samples);
        let section = CpuTime {
            wall,
            outside: 0.0,
            thread: 1015.0,
            process: 1015.0,
            delay: (wall - 1015.0).max(0.0),
            waits: 0,
            preemptions,
        };
        (Round { samples, ..Round::default() }, section)
    }

    fn spared_of((round, section): (Round, CpuTime)) -> Option<Vec<usize>> {
        spared(&round, &section)
    }

    #[test]
    fn samples_that_lost_their_core_are_the_longest() {
        assert_eq!(spared_of(round(5, 5)), Some((5..16).collect()));
        let (round, section) = round(5, 3);
        assert_eq!(spared(&round, &CpuTime { waits: 2, ..section }), Some((5..16).collect()));
    }

    #[test]
    fn losses_outside_of_the_samples_cost_undisturbed_ones_and_hardly_change_their_time() {
        let kept = spared_of(round(2, 6)).expect("the samples agree");
        assert_eq!(kept.len(), 10);
        assert!(kept.iter().all(|index| *index >= 2), "{kept:?}");
    }

    #[test]
    fn a_round_that_lost_its_core_in_most_samples_shows_none_that_kept_it() {
        assert!(spared_of(round(8, 8)).is_some());
        assert_eq!(spared_of(round(8, 9)), None);
    }

    #[test]
    fn where_it_matters_which_are_left_out_it_is_not_known_which_kept_their_core() {
        let (mut round, section) = round(2, 6);
        let spread = |(index, sample): (usize, &f64)| sample * (1.0 + index as f64 / 100.0);
        round.samples = round.samples.iter().enumerate().map(spread).collect();
        assert_eq!(spared(&round, &section), None);
    }

    #[test]
    fn what_the_hypervisor_took_counts_no_switches() {
        let (round, section) = round(5, 5);
        assert_eq!(spared(&round, &CpuTime { delay: 0.0, ..section }), None);
        // The runner may have heard of the end late.
        assert!(spared(&round, &CpuTime { wall: 3.0 * section.wall, ..section }).is_some());
    }

    #[test]
    fn losses_of_other_threads_are_not_those_of_the_samples() {
        let (round, section) = round(5, 5);
        assert_eq!(spared(&round, &CpuTime { process: 1.5 * section.thread, ..section }), None);
    }
}
