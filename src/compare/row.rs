//! One row of a comparison, up to the verdict on its time, which needs all rows.

use std::collections::BTreeSet;

use super::effect::{Effect, effect};
use super::pairing::Pair;
use super::{Change, Fact, Options, Quality, Row, Rule, TimeChange, Verdict, Warning};
use super::{allocation, rates, work};
use crate::model::Benchmark;
use crate::stats::{LogRound, log_rounds, undisturbed_time};
use crate::work::Work;

/// A row whose time may still have to be judged.
pub(super) struct Draft {
    /// The row. Its verdict is inconclusive as long as it is not judged.
    pub(super) row: Row,
    /// The effect under [`Rule::Interval`], where both sides were measured and are comparable.
    pub(super) effect: Option<Effect>,
}

/// Compares the two sides of a pair. `refusing`: facts of the environment that make times incomparable.
pub(super) fn draft(pair: &Pair<'_>, label: String, refusing: &BTreeSet<Fact>, options: &Options) -> Draft {
    let works = pair.sides.map(|side| side.and_then(|benchmark| benchmark.work.as_ref()));
    let rounds = pair.sides.map(|side| side.map_or_else(Vec::new, |benchmark| log_rounds(&benchmark.rounds)));
    let mut row = plain_row(pair, label, works);
    row.time = times(&rounds, options);
    let incomparable = note_facts(&mut row, works, refusing, options);
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

/// Displayed times and the threshold. `None` where neither side was measured.
fn times(rounds: &[Vec<LogRound>; 2], options: &Options) -> Option<TimeChange> {
    let [baseline_ns, candidate_ns] = rounds.each_ref().map(|rounds| undisturbed_time(rounds));
    // Against the lesser time, so that a change and its reverse meet the same floor.
    let lesser = baseline_ns.into_iter().chain(candidate_ns).min_by(f64::total_cmp)?;
    let threshold = options.threshold.max(options.time_floor_ns / lesser);
    Some(TimeChange { baseline_ns, candidate_ns, change: None, threshold })
}

/// Notes the facts that differ; true if one of them makes the times incomparable.
fn note_facts(
    row: &mut Row,
    works: [Option<&Work>; 2],
    refusing: &BTreeSet<Fact>,
    options: &Options,
) -> bool {
    let own = work::differing_facts(works[0], works[1]);
    let (allowed, refused): (Vec<Fact>, Vec<Fact>) =
        own.into_iter().partition(|fact| options.across.contains(fact));
    row.notes.extend(refusing.iter().copied().chain(refused).map(Warning::Differs));
    let incomparable = !row.notes.is_empty();
    row.notes.extend(allowed.into_iter().map(Warning::Across));
    if !work::same_convention(works[0], works[1]) {
        row.notes.push(Warning::Convention);
    }
    incomparable
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
    match options.rule {
        Rule::Point => {
            time.change = Some(point_change(time.candidate_ns? / time.baseline_ns? - 1.0));
            None
        }
        Rule::Interval => {
            let effect = effect([&rounds[0], &rounds[1]])?;
            time.change = Some(interval_change(&effect, time.threshold, options.confidence));
            row.notes.extend(effect.clock.is_none().then_some(Warning::NoProbe));
            if effect.noise.is_none() {
                row.notes.push(Warning::TooFewRounds { rounds: rounds.each_ref().map(Vec::len) });
            }
            Some(effect)
        }
    }
}

fn point_change(point: f64) -> Change {
    let quality = Quality { clock_slope: 0.0, raw: point, session_sd: 0.0, session_sd_learned: false };
    Change { point, low: point, high: point, p: 1.0, quality }
}

/// Without noise there is no interval: it reaches from nothing to infinity.
fn interval_change(effect: &Effect, threshold: f64, confidence: f64) -> Change {
    let half_width = effect.noise.map_or(f64::INFINITY, |noise| noise.total().half_width(confidence));
    let margin = threshold.ln_1p();
    Change {
        point: effect.theta.exp_m1(),
        low: (effect.theta - half_width).exp_m1(),
        high: (effect.theta + half_width).exp_m1(),
        p: effect.noise.map_or(1.0, |noise| noise.total().minimum_effect_p(effect.theta, margin)),
        quality: Quality {
            clock_slope: effect.clock.map_or(0.0, |clock| clock.slope.slope),
            raw: effect.raw.exp_m1(),
            session_sd: effect.noise.map_or(0.0, |noise| noise.session.sd),
            session_sd_learned: effect.noise.is_some_and(|noise| noise.session.learned),
        },
    }
}
