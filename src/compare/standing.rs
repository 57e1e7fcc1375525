//! Whether the times of a pair can be compared at all, and why not.

use std::collections::BTreeSet;

use super::head_to_head::{Blocks, Runs};
use super::pairing::Pair;
use super::{Fact, Options, Side, Sides, Verdict, Warning, inference, work};
use crate::model::{Absence, Baseline, Benchmark, Round};
use crate::stats::LogRound;

/// What pairs are compared by.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    pub(super) options: &'a Options,
    /// Facts of the environment that make times incomparable.
    pub(super) refusing: &'a BTreeSet<Fact>,
    /// The sides with all that was measured, for the facts of their models and for blocks that do not count.
    pub(super) sides: Sides<&'a Baseline>,
    /// The runs that measured both sides in turn.
    pub(super) runs: Option<&'a Runs>,
}

impl Terms<'_> {
    /// The blocks of a pair that was measured in turn.
    pub(super) fn blocks(&self, pair: &Pair<'_>) -> Option<Blocks> {
        let counting = pair.sides.map(|benchmark| benchmark.map_or(&[][..], |benchmark| &benchmark.rounds));
        let taken = self.sides.map(|side| -> &[Round] {
            let found = side.benchmarks.binary_search_by(|benchmark| benchmark.id.cmp(pair.id));
            found.map_or(&[], |index| &side.benchmarks[index].rounds)
        });
        self.runs?.blocks(counting, taken)
    }
}

/// What is known of a pair before its times are looked at.
pub(super) struct Standing {
    /// The verdict, where times cannot be compared.
    pub(super) verdict: Option<Verdict>,
    /// Why, and what else a reader should know.
    pub(super) notes: Vec<Warning>,
}

/// The standing of a pair with these rounds.
pub(super) fn standing(pair: &Pair<'_>, rounds: &Sides<Vec<LogRound>>, terms: Terms<'_>) -> Standing {
    let differing = differing_facts(pair, terms);
    let gaps = gaps(pair, rounds, terms.sides);
    let verdict = match pair.sides.into_array() {
        _ if gaps.iter().any(|gap| matches!(gap, Warning::Failed { .. })) => Some(Verdict::Failed),
        _ if !gaps.is_empty() => Some(Verdict::NotMeasured),
        [None, _] => Some(Verdict::Added),
        [_, None] => Some(Verdict::Removed),
        _ if !differing.refused.is_empty() => Some(Verdict::NotComparable),
        _ => None,
    };
    let works = pair.works();
    let convention = !work::same_convention(works.baseline, works.candidate);
    let notes = differing.refused.into_iter().map(Warning::Differs);
    let notes = notes.chain(differing.allowed.into_iter().map(Warning::Across));
    let notes = notes.chain(convention.then_some(Warning::Convention)).chain(gaps);
    Standing { verdict, notes: notes.collect() }
}

/// Facts that differ between the sides of a pair.
struct Differing {
    /// Those that make times incomparable.
    refused: Vec<Fact>,
    /// Those that the user allowed.
    allowed: Vec<Fact>,
}

fn differing_facts(pair: &Pair<'_>, terms: Terms<'_>) -> Differing {
    let (allowed, own): (Vec<Fact>, Vec<Fact>) =
        own_facts(pair, terms).into_iter().partition(|fact| terms.options.across.contains(fact));
    Differing { refused: terms.refusing.iter().copied().chain(own).collect(), allowed }
}

/// The facts of the row itself that are known on both sides and differ.
fn own_facts(pair: &Pair<'_>, terms: Terms<'_>) -> BTreeSet<Fact> {
    let works = pair.works();
    let mut facts = work::differing_facts(works.baseline, works.candidate);
    if measures_different(pair, terms.sides) {
        facts.insert(Fact::Model);
    }
    facts
}

fn measures_different(pair: &Pair<'_>, sides: Sides<&Baseline>) -> bool {
    let with_model = |(benchmark, side)| (benchmark, inference::model_of(side, benchmark));
    let both: Option<Sides<&Benchmark>> = pair.sides.both();
    both.is_some_and(|both| inference::measure_different(both.zip(sides).map(with_model)))
}

/// Why a side has no times, where that is not known to be because its bench lacks the benchmark.
fn gaps(pair: &Pair<'_>, rounds: &Sides<Vec<LogRound>>, sides: Sides<&Baseline>) -> Vec<Warning> {
    let gap = |side: Side| match pair.sides[side] {
        Some(benchmark) => gap_of(benchmark, side, rounds[side].is_empty()),
        None => absence(pair, side, sides),
    };
    Side::BOTH.into_iter().filter_map(gap).collect()
}

/// Why a benchmark that a side holds has no times.
fn gap_of(benchmark: &Benchmark, side: Side, unusable: bool) -> Option<Warning> {
    if let Some(reason) = benchmark.not_measured.clone().filter(|_| unusable) {
        return Some(Warning::NotMeasured { side, reason });
    }
    let unusable = unusable.then(|| "it has no usable rounds".to_owned());
    Some(Warning::Failed { side, reason: benchmark.failure.clone().or(unusable)? })
}

/// Why a side may lack a benchmark that its bench has.
fn absence(pair: &Pair<'_>, side: Side, sides: Sides<&Baseline>) -> Option<Warning> {
    let other = if side == Side::Baseline { sides.candidate } else { sides.baseline };
    Some(match sides[side].absence(pair.id, other)? {
        Absence::Unfinished(reason) => Warning::NotMeasured { side, reason },
        Absence::LeftOut(reason) => Warning::LeftOut { side, reason },
    })
}
