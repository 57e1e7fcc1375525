//! Which samples of a round kept their core, where only the round as a whole was observed.
//!
//! Whenever a thread loses its core, the system counts a switch, and the sample in which that happens becomes longer, never
//! shorter. So a round that lost its core five times has at most five disturbed samples. Without its five longest it has at
//! most some that were disturbed too little to tell.

use super::cpu::core_losses;
use super::log_round;
use crate::model::{CpuTime, Round};

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

fn mean(samples: &[f64]) -> f64 {
    samples.iter().sum::<f64>() / samples.len() as f64
}
