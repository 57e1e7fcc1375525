//! Whether the times of a pair can be compared at all, and why not.

use std::collections::BTreeSet;

use super::head_to_head::{Blocks, Runs};
use super::pairing::Pair;
use super::{Fact, Options, Side, Sides, Verdict, Warning, inference, work};
use crate::model::{Baseline, Benchmark, Round};
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
    let failures = failures(pair, rounds, terms.sides);
    let verdict = match pair.sides.into_array() {
        _ if !failures.is_empty() => Some(Verdict::Failed),
        [None, _] => Some(Verdict::Added),
        [_, None] => Some(Verdict::Removed),
        _ if !differing.refused.is_empty() => Some(Verdict::NotComparable),
        _ => None,
    };
    let works = pair.works();
    let convention = !work::same_convention(works.baseline, works.candidate);
    let notes = differing.refused.into_iter().map(Warning::Differs);
    let notes = notes.chain(differing.allowed.into_iter().map(Warning::Across));
    let notes = notes.chain(convention.then_some(Warning::Convention)).chain(failures);
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

/// Why a side could not be measured.
fn failures(pair: &Pair<'_>, rounds: &Sides<Vec<LogRound>>, sides: Sides<&Baseline>) -> Vec<Warning> {
    let failure = |side: Side| {
        let unmeasured = rounds[side].is_empty().then(|| "it has no usable rounds".to_owned());
        let reason = match pair.sides[side] {
            Some(benchmark) => benchmark.failure.clone().or(unmeasured)?,
            None => missing(pair, sides[side])?,
        };
        Some(Warning::Failed { side, reason })
    };
    Side::BOTH.into_iter().filter_map(failure).collect()
}

/// Why a side may lack a benchmark that its bench has.
fn missing(pair: &Pair<'_>, side: &Baseline) -> Option<String> {
    let bench = side.unfinished_bench(pair.id)?;
    Some(format!("its bench `{}` did not come to its end: {}", bench.target, bench.reason))
}
