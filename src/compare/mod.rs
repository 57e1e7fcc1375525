//! Two baselines in, a [`Comparison`] out: rows, verdicts, warnings. Pure: no I/O, no clock, no environment,
//! and no panic on any data that a baseline can hold.

mod allocation;
mod clock;
mod contention;
mod effect;
mod environment;
mod evidence;
mod families;
#[cfg(test)]
pub(crate) mod fixtures;
mod history;
mod inference;
mod nesting;
mod pairing;
mod rates;
mod row;
mod sessions;
mod summary;
#[cfg(test)]
mod tests;
mod time;
mod types;
mod verdict;
mod work;

pub use contention::{Uncontended, uncontended};
pub use families::Family;
pub use history::{
    Break, History, HistoryOptions, HistoryPoint, LevelChange, RowHistory, Unjudged, history, latest,
};
pub use inference::{
    DepthFit, Estimate, GenerationComparison, InterTokenLatency, ModelComparison, SizeComparison, SizeFit,
    Step, Tail,
};
pub use types::{
    AllocationChange, AllocationVerdict, Change, Comparison, Count, Difference, Fact, Options, Quality,
    RateChange, Row, Rule, Side, Summary, TimeChange, Verdict, Warning,
};

use self::environment::Environments;
use self::evidence::Evidence;
use self::nesting::Nesting;
use self::pairing::Pair;
use self::row::{Draft, Terms};
use self::verdict::{Judge, direction};
use crate::model::{Baseline, BenchmarkId};
use crate::stats::{discoveries, median};

/// Least |ln ratio| of the median probes that is worth a warning.
const CLOCK_MOVED: f64 = 0.03;

/// Change of time, as a fraction, that contention is not blamed for: another hardware thread leaves a core about half of what
/// it can issue.
const LEAST_CHANGE_WHEN_CONTENDED: f64 = 1.0;

/// What the point rule forgives, because times went through logarithms: a change of exactly the threshold
/// counts.
const ROUNDING: f64 = 1e-9;

/// Compares two baselines: every benchmark of either is a row of the result.
pub fn compare(baseline: &Baseline, candidate: &Baseline, options: &Options) -> Comparison {
    compare_where(baseline, candidate, options, &|_| true)
}

/// Compares the wanted benchmarks of two baselines. What a core of one's own is, is told by all benchmarks.
pub fn compare_where(
    baseline: &Baseline,
    candidate: &Baseline,
    options: &Options,
    wanted: &dyn Fn(&BenchmarkId) -> bool,
) -> Comparison {
    let mut uncontended = contention::uncontended_together(&[baseline, candidate]);
    for uncontended in &mut uncontended {
        uncontended.side.benchmarks.retain(|benchmark| wanted(&benchmark.id));
    }
    let environments = Environments::of(baseline, candidate);
    let (across, refusing) =
        environments.differing_facts().into_iter().partition(|fact| options.across.contains(fact));
    let terms = Terms { options, refusing: &refusing, sides: [baseline, candidate] };
    let pairs = pairing::pairs(&uncontended[0].side, &uncontended[1].side);
    let drafts = judged_drafts(&pairs, &uncontended, terms);
    let evidence = Evidence { pairs: &pairs, drafts: &drafts, sides: &uncontended, options };
    let nesting = Nesting::of(evidence.rows().map(|(_, row)| row));
    let models = inference::models(&evidence);
    let mut warnings = warnings(baseline, candidate, &drafts, options);
    warnings.extend(refusing.into_iter().map(Warning::Differs));
    warnings.extend(across.into_iter().map(Warning::Across));
    Comparison {
        baseline: side(baseline, wanted),
        candidate: side(candidate, wanted),
        options: options.clone(),
        summary: summary::summary(&drafts, &nesting, options),
        sizes: inference::sizes(&evidence, &models),
        size_fits: inference::size_fits(&evidence, &models),
        models,
        families: families::families(&evidence, &nesting),
        rows: drafts.into_iter().map(|draft| draft.row).collect(),
        differences: environments.differences,
        agreeing_facts: environments.agreeing,
        warnings,
    }
}

/// Every row with its verdict.
fn judged_drafts(pairs: &[Pair<'_>], sides: &[Uncontended], terms: Terms<'_>) -> Vec<Draft> {
    let labels = pairing::labels(&pairs.iter().map(|pair| pair.id).collect::<Vec<_>>());
    let drafts = pairs.iter().zip(labels).map(|(pair, label)| row::draft(pair, label, terms));
    let mut drafts: Vec<Draft> = drafts.collect();
    drafts.iter_mut().for_each(|draft| note_contention(draft, sides));
    match terms.options.rule {
        Rule::Interval => judge_intervals(&mut drafts, terms.options),
        Rule::Point => drafts.iter_mut().for_each(|draft| judge_point(&mut draft.row)),
    }
    drafts
}

/// A row measured under contention is judged only where it changed by more than the neighbour can have done.
fn note_contention(draft: &mut Draft, sides: &[Uncontended]) {
    let contended = sides.iter().any(|side| side.contended.contains(&draft.row.id));
    if contended && let (Some(effect), Some(time)) = (draft.effect, &mut draft.row.time) {
        time.raise_threshold(LEAST_CHANGE_WHEN_CONTENDED, &effect);
        draft.row.notes.push(Warning::Contended);
    }
}

fn side(baseline: &Baseline, wanted: &dyn Fn(&BenchmarkId) -> bool) -> Side {
    let benchmarks = || baseline.benchmarks.iter().filter(|benchmark| wanted(&benchmark.id));
    Side {
        baseline: contention::without_benchmarks(baseline),
        benchmarks: benchmarks().count(),
        rounds: benchmarks().map(|benchmark| benchmark.rounds.len()).max().unwrap_or(0),
    }
}

fn warnings(baseline: &Baseline, candidate: &Baseline, drafts: &[Draft], options: &Options) -> Vec<Warning> {
    let same = baseline.sessions == candidate.sessions && baseline.benchmarks == candidate.benchmarks;
    let mut shifts: Vec<f64> = drafts.iter().filter_map(|draft| Some(draft.effect?.clock?.shift)).collect();
    let moved = median(&mut shifts).filter(|shift| shift.abs() > CLOCK_MOVED);
    let point = options.rule == Rule::Point;
    [
        same.then_some(Warning::SameBaseline),
        point.then_some(Warning::PointEstimates),
        moved.map(Warning::ClockMoved),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Verdicts on all rows with an interval, at one false discovery rate.
fn judge_intervals(drafts: &mut [Draft], options: &Options) {
    let judged = |draft: &&mut Draft| draft.effect.is_some_and(|effect| effect.noise.is_some());
    let judged: Vec<&mut Draft> = drafts.iter_mut().filter(judged).collect();
    let p_values: Vec<f64> = judged.iter().filter_map(|draft| Some(draft.row.time?.change?.p)).collect();
    let discovered = discoveries(&p_values, options.false_discovery_rate);
    for (draft, discovered) in judged.into_iter().zip(discovered) {
        judge_interval(draft, discovered, options.confidence);
    }
}

fn judge_interval(draft: &mut Draft, discovered: bool, confidence: f64) {
    let (Some(effect), Some(time)) = (draft.effect, draft.row.time) else { return };
    let Some(noise) = effect.noise else { return };
    let judge = Judge { margin: time.threshold.ln_1p(), confidence };
    let (verdict, note) = judge.verdict(effect.theta, &noise, discovered);
    // In contention, a change is all that can be shown.
    if !draft.row.is_contended() || matches!(verdict, Verdict::Regressed | Verdict::Improved) {
        draft.row.verdict = verdict;
        draft.row.notes.extend(note);
    }
}

fn judge_point(row: &mut Row) {
    let Some((time, change)) = row.time.and_then(|time| Some((time, time.change?))) else { return };
    row.verdict = if change.point.abs() >= time.threshold - ROUNDING {
        direction(change.point)
    } else {
        Verdict::Unchanged
    };
}
