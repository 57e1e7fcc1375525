//! Which change would be seen of a benchmark whose noise is known from identical code: the variance of a comparison,
//! before there is one.

use super::clock::{Clock, times_at};
use super::effect::correction;
use super::head_to_head::Turns;
use super::sessions::prior_variance;
use super::{LearnedSessions, Options, Sides, uncontended};
use crate::estimate::{SampleCounts, block_ratio, log_rounds};
use crate::model::{Baseline, Round};
use crate::stats::{Boundary, SequentialPlan, Variance, dropped, kept, lower_trimmed_mean, trimmed_mean};

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Rounds of each of two stored baselines.
    pub rounds: usize,
    /// Blocks of a head-to-head run.
    pub blocks: usize,
}

/// What identical code differs by, and what would be seen beyond that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IdenticalCode {
    /// Standard deviation of ln time between the processes that a [time](crate::estimate::time) keeps, adjusted for the
    /// clock where there are probes.
    pub round_sd: f64,
    /// Standard deviation of ln(candidate / baseline) between blocks.
    pub block_sd: f64,
    /// Standard deviation between sessions, ln time, assumed or learned.
    pub session_sd: f64,
    /// It was learned.
    pub session_sd_learned: bool,
    /// What became of all samples.
    pub samples: SampleCounts,
    /// How much would be measured.
    pub effort: Effort,
    /// Least change seen between two stored baselines, as a fraction: half the interval and the threshold.
    pub stored: f64,
    /// The same with four times the rounds.
    pub stored_with_more: f64,
    /// The same of a head-to-head run that has all of its blocks.
    pub head_to_head: f64,
}

/// What two sides that were measured in turn from identical code show of its noise. `None` of fewer than three usable
/// rounds a side or blocks.
pub fn identical_code(
    sides: Sides<&Baseline>,
    machine: Option<&LearnedSessions>,
    effort: Effort,
    options: &Options,
) -> Option<IdenticalCode> {
    let found = uncontended(sides);
    let rounds = found
        .as_ref()
        .map(|side| side.side.benchmarks.iter().flat_map(|row| &row.rounds).collect::<Vec<_>>());
    let processes = of_rounds(&rounds)?;
    let blocks = of_blocks(&rounds)?;
    let session = prior_variance(processes.probed, machine);
    let least = options.threshold.ln_1p();
    let seen = |half_width: f64| (half_width + least).exp_m1();
    let stored = |rounds: usize| {
        let (side, of_session) = (processes.of_mean(rounds), session.scaled(2.0));
        let corrected = Variance::known(2.0 * processes.correction);
        seen(Variance::sum(&[side, side, corrected, of_session]).half_width(options.confidence))
    };
    let plan = SequentialPlan::new(Boundary::new(options.confidence), effort.blocks);
    let samples = found.iter().flat_map(|side| side.samples.values().copied()).sum();
    Some(IdenticalCode {
        round_sd: processes.sd(),
        block_sd: blocks.sd(),
        session_sd: session.sd(),
        session_sd_learned: machine.is_some_and(|machine| machine.of_rows(processes.probed).is_some()),
        samples,
        effort,
        stored: stored(effort.rounds),
        stored_with_more: stored(4 * effort.rounds),
        head_to_head: seen(blocks.of_mean(effort.blocks).half_width(plan.confidence(effort.blocks)?)),
    })
}

/// A variance of a trimmed mean of so many values, from which those of others follow.
struct Spread {
    variance: Variance,
    values: usize,
    /// Of `n` values, how many the mean keeps.
    kept: fn(usize) -> usize,
    /// Variance that does not depend on how many they are: of corrected samples.
    correction: f64,
    probed: bool,
}

impl Spread {
    /// The variance of the mean of `n` such values.
    fn of_mean(&self, n: usize) -> Variance {
        let df = (self.kept)(n).saturating_sub(1).max(1);
        Variance { value: self.variance.value * self.values as f64 / n.max(1) as f64, df: df as f64 }
    }

    fn sd(&self) -> f64 {
        self.variance.scaled(self.values as f64).sd()
    }
}

/// Of the processes of one side: those of the other, which run the same code, share their moments, and the mean of both
/// variances is the steadier one.
fn of_rounds(rounds: &Sides<Vec<&Round>>) -> Option<Spread> {
    let [old, new] = rounds.as_ref().map(|side| of_side(side)).into_array();
    let (old, new) = (old?, new?);
    let value = f64::midpoint(old.variance.value, new.variance.value);
    let values = old.values.min(new.values);
    let correction = f64::midpoint(old.correction, new.correction);
    Some(Spread { variance: Variance { value, ..old.variance }, values, correction, ..old })
}

fn of_side(rounds: &[&Round]) -> Option<Spread> {
    let rounds = log_rounds(&rounds.iter().map(|round| (*round).clone()).collect::<Vec<Round>>());
    let clock = Clock::of(&[&rounds]);
    let times = times_at(&rounds, clock.as_ref(), clock.as_ref().map_or(0.0, |clock| clock.reference));
    let variance = lower_trimmed_mean(&times)?.variance()?;
    (times.len() >= 3).then_some(Spread {
        variance,
        values: times.len(),
        kept,
        correction: correction(&rounds),
        probed: clock.is_some(),
    })
}

fn of_blocks(rounds: &Sides<Vec<&Round>>) -> Option<Spread> {
    let ratio = |old: &&Round| {
        let new = rounds.candidate.iter().find(|new| new.block.is_some() && new.block == old.block)?;
        block_ratio(old, new)
    };
    let ratios: Vec<f64> = rounds.baseline.iter().filter_map(ratio).collect();
    let mean = trimmed_mean(&ratios, Turns::Samples.trimmed())?;
    let kept: fn(usize) -> usize = |n| n - 2 * dropped(n, Turns::Samples.trimmed());
    (ratios.len() >= 3).then_some(Spread {
        variance: mean.variance()?,
        values: ratios.len(),
        kept,
        correction: 0.0,
        probed: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::LearnedSession;
    use crate::compare::fixtures::{baseline, row};
    use crate::stats::random::Random;

    const EFFORT: Effort = Effort { rounds: 25, blocks: 25 };

    /// Both sides of blocks whose moments differ by `moment`, shared, and whose processes by `process`, each its own.
    fn sides(moment: f64, process: f64) -> [Baseline; 2] {
        let mut random = Random(3);
        let mut benchmarks = [row("a", &[1.0; 40]), row("a", &[1.0; 40])];
        for block in 0..40 {
            let shared = moment * random.normal();
            for benchmark in &mut benchmarks {
                let own = process * random.normal();
                let round = &mut benchmark.rounds[block];
                round.samples = vec![1e5 * (shared + own).exp(); 5];
                round.block = Some(block as u32);
            }
        }
        benchmarks.map(|benchmark| baseline("a", vec![benchmark]))
    }

    fn found(moment: f64, process: f64, machine: Option<&LearnedSessions>) -> IdenticalCode {
        let [old, new] = sides(moment, process);
        identical_code(Sides::new(&old, &new), machine, EFFORT, &Options::default()).expect("enough blocks")
    }

    #[test]
    fn what_a_moment_does_to_both_is_seen_between_processes_and_not_between_blocks() {
        let found = found(0.03, 0.001, None);
        assert!(found.round_sd > 0.01 && (0.001..0.002).contains(&found.block_sd), "{found:?}");
        assert!(found.head_to_head < 0.0215 && found.stored > 0.04, "{found:?}");
        assert!(found.stored_with_more < found.stored);
        assert_eq!((found.session_sd, found.session_sd_learned), (0.01, false));
    }

    #[test]
    fn what_the_machine_taught_narrows_what_is_stored_and_nothing_else() {
        let session = LearnedSession { sd: 0.002, df: 20.0, sessions: 20, rows: 5 };
        let machine = LearnedSessions { probed: None, unprobed: Some(session) };
        let [assumed, learned] = [None, Some(&machine)].map(|machine| found(0.001, 0.001, machine));
        assert!(learned.session_sd_learned && learned.stored < assumed.stored - 0.015, "{learned:?}");
        assert_eq!(learned.head_to_head, assumed.head_to_head);
    }

    #[test]
    fn it_is_the_variance_of_a_comparison_with_as_many_rounds() {
        let [old, new] = sides(0.01, 0.01);
        let effort = Effort { rounds: 40, blocks: 25 };
        let stored =
            identical_code(Sides::new(&old, &new), None, effort, &Options::default()).expect("enough").stored;
        let comparison = crate::compare::compare(&old, &new, &Options::default());
        let change = comparison.rows[0].time_change().expect("is compared");
        let half_width = ((1.0 + change.high) / (1.0 + change.low)).ln() / 2.0;
        let seen = (half_width + 0.02f64.ln_1p()).exp_m1();
        assert!((stored / seen - 1.0).abs() < 0.1, "{stored} is not {seen}");
    }

    #[test]
    fn two_blocks_tell_nothing() {
        let [mut old, mut new] = sides(0.01, 0.01);
        for side in [&mut old, &mut new] {
            side.benchmarks[0].rounds.truncate(2);
        }
        assert_eq!(identical_code(Sides::new(&old, &new), None, EFFORT, &Options::default()), None);
        let none = baseline("a", vec![]);
        assert_eq!(identical_code(Sides::new(&none, &none), None, EFFORT, &Options::default()), None);
    }
}
