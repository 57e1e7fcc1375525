//! Rows whose two sides were measured in turn.

use crate::compare::fixtures::{baseline, row};
use crate::compare::{
    BlockCount, Comparison, HeadToHeadRule, Measured, Metric, Options, Row, Sides, Turns, Verdict, Warning,
    compare,
};
use crate::estimate::log_rounds;
use crate::inference::{Model, Phase};
use crate::model::{Baseline, Benchmark, HeadToHead, Inference, NullArm, Round, Session};
use crate::stats::random::Random;
use crate::stats::time_estimate;

const MOST: u32 = 30;
const SAMPLES: usize = 9;

/// A machine on which both sides are measured in turn. All in ln units.
#[derive(Clone, Copy)]
struct World {
    blocks: usize,
    change: f64,
    /// Standard deviation between blocks.
    noise: f64,
    /// What the machine does between one pair of samples and the next, to both alike.
    load: f64,
}

const BUSY: World = World { blocks: 12, change: 0.0, noise: 0.008, load: 0.2 };

impl World {
    /// The rounds of both sides.
    fn rounds(self, random: &mut Random) -> Sides<Vec<Round>> {
        let blocks: Vec<[Round; 2]> =
            (0..self.blocks).map(|block| self.block(block as u32, random)).collect();
        Sides::new(0, 1).map(|side: usize| blocks.iter().map(|block| block[side].clone()).collect())
    }

    fn block(self, block: u32, random: &mut Random) -> [Round; 2] {
        let process = self.noise * random.normal();
        let load: Vec<f64> = (0..SAMPLES).map(|_| self.load * random.uniform()).collect();
        [0.0, self.change + process].map(|level| {
            let sample = |load: &f64| (12.0 + level + load + 0.002 * random.normal()).exp();
            Round {
                samples: load.iter().map(sample).collect(),
                probes: vec![80_000.0; SAMPLES],
                block: Some(block),
                ..Round::default()
            }
        })
    }

    fn compared(self, seed: u64) -> Comparison {
        let Sides { baseline, candidate } = self.rounds(&mut Random(seed));
        diff(side("old", 7, vec![measured("a", baseline)]), side("new", 7, vec![measured("a", candidate)]))
    }
}

fn measured(function: &str, rounds: Vec<Round>) -> Benchmark {
    Benchmark { rounds, ..row(function, &[]) }
}

/// A baseline whose only session belongs to that run.
fn side(name: &str, run: u64, benchmarks: Vec<Benchmark>) -> Baseline {
    let mut side = baseline(name, benchmarks);
    side.sessions[0].head_to_head = Some(HeadToHead::new(run, MOST));
    side
}

fn diff(old: Baseline, new: Baseline) -> Comparison {
    compare(&old, &new, &Options::default())
}

fn only(comparison: &Comparison) -> &Row {
    assert_eq!(comparison.rows.len(), 1);
    &comparison.rows[0]
}

fn blocks(row: &Row) -> Option<BlockCount> {
    row.time()?.estimation?.blocks
}

#[test]
fn pairs_decide_under_a_load_in_which_rounds_cannot() {
    for (change, expected) in
        [(0.0, Verdict::Unchanged), (0.05, Verdict::Regressed), (-0.05, Verdict::Improved)]
    {
        let comparison = World { change, ..BUSY }.compared(1);
        assert_eq!(only(&comparison).verdict, expected);
        assert_eq!(only(&comparison).notes, []);
        assert_eq!(comparison.measured, Measured::HeadToHead);
        assert_eq!(blocks(only(&comparison)), Some(BlockCount { used: 12, measured: 12, most: 30 }));
    }
    // The same rounds without their pairing.
    let Sides { baseline, candidate } = BUSY.rounds(&mut Random(1));
    let apart =
        diff(side("old", 1, vec![measured("a", baseline)]), side("new", 2, vec![measured("a", candidate)]));
    assert_eq!((apart.measured, only(&apart).verdict), (Measured::Stored, Verdict::Inconclusive));
}

#[test]
fn the_times_shown_agree_with_the_change_and_the_raw_ones_remain() {
    let comparison = World { change: 0.05, ..BUSY }.compared(1);
    let time = only(&comparison).time().unwrap();
    let (shown, raw) = (time.values().both().unwrap(), time.raw().both().unwrap());
    assert_eq!(shown.baseline, raw.baseline);
    let change = time.change.unwrap();
    assert!((shown.candidate / shown.baseline - 1.0 - change.point).abs() < 1e-12);
    assert!((change.point - 0.05f64.exp_m1()).abs() < 0.01 && shown.candidate != raw.candidate);
    let estimation = time.estimation.unwrap();
    assert_eq!((estimation.clock_slope, estimation.session_sd), (0.0, 0.0));
}

#[test]
fn an_early_look_is_stricter_than_a_late_one() {
    let width = |most: u32| {
        let Sides { baseline, candidate } = BUSY.rounds(&mut Random(1));
        let [mut old, mut new] =
            [side("old", 7, vec![measured("a", baseline)]), side("new", 7, vec![measured("a", candidate)])];
        for side in [&mut old, &mut new] {
            side.sessions[0].head_to_head = Some(HeadToHead::new(7, most));
        }
        let comparison = diff(old, new);
        let time = only(&comparison).time().unwrap();
        (time.change.unwrap().high - time.change.unwrap().low, time.estimation.unwrap().p)
    };
    let (early, late) = (width(60), width(12));
    assert!(early.0 > 1.3 * late.0, "{early:?} {late:?}");
    assert!(early.1 >= late.1);
}

#[test]
fn a_sample_in_company_takes_its_counterpart_with_it() {
    // Every third sample of the baseline was contended and took half as long again; the clock drifts along a block.
    let drift = |place: usize| 1e5 * (1.0 + 0.1 * place as f64);
    let in_company = |place: usize| place.is_multiple_of(3);
    let round = |block: u32, contended: bool, change: f64| Round {
        samples: (0..SAMPLES)
            .map(|place| change * drift(place) * if contended && in_company(place) { 1.5 } else { 1.0 })
            .collect(),
        probes: vec![5e4; SAMPLES],
        contention: (0..SAMPLES)
            .map(|place| if contended && in_company(place) { 4e4 } else { 2e4 })
            .collect(),
        block: Some(block),
        ..Round::default()
    };
    let old = (0..6).map(|block| round(block, true, 1.0)).collect();
    let new = (0..6).map(|block| round(block, false, 1.03)).collect();
    let comparison = diff(side("old", 7, vec![measured("a", old)]), side("new", 7, vec![measured("a", new)]));
    let change = only(&comparison).time_change().unwrap();
    assert!((change.point - 0.03).abs() < 1e-9, "{change:?}");
    assert_eq!(only(&comparison).verdict, Verdict::Regressed);
}

/// The rounds in session 1 of a baseline whose session 0 was measured apart.
fn appended(name: &str, apart: Vec<Round>, in_turn: Vec<Round>) -> Baseline {
    let in_turn = in_turn.into_iter().map(|round| Round { session: 1, ..round });
    let mut side = side(name, 7, vec![measured("a", apart.into_iter().chain(in_turn).collect())]);
    side.sessions.insert(0, Session::new(side.created()));
    side
}

#[test]
fn where_both_kinds_of_evidence_exist_the_blocks_decide() {
    let Sides { baseline, candidate } = World { change: 0.05, ..BUSY }.rounds(&mut Random(1));
    let apart = |ns: f64| -> Vec<Round> {
        (0..10).map(|_| Round { samples: vec![ns; SAMPLES], ..Round::default() }).collect()
    };
    let comparison = diff(appended("old", apart(2e5), baseline), appended("new", apart(1e5), candidate));
    assert_eq!(only(&comparison).verdict, Verdict::Regressed, "though apart it took half the time");
    assert_eq!(blocks(only(&comparison)).unwrap().used, 12);
}

#[test]
fn with_too_few_blocks_the_rounds_decide_as_if_measured_apart() {
    let Sides { baseline, candidate } =
        World { blocks: 2, change: 0.5, load: 0.0, noise: 0.001 }.rounds(&mut Random(1));
    let steady = |ns: f64| -> Vec<Round> {
        (0..5)
            .map(|index| Round { samples: vec![ns * (1.0 + 1e-4 * f64::from(index)); 9], ..Round::default() })
            .collect()
    };
    let comparison =
        diff(appended("old", steady(1.6e5), baseline), appended("new", steady(2.4e5), candidate));
    let row = only(&comparison);
    assert_eq!((row.verdict, blocks(row)), (Verdict::Regressed, None));
    let few = Warning::TooFewBlocks(BlockCount { used: 2, measured: 2, most: 30 });
    assert_eq!(row.notes, [Warning::NoProbe, few]);
}

#[test]
fn an_open_row_says_what_could_have_been_seen() {
    let comparison = World { noise: 0.05, ..BUSY }.compared(2);
    let row = only(&comparison);
    let [Warning::LeastVisible { change, blocks }] = row.notes.as_slice() else { panic!("{:?}", row.notes) };
    let time = row.time_change().unwrap();
    assert_eq!((row.verdict, blocks.used), (Verdict::Inconclusive, 12));
    let half_width = (time.high.ln_1p() - time.low.ln_1p()) / 2.0;
    assert!((change.ln_1p() - half_width - 0.02f64.ln_1p()).abs() < 1e-12, "{change} {time:?}");
}

#[test]
fn blocks_that_do_not_count_are_counted() {
    let mut sides = BUSY.rounds(&mut Random(1));
    // Two samples make no block, nor does a block of one side.
    sides.candidate[3].samples.truncate(2);
    sides.baseline[5].block = Some(99);
    let Sides { baseline, candidate } = sides;
    let comparison =
        diff(side("old", 7, vec![measured("a", baseline)]), side("new", 7, vec![measured("a", candidate)]));
    assert_eq!(blocks(only(&comparison)), Some(BlockCount { used: 10, measured: 11, most: 30 }));
}

#[test]
fn a_baseline_has_no_pairs_with_itself() {
    let old = side("old", 7, vec![measured("a", BUSY.rounds(&mut Random(1)).baseline)]);
    let comparison = diff(old.clone(), old);
    assert_eq!((comparison.measured, blocks(only(&comparison))), (Measured::Stored, None));
}

#[test]
fn the_null_arm_of_the_run_is_told() {
    let Sides { baseline, candidate } = BUSY.rounds(&mut Random(1));
    let [old, mut new] =
        [side("old", 7, vec![measured("a", baseline)]), side("new", 7, vec![measured("a", candidate)])];
    assert_eq!(diff(old.clone(), new.clone()).null_arm, None);
    let null_arm = Some(NullArm { rows: 12, changed: 0 });
    new.sessions[0].head_to_head = Some(HeadToHead { null_arm, ..HeadToHead::new(7, MOST) });
    assert_eq!(diff(old.clone(), new.clone()).null_arm, null_arm);
    new.sessions[0].head_to_head = Some(HeadToHead { null_arm, ..HeadToHead::new(8, MOST) });
    assert_eq!(diff(old, new).null_arm, None, "of another run");
}

#[test]
fn parts_of_generations_pair_too() {
    let generated = |rounds: Vec<Round>| {
        let steps = |sample: &f64| vec![0.5 * sample, 0.25 * sample, 0.25 * sample];
        let with_steps = |round: Round| Round { steps: round.samples.iter().map(steps).collect(), ..round };
        let phase = Phase::Inference { prompt: 4, generated: 3 };
        let inference = Some(Inference { model: "Small".to_owned(), phase });
        Benchmark { inference, ..measured("a", rounds.into_iter().map(with_steps).collect()) }
    };
    let sides = World { change: 0.05, ..BUSY }.rounds(&mut Random(1));
    let [old, new] = sides
        .map(|rounds| Baseline {
            models: vec![Model::new("Small")],
            ..side("side", 7, vec![generated(rounds)])
        })
        .into_array();
    let comparison = diff(old, new);
    let first = only(&comparison).measure(Metric::FirstToken).unwrap();
    assert_eq!(first.estimation.unwrap().blocks, blocks(only(&comparison)));
    let (of_part, of_row) = (first.change.unwrap().point, only(&comparison).time_change().unwrap().point);
    assert!((of_part - of_row).abs() < 1e-9, "as the parts are shares of each sample");
}

#[test]
fn many_rows_of_identical_code_are_corrected_for_by_their_stopped_p_values() {
    let rows = |side: fn(Sides<Vec<Round>>) -> Vec<Round>| -> Vec<Benchmark> {
        let row = |index: u64| {
            // At the margin itself, where an interval errs as often as it may.
            let world = World { blocks: 30, change: 0.02f64.ln_1p(), noise: 0.01, load: 0.0 };
            measured(&format!("r{index:03}"), side(world.rounds(&mut Random(index + 1))))
        };
        (0..200).map(row).collect()
    };
    let comparison =
        diff(side("old", 7, rows(|sides| sides.baseline)), side("new", 7, rows(|sides| sides.candidate)));
    let beyond = comparison.rows.iter().filter(|row| row.time_change().unwrap().low > 0.02).count();
    let changed = comparison.summary.rows(Verdict::Regressed);
    assert!(beyond > 0 && changed == 0, "{beyond} {changed}");
    let open = comparison.rows.iter().filter(|row| row.notes.contains(&Warning::FalseDiscovery)).count();
    assert_eq!(open, beyond);
}

#[test]
fn a_fifth_of_the_blocks_may_be_disturbed_where_turns_are_by_whole_benchmarks() {
    let width = |told_by_sample: bool| {
        let mut sides = World { blocks: 10, noise: 0.002, ..BUSY }.rounds(&mut Random(5));
        for round in sides.candidate.iter_mut().take(2) {
            round.samples.iter_mut().for_each(|sample| *sample *= 1.5);
        }
        if !told_by_sample {
            let both = sides.baseline.iter_mut().chain(&mut sides.candidate);
            both.for_each(|round| round.probes.clear());
        }
        let Sides { baseline, candidate } = sides;
        let found = diff(
            side("old", 7, vec![measured("a", baseline)]),
            side("new", 7, vec![measured("a", candidate)]),
        );
        let change = found.rows[0].time_change().unwrap();
        change.high - change.low
    };
    assert!(width(false) < 0.05 && width(true) > 0.3, "{} {}", width(false), width(true));
}

/// What becomes of a row whose blocks are looked at as planned: the verdict, and after how many blocks.
fn followed(rule: &HeadToHeadRule, ratios: &[f64]) -> (Option<Verdict>, usize) {
    let decided = rule
        .looks()
        .into_iter()
        .find_map(|look| Some((rule.look_at(&ratios[..look], Turns::Samples).verdict?, look)));
    decided.map_or((None, ratios.len()), |(verdict, look)| (Some(verdict), look))
}

/// The share of rows that come to a verdict, and the mean number of blocks. Blocks scatter by 2 %.
fn share(change: f64, verdict: Verdict, noise: fn(&mut Random) -> f64) -> (f64, f64) {
    const RUNS: usize = 1500;
    let (mut random, rule) = (Random(3), HeadToHeadRule::new(&Options::default(), MOST));
    let mut ends = || {
        let ratios: Vec<f64> = (0..MOST).map(|_| change.ln_1p() + 0.02 * noise(&mut random)).collect();
        followed(&rule, &ratios)
    };
    let ends: Vec<_> = (0..RUNS).map(|_| ends()).collect();
    let hits = ends.iter().filter(|(found, _)| *found == Some(verdict)).count();
    let blocks: usize = ends.iter().map(|(_, blocks)| blocks).sum();
    (hits as f64 / RUNS as f64, blocks as f64 / RUNS as f64)
}

/// Every tenth block scatters five times as much.
fn contaminated(random: &mut Random) -> f64 {
    let wide = random.uniform() < 0.1;
    random.normal() * if wide { 5.0 } else { 1.0 }
}

#[test]
fn the_rule_errs_rarely_and_finds_what_is_there() {
    for noise in [Random::normal, contaminated] {
        let false_alarms =
            [Verdict::Regressed, Verdict::Improved].map(|verdict| share(0.0, verdict, noise).0);
        assert_eq!(false_alarms, [0.0; 2]);
        let at_margin = share(0.02, Verdict::Regressed, noise).0;
        assert!((0.008..0.045).contains(&at_margin), "{at_margin}");
        let five = share(0.05, Verdict::Regressed, noise);
        assert!(five.0 > 0.99 && five.1 < 16.0, "{five:?}");
        let same = share(0.0, Verdict::Unchanged, noise);
        assert!(same.0 > 0.93 && same.1 < 23.0, "{same:?}");
    }
    let three = share(0.03, Verdict::Regressed, Random::normal).0;
    assert!((0.6..0.75).contains(&three), "{three}");
}

#[test]
fn the_rule_of_a_run_is_that_of_a_comparison() {
    let rule = HeadToHeadRule::new(&Options::default(), MOST);
    assert_eq!(rule.looks(), [6, 12, 18, 24, 30]);
    assert!(rule.is_look(6) && !rule.is_look(7));
    for (seed, blocks, change) in [(1, 6, 0.0), (2, 12, 0.03), (3, 12, 0.05), (4, 24, -0.03), (5, 2, 0.5)] {
        let world = World { blocks, change, noise: 0.01, load: 0.1 };
        let rounds = world.rounds(&mut Random(seed));
        let look = rule.look(rounds.as_ref().map(Vec::as_slice));
        let comparison = world.compared(seed);
        let row = only(&comparison);
        assert_eq!(look.blocks, blocks);
        if blocks < 3 {
            assert_eq!((look.change, look.verdict), (None, None));
        } else {
            assert!(look.change.unwrap().low - row.time_change().unwrap().low < 1e-12);
            assert_eq!(look.verdict.unwrap_or(Verdict::Inconclusive), row.verdict);
        }
    }
}

#[test]
fn a_run_knows_the_floor_of_a_comparison() {
    let world = World { blocks: 12, change: 0.05, noise: 0.005, load: 0.1 };
    let rounds = world.rounds(&mut Random(1));
    let verdict = |floor_ns: f64| {
        let rule = HeadToHeadRule::new(&Options { floor_ns, ..Options::default() }, MOST);
        rule.look(rounds.as_ref().map(Vec::as_slice)).verdict
    };
    let time = time_estimate(&log_rounds(&rounds.baseline)).unwrap();
    assert_eq!(verdict(0.01 * time), Some(Verdict::Regressed));
    assert_eq!(verdict(0.1 * time), Some(Verdict::Unchanged));
}
