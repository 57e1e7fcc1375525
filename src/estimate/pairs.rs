//! What a block says: two fresh processes, of which each sample of one was taken right beside one of the other.
//!
//! A disturbance of the machine that lasts longer than two samples meets both of a pair, and is not in their ratio. What a
//! process brings with it (where its pages, its stack and its heap lie) is in all of its pairs alike, so they are no
//! independent evidence: the block is.

use std::collections::BTreeMap;

use super::log_round;
use crate::model::Round;
use crate::stats::median;

/// Fewest pairs that locate a block.
const FEWEST_PAIRS: usize = 3;

/// ln(candidate / baseline) of a block: the median over its pairs of samples. A pair is what both rounds hold of one
/// [place](Round::place), so a sample that was left out on one side takes its counterpart with it. `None` of fewer than
/// three pairs. Rounds that were observed as a whole were measured one after the other, so that their samples are no pairs:
/// there it is the ratio of the times that they locate, and none where one of them alone has a mean CPU time.
pub fn block_ratio(baseline: &Round, candidate: &Round) -> Option<f64> {
    if [baseline, candidate].into_iter().all(Round::is_observed_as_a_whole) {
        if baseline.corrected.is_empty() != candidate.corrected.is_empty() {
            return None;
        }
        return Some(log_round(candidate)?.time - log_round(baseline)?.time);
    }
    let [old, new] = [baseline, candidate].map(by_place);
    let ratio =
        |(place, new): (&usize, &f64)| Some((new / old.get(place)?).ln()).filter(|ratio| ratio.is_finite());
    let mut ratios: Vec<f64> = new.iter().filter_map(ratio).collect();
    if ratios.len() < FEWEST_PAIRS { None } else { median(&mut ratios) }
}

fn by_place(round: &Round) -> BTreeMap<usize, f64> {
    round.samples.iter().enumerate().map(|(index, &sample)| (round.place(index), sample)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CpuTime;

    fn round(samples: &[f64]) -> Round {
        Round { samples: samples.to_vec(), ..Round::default() }
    }

    fn close(found: Option<f64>, expected: f64) {
        assert!((found.unwrap().exp() / expected - 1.0).abs() < 1e-12, "{found:?} is not {expected}");
    }

    #[test]
    fn a_load_that_lasts_for_two_samples_is_not_in_the_ratio() {
        let old = round(&[100.0, 190.0, 190.0, 190.0, 100.0]);
        let new = round(&[105.0, 199.5, 199.5, 199.5, 105.0]);
        close(block_ratio(&old, &new), 1.05);
    }

    #[test]
    fn what_was_left_out_on_one_side_leaves_the_other_pairs_as_they_were() {
        // The clock doubles along the way: pairs by index of what is left would be off by half.
        let old = round(&[10.0, 20.0, 40.0, 80.0, 160.0]);
        let new = round(&[11.0, 22.0, 44.0, 88.0, 176.0]);
        close(block_ratio(&old.pick(&[1, 2, 3, 4]), &new), 1.1);
        close(block_ratio(&old.pick(&[0, 2, 3, 4]), &new.pick(&[0, 1, 2, 4])), 1.1);
        close(block_ratio(&old.pick(&[1, 2, 3, 4]).pick(&[1, 2, 3]), &new), 1.1);
    }

    #[test]
    fn of_different_counts_the_shorter_decides_and_three_pairs_are_the_fewest() {
        close(block_ratio(&round(&[1.0; 9]), &round(&[2.0; 3])), 2.0);
        assert_eq!(block_ratio(&round(&[1.0; 9]), &round(&[2.0; 2])), None);
        assert_eq!(block_ratio(&round(&[1.0; 4]).pick(&[0, 1]), &round(&[2.0; 4]).pick(&[1, 2, 3])), None);
        assert_eq!(block_ratio(&round(&[0.0; 4]), &round(&[2.0; 4])), None, "no time is no evidence");
    }

    #[test]
    fn rounds_that_were_observed_as_a_whole_have_the_ratio_of_their_locations() {
        let section = CpuTime {
            wall: 1.0,
            outside: 0.0,
            thread: 1.0,
            process: 1.0,
            delay: 0.0,
            waits: 0,
            preemptions: 0,
        };
        let whole = |samples: &[f64]| Round { cpu: vec![section], ..round(samples) };
        // No place is kept on both sides.
        let old = whole(&[100.0, 100.0, 100.0, 900.0, 900.0, 900.0]).pick(&[0, 1, 2]);
        let new = whole(&[900.0, 900.0, 900.0, 105.0, 105.0, 105.0]).pick(&[3, 4, 5]);
        close(block_ratio(&old, &new), 1.05);
        let mean = |round: Round| Round { corrected: vec![true; 3], ..round };
        assert_eq!(block_ratio(&old, &mean(new.clone())), None, "a mean is longer than a lower quartile");
        close(block_ratio(&mean(old), &mean(new)), 1.05);
    }
}
