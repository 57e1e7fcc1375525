//! Times of two sides and their change, whatever was timed: an iteration, a first token, a token.

use super::effect::{Effect, effect};
use super::{Change, Estimation, Measure, Options, Rule, Sides, Threshold, Value};
use crate::stats::{LogRound, time_estimate};

/// A measured time and, under [`Rule::Interval`], the effect behind its change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timed {
    pub(super) measure: Measure,
    pub(super) effect: Option<Effect>,
}

/// Times as measured, without a change. `None` where neither side has rounds.
pub(super) fn measured(rounds: Sides<&[LogRound]>) -> Option<Timed> {
    let measure = Measure::of(rounds.map(time_estimate).map(|ns| ns.map(Value::exact)))?;
    Some(Timed { measure, effect: None })
}

/// Comparable times with their change by the rule of the options, against a threshold. `None` where a side has no rounds.
pub(super) fn compared(rounds: Sides<&[LogRound]>, threshold: f64, options: &Options) -> Option<Timed> {
    let mut timed = match options.rule {
        Rule::Point => by_point(rounds),
        Rule::Interval => by_interval(rounds, threshold, options.confidence),
    }?;
    timed.measure.threshold = Some(Threshold::Fraction(threshold));
    Some(timed)
}

fn by_point(rounds: Sides<&[LogRound]>) -> Option<Timed> {
    let mut timed = measured(rounds)?;
    let Sides { baseline, candidate } = timed.measure.values().both()?;
    timed.measure.change = Some(Change::exact(candidate / baseline - 1.0));
    Some(timed)
}

fn by_interval(rounds: Sides<&[LogRound]>, threshold: f64, confidence: f64) -> Option<Timed> {
    let effect = effect(rounds)?;
    let mut measure = Measure::of(effect.times.map(|time| Some(Value::exact(time.exp()))))?;
    measure.change = Some(change(&effect, confidence));
    measure.estimation = Some(estimation(&effect, threshold));
    Some(Timed { measure, effect: Some(effect) })
}

/// Without noise there is no interval: it reaches from nothing to infinity.
fn change(effect: &Effect, confidence: f64) -> Change {
    let half_width = effect.noise.map_or(f64::INFINITY, |noise| noise.total().half_width(confidence));
    let theta = effect.theta();
    let [low, point, high] = [theta - half_width, theta, theta + half_width].map(f64::exp_m1);
    Change { point, low, high }
}

fn estimation(effect: &Effect, threshold: f64) -> Estimation {
    let p =
        effect.noise.map_or(1.0, |noise| noise.total().minimum_effect_p(effect.theta(), threshold.ln_1p()));
    Estimation {
        raw: effect.raw.map(f64::exp),
        clock_slope: effect.clock.map_or(0.0, |clock| clock.slope.slope),
        p,
        session_sd: effect.noise.map_or(0.0, |noise| noise.session.sd),
        session_sd_learned: effect.noise.is_some_and(|noise| noise.session.learned),
    }
}
