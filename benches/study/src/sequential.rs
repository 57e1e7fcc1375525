//! Simulates rows that are measured head to head, block after block, and judges them by tensorprof's rule and by rules that
//! look without a plan. The generator is seeded: the same numbers on every run.

use std::fmt::{self, Write as _};

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, StandardNormal, StudentT};
use tensorprof::compare::{HeadToHeadRule, Options, Turns, Verdict};
use tensorprof::stats::Variance;

/// The most blocks of a row.
const MOST: usize = 30;
/// Changes of the simulated rows, as fractions; the threshold is the default one, 2 %.
const CHANGES: [f64; 4] = [0.0, 0.02, 0.03, 0.05];
/// Confidence of the intervals of rules without a plan.
const CONFIDENCE: f64 = 0.95;
/// Correlation of neighbouring blocks.
const CORRELATION: f64 = 0.3;
/// Share of disturbed blocks, and how much more they scatter.
const DISTURBED: (f64, f64) = (0.1, 5.0);
/// The same where disturbances meet one of two whole benchmarks.
const OFTEN_DISTURBED: (f64, f64) = (0.25, 20.0);

/// How the ratios of blocks scatter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noise {
    /// Normally.
    Normal,
    /// As Student's t with three degrees of freedom: heavy tails.
    Student,
    /// Normally, one block in ten five times as much.
    Contaminated,
    /// Normally, one block in four twenty times as much.
    OftenContaminated,
    /// Normally, each block correlated with the one before (AR(1), 0.3).
    Autocorrelated,
}

impl Noise {
    /// Every kind.
    pub const ALL: [Noise; 5] =
        [Noise::Normal, Noise::Student, Noise::Contaminated, Noise::OftenContaminated, Noise::Autocorrelated];

    fn name(self) -> &'static str {
        match self {
            Noise::Normal => "normal",
            Noise::Student => "Student's t, 3 df",
            Noise::Contaminated => "one in ten 5 times as wide",
            Noise::OftenContaminated => "one in four 20 times as wide",
            Noise::Autocorrelated => "AR(1), 0.3",
        }
    }

    /// Deviates of all blocks of a row with standard deviation 1; of contaminated ones, that of those not disturbed.
    fn row(self, random: &mut ChaCha8Rng) -> Vec<f64> {
        let mut before: f64 = StandardNormal.sample(random);
        let mut deviate = || -> f64 {
            let normal: f64 = StandardNormal.sample(random);
            match self {
                Noise::Normal => normal,
                Noise::Student => {
                    StudentT::new(3.0).map_or(normal, |student| student.sample(random)) / 3f64.sqrt()
                }
                Noise::Contaminated if random.random_bool(DISTURBED.0) => DISTURBED.1 * normal,
                Noise::OftenContaminated if random.random_bool(OFTEN_DISTURBED.0) => {
                    OFTEN_DISTURBED.1 * normal
                }
                Noise::Contaminated | Noise::OftenContaminated => normal,
                Noise::Autocorrelated => {
                    before = CORRELATION * before + (1.0 - CORRELATION * CORRELATION).sqrt() * normal;
                    before
                }
            }
        };
        (0..MOST).map(|_| deviate()).collect()
    }
}

/// How rows are judged as their blocks come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Tensorprof's: five looks, with the boundary of Wang and Tsiatis.
    Planned,
    /// Tensorprof's for benches that the library is not in, which take turns by whole benchmarks.
    PlannedByBenchmarks,
    /// A single look after the last block, by a 95 % interval.
    Once,
    /// A 95 % interval at the same five looks.
    Unplanned,
    /// A 95 % interval after every block from the third.
    Peeking,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Rule; 5] =
        [Rule::Planned, Rule::PlannedByBenchmarks, Rule::Once, Rule::Unplanned, Rule::Peeking];

    fn name(self) -> &'static str {
        match self {
            Rule::Planned => "tensorprof",
            Rule::PlannedByBenchmarks => "tensorprof, turns by benchmarks",
            Rule::Once => "one look, at the end",
            Rule::Unplanned => "five looks, 95 % each",
            Rule::Peeking => "a look after every block, 95 % each",
        }
    }

    fn is_planned(self) -> bool {
        matches!(self, Rule::Planned | Rule::PlannedByBenchmarks)
    }

    fn looks(self, planned: &HeadToHeadRule) -> Vec<usize> {
        match self {
            Rule::Planned | Rule::PlannedByBenchmarks | Rule::Unplanned => planned.looks(),
            Rule::Once => vec![MOST],
            Rule::Peeking => (3..=MOST).collect(),
        }
    }

    fn verdict(self, planned: &HeadToHeadRule, ratios: &[f64]) -> Option<Verdict> {
        match self {
            Rule::Planned => planned.look_at(ratios, Turns::Samples).verdict,
            Rule::PlannedByBenchmarks => planned.look_at(ratios, Turns::Benchmarks).verdict,
            Rule::Once | Rule::Unplanned | Rule::Peeking => by_interval(ratios),
        }
    }
}

/// The mean with Student's interval, against the default threshold.
fn by_interval(ratios: &[f64]) -> Option<Verdict> {
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    let (margin, half_width) =
        (Options::default().threshold.ln_1p(), Variance::of_mean(ratios)?.half_width(CONFIDENCE));
    if mean - half_width > margin {
        Some(Verdict::Regressed)
    } else if mean + half_width < -margin {
        Some(Verdict::Improved)
    } else {
        (mean.abs() + half_width <= margin).then_some(Verdict::Unchanged)
    }
}

/// What became of many rows of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Shares {
    /// Judged regressed.
    pub regressed: f64,
    /// Judged improved.
    pub improved: f64,
    /// Judged unchanged.
    pub unchanged: f64,
    /// Mean number of blocks until the verdict, or all.
    pub blocks: f64,
}

/// Simulates so many rows with this change and this standard deviation between blocks, both as fractions.
pub fn simulate(rule: Rule, noise: Noise, sd: f64, change: f64, rows: usize) -> Shares {
    let planned = HeadToHeadRule::new(&Options::default(), MOST as u32);
    let looks = rule.looks(&planned);
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut shares = Shares::default();
    for _ in 0..rows {
        let ratios: Vec<f64> =
            noise.row(&mut random).iter().map(|deviate| change.ln_1p() + sd * deviate).collect();
        let decided = looks.iter().find_map(|&look| Some((rule.verdict(&planned, &ratios[..look])?, look)));
        let share = 1.0 / rows as f64;
        match decided.map(|(verdict, _)| verdict) {
            Some(Verdict::Regressed) => shares.regressed += share,
            Some(Verdict::Improved) => shares.improved += share,
            Some(Verdict::Unchanged) => shares.unchanged += share,
            _ => {}
        }
        shares.blocks += share * decided.map_or(MOST, |(_, look)| look) as f64;
    }
    shares
}

/// The table of all rules and kinds of noise, as markdown.
///
/// # Errors
/// None of its own: those of formatting.
pub fn render(rows: usize) -> Result<String, fmt::Error> {
    let mut text = String::new();
    writeln!(
        text,
        "{rows} rows of each kind, at most {MOST} blocks; in parentheses the mean number of blocks a row took.\n"
    )?;
    writeln!(
        text,
        "| rule | noise between blocks | its sd | identical, judged changed | identical, unchanged | +2 %, regressed | \
         +3 %, regressed | +5 %, regressed |\n|---|---|---:|---:|---:|---:|---:|---:|"
    )?;
    for rule in Rule::ALL {
        let noises = if rule.is_planned() { &Noise::ALL[..] } else { &[Noise::Normal] };
        for &noise in noises {
            for sd in [0.008, 0.02] {
                let [same, at_threshold, three, five] =
                    CHANGES.map(|change| simulate(rule, noise, sd, change, rows));
                writeln!(
                    text,
                    "| {} | {} | {:.1} % | {} | {} ({:.1}) | {} | {} ({:.1}) | {} ({:.1}) |",
                    rule.name(),
                    noise.name(),
                    100.0 * sd,
                    percent(same.regressed + same.improved),
                    percent(same.unchanged),
                    same.blocks,
                    percent(at_threshold.regressed),
                    percent(three.regressed),
                    three.blocks,
                    percent(five.regressed),
                    five.blocks,
                )?;
            }
        }
    }
    Ok(text)
}

/// With the digits that the number of rows bears.
fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if share > 0.0 && share < 0.001 { format!("{percent:.3} %") } else { format!("{percent:.1} %") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_errs_less_than_peeking_and_costs_little() {
        let at_threshold = |rule| simulate(rule, Noise::Normal, 0.02, 0.02, 1500).regressed;
        let [planned, by_benchmarks, once, unplanned, peeking] = Rule::ALL.map(at_threshold);
        assert!(planned < 0.045 && by_benchmarks < 0.045 && once < 0.04, "{planned} {by_benchmarks} {once}");
        assert!(unplanned > 1.5 * planned && peeking > unplanned, "{unplanned} {peeking}");
        let found = |rule| simulate(rule, Noise::Normal, 0.02, 0.05, 500);
        let (planned, once) = (found(Rule::Planned), found(Rule::Once));
        assert!(planned.regressed > 0.98 && planned.blocks < 0.6 * once.blocks, "{planned:?}");
    }

    #[test]
    fn blocks_of_which_many_are_disturbed_are_decided_where_turns_are_by_benchmarks() {
        let unchanged = |rule| simulate(rule, Noise::OftenContaminated, 0.005, 0.0, 500).unchanged;
        let [by_samples, by_benchmarks] = [Rule::Planned, Rule::PlannedByBenchmarks].map(unchanged);
        assert!(by_benchmarks > 0.95 && by_benchmarks > by_samples + 0.05, "{by_samples} {by_benchmarks}");
    }

    #[test]
    fn noise_has_the_spread_it_is_said_to_have() {
        let mut random = ChaCha8Rng::seed_from_u64(2);
        for (noise, expected) in
            [(Noise::Normal, 1.0), (Noise::Contaminated, 3.4), (Noise::Autocorrelated, 1.0)]
        {
            let values: Vec<f64> = (0..2000).flat_map(|_| noise.row(&mut random)).collect();
            let variance = values.iter().map(|value| value * value).sum::<f64>() / values.len() as f64;
            assert!((variance / expected - 1.0).abs() < 0.1, "{noise:?}: {variance}");
        }
    }

    #[test]
    fn the_table_has_a_row_for_every_rule() {
        let text = render(10).expect("text");
        assert!(Rule::ALL.iter().all(|rule| text.contains(rule.name())), "{text}");
        assert_eq!(text.lines().count(), 2 + 2 + 2 * (2 * Noise::ALL.len() + 3));
    }
}
