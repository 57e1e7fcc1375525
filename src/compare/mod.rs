//! Two baselines in, a [`Comparison`] out: rows of measures, verdicts, warnings. Pure: no I/O, no clock, no environment,
//! and no panic on any data that a baseline can hold.

mod alone;
mod bisection;
mod clock;
mod doubt;
mod effect;
mod efficiency;
mod environment;
mod evidence;
mod families;
#[cfg(test)]
pub(crate) mod fixtures;
mod gate;
mod head_to_head;
mod history;
mod inference;
mod judge;
mod leaderboard;
mod learned;
mod measure;
mod measures;
mod metric;
mod nesting;
mod pairing;
mod ranking;
mod row_options;
mod sessions;
mod sides;
mod standing;
mod summary;
#[cfg(test)]
mod tests;
mod time;
mod types;
mod visible;
mod work;

pub use alone::alone;
pub use bisection::{Bisection, CommitStanding, Confirmation, Finding, Shift, Sought};
pub use efficiency::{Efficiency, TokenEfficiency};
pub use families::{Family, FamilyKey};
pub use gate::{Accepted, Found, Gate, GatePolicy, InconclusiveRows, Limit, Most, Outcome, Trial, self_test};
pub use head_to_head::{HeadToHeadRule, Look, Turns};
pub use history::{Break, History, HistoryPoint, LevelChange, RowHistory, Unjudged, history, latest};
pub use inference::{
    DepthFit, Estimate, GenerationComparison, InterTokenLatency, ModelComparison, SizeComparison, SizeFit,
    Step, Tail,
};
pub use leaderboard::{By, Entrant, Leaderboard, Line};
pub use learned::{LearnedSession, LearnedSessions};
pub use measure::{BlockCount, Change, Estimation, Measure, Threshold, Value};
pub use metric::{Better, Metric, Unit};
pub use row_options::{RowOptions, SmallestChange};
pub use sides::{Side, Sides};
pub use types::{
    Comparison, Difference, Fact, Measured, Options, Origin, Row, Rule, Summary, Verdict, Warning,
};

pub use visible::{Effort, IdenticalCode, identical_code};

use self::efficiency::beyond_peaks;
use self::environment::Environments;
use self::evidence::{Evidence, Judged, is_sound};
use self::head_to_head::Runs;
use self::judge::{Case, Judgement};
use self::measures::MeasuredRow;
use self::nesting::Nesting;
use self::pairing::Pair;
use self::standing::{Standing, Terms};
use crate::estimate::{Roof, SampleCounts, TokenBound, Uncontended, log_rounds, uncontended_among};
use crate::model::{Baseline, Benchmark, BenchmarkId, Round, labels};
use crate::stats::median;

/// Least |ln ratio| of the median probes that is worth a warning.
const CLOCK_MOVED: f64 = 0.03;

/// Share of samples corrected or left out that is worth a note.
const SHARE_WORTH_TELLING: f64 = 0.1;

/// Compares two baselines: every benchmark of either is a row of the result.
pub fn compare(baseline: &Baseline, candidate: &Baseline, options: &Options) -> Comparison {
    compare_where(baseline, candidate, options, &|_| true)
}

/// Compares two baselines and shows the wanted benchmarks: these alone are rows of the result, and what it counts. All
/// benchmarks are judged, so that what is decided of a row does not depend on which others are looked at.
pub fn compare_where(
    baseline: &Baseline,
    candidate: &Baseline,
    options: &Options,
    wanted: &dyn Fn(&BenchmarkId) -> bool,
) -> Comparison {
    let both = Sides::new(baseline, candidate);
    let uncontended = uncontended(both);
    let environments = Environments::of(baseline, candidate);
    let (across, refusing): (Vec<Difference>, Vec<Difference>) =
        environments.required().partition(|differing| differing.is_allowed(options));
    let runs = Runs::of(both, options);
    let terms = Terms { options, refusing: &refusing, sides: both, runs: runs.as_ref() };
    let sides = uncontended.as_ref();
    let mut pairs = pairing::pairs(sides.map(|side| &side.side));
    let mut judged = judged_rows(&pairs, sides, terms);
    pairs.retain(|pair| wanted(pair.id));
    judged.retain(|judged| wanted(&judged.row.id));
    let nesting = Nesting::of(judged.iter().map(|judged| &judged.row));
    summary::leave_out_nested(&mut judged, &nesting);
    let evidence = Evidence { pairs: &pairs, judged: &judged, sides, options };
    let models = inference::models(&evidence);
    let samples = sides.map(|side| samples_of(side, wanted));
    let origins = both.zip(samples).map(|(side, samples)| origin(side, samples, wanted));
    let incomplete = Side::BOTH.into_iter().filter(|&side| origins[side].gaps.is_some());
    let mut warnings: Vec<Warning> = incomplete.map(Warning::Incomplete).collect();
    warnings.extend(self::warnings(both, &judged, options));
    warnings.extend(disturbed(samples).then_some(Warning::Disturbed(samples)));
    warnings.extend(Warning::of_differences(&refusing, across));
    Comparison {
        sides: origins,
        options: options.clone(),
        summary: summary::summary(&judged, options),
        sizes: inference::sizes(&evidence, &models),
        size_fits: inference::size_fits(&evidence, &models),
        models,
        families: families::families(&evidence, &nesting),
        rows: judged.into_iter().map(|judged| judged.row).collect(),
        differences: environments.differences,
        agreeing_facts: environments.agreeing,
        measured: if runs.is_some() { Measured::HeadToHead } else { Measured::Stored },
        null_arm: runs.and_then(|runs| runs.null_arm()),
        warnings,
    }
}

/// The sides, each reduced to its uncontended rounds.
fn uncontended(sides: Sides<&Baseline>) -> Sides<Uncontended> {
    let of = uncontended_among(&sides.into_array());
    Sides::new(of(0), of(1))
}

/// What became of the samples of the wanted benchmarks.
fn samples_of(side: &Uncontended, wanted: &dyn Fn(&BenchmarkId) -> bool) -> SampleCounts {
    side.samples.iter().filter(|(id, _)| wanted(id)).map(|(_, counts)| *counts).sum()
}

/// Every row with its measures and its verdict.
fn judged_rows(pairs: &[Pair<'_>], sides: Sides<&Uncontended>, terms: Terms<'_>) -> Vec<Judged> {
    let labels = labels(&pairs.iter().map(|pair| pair.id).collect::<Vec<_>>());
    let (cases, notes): (Vec<Case>, Vec<Vec<Warning>>) =
        pairs.iter().map(|pair| case(pair, sides, terms)).unzip();
    let judgements = judge::judge(cases, terms.options);
    let known = labels.into_iter().zip(notes).zip(judgements);
    let row = |(pair, ((label, notes), judgement))| judged_row(pair, sides, label, notes, judgement, terms);
    pairs.iter().zip(known).map(row).collect()
}

/// A pair as it comes before the judge, with what is to be noted of it whatever the verdict.
fn case(pair: &Pair<'_>, sides: Sides<&Uncontended>, terms: Terms<'_>) -> (Case, Vec<Warning>) {
    let rounds = pair
        .sides
        .map(|benchmark| benchmark.map_or_else(Vec::new, |benchmark| log_rounds(&benchmark.rounds)));
    let Standing { verdict, notes } = standing::standing(pair, &rounds, terms);
    let contention = sides.map(|side| side.contention.get(pair.id).copied());
    let threshold = terms.options.threshold_of(pair.id);
    (Case { standing: verdict, contention, threshold, rounds, blocks: terms.blocks(pair) }, notes)
}

fn judged_row(
    pair: &Pair<'_>,
    sides: Sides<&Uncontended>,
    label: String,
    mut notes: Vec<Warning>,
    judgement: Judgement,
    terms: Terms<'_>,
) -> Judged {
    let Judgement { verdict, time, effect, contended, more_rounds, notes: of_verdict } = judgement;
    let sound = |(benchmark, side): (Option<&Benchmark>, &Uncontended)| {
        benchmark.is_some_and(|benchmark| is_sound(benchmark, side))
    };
    let compared = time.is_some_and(|time| time.change.is_some()) && !contended;
    let sound = pair.sides.zip(sides).map(sound);
    let (runs, options) = (terms.runs, terms.options);
    let roofs = pair
        .sides
        .zip(sides)
        .map(|(benchmark, side)| Roof::of(benchmark?, &side.side.models, &side.side.environment));
    let measured =
        MeasuredRow { pair, time, sound, compared, roofs: roofs.as_ref().map(Option::as_ref), runs, options };
    let measures = measures::measures(&measured);
    let varies = measures.values().any(Measure::varies);
    notes.extend(of_verdict);
    notes.extend(varies.then_some(Warning::AllocationVaries));
    let inference = declared(pair, |benchmark| benchmark.inference.as_ref()).cloned();
    let token_bounds = pair.sides.zip(sides).map(|(benchmark, side)| {
        let of_phase = benchmark.filter(|benchmark| benchmark.inference == inference)?;
        TokenBound::of(of_phase, &side.side.models, &side.side.environment)
    });
    let mut row = Row {
        id: pair.id.clone(),
        label,
        work: pair.works().latest().cloned(),
        // What an older session says of what contains it does not hold for a newer one that says nothing of it.
        nested_in: pair.sides.latest().and_then(|benchmark| benchmark.nested_in.clone()),
        left_out: false,
        inference,
        verdict,
        contended,
        more_rounds,
        measures,
        roofs,
        token_bounds,
        rounds: if verdict.is_change() { pair.sides.map(rounds_of) } else { Sides::default() },
        notes,
    };
    row.notes.extend(beyond_peaks(&row));
    Judged { row, effect }
}

fn rounds_of(benchmark: Option<&Benchmark>) -> Vec<Round> {
    benchmark.map_or_else(Vec::new, |benchmark| benchmark.rounds.clone())
}

/// What the candidate says of itself, or else the baseline.
fn declared<'a, T>(pair: &Pair<'a>, of: impl Fn(&'a Benchmark) -> Option<&'a T>) -> Option<&'a T> {
    pair.sides.map(|side| side.and_then(&of)).latest()
}

/// So many samples were corrected or left out that a reader should know.
fn disturbed(samples: Sides<SampleCounts>) -> bool {
    samples
        .iter()
        .any(|counts| (counts.corrected + counts.left_out) as f64 > SHARE_WORTH_TELLING * counts.taken as f64)
}

fn origin(baseline: &Baseline, samples: SampleCounts, wanted: &dyn Fn(&BenchmarkId) -> bool) -> Origin {
    let benchmarks = || baseline.benchmarks.iter().filter(|benchmark| wanted(&benchmark.id));
    Origin {
        baseline: baseline.without_benchmarks(),
        benchmarks: benchmarks().count(),
        rounds: benchmarks().map(|benchmark| benchmark.rounds.len()).max().unwrap_or(0),
        samples,
        gaps: baseline.gaps_among(wanted),
    }
}

fn warnings(sides: Sides<&Baseline>, judged: &[Judged], options: &Options) -> Vec<Warning> {
    let Sides { baseline, candidate } = sides;
    let same = baseline.sessions == candidate.sessions && baseline.benchmarks == candidate.benchmarks;
    let mut shifts: Vec<f64> = judged.iter().filter_map(|judged| Some(judged.effect?.clock?.shift)).collect();
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
