//! Whether the times of a pair can be compared at all, and why not.

use super::head_to_head::{Blocks, Runs};
use super::pairing::Pair;
use super::{Difference, Options, Side, Sides, Verdict, Warning, inference, work};
use crate::inference::Model;
use crate::model::{Absence, Baseline, Benchmark, Round};
use crate::stats::LogRound;

/// What pairs are compared by.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    pub(super) options: &'a Options,
    /// Facts of the environment that make times incomparable.
    pub(super) refusing: &'a [Difference],
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
    let differing = differing(pair, terms);
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
    let notes = Warning::of_differences(&differing.refused, differing.allowed);
    let notes = notes.chain(convention.then_some(Warning::Convention)).chain(gaps);
    Standing { verdict, notes: notes.collect() }
}

/// Facts that differ between the sides of a pair.
struct Differing {
    /// Those that make times incomparable.
    refused: Vec<Difference>,
    /// Those that the user allowed.
    allowed: Vec<Difference>,
}

fn differing(pair: &Pair<'_>, terms: Terms<'_>) -> Differing {
    let own = own_differences(pair, terms.sides).into_iter();
    let (allowed, own): (Vec<Difference>, Vec<Difference>) =
        own.partition(|difference| difference.is_allowed(terms.options));
    Differing { refused: terms.refusing.iter().cloned().chain(own).collect(), allowed }
}

/// The facts of the row itself that are known on both sides and differ.
fn own_differences(pair: &Pair<'_>, sides: Sides<&Baseline>) -> Vec<Difference> {
    let with_model = |(benchmark, side)| (benchmark, inference::model_of(side, benchmark));
    let both: Option<Sides<&Benchmark>> = pair.sides.both();
    both.map_or_else(Vec::new, |both| differences(both.zip(sides).map(with_model)))
}

/// What two benchmarks, each with the model it measures, say differently of their work, their model and their phase.
pub(super) fn differences(sides: Sides<(&Benchmark, Option<&Model>)>) -> Vec<Difference> {
    let Sides { baseline, candidate } = sides.map(|(benchmark, _)| benchmark.work.as_ref());
    let mut found = work::differences(baseline, candidate);
    // The work of a phase has the element type of its model, which is said once.
    let of_model: Vec<Difference> =
        inference::differences(sides).into_iter().filter(|difference| !found.contains(difference)).collect();
    found.extend(of_model);
    found
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
