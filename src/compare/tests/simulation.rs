//! Coverage of the interval and errors of the verdicts on simulated machines with a known change. The
//! generator is seeded: the same numbers on every run.

use crate::compare::effect::{Effect, effect};
use crate::compare::fixtures::{baseline, row};
use crate::compare::judge::Margin;
use crate::compare::{Measure, Metric, Options, Sides, Verdict, compare};
use crate::estimate::log_rounds;
use crate::inference::{Model, Phase};
use crate::model::{Baseline, Benchmark, Inference, Round};
use crate::stats::random::Random;

/// A machine and a row on it. All in ln units.
#[derive(Clone, Copy)]
struct World {
    rounds: [usize; 2],
    /// Probability and size of a disturbed round.
    episodes: f64,
    /// Standard deviation between rounds.
    noise: f64,
    /// Standard deviation between sessions.
    session: f64,
    /// How far the row follows the clock, how much the clock wanders between rounds, and how far it moves
    /// between the sides. `None`: no probes.
    clock: Option<(f64, f64, f64)>,
    change: f64,
}

const QUIET: World =
    World { rounds: [5, 5], episodes: 0.0, noise: 0.004, session: 0.0, clock: None, change: 0.0 };

impl World {
    fn rounds(&self, side: usize, random: &mut Random) -> Vec<Round> {
        let level = if side == 1 { self.change } else { 0.0 } + self.session * random.normal();
        (0..self.rounds[side]).map(|_| self.round(side, level, random)).collect()
    }

    fn round(&self, side: usize, level: f64, random: &mut Random) -> Round {
        let (slope, wander, shift) = self.clock.unwrap_or_default();
        let clock = wander * random.normal() + if side == 1 { shift } else { 0.0 };
        let episode = if random.uniform() < self.episodes { 0.2 } else { 0.0 };
        let location = 12.0 + level + slope * clock + self.noise * random.normal() + episode;
        let samples = (0..10).map(|_| (location + 0.003 * random.normal()).exp()).collect();
        let probe = |_| (11.5 + clock + 0.001 * random.normal()).exp();
        let probes = if self.clock.is_some() { (0..10).map(probe).collect() } else { vec![] };
        Round { samples, probes, ..Round::default() }
    }

    fn effect(&self, random: &mut Random) -> Effect {
        let [old, new] = [0, 1].map(|side| log_rounds(&self.rounds(side, random)));
        effect(Sides::new(&old, &new), None).unwrap()
    }
}

/// Shares over many simulated comparisons.
struct Shares {
    /// The interval holds the true change.
    covered: f64,
    /// Judged regressed or improved though the change is within the threshold, or the wrong way round.
    false_verdicts: f64,
    /// Judged as the true change is.
    found: f64,
}

fn shares(world: World) -> Shares {
    const RUNS: usize = 1000;
    let margin = Margin { least: 0.02f64.ln_1p(), confidence: 0.95 };
    let expected = if world.change > margin.least { Verdict::Regressed } else { Verdict::Unchanged };
    let mut random = Random(1);
    let (mut covered, mut false_verdicts, mut found) = (0, 0, 0);
    for _ in 0..RUNS {
        let effect = world.effect(&mut random);
        let noise = effect.noise.unwrap();
        covered += usize::from((effect.theta() - world.change).abs() <= noise.total().half_width(0.95));
        let verdict = margin.decide(effect.theta(), &noise, true).verdict;
        false_verdicts += usize::from(verdict.is_change() && verdict != expected);
        found += usize::from(verdict == expected);
    }
    let share = |count: usize| count as f64 / RUNS as f64;
    Shares { covered: share(covered), false_verdicts: share(false_verdicts), found: share(found) }
}

/// Probed rows of which the clock moved by a percent between sessions.
const PROBED: World = World { session: 0.0035, clock: Some((1.0, 0.005, 0.01)), ..QUIET };

#[test]
fn intervals_cover_and_verdicts_hold_on_a_quiet_machine() {
    let same = shares(PROBED);
    assert!(same.covered >= 0.92 && same.false_verdicts <= 0.01, "{} {}", same.covered, same.false_verdicts);
    let slower = shares(World { change: 0.05, ..PROBED });
    assert!(slower.covered >= 0.92 && slower.found >= 0.9, "{} {}", slower.covered, slower.found);
}

#[test]
fn intervals_cover_and_verdicts_hold_with_disturbed_rounds() {
    let world = World { episodes: 0.25, rounds: [8, 8], ..PROBED };
    let same = shares(world);
    assert!(same.covered >= 0.92 && same.false_verdicts <= 0.01, "{} {}", same.covered, same.false_verdicts);
    let slower = shares(World { change: 0.05, ..world });
    assert!(slower.covered >= 0.92 && slower.found >= 0.9, "{} {}", slower.covered, slower.found);
}

#[test]
fn rows_that_ignore_the_clock_and_rows_without_probes_are_no_exception() {
    let memory_bound = World { clock: Some((0.0, 0.01, 0.01)), rounds: [8, 8], ..PROBED };
    let unprobed = World { clock: None, session: 0.01, ..QUIET };
    for world in [memory_bound, unprobed] {
        let found = shares(world);
        assert!(
            found.covered >= 0.92 && found.false_verdicts <= 0.01,
            "{} {}",
            found.covered,
            found.false_verdicts
        );
    }
}

const GENERATED: u64 = 25;

/// The rounds as generations: each sample is the mean time of a decode step, single steps scatter around it, and the
/// prefill takes ten to twenty steps, differently each time.
fn generations(rounds: Vec<Round>, random: &mut Random) -> Vec<Round> {
    let mut generation = |per_token: f64| -> Vec<f64> {
        let prefill = per_token * (10.0 + 10.0 * random.uniform());
        let decode = (1..GENERATED).map(|_| per_token * (0.05 * random.normal()).exp());
        std::iter::once(prefill).chain(decode).collect()
    };
    let mut with_steps = |round: Round| {
        let steps: Vec<Vec<f64>> = round.samples.iter().map(|&per_token| generation(per_token)).collect();
        Round { samples: steps.iter().map(|steps| steps.iter().sum()).collect(), steps, ..round }
    };
    rounds.into_iter().map(&mut with_steps).collect()
}

fn inference_side(rounds: Vec<Round>) -> Baseline {
    let phase = Phase::Inference { prompt: 10, generated: GENERATED };
    let inference = Some(Inference { model: "Small".to_owned(), phase });
    let benchmark = Benchmark { rounds, inference, ..row("inference", &[]) };
    Baseline { models: vec![Model::new("Small")], ..baseline("side", vec![benchmark]) }
}

fn time_per_token(world: World, random: &mut Random) -> Measure {
    let [old, new] = [0, 1].map(|side| {
        let rounds = world.rounds(side, random);
        inference_side(generations(rounds, random))
    });
    compare(&old, &new, &Options::default()).rows[0].measures[&Metric::PerToken]
}

#[test]
fn the_interval_of_the_time_per_token_covers() {
    const RUNS: usize = 400;
    let world = World { change: 0.05, ..PROBED };
    let mut random = Random(2);
    let covered = (0..RUNS).filter(|_| {
        let change = time_per_token(world, &mut random).change.unwrap();
        (change.low..=change.high).contains(&world.change.exp_m1())
    });
    let covered = covered.count() as f64 / RUNS as f64;
    assert!((0.92..=1.0).contains(&covered), "{covered}");
}
