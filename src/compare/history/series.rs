//! The points of a row and the change points of its segments.

use super::{Break, HistoryPoint, LevelChange, RowHistory, Sighting, Unjudged};
use crate::compare::clock::{Clock, times_at};
use crate::compare::judge::least_change;
use crate::compare::sessions::session_variances;
use crate::compare::{Estimate, Options};
use crate::estimate::log_rounds;
use crate::model::BenchmarkId;
use crate::stats::{
    Criterion, LogRound, SeriesPoint, TrimmedMean, Variance, change_points, lower_trimmed_mean, time_estimate,
};

/// A row with its points and changes, by options of its own.
pub(super) fn row(
    id: &BenchmarkId,
    label: String,
    sightings: &[Sighting<'_>],
    breaks: Vec<Break>,
    options: &Options,
) -> RowHistory {
    let rounds: Vec<Vec<LogRound>> =
        sightings.iter().map(|sighting| log_rounds(&sighting.benchmark.rounds)).collect();
    let points = sightings.iter().zip(&rounds).map(|(sighting, rounds)| point(sighting, rounds)).collect();
    let mut row = RowHistory { id: id.clone(), label, points, breaks, changes: Vec::new() };
    let segments: Vec<_> = row.segments().collect();
    for segment in segments {
        let points = row.points.iter().zip(&rounds).enumerate().skip(segment.start).take(segment.len());
        let measured = points.filter(|(_, (point, _))| point.time_ns.is_some());
        let members: Vec<Member<'_>> = measured
            .map(|(index, (point, rounds))| Member {
                index,
                rounds,
                judged: point.unjudged.is_none(),
                contended: matches!(point.unjudged, Some(Unjudged::Contended(_))),
            })
            .collect();
        judge(&mut row, &members, options);
    }
    row
}

/// A point that has not been held against others yet.
fn point(sighting: &Sighting<'_>, rounds: &[LogRound]) -> HistoryPoint {
    HistoryPoint {
        baseline: sighting.baseline,
        work: sighting.benchmark.work.clone(),
        allocation: sighting.benchmark.allocation,
        time_ns: time_estimate(rounds),
        adjusted_ns: None,
        change: None,
        unjudged: unjudged(sighting, rounds),
    }
}

fn unjudged(sighting: &Sighting<'_>, rounds: &[LogRound]) -> Option<Unjudged> {
    if let Some(reason) = &sighting.benchmark.failure {
        return Some(Unjudged::Failed(reason.clone()));
    }
    if let Some(reason) = &sighting.benchmark.not_measured {
        return Some(Unjudged::NotMeasured(reason.clone()));
    }
    match (rounds.len(), sighting.contention) {
        (0, _) => Some(Unjudged::Failed("it has no usable rounds".to_owned())),
        (_, Some(contention)) => Some(Unjudged::Contended(contention)),
        (1, None) => Some(Unjudged::SingleRound),
        (_, None) => None,
    }
}

/// A measured point of a segment.
struct Member<'a> {
    /// Index of the point.
    index: usize,
    rounds: &'a [LogRound],
    judged: bool,
    /// Its time is the doing of other programs.
    contended: bool,
}

/// Fills in what the members of a segment say of each other.
fn judge(row: &mut RowHistory, members: &[Member<'_>], options: &Options) {
    let rounds: Vec<&[LogRound]> = members.iter().map(|member| member.rounds).collect();
    let clock = Clock::of(&rounds);
    let reference = clock.as_ref().map_or(0.0, |clock| clock.reference);
    let adjusted: Vec<Vec<f64>> =
        rounds.iter().map(|rounds| times_at(rounds, clock.as_ref(), reference)).collect();
    let locations: Vec<TrimmedMean> = adjusted.iter().filter_map(|times| lower_trimmed_mean(times)).collect();
    let variances = variances(&rounds, &adjusted, &locations, clock.is_some());
    let mut before: Option<f64> = None;
    for (nth, member) in members.iter().enumerate() {
        let (location, variance) = (locations[nth].mean, variances[nth].filter(|_| member.judged));
        let point = &mut row.points[member.index];
        point.adjusted_ns = Some(interval(location, variance, options.confidence));
        if !member.contended {
            point.change = before.map(|before| (location - before).exp_m1());
            before = Some(location);
        }
    }
    row.changes.extend(changes(members, &locations, &variances, clock.as_ref(), options));
}

/// Of each location: between its rounds and between sessions. `None` of a single round.
fn variances(
    rounds: &[&[LogRound]],
    adjusted: &[Vec<f64>],
    locations: &[TrimmedMean],
    probed: bool,
) -> Vec<Option<Variance>> {
    let by_session = rounds.iter().zip(adjusted).map(|(rounds, times)| {
        rounds.iter().zip(times).map(|(round, &time)| (round.session, time)).collect()
    });
    let sessions = session_variances(by_session.collect(), probed);
    let sum =
        |(location, session): (&TrimmedMean, Variance)| Some(Variance::sum(&[location.variance()?, session]));
    locations.iter().zip(sessions).map(sum).collect()
}

/// A location, ln nanoseconds, as nanoseconds.
fn interval(location: f64, variance: Option<Variance>, confidence: f64) -> Estimate {
    let half_width = variance.map_or(0.0, |variance| variance.half_width(confidence));
    let [low, value, high] = [location - half_width, location, location + half_width].map(f64::exp);
    Estimate { value, low, high }
}

/// The changes between levels of the judged members. The error of the clock slope is one error for all of them: it
/// grows with the distance of a point's clock from the reference.
fn changes(
    members: &[Member<'_>],
    locations: &[TrimmedMean],
    variances: &[Option<Variance>],
    clock: Option<&Clock>,
    options: &Options,
) -> Vec<LevelChange> {
    let exposure = |nth: usize| clock.map_or(0.0, |clock| clock.sides[nth] - clock.reference);
    let judged = members.iter().enumerate().filter(|(_, member)| member.judged);
    let (indices, points): (Vec<usize>, Vec<SeriesPoint>) = judged
        .filter_map(|(nth, member)| {
            let (value, variance) = (locations[nth].mean, variances[nth]?);
            Some((member.index, SeriesPoint { value, variance, exposure: exposure(nth) }))
        })
        .unzip();
    let criterion = Criterion {
        shared: clock.map_or(Variance::known(0.0), |clock| clock.slope.variance),
        least: &|level: f64| least_change(level.exp(), options.threshold, options.floor_ns).ln_1p(),
        confidence: options.confidence,
    };
    let change = |found: crate::stats::ChangePoint| {
        let [low, value, high] =
            [-found.half_width, 0.0, found.half_width].map(|error| (found.difference + error).exp_m1());
        let between = [indices[found.at - 1], indices[found.at]];
        LevelChange { between, size: Estimate { value, low, high } }
    };
    change_points(&points, &criterion).into_iter().map(change).collect()
}
