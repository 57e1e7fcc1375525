//! The change of time between two sides, ln(candidate / baseline), and the noise it carries.

use super::clock::{Clock, times};
use super::sessions::{SessionTerm, session_term};
use crate::stats::{ClockSlope, LogRound, LowerTrimmedMean, Variance, lower_trimmed_mean};

/// A change of time in ln units.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effect {
    /// Point estimate, adjusted for the clock.
    pub(super) theta: f64,
    /// Difference of the logarithms of the displayed times.
    pub(super) raw: f64,
    /// The clock, where both sides have probes.
    pub(super) clock: Option<ClockShift>,
    /// What the estimate may be off by. `None` where a side has a single round.
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

/// The variances that make the interval of an effect.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noise {
    sides: [Variance; 2],
    rounds: [usize; 2],
    slope: Variance,
    /// Between sessions.
    pub(super) session: SessionTerm,
}

impl Noise {
    /// What rounds and the clock adjustment contribute.
    pub(super) fn of_rounds(&self) -> Variance {
        Variance::sum(&[self.sides[0], self.sides[1], self.slope])
    }

    /// All of it.
    pub(super) fn total(&self) -> Variance {
        Variance::sum(&[self.sides[0], self.sides[1], self.slope, self.session.variance])
    }

    /// All of it, had each side `more` rounds that vary as the present ones do.
    pub(super) fn total_after(&self, more: usize) -> Variance {
        let side = |index: usize| {
            let (n, after) = (self.rounds[index], self.rounds[index] + more);
            let df = (crate::stats::kept(after) - 1) as f64;
            Variance { value: self.sides[index].value * n as f64 / after as f64, df }
        };
        Variance::sum(&[side(0), side(1), self.slope, self.session.variance])
    }
}

/// The effect of two sides' rounds. `None` where a side has none.
pub(super) fn effect(sides: [&[LogRound]; 2]) -> Option<Effect> {
    let clock = Clock::of(&sides);
    let raw = sides.map(|rounds| times(rounds, None));
    let adjusted = sides.map(|rounds| times(rounds, clock.as_ref()));
    let clock = clock.map(|clock| ClockShift { slope: clock.slope, shift: clock.sides[1] - clock.sides[0] });
    let locations = both(|side| lower_trimmed_mean(&adjusted[side]))?;
    let [old, new] = both(|side| lower_trimmed_mean(&raw[side]))?;
    Some(Effect {
        theta: locations[1].mean - locations[0].mean,
        raw: new.mean - old.mean,
        clock,
        noise: noise(sides, &adjusted, &locations, clock.as_ref()),
    })
}

fn noise(
    sides: [&[LogRound]; 2],
    adjusted: &[Vec<f64>; 2],
    locations: &[LowerTrimmedMean; 2],
    clock: Option<&ClockShift>,
) -> Option<Noise> {
    let sessions =
        [0, 1].map(|side| sides[side].iter().map(|round| round.session).zip(adjusted[side].iter().copied()));
    Some(Noise {
        sides: both(|side| locations[side].variance())?,
        rounds: sides.map(<[LogRound]>::len),
        slope: clock.map_or(Variance::known(0.0), |clock| clock.slope.variance.scaled(clock.shift.powi(2))),
        session: session_term(sessions.map(Iterator::collect), clock.is_some()),
    })
}

/// What `of` gives for side 0 and side 1, if it gives something for each.
fn both<T>(of: impl Fn(usize) -> Option<T>) -> Option<[T; 2]> {
    Some([of(0)?, of(1)?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Round;

    fn rounds(times: &[f64], probes: &[f64]) -> Vec<LogRound> {
        let probe = |index: usize| probes.get(index).map(|&probe| vec![probe; 3]).unwrap_or_default();
        let round = |(index, &time): (usize, &f64)| Round {
            session: 0,
            samples: vec![time; 3],
            probes: probe(index),
            contention: vec![],
            steps: vec![],
        };
        times.iter().enumerate().filter_map(|pair| LogRound::new(&round(pair))).collect()
    }

    const STEADY: [f64; 5] = [100.0, 100.3, 99.8, 100.1, 100.2];

    #[test]
    fn a_clock_that_moved_is_taken_out() {
        let slower = STEADY.map(|time| time * 1.1);
        let [old, new] = [rounds(&STEADY, &[50.0; 5]), rounds(&slower, &[55.0; 5])];
        let found = effect([&old, &new]).unwrap();
        assert!(found.theta.abs() < 1e-9 && (found.raw - 1.1f64.ln()).abs() < 1e-9, "{found:?}");
        // How far the row follows is not known from a constant clock, and the interval says so.
        assert!(found.noise.unwrap().of_rounds().sd() > 0.02, "{found:?}");
    }

    #[test]
    fn one_round_without_a_probe_leaves_all_unadjusted() {
        let [old, new] = [rounds(&STEADY, &[50.0; 4]), rounds(&STEADY, &[55.0; 5])];
        let found = effect([&old, &new]).unwrap();
        assert!(found.clock.is_none());
        assert_eq!(found.theta, found.raw);
    }

    #[test]
    fn noise_needs_two_rounds_a_side_and_shrinks_with_more() {
        let [one, two, five] = [1, 2, 5].map(|n| rounds(&STEADY[..n], &[]));
        assert!(effect([&[], &five]).is_none());
        assert!(effect([&one, &five]).unwrap().noise.is_none());
        let noise = effect([&two, &five]).unwrap().noise.unwrap();
        let widths = [0, 1, 5, 50, 5000].map(|more| noise.total_after(more).half_width(0.95));
        assert!(widths.is_sorted_by(|a, b| a > b), "{widths:?}");
        assert!(widths[4] >= noise.session.variance.half_width(0.95));
    }
}
