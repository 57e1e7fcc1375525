//! The change of time between two sides, ln(candidate / baseline), and the noise it carries.

use super::clock::{Clock, raw_times, times_at};
use super::head_to_head::Blocks;
use super::sessions::{SessionTerm, session_term};
use super::{BlockCount, Change, LearnedSessions, Side, Sides};
use crate::stats::{ClockSlope, LogRound, SequentialPlan, TrimmedMean, Variance, lower_trimmed_mean};

/// Standard deviation, in ln time, of what a corrected sample is off by: a program that gets its core back finds its caches
/// and branch predictors used by another. About what corrected rows of the study were off by (evidence.md, "Which clock
/// tells the time of a row").
const CORRECTED_SD: f64 = 0.01;

/// A change of time in ln units.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effect {
    /// Location of each side, ln nanoseconds, at the clock of the baseline: what it would have taken had the core run as
    /// it did for the baseline. Of sides measured in turn, the candidate's is what the change makes of the baseline's.
    pub(super) times: Sides<f64>,
    /// The same as measured.
    pub(super) raw: Sides<f64>,
    /// The clock, where both sides have probes and were measured apart.
    pub(super) clock: Option<ClockShift>,
    /// What the estimate may be off by. `None` where a side has a single round and no blocks.
    pub(super) noise: Option<Noise>,
}

/// What the probes say.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClockShift {
    /// How far the row follows it.
    pub(super) slope: ClockSlope,
    /// ln(candidate / baseline) of the median probes.
    pub(super) shift: f64,
}

/// What an effect may be off by.
#[derive(Debug, Clone, Copy)]
pub(super) enum Noise {
    /// The sides were measured apart: each had its own moment.
    Apart(Apart),
    /// The sides were measured in turn.
    InTurn(InTurn),
}

/// The noise between blocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct InTurn {
    /// Of the mean over blocks.
    pub(super) variance: Variance,
    pub(super) blocks: BlockCount,
    /// When they were looked at.
    pub(super) plan: SequentialPlan,
}

/// The variances that make the interval of an effect between sides that were measured apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Apart {
    sides: Sides<Variance>,
    rounds: Sides<usize>,
    slope: Variance,
    /// Of times that were corrected for what the scheduler took away.
    correction: Variance,
    /// Between sessions.
    session: SessionTerm,
}

impl Effect {
    /// Point estimate, ln(candidate / baseline), adjusted for the clock.
    pub(super) fn theta(&self) -> f64 {
        self.times.candidate - self.times.baseline
    }
}

impl Noise {
    /// What processes and the clock adjustment contribute.
    pub(super) fn of_rounds(&self) -> Variance {
        match self {
            Noise::Apart(apart) => apart.of_rounds(),
            Noise::InTurn(in_turn) => in_turn.variance,
        }
    }

    /// All of it.
    pub(super) fn total(&self) -> Variance {
        match self {
            Noise::Apart(apart) => apart.total(),
            Noise::InTurn(in_turn) => in_turn.variance,
        }
    }

    /// What sessions contribute, where the sides had different ones.
    pub(super) fn session(&self) -> Option<SessionTerm> {
        match self {
            Noise::Apart(apart) => Some(apart.session),
            Noise::InTurn(_) => None,
        }
    }

    /// The blocks that it was learned from.
    pub(super) fn blocks(&self) -> Option<BlockCount> {
        match self {
            Noise::Apart(_) => None,
            Noise::InTurn(in_turn) => Some(in_turn.blocks),
        }
    }

    /// The confidence at which to take the interval so that it holds with the one asked for, however often it was looked
    /// at.
    pub(super) fn confidence(&self, asked: f64) -> f64 {
        let of_look = |in_turn: &InTurn| in_turn.plan.confidence(in_turn.blocks.used);
        match self {
            Noise::Apart(_) => asked,
            Noise::InTurn(in_turn) => of_look(in_turn).unwrap_or(asked),
        }
    }

    /// Half the width of the interval around an estimate.
    pub(super) fn half_width(&self, confidence: f64) -> f64 {
        self.total().half_width(self.confidence(confidence))
    }

    /// The change of an estimate, with its interval.
    pub(super) fn change(&self, theta: f64, confidence: f64) -> Change {
        Change::around(theta, self.half_width(confidence))
    }

    /// p-value of the hypothesis |effect| <= `margin`, valid however often it was looked at.
    pub(super) fn p(&self, theta: f64, margin: f64) -> f64 {
        let nominal = self.total().minimum_effect_p(theta, margin);
        match self {
            Noise::Apart(_) => nominal,
            Noise::InTurn(in_turn) => in_turn.plan.repeated_p(nominal, in_turn.blocks.used),
        }
    }
}

impl Apart {
    /// What rounds and the clock adjustment contribute.
    pub(super) fn of_rounds(&self) -> Variance {
        Variance::sum(&[self.sides.baseline, self.sides.candidate, self.slope])
    }

    fn total(&self) -> Variance {
        Variance::sum(&[
            self.sides.baseline,
            self.sides.candidate,
            self.slope,
            self.correction,
            self.session.variance,
        ])
    }

    /// All of it, had each side `more` rounds that vary as the present ones do.
    pub(super) fn total_after(&self, more: usize) -> Variance {
        let after = |side: Side| {
            let (n, after) = (self.rounds[side], self.rounds[side] + more);
            let df = (crate::stats::kept(after) - 1) as f64;
            Variance { value: self.sides[side].value * n as f64 / after as f64, df }
        };
        let [baseline, candidate] = Side::BOTH.map(after);
        Variance::sum(&[baseline, candidate, self.slope, self.correction, self.session.variance])
    }
}

/// The effect of two sides' rounds, by their blocks where these locate it. `None` where a side has no rounds.
pub(super) fn best_effect(
    rounds: Sides<&[LogRound]>,
    blocks: Option<&Blocks>,
    machine: Option<&LearnedSessions>,
) -> Option<Effect> {
    match blocks.and_then(Blocks::locate) {
        Some((theta, noise)) => in_turn(rounds, theta, noise),
        None => effect(rounds, machine),
    }
}

fn in_turn(rounds: Sides<&[LogRound]>, theta: f64, noise: Noise) -> Option<Effect> {
    let raw = raw_locations(rounds)?;
    let times = Sides::new(raw.baseline, raw.baseline + theta);
    Some(Effect { times, raw, clock: None, noise: Some(noise) })
}

/// Location of each side as measured, ln nanoseconds.
fn raw_locations(rounds: Sides<&[LogRound]>) -> Option<Sides<f64>> {
    let locations = rounds.map(|rounds| lower_trimmed_mean(&raw_times(rounds))).both()?;
    Some(locations.map(|location| location.mean))
}

/// The effect of two sides that were measured apart, on a machine that may have taught what sessions differ by. `None`
/// where a side has no rounds.
pub(super) fn effect(rounds: Sides<&[LogRound]>, machine: Option<&LearnedSessions>) -> Option<Effect> {
    let clock = Clock::of(&rounds.into_array());
    // At the clock of the baseline, so that its time is the same in every comparison, up to the slope.
    let reference = clock.as_ref().map_or(0.0, |clock| clock.sides[0]);
    let adjusted = rounds.map(|rounds| times_at(rounds, clock.as_ref(), reference));
    let shift =
        clock.as_ref().map(|clock| ClockShift { slope: clock.slope, shift: clock.sides[1] - clock.sides[0] });
    let locations = adjusted.as_ref().map(|times| lower_trimmed_mean(times)).both()?;
    Some(Effect {
        times: locations.map(|location| location.mean),
        raw: raw_locations(rounds)?,
        clock: shift,
        noise: noise(rounds, adjusted.as_ref(), locations, shift.as_ref(), machine).map(Noise::Apart),
    })
}

fn noise(
    rounds: Sides<&[LogRound]>,
    adjusted: Sides<&Vec<f64>>,
    locations: Sides<TrimmedMean>,
    clock: Option<&ClockShift>,
    machine: Option<&LearnedSessions>,
) -> Option<Apart> {
    let sessions = rounds.zip(adjusted).map(|(rounds, times)| {
        rounds.iter().zip(times).map(|(round, &time)| (round.session, time)).collect()
    });
    Some(Apart {
        sides: locations.map(|location| location.variance()).both()?,
        rounds: rounds.map(<[LogRound]>::len),
        slope: clock.map_or(Variance::known(0.0), |clock| clock.slope.variance.scaled(clock.shift.powi(2))),
        correction: Variance::known(rounds.map(correction).iter().sum()),
        session: session_term(sessions, clock.is_some(), machine),
    })
}

/// The variance of a side's location for its corrected samples: by how many there are among those that locate the rounds
/// that count, the faster half.
pub(super) fn correction(rounds: &[LogRound]) -> f64 {
    let mut by_time: Vec<(f64, f64)> = rounds.iter().map(|round| (round.time, round.corrected)).collect();
    by_time.sort_by(|left, right| left.0.total_cmp(&right.0));
    let counting = by_time.iter().take(crate::stats::kept(rounds.len()));
    let share = counting.clone().map(|(_, corrected)| corrected).sum::<f64>() / counting.len().max(1) as f64;
    (CORRECTED_SD * share).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(times: &[f64], probes: &[f64]) -> Vec<LogRound> {
        let probes = |index: usize| probes.get(index).map(|&probe| vec![probe; 3]).unwrap_or_default();
        let round = |(index, &time): (usize, &f64)| LogRound::new(0, &[time; 3], &probes(index));
        times.iter().enumerate().filter_map(round).collect()
    }

    fn effect_of(old: &[LogRound], new: &[LogRound]) -> Option<Effect> {
        effect(Sides::new(old, new), None)
    }

    const STEADY: [f64; 5] = [100.0, 100.3, 99.8, 100.1, 100.2];

    #[test]
    fn a_clock_that_moved_is_taken_out() {
        let slower = STEADY.map(|time| time * 1.1);
        let [old, new] = [rounds(&STEADY, &[50.0; 5]), rounds(&slower, &[55.0; 5])];
        let found = effect_of(&old, &new).unwrap();
        assert!(
            found.theta().abs() < 1e-9
                && (found.raw.candidate - found.raw.baseline - 1.1f64.ln()).abs() < 1e-9,
            "{found:?}"
        );
        assert!((found.times.baseline - found.raw.baseline).abs() < 1e-9, "the clock is the baseline's");
        // How far the row follows is not known from a constant clock, and the interval says so.
        assert!(found.noise.unwrap().of_rounds().sd() > 0.02, "{found:?}");
    }

    #[test]
    fn corrected_samples_widen_the_interval_and_extra_rounds_do_not_narrow_that() {
        let plain = rounds(&STEADY, &[]);
        let corrected: Vec<LogRound> =
            plain.iter().map(|round| round.clone().with_corrected(&[true; 3])).collect();
        let width = |candidate: &[LogRound], more| match effect_of(&plain, candidate).unwrap().noise {
            Some(Noise::Apart(apart)) => apart.total_after(more).half_width(0.95),
            other => panic!("{other:?}"),
        };
        assert!(width(&corrected, 0) > width(&plain, 0));
        assert!(width(&corrected, 1000) > 1.9 * CORRECTED_SD);
    }

    #[test]
    fn one_round_without_a_probe_leaves_all_unadjusted() {
        let [old, new] = [rounds(&STEADY, &[50.0; 4]), rounds(&STEADY, &[55.0; 5])];
        let found = effect_of(&old, &new).unwrap();
        assert!(found.clock.is_none());
        assert_eq!(found.times, found.raw);
    }

    #[test]
    fn noise_needs_two_rounds_a_side_and_shrinks_with_more() {
        let [one, two, five] = [1, 2, 5].map(|n| rounds(&STEADY[..n], &[]));
        assert!(effect_of(&[], &five).is_none());
        assert!(effect_of(&one, &five).unwrap().noise.is_none());
        let Some(Noise::Apart(noise)) = effect_of(&two, &five).unwrap().noise else { panic!("no noise") };
        let widths = [0, 1, 5, 50, 5000].map(|more| noise.total_after(more).half_width(0.95));
        assert!(widths.is_sorted_by(|a, b| a > b), "{widths:?}");
        assert!(widths[4] >= noise.session.variance.half_width(0.95));
    }
}
