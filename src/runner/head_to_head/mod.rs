//! Measures two sides in turn: in every block a fresh process of each, whose samples alternate.
//!
//! `targets` finds what both sides have, `pair` runs two processes in turn, `arm` holds what was measured and is undecided,
//! `budget` says for how long.

mod arm;
mod budget;
mod order;
mod pair;
mod targets;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use self::arm::Arm;
use self::budget::Budget;
pub use self::budget::affordable_blocks;
use self::targets::{Census, Copies, Matched, Target, matched};
use super::affinity;
use super::build::BenchExecutable;
use super::cargo::whole_command_line;
use super::census::{self, Listing};
use super::command::{Selection, bench_command, longest_silence, selections};
use super::failure::Failure;
use super::process::{self, ProcessOptions};
use super::rounds::Measurement;
use crate::compare::{HeadToHeadRule, Options as Judging, Side, Sides};
use crate::model::{BenchmarkId, Settings};

/// One benchmark in so many is in the null arm of a run that has one, and at least one.
const ROWS_PER_NULL_ROW: usize = 8;

/// Processes of a benchmark that one side alone has: enough for its time to be shown.
const ONE_SIDED_ROUNDS: u32 = 3;

/// How two sides are measured in turn.
#[derive(Debug, Clone, Copy)]
pub struct HeadToHeadOptions<'a> {
    /// Warm-up, measurement, samples and filter of each process; `rounds` is not used.
    pub settings: &'a Settings,
    /// Environment variables for the processes of each side.
    pub variables: Sides<&'a [(String, String)]>,
    /// Pin both processes of a block to one CPU, if the system can, another one in the next block.
    pub one_cpu: bool,
    /// A process that reports nothing for this long counts as hanging.
    pub timeout: Duration,
    /// Time that each row may take on average, both sides together; what decided rows leave is for the others.
    pub budget: Duration,
    /// Which rows also run a copy of the baseline against it.
    pub null_rows: NullRows,
    /// How rows are judged.
    pub judging: &'a Judging,
}

/// The rows of the null arm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullRows {
    /// None.
    None,
    /// One in eight, at least one.
    Some,
    /// All of them.
    All,
}

impl HeadToHeadOptions<'_> {
    fn process(&self, block: u32) -> ProcessOptions {
        ProcessOptions {
            cpu: affinity::cpu_of_round(self.one_cpu, block),
            timeout: longest_silence(self.settings, self.timeout),
            takes_turns: false,
        }
    }
}

/// What happens while two sides are measured.
#[derive(Debug, Clone)]
pub enum Notice<'a> {
    /// The benchmarks are known: so many on both sides, and so many of them in the null arm.
    Matched {
        /// Rows that are measured in turn.
        rows: usize,
        /// Rows of the null arm.
        null_rows: usize,
    },
    /// The first block is over: a row has so many at most.
    MostBlocks(u32),
    /// A block of so many rows begins, those of the null arm included.
    Block {
        /// Which one, from 1.
        block: u32,
        /// Undecided rows.
        open: usize,
        /// How often a row is measured from here on, at most.
        left: usize,
    },
    /// A process of a side starts: a line for a shell that runs the bench by itself.
    Runs(String),
    /// The candidate begins a benchmark.
    Begins(BenchmarkId),
    /// The candidate has measured a benchmark.
    Measured(BenchmarkId),
    /// So many rows were decided by a look.
    Decided(usize),
    /// A process or a benchmark of a side failed.
    Failed(Side, Failure),
    /// A bench does not speak criterion's protocol and is skipped.
    NotCriterion(&'a BenchExecutable),
}

/// What was measured in turn.
#[derive(Debug)]
pub struct HeadToHeadMeasurement {
    /// Each side, its rounds numbered by blocks.
    pub sides: Sides<Measurement>,
    /// The null arm, if there is one: the baseline again, and its copy.
    pub null_arm: Option<Sides<Measurement>>,
    /// The most blocks that a row could have.
    pub most_blocks: u32,
}

/// Measures the benches of two sides in turn, block by block. A row that is decided at one of its looks is not measured any
/// further. Benchmarks that one side alone has are measured by themselves.
///
/// # Errors
/// When a process cannot be started, or there is nothing to measure.
pub fn measure(
    executables: Sides<&[BenchExecutable]>,
    options: &HeadToHeadOptions<'_>,
    notice: &mut dyn FnMut(Notice<'_>),
) -> Result<HeadToHeadMeasurement> {
    let (listed, failures) = listed(executables, options, notice)?;
    let Matched { targets, one_sided } = matched(listed.as_ref());
    let rows: BTreeSet<BenchmarkId> = targets.iter().flat_map(|target| &target.benchmarks).cloned().collect();
    if rows.is_empty() && one_sided.is_empty() && failures.is_empty() {
        bail!("there is no benchmark to measure{}", matching(options.settings));
    }
    let null_rows = null_rows(&rows, options.null_rows);
    let originals: Vec<&BenchExecutable> = targets.iter().map(|target| target.executables.baseline).collect();
    let copies = if null_rows.is_empty() { Copies::of(&[]) } else { Copies::of(&originals) };
    let copies = copies.context("cannot copy the benches of the baseline for the null arm")?;
    let null_arm = Arm::new(null_targets(&targets, copies.executables()), null_rows, options.one_cpu);
    notice(Notice::Matched { rows: rows.len(), null_rows: null_arm.open.len() });
    let mut arms = [Arm::new(targets, rows, options.one_cpu), null_arm];
    let has_null_arm = !arms[1].open.is_empty();
    for Unlisted { side, executable, missing_on, failure } in failures {
        for other in missing_on {
            arms[0].results[other].miss(executable, failure.reason.clone());
        }
        arms[0].results[side].fail(failure, &mut |failure| notice(Notice::Failed(side, failure)));
    }
    let most_blocks = measure_blocks(&mut arms, options, notice)?;
    let [mut main, null_arm] = arms;
    measure_one_sided(&mut main, &one_sided, options, notice)?;
    let finish = |arm: Arm<'_>| arm.results.map(super::results::Results::finish);
    Ok(HeadToHeadMeasurement {
        sides: finish(main),
        null_arm: has_null_arm.then(|| finish(null_arm)),
        most_blocks,
    })
}

fn matching(settings: &Settings) -> String {
    settings.filter.as_ref().map(|filter| format!(" that matches `{filter}`")).unwrap_or_default()
}

/// A bench that failed when it was only to list its benchmarks.
struct Unlisted<'a> {
    side: Side,
    executable: &'a BenchExecutable,
    /// Where benchmarks of it may be missing: on both sides where it listed none, since it is measured on neither.
    missing_on: Vec<Side>,
    failure: Failure,
}

/// The benchmarks of the benches of both sides. A bench that one side cannot list is left out on the other side too: what it
/// holds is not known, so that nothing is added or removed.
fn listed<'a>(
    executables: Sides<&'a [BenchExecutable]>,
    options: &HeadToHeadOptions<'_>,
    notice: &mut dyn FnMut(Notice<'_>),
) -> Result<(Sides<Census<'a>>, Vec<Unlisted<'a>>)> {
    let mut failures = Vec::new();
    let mut unknown: Vec<(String, String)> = Vec::new();
    let mut listed: Sides<Census<'a>> = Sides::of(|_| Vec::new());
    for side in Side::BOTH {
        for executable in executables[side] {
            let mut fail =
                |failure, missing_on| failures.push(Unlisted { side, executable, missing_on, failure });
            let command = census::command(executable, options.settings, options.variables[side]);
            notice(Notice::Runs(whole_command_line(&command)));
            match census::list(executable, command, options.settings, options.process(0))? {
                Listing::Listed { benchmarks, failure } => {
                    failure.into_iter().for_each(|failure| fail(failure, vec![side]));
                    listed[side].push((executable, benchmarks));
                    continue;
                }
                Listing::Unlisted(failure) => fail(failure, Side::BOTH.to_vec()),
                Listing::NotCriterion => notice(Notice::NotCriterion(executable)),
            }
            unknown.push((executable.package.clone(), executable.target.clone()));
        }
    }
    let is_known = |executable: &BenchExecutable| {
        unknown.iter().all(|(package, target)| (package, target) != (&executable.package, &executable.target))
    };
    let known = |mut census: Census<'a>| {
        census.retain(|(executable, _)| is_known(executable));
        census
    };
    Ok((listed.map(known), failures))
}

fn null_rows(rows: &BTreeSet<BenchmarkId>, wanted: NullRows) -> BTreeSet<BenchmarkId> {
    match wanted {
        NullRows::None => BTreeSet::new(),
        NullRows::Some => rows.iter().step_by(ROWS_PER_NULL_ROW).cloned().collect(),
        NullRows::All => rows.clone(),
    }
}

/// The baseline against its copies.
fn null_targets<'a>(targets: &[Target<'a>], copies: &'a [BenchExecutable]) -> Vec<Target<'a>> {
    let with_copy = |(target, copy): (&Target<'a>, &'a BenchExecutable)| Target {
        executables: Sides::new(target.executables.baseline, copy),
        benchmarks: target.benchmarks.clone(),
        same_order: true,
    };
    targets.iter().zip(copies).map(with_copy).collect()
}

/// Measures blocks until every row of every arm is decided or has the most blocks, which are chosen by how long the first
/// block takes, or until the time of all rows is used up. Returns the most blocks.
fn measure_blocks(
    arms: &mut [Arm<'_>; 2],
    options: &HeadToHeadOptions<'_>,
    notice: &mut dyn FnMut(Notice<'_>),
) -> Result<u32> {
    let open = |arms: &[Arm<'_>; 2]| arms.iter().map(|arm| arm.open.len()).sum::<usize>();
    let budget = Budget::new(options.budget, open(arms));
    let start = Instant::now();
    let mut rule: Option<HeadToHeadRule> = None;
    let mut most_blocks = 1;
    let (mut block, mut measured) = (0, 0);
    while block < most_blocks && open(arms) > 0 && budget.affords(block, start.elapsed()) {
        let rows = open(arms);
        let planned = rows * (most_blocks - block) as usize;
        block += 1;
        notice(Notice::Block {
            block,
            open: rows,
            left: planned.min(budget.left(measured, start.elapsed())),
        });
        for arm in arms.iter_mut() {
            arm.measure_block(block, options, notice)?;
        }
        measured += rows;
        if block == 1 {
            most_blocks = budget.most_blocks(start.elapsed());
            notice(Notice::MostBlocks(most_blocks));
        }
        let rule = rule.get_or_insert_with(|| HeadToHeadRule::new(options.judging, most_blocks));
        if rule.is_look(block as usize) {
            let decided = arms.iter_mut().map(|arm| arm.decide(rule)).sum();
            notice(Notice::Decided(decided));
        }
    }
    Ok(most_blocks)
}

fn measure_one_sided(
    arm: &mut Arm<'_>,
    one_sided: &[(Side, &BenchExecutable, BTreeSet<BenchmarkId>)],
    options: &HeadToHeadOptions<'_>,
    notice: &mut dyn FnMut(Notice<'_>),
) -> Result<()> {
    'executables: for (side, executable, benchmarks) in one_sided {
        let results = &mut arm.results[*side];
        results.collector.set_block(None);
        for round in 0..ONE_SIDED_ROUNDS {
            for Selection { filter, .. } in selections(benchmarks, executable) {
                let command =
                    bench_command(executable, Some(&filter), options.settings, options.variables[*side]);
                notice(Notice::Runs(whole_command_line(&command)));
                let report = process::run(command, options.process(round), &mut |_| {})
                    .with_context(|| executable.cannot_run())?;
                if !results.add(executable, report, &mut |failure| notice(Notice::Failed(*side, failure))) {
                    results.leave_unfinished(executable);
                    continue 'executables;
                }
            }
        }
    }
    Ok(())
}
