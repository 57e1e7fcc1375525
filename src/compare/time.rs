//! Times of two sides and their change, whatever was timed: an iteration, a first token, a token.

use super::effect::{Effect, effect};
use super::{Change, Options, Quality, Rule, TimeChange};
use crate::stats::{LogRound, time_estimate};

/// Displayed times and the threshold, without the change. `None` where neither side was measured.
pub(super) fn times(rounds: &[Vec<LogRound>; 2], options: &Options) -> Option<TimeChange> {
    of_sides(rounds.each_ref().map(|rounds| time_estimate(rounds)), options)
}

/// Times of two sides and their threshold. `None` where neither has one.
pub(super) fn of_sides(
    [baseline_ns, candidate_ns]: [Option<f64>; 2],
    options: &Options,
) -> Option<TimeChange> {
    // Against the lesser time, so that a change and its reverse meet the same floor.
    let lesser = baseline_ns.into_iter().chain(candidate_ns).min_by(f64::total_cmp)?;
    let threshold = options.threshold.max(options.time_floor_ns / lesser);
    Some(TimeChange { baseline_ns, candidate_ns, change: None, threshold })
}

/// The change of comparable times by the rule of the options, and the effect under [`Rule::Interval`]. `None` where a
/// side has no time.
pub(super) fn change(
    time: &TimeChange,
    rounds: &[Vec<LogRound>; 2],
    options: &Options,
) -> Option<(Change, Option<Effect>)> {
    match options.rule {
        Rule::Point => Some((point_change(time.candidate_ns? / time.baseline_ns? - 1.0), None)),
        Rule::Interval => {
            let effect = effect([&rounds[0], &rounds[1]])?;
            Some((interval_change(&effect, time.threshold, options.confidence), Some(effect)))
        }
    }
}

impl TimeChange {
    /// Judges the change, whose effect is given, by a threshold of at least this.
    pub(super) fn raise_threshold(&mut self, least: f64, effect: &Effect) {
        self.threshold = self.threshold.max(least);
        if let (Some(change), Some(noise)) = (&mut self.change, &effect.noise) {
            change.p = noise.total().minimum_effect_p(effect.theta, self.threshold.ln_1p());
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
