//! One row of a comparison, up to the verdict on its time, which needs all rows.

use std::collections::BTreeSet;

use super::effect::Effect;
use super::pairing::Pair;
use super::{Fact, Options, Row, Verdict, Warning};
use super::{allocation, inference, rates, time, work};
use crate::model::{Baseline, Benchmark};
use crate::stats::{LogRound, log_rounds};
use crate::work::Work;

/// A row whose time may still have to be judged.
pub(super) struct Draft {
    /// The row. Its verdict is inconclusive as long as it is not judged.
    pub(super) row: Row,
    /// The effect under [`Rule::Interval`](super::Rule::Interval), where both sides were measured and are comparable.
    pub(super) effect: Option<Effect>,
}

/// What rows are compared by.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    pub(super) options: &'a Options,
    /// Facts of the environment that make times incomparable.
    pub(super) refusing: &'a BTreeSet<Fact>,
    /// The sides, for the facts of their models.
    pub(super) sides: [&'a Baseline; 2],
}

/// Compares the two sides of a pair.
pub(super) fn draft(pair: &Pair<'_>, label: String, terms: Terms<'_>) -> Draft {
    let options = terms.options;
    let works = works(pair);
    let rounds = pair.sides.map(|side| side.map_or_else(Vec::new, |benchmark| log_rounds(&benchmark.rounds)));
    let mut row = plain_row(pair, label, works);
    row.time = time::times(&rounds, options);
    let incomparable = note_facts(&mut row, pair, terms);
    note_convention(&mut row, works);
    let is_failure = note_failures(&mut row, pair, &rounds);
    row.verdict = if is_failure { Verdict::Failed } else { standing(pair, incomparable) };
    let effect = match row.verdict {
        Verdict::Inconclusive => compare_times(&mut row, &rounds, options),
        _ => None,
    };
    compare_allocation(&mut row, pair, options);
    rates::fill(&mut row, works);
    Draft { row, effect }
}

fn works<'a>(pair: &Pair<'a>) -> [Option<&'a Work>; 2] {
    pair.sides.map(|side| side.and_then(|benchmark| benchmark.work.as_ref()))
}

fn plain_row(pair: &Pair<'_>, label: String, works: [Option<&Work>; 2]) -> Row {
    let nested_in = |side: Option<&Benchmark>| side.and_then(|benchmark| benchmark.nested_in.clone());
    let inference = |side: Option<&Benchmark>| side.and_then(|benchmark| benchmark.inference.clone());
    Row {
        id: pair.id.clone(),
        label,
        work: works[1].or(works[0]).cloned(),
        nested_in: nested_in(pair.sides[1]).or_else(|| nested_in(pair.sides[0])),
        inference: inference(pair.sides[1]).or_else(|| inference(pair.sides[0])),
        verdict: Verdict::Inconclusive,
        time: None,
        allocation: None,
        gflops: None,
        gb_per_s: None,
        gelem_per_s: None,
        tokens_per_s: None,
        rounds: pair.sides.map(|side| side.map_or_else(Vec::new, |benchmark| benchmark.rounds.clone())),
        notes: Vec::new(),
    }
}

/// Notes the facts that differ; true if one of them makes the times incomparable.
fn note_facts(row: &mut Row, pair: &Pair<'_>, terms: Terms<'_>) -> bool {
    let (allowed, refused): (Vec<Fact>, Vec<Fact>) =
        own_facts(pair, terms).into_iter().partition(|fact| terms.options.across.contains(fact));
    row.notes.extend(terms.refusing.iter().copied().chain(refused).map(Warning::Differs));
    let incomparable = !row.notes.is_empty();
    row.notes.extend(allowed.into_iter().map(Warning::Across));
    incomparable
}

/// The facts of the row itself that are known on both sides and differ.
fn own_facts(pair: &Pair<'_>, terms: Terms<'_>) -> BTreeSet<Fact> {
    let [old, new] = works(pair);
    let mut facts = work::differing_facts(old, new);
    if measures_different(pair, terms.sides) {
        facts.insert(Fact::Model);
    }
    facts
}

fn measures_different(pair: &Pair<'_>, sides: [&Baseline; 2]) -> bool {
    let [Some(old), Some(new)] = pair.sides else { return false };
    let with_model = |side: usize, benchmark| (benchmark, inference::model_of(sides[side], benchmark));
    inference::measure_different([with_model(0, old), with_model(1, new)])
}

fn note_convention(row: &mut Row, [old, new]: [Option<&Work>; 2]) {
    if !work::same_convention(old, new) {
        row.notes.push(Warning::Convention);
    }
}

/// Notes why a side could not be measured; true if one could not.
fn note_failures(row: &mut Row, pair: &Pair<'_>, rounds: &[Vec<LogRound>; 2]) -> bool {
    let noted = row.notes.len();
    for (index, side) in ["baseline", "candidate"].into_iter().enumerate() {
        let Some(benchmark) = pair.sides[index] else { continue };
        let unmeasured = rounds[index].is_empty().then(|| "it has no usable rounds".to_owned());
        let reason = benchmark.failure.clone().or(unmeasured);
        row.notes.extend(reason.map(|reason| Warning::Failed { side, reason }));
    }
    row.notes.len() > noted
}

/// The verdict on a pair that was measured, as far as it does not depend on the times; inconclusive where it
/// does.
fn standing(pair: &Pair<'_>, incomparable: bool) -> Verdict {
    match pair.sides {
        [None, _] => Verdict::Added,
        [_, None] => Verdict::Removed,
        _ if incomparable => Verdict::NotComparable,
        _ => Verdict::Inconclusive,
    }
}

fn compare_allocation(row: &mut Row, pair: &Pair<'_>, options: &Options) {
    let [Some(old), Some(new)] = pair.sides.map(|side| side.and_then(|benchmark| benchmark.allocation))
    else {
        return;
    };
    let change = allocation::change(&old, &new, options.byte_floor);
    if allocation::varies(&change) {
        row.notes.push(Warning::AllocationVaries);
    }
    row.allocation = Some(change);
}

/// Fills in the change of time and gives the effect, where there is one to judge.
fn compare_times(row: &mut Row, rounds: &[Vec<LogRound>; 2], options: &Options) -> Option<Effect> {
    let time = row.time.as_mut()?;
    let (change, effect) = time::change(time, rounds, options)?;
    time.change = Some(change);
    if let Some(effect) = &effect {
        row.notes.extend(effect.clock.is_none().then_some(Warning::NoProbe));
        if effect.noise.is_none() {
            row.notes.push(Warning::TooFewRounds { rounds: rounds.each_ref().map(Vec::len) });
        }
    }
    effect
}
