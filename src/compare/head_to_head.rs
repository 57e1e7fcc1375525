//! Pairs as evidence: rows whose two sides were measured in turn, block by block. The block is the unit, never the sample.

use std::collections::BTreeMap;

use super::effect::{InTurn, Noise};
use super::judge::{Margin, asked_threshold};
use super::{BlockCount, Change, Options, Sides, Verdict};
use crate::estimate::{block_ratio, log_rounds};
use crate::model::{Baseline, BenchmarkId, HeadToHead, NullArm, Round};
use crate::stats::{Boundary, SequentialPlan, trimmed_mean};

/// The runs that measured both of two baselines in turn.
#[derive(Debug)]
pub(super) struct Runs {
    /// The most blocks of each run, by its id.
    most_blocks: BTreeMap<u64, usize>,
    /// The run of each session that belongs to one.
    of_session: Sides<BTreeMap<usize, u64>>,
    boundary: Boundary,
    null_arm: Option<NullArm>,
}

/// How the two processes of a block took turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turns {
    /// Sample by sample.
    Samples,
    /// By whole benchmarks, as benches do that the library is not in.
    Benchmarks,
}

impl Turns {
    /// How the processes of these rounds took them.
    fn of<'a>(mut rounds: impl Iterator<Item = &'a Round>) -> Turns {
        if rounds.all(tells_samples) { Turns::Samples } else { Turns::Benchmarks }
    }

    /// Share of the blocks that their mean drops at either end. A disturbance that outlasts a sample meets both samples of a
    /// pair, so that few blocks are disturbed, but one of two whole benchmarks.
    pub(super) fn trimmed(self) -> f64 {
        match self {
            Turns::Samples => 0.1,
            Turns::Benchmarks => 0.2,
        }
    }
}

/// The library was in the bench. It tells the CPU time of each sample, or the probes where a system has no CPU times; the
/// runner, from outside, tells the CPU time of all samples together.
fn tells_samples(round: &Round) -> bool {
    if round.cpu.is_empty() { !round.probes.is_empty() } else { round.cpu.len() == round.samples.len() }
}

/// The blocks of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Blocks {
    /// ln(candidate / baseline) of each usable block, in the order of runs and blocks.
    pub(super) ratios: Vec<f64>,
    /// Blocks that both sides measured, usable or not.
    pub(super) measured: usize,
    /// How their processes took turns.
    pub(super) turns: Turns,
    /// When they were looked at.
    pub(super) plan: SequentialPlan,
}

impl Blocks {
    /// The change that the blocks locate, ln(candidate / baseline), and its noise. `None` of fewer than three usable ones.
    ///
    /// Both sides were measured at one moment: there is no clock to adjust for, and no session that one side had and the
    /// other had not.
    pub(super) fn locate(&self) -> Option<(f64, Noise)> {
        let location = trimmed_mean(&self.ratios, self.turns.trimmed())?;
        self.plan.confidence(self.ratios.len())?;
        let variance = location.variance()?;
        Some((location.mean, Noise::InTurn(InTurn { variance, blocks: self.count(), plan: self.plan })))
    }

    pub(super) fn count(&self) -> BlockCount {
        BlockCount { used: self.ratios.len(), measured: self.measured, most: self.plan.most() }
    }
}

impl Runs {
    /// `None` where no session of one side was measured in turn with one of the other. A baseline has no pairs with
    /// itself.
    pub(super) fn of(sides: Sides<&Baseline>, options: &Options) -> Option<Runs> {
        let Sides { baseline, candidate } = sides;
        let runs = sides.map(|side| side.sessions.iter().filter_map(|session| session.head_to_head));
        let [old, new] = runs
            .map(|runs| runs.map(|run| (run.id, run)).collect::<BTreeMap<u64, HeadToHead>>())
            .into_array();
        let shared = || new.values().filter(|run| old.contains_key(&run.id));
        let most_blocks: BTreeMap<u64, usize> =
            shared().map(|run| (run.id, run.most_blocks as usize)).collect();
        if baseline.measured_the_same(candidate) || most_blocks.is_empty() {
            return None;
        }
        let null_arms = shared().filter_map(|run| run.null_arm.or(old.get(&run.id)?.null_arm));
        let of_session = sides.map(|side| {
            let runs = side.sessions.iter().enumerate();
            let runs = runs.filter_map(|(session, known)| Some((session, known.head_to_head?.id)));
            runs.filter(|(_, run)| most_blocks.contains_key(run)).collect()
        });
        let null_arm = null_arms.reduce(|all, arm| NullArm {
            rows: all.rows.saturating_add(arm.rows),
            changed: all.changed.saturating_add(arm.changed),
        });
        Some(Runs { of_session, boundary: Boundary::new(options.confidence), null_arm, most_blocks })
    }

    /// What the runs found of identical code, all together.
    pub(super) fn null_arm(&self) -> Option<NullArm> {
        self.null_arm
    }

    /// The blocks of a row, from the samples that count and from all that were taken. `None` where no block was measured
    /// on both sides. Of several runs, blocks and most blocks add up.
    pub(super) fn blocks(&self, counting: Sides<&[Round]>, taken: Sides<&[Round]>) -> Option<Blocks> {
        let [old, new] = Sides::of(|side| self.by_block(taken[side], &self.of_session[side])).into_array();
        let measured: Vec<Key> = new.into_keys().filter(|key| old.contains_key(key)).collect();
        let mut runs: Vec<u64> = measured.iter().map(|key| key.run).collect();
        runs.dedup();
        let most = runs.iter().filter_map(|run| self.most_blocks.get(run)).sum();
        let [old, new] = Sides::of(|side| self.by_block(counting[side], &self.of_session[side])).into_array();
        let ratio = |key: &Key| block_ratio(old.get(key)?, new.get(key)?);
        (!measured.is_empty()).then(|| Blocks {
            ratios: measured.iter().filter_map(ratio).collect(),
            measured: measured.len(),
            turns: Turns::of(old.values().chain(new.values()).copied()),
            plan: SequentialPlan::new(self.boundary, most),
        })
    }

    fn by_block<'a>(&self, rounds: &'a [Round], runs: &BTreeMap<usize, u64>) -> BTreeMap<Key, &'a Round> {
        let key = |round: &Round| Some(Key { run: *runs.get(&round.session)?, block: round.block? });
        // Of several rounds of one block, which no run writes, the first counts.
        rounds.iter().rev().filter_map(|round| Some((key(round)?, round))).collect()
    }
}

/// A block of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    run: u64,
    block: u32,
}

/// How a run decides about a row while it is measured: the rule of [`compare`](super::compare) without the correction for
/// many rows, which needs all of them.
#[derive(Debug, Clone)]
pub struct HeadToHeadRule {
    plan: SequentialPlan,
    options: Options,
}

/// What the blocks measured so far say of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Blocks that count.
    pub blocks: usize,
    /// The change so far, with its repeated confidence interval. `None` of fewer than three blocks.
    pub change: Option<Change>,
    /// *Regressed*, *improved* or *unchanged*, where it is decided.
    pub verdict: Option<Verdict>,
}

impl HeadToHeadRule {
    /// The rule of a row that can have so many blocks at most. It takes about a millisecond to make.
    pub fn new(options: &Options, most_blocks: u32) -> HeadToHeadRule {
        HeadToHeadRule {
            plan: SequentialPlan::new(Boundary::new(options.confidence), most_blocks as usize),
            options: options.clone(),
        }
    }

    /// The same rule with the options of a row.
    pub fn for_row(&self, id: &BenchmarkId) -> HeadToHeadRule {
        HeadToHeadRule { plan: self.plan, options: self.options.for_row(id) }
    }

    /// After how many measured blocks to look, in order. To look at other moments as well would find changes that are not
    /// there.
    pub fn looks(&self) -> Vec<usize> {
        self.plan.looks()
    }

    /// A row with so many measured blocks is to be looked at.
    pub fn is_look(&self, blocks: usize) -> bool {
        self.plan.is_look(blocks)
    }

    /// Looks at the rounds of one run, of which only the samples that count are left
    /// ([`uncontended_rounds`](crate::estimate::Sensors::uncontended)).
    pub fn look(&self, rounds: Sides<&[Round]>) -> Look {
        let by_block = |rounds: &[Round]| -> BTreeMap<u32, Round> {
            rounds.iter().rev().filter_map(|round| Some((round.block?, round.clone()))).collect()
        };
        let Sides { baseline, candidate } = rounds.map(by_block);
        let ratio = |(block, new): (&u32, &Round)| block_ratio(baseline.get(block)?, new);
        let ratios: Vec<f64> = candidate.iter().filter_map(ratio).collect();
        let turns = Turns::of(baseline.values().chain(candidate.values()));
        let Options { threshold, floor_ns, .. } = self.options;
        self.judge(&ratios, turns, asked_threshold(&log_rounds(rounds.baseline), threshold, floor_ns))
    }

    /// Looks at ln(candidate / baseline) of each block that counts. A floor in nanoseconds does not hold here, where no time
    /// is known.
    pub fn look_at(&self, ratios: &[f64], turns: Turns) -> Look {
        self.judge(ratios, turns, self.options.threshold)
    }

    fn judge(&self, ratios: &[f64], turns: Turns, threshold: f64) -> Look {
        let margin = Margin { least: threshold.ln_1p(), confidence: self.options.confidence };
        let blocks = Blocks { ratios: ratios.to_vec(), measured: ratios.len(), turns, plan: self.plan };
        let found = blocks.locate();
        let verdict = found.map(|(theta, noise)| margin.decide(theta, &noise, true).verdict);
        let change = |(theta, noise): (f64, Noise)| {
            noise.change(theta, margin.confidence).decided(verdict.unwrap_or(Verdict::Inconclusive))
        };
        Look {
            blocks: ratios.len(),
            change: found.map(change),
            verdict: verdict.filter(|verdict| *verdict != Verdict::Inconclusive),
        }
    }
}
