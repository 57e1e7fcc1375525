//! Times of two sides and their change, whatever was timed: an iteration, a first token, a token.

use super::effect::{Effect, best_effect};
use super::head_to_head::Blocks;
use super::{Change, Estimation, Measure, Options, Rule, Sides, Threshold, Value};
use crate::stats::{LogRound, location_variance, time_estimate};

/// A measured time and, under [`Rule::Interval`], the effect behind its change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timed {
    pub(super) measure: Measure,
    pub(super) effect: Option<Effect>,
}

/// Times as measured, without a change. `None` where neither side has rounds.
pub(super) fn measured(rounds: Sides<&[LogRound]>, options: &Options) -> Option<Timed> {
    let measure = Measure::of(rounds.map(time_estimate).map(|ns| ns.map(Value::exact)))?;
    let half_widths = half_widths(rounds, options);
    Some(Timed { measure: Measure { half_widths, ..measure }, effect: None })
}

/// Half of the interval of each side's ln time between its rounds.
fn half_widths(rounds: Sides<&[LogRound]>, options: &Options) -> Sides<Option<f64>> {
    let confidence = options.confidence;
    let half_width =
        |rounds: &[LogRound]| location_variance(rounds, confidence).map(|found| found.half_width(confidence));
    match options.rule {
        Rule::Interval => rounds.map(half_width),
        Rule::Point => Sides::default(),
    }
}

/// Comparable times with their change by the rule of the options, against a threshold: from the blocks in which they were
/// measured in turn, where there are enough of them. `None` where a side has no rounds.
pub(super) fn compared(
    rounds: Sides<&[LogRound]>,
    blocks: Option<&Blocks>,
    threshold: f64,
    options: &Options,
) -> Option<Timed> {
    let mut timed = match options.rule {
        Rule::Point => by_point(rounds, options),
        Rule::Interval => {
            let effect = best_effect(rounds, blocks, options.learned_sessions.as_ref())?;
            by_interval(effect, threshold, options.confidence)
        }
    }?;
    timed.measure.threshold = Some(Threshold::Fraction(threshold));
    timed.measure.half_widths = half_widths(rounds, options);
    Some(timed)
}

fn by_point(rounds: Sides<&[LogRound]>, options: &Options) -> Option<Timed> {
    let mut timed = measured(rounds, options)?;
    let Sides { baseline, candidate } = timed.measure.values().both()?;
    timed.measure.change = Some(Change::exact(candidate / baseline - 1.0));
    Some(timed)
}

fn by_interval(effect: Effect, threshold: f64, confidence: f64) -> Option<Timed> {
    let mut measure = Measure::of(effect.times.map(|time| Some(Value::exact(time.exp()))))?;
    measure.change = Some(change(&effect, confidence));
    measure.estimation = Some(estimation(&effect, threshold));
    Some(Timed { measure, effect: Some(effect) })
}

/// Without noise there is no interval: it reaches from nothing to infinity.
fn change(effect: &Effect, confidence: f64) -> Change {
    let half_width = effect.noise.map_or(f64::INFINITY, |noise| noise.half_width(confidence));
    Change::around(effect.theta(), half_width)
}

fn estimation(effect: &Effect, threshold: f64) -> Estimation {
    let session = effect.noise.and_then(|noise| noise.session());
    Estimation {
        raw: effect.raw.map(f64::exp),
        clock_slope: effect.clock.map_or(0.0, |clock| clock.slope.slope),
        p: effect.noise.map_or(1.0, |noise| noise.p(effect.theta(), threshold.ln_1p())),
        session_sd: session.map_or(0.0, |session| session.sd),
        session_sd_learned: session.is_some_and(|session| session.learned),
        blocks: effect.noise.and_then(|noise| noise.blocks()),
    }
}
