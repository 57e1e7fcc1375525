//! Looking at data while it is gathered, without being misled by it.
//!
//! Who tests after every block, and stops at the first result, finds changes that are not there: each look is another
//! chance to be wrong. Here the most blocks are fixed before the first, looks are at fifths of that number, and the
//! level of each look is such that the error over all looks together is the one asked for. The early looks get little
//! of it (the boundary of Wang & Tsiatis 1987, "Approximately optimal one-parameter boundaries for group sequential
//! trials", with Delta = 0.25), so that the last one is nearly as good as a test without looks.
//!
//! What is compared with the boundary is an interval: the *repeated confidence intervals* of Jennison & Turnbull (1989,
//! "Interim analyses: the repeated confidence interval approach"; 2000, "Group Sequential Methods", chapter 9) hold the
//! true value at all looks together with the confidence asked for, whatever makes a run stop. Variances are estimated,
//! so each level is used with Student's t of the blocks at hand (2000, section 3.8).

use statrs::distribution::{Continuous, ContinuousCDF, Normal};

/// Looks at equal distances, the last at the most blocks.
pub const LOOKS: usize = 5;

/// The exponent Delta of the boundary: 0 is O'Brien & Fleming's, 1/2 is Pocock's.
const DELTA: f64 = 0.25;

/// Fewest blocks that have an interval worth the name: of two, the variance has one degree of freedom.
const FEWEST: usize = 3;

/// Greatest critical value that is told apart from greater ones: a probability of about 1e-15.
const MOST_CRITICAL: f64 = 8.0;

/// Error rates for which there is a boundary.
const ERRORS: std::ops::RangeInclusive<f64> = 1e-9..=0.9;

/// A Wang-Tsiatis boundary: at a share t of the most information, an estimate is beyond it if it exceeds
/// `critical` t^(Delta - 1/2) standard errors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Boundary {
    critical: f64,
}

impl Boundary {
    /// The boundary of intervals that hold at all looks together with this two-sided confidence.
    pub fn new(confidence: f64) -> Boundary {
        let one_sided = (1.0 - confidence).clamp(*ERRORS.start(), *ERRORS.end()) / 2.0;
        let excess = |critical: f64| (crossing_probability(critical) / one_sided).ln();
        // More looks than one need a greater value than one look does; the logarithm of the probability is nearly a
        // parabola, on which the secant converges within a few steps.
        let (mut before, mut critical) = (upper_quantile(one_sided), upper_quantile(one_sided / 2.0));
        let mut excess_before = excess(before);
        for _ in 0..20 {
            let excess_now = excess(critical);
            let step = excess_now * (critical - before) / (excess_now - excess_before);
            if !step.is_finite() || step.abs() < 1e-10 {
                break;
            }
            (before, excess_before) = (critical, excess_now);
            critical = (critical - step).clamp(0.0, MOST_CRITICAL);
        }
        Boundary { critical }
    }

    /// The two-sided confidence of the interval at a share of the most information, in (0, 1].
    pub fn confidence_at(&self, share: f64) -> f64 {
        1.0 - 2.0 * Normal::standard().sf(self.critical * share.powf(DELTA - 0.5))
    }
}

/// The looks at a row of which so many blocks can be measured at most, with their boundary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SequentialPlan {
    boundary: Boundary,
    most: usize,
}

impl SequentialPlan {
    /// Looks at fifths of `most` blocks.
    pub fn new(boundary: Boundary, most: usize) -> SequentialPlan {
        SequentialPlan { boundary, most }
    }

    /// The most blocks.
    pub fn most(&self) -> usize {
        self.most
    }

    /// After how many blocks to look: at fifths of the most, rounded up, and not before there are three. Where the most
    /// are few, some looks coincide or fall away; the rule only becomes stricter by that. None where the most are fewer
    /// than three.
    pub fn looks(&self) -> Vec<usize> {
        let mut looks: Vec<usize> = (1..=LOOKS)
            .map(|look| (look * self.most).div_ceil(LOOKS))
            .filter(|&look| look >= FEWEST)
            .collect();
        looks.dedup();
        looks
    }

    /// So many blocks are a moment to look.
    pub fn is_look(&self, blocks: usize) -> bool {
        self.looks().contains(&blocks)
    }

    /// How many looks there are up to so many blocks.
    pub fn looks_passed(&self, blocks: usize) -> usize {
        self.looks().iter().filter(|&&look| look <= blocks).count()
    }

    /// The two-sided confidence of the interval of the first `blocks` blocks. `None` of fewer than three.
    ///
    /// Between looks, where a run ended for other reasons than its data, it is that of the boundary there: a look at
    /// another moment than planned, not a further one.
    pub fn confidence(&self, blocks: usize) -> Option<f64> {
        (blocks >= FEWEST).then(|| self.boundary.confidence_at(self.share(blocks)))
    }

    /// The p-value of a row that was looked at until it had `blocks` blocks, from the one-sided p-value that these
    /// blocks would have on their own: the *repeated p-value* (Jennison & Turnbull 2000, section 9.3), the least error
    /// rate whose boundary the estimate is beyond.
    ///
    /// With the boundary's shape fixed, that is the probability that the greatest of all looks lies as far beyond as this
    /// one does. So it is at most x with probability at most x, whenever and why ever a run stops, and false discovery
    /// rates over rows that stopped at different looks hold. Multiplying the nominal p-value by alpha / level of the look
    /// agrees with it at alpha only; below, where corrections for many rows decide, it would be too small: at a fifth of
    /// alpha by 9 %, at a fiftieth by 17 %.
    pub fn repeated_p(&self, nominal: f64, blocks: usize) -> f64 {
        let critical = upper_quantile(nominal) * self.share(blocks).powf(0.5 - DELTA);
        // On the near side of the hypothesis there is nothing to be told apart.
        if critical > 0.0 { crossing_probability(critical).max(nominal) } else { 1.0 }
    }

    fn share(&self, blocks: usize) -> f64 {
        (blocks as f64 / self.most.max(1) as f64).clamp(f64::MIN_POSITIVE, 1.0)
    }
}

/// The value that a standard normal variable exceeds with probability `p`.
fn upper_quantile(p: f64) -> f64 {
    -Normal::standard().inverse_cdf(p.clamp(0.0, 1.0))
}

/// Panels of Simpson's rule.
const PANELS: usize = 64;

/// How far below no effect the integrals reach, standard errors.
const REACH: f64 = 5.0;

/// The probability that a sum of independent standard normal values, looked at after each of five, is at some look
/// beyond the upper boundary of this critical value: by recursive integration over the sums that were not (Armitage,
/// McPherson & Rowe 1969, "Repeated significance tests on accumulating data").
fn crossing_probability(critical: f64) -> f64 {
    let normal = Normal::standard();
    let limit = |look: usize| {
        let (look, looks) = (look as f64, LOOKS as f64);
        critical.min(MOST_CRITICAL) * (look / looks).powf(DELTA - 0.5) * look.sqrt()
    };
    let mut crossed = normal.sf(limit(1));
    let mut inside: Vec<Node> =
        nodes(1.0, limit(1)).map(|(at, weight)| Node { at, mass: weight * normal.pdf(at) }).collect();
    for look in 2..=LOOKS {
        let limit = limit(look);
        crossed += inside.iter().map(|node| node.mass * normal.sf(limit - node.at)).sum::<f64>();
        let density = |at: f64| inside.iter().map(|node| node.mass * normal.pdf(at - node.at)).sum::<f64>();
        inside =
            nodes(look as f64, limit).map(|(at, weight)| Node { at, mass: weight * density(at) }).collect();
    }
    crossed.min(1.0)
}

/// A sum that has not crossed, and the probability that it stands for.
struct Node {
    at: f64,
    mass: f64,
}

/// The nodes and weights of Simpson's rule from far below to `limit`, for a sum with that variance.
fn nodes(variance: f64, limit: f64) -> impl Iterator<Item = (f64, f64)> {
    let low = -REACH * variance.sqrt();
    let step = (limit - low) / PANELS as f64;
    let weight = |index: usize| match index {
        0 | PANELS => 1.0,
        index if index % 2 == 1 => 4.0,
        _ => 2.0,
    };
    (0..=PANELS).map(move |index| (low + step * index as f64, step / 3.0 * weight(index)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stats::random::Random;

    fn plan(most: usize) -> SequentialPlan {
        SequentialPlan::new(Boundary::new(0.95), most)
    }

    #[test]
    fn critical_values_are_those_of_the_tables() {
        // Jennison & Turnbull 2000, table 2.9, Delta = 0.25, five looks; computed anew to four digits.
        for (confidence, expected) in [(0.9, 1.8569), (0.95, 2.1360), (0.99, 2.6978)] {
            let found = Boundary::new(confidence).critical;
            assert!((found - expected).abs() < 2e-3, "{confidence}: {found}");
        }
    }

    #[test]
    fn levels_spend_little_on_early_looks() {
        let plan = plan(30);
        let level = |blocks: usize| 1.0 - plan.confidence(blocks).unwrap();
        for (blocks, expected) in [(6, 0.0014), (12, 0.0072), (18, 0.0152), (24, 0.0239), (30, 0.0327)] {
            assert!((level(blocks) - expected).abs() < 1e-4, "{blocks}: {}", level(blocks));
        }
        assert_eq!(plan.confidence(2), None);
        assert_eq!(level(31), level(30), "never beyond the last");
    }

    #[test]
    fn looks_are_at_fifths_and_need_three_blocks() {
        assert_eq!(plan(30).looks(), [6, 12, 18, 24, 30]);
        assert_eq!(plan(12).looks(), [3, 5, 8, 10, 12]);
        assert_eq!(plan(7).looks(), [3, 5, 6, 7]);
        assert_eq!(plan(4).looks(), [3, 4]);
        assert_eq!(plan(3).looks(), [3]);
        assert_eq!([0, 1, 2].map(|most| plan(most).looks()), [const { Vec::<usize>::new() }; 3]);
        assert_eq!([5, 6, 11, 12, 30, 99].map(|blocks| plan(30).looks_passed(blocks)), [0, 1, 1, 2, 5, 5]);
        assert!(plan(30).is_look(18) && !plan(30).is_look(17));
    }

    /// The share of runs without an effect that cross the upper boundary, with Student's t.
    fn share_crossing(most: usize, nominal: impl Fn(f64, usize) -> bool) -> f64 {
        const RUNS: usize = 5_000;
        let (mut random, looks) = (Random(1), plan(most).looks());
        let mut crosses = || {
            let values: Vec<f64> = (0..most).map(|_| random.normal()).collect();
            looks.iter().any(|&look| {
                let variance = crate::stats::Variance::of_mean(&values[..look]).unwrap();
                let mean = values[..look].iter().sum::<f64>() / look as f64;
                nominal(variance.upper_tail(mean), look)
            })
        };
        (0..RUNS).filter(|_| crosses()).count() as f64 / RUNS as f64
    }

    #[test]
    fn all_looks_together_err_as_often_as_was_asked_for() {
        for plan in [30, 10, 4].map(plan) {
            let (most, level) = (plan.most(), |look: usize| 1.0 - plan.confidence(look).unwrap());
            let share = share_crossing(most, |p, look| p < level(look) / 2.0);
            assert!((0.012..0.034).contains(&share), "{most}: {share}");
        }
        // What the rule is there for: the same looks at the level of a single one.
        assert!(share_crossing(30, |p, _| p < 0.025) > 0.055);
    }

    #[test]
    fn repeated_p_values_are_valid_below_the_level_too() {
        let plan = plan(30);
        for alpha in [0.1, 0.02] {
            // A repeated p-value is no less than the nominal one, which is cheaper.
            let share = share_crossing(30, |p, look| p <= alpha && plan.repeated_p(p, look) <= alpha);
            assert!(share < 1.25 * alpha && share > 0.7 * alpha, "{alpha}: {share}");
        }
    }

    #[test]
    fn a_p_value_is_the_error_at_which_the_interval_touches() {
        let plan = plan(30);
        for blocks in [6, 12, 20, 30] {
            let touching = (1.0 - plan.confidence(blocks).unwrap()) / 2.0;
            assert!((plan.repeated_p(touching, blocks) - 0.025).abs() < 1e-6);
        }
        assert_eq!(plan.repeated_p(1.0, 30), 1.0);
        assert_eq!(plan.repeated_p(0.5, 30), 1.0);
        assert!(plan.repeated_p(0.0, 30) < 1e-12);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn looking_never_makes_a_p_value_smaller_nor_turns_the_order(
            p in 0.0..0.5f64, more in 1.0..2.0f64, blocks in 3usize..30,
        ) {
            let plan = plan(30);
            let found = plan.repeated_p(p, blocks);
            prop_assert!(found >= p && found <= 1.0);
            prop_assert!(plan.repeated_p((p * more).min(1.0), blocks) >= found - 1e-12);
        }

        #[test]
        fn any_confidence_and_number_is_no_panic(confidence in -1.0..2.0f64, most in 0usize..200, blocks in 0usize..300) {
            let plan = SequentialPlan::new(Boundary::new(confidence), most);
            let found = plan.confidence(blocks);
            prop_assert!(found.is_none_or(|found| (0.0..=1.0).contains(&found)), "{found:?}");
            prop_assert!(plan.looks().is_sorted());
        }
    }
}
