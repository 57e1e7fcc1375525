//! The core clock as the probes saw it, over two or more sides of one row.

use crate::stats::{ClockSlope, LogRound, clock_slope, median};

/// What the probes say.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    /// How far the row follows it.
    pub(super) slope: ClockSlope,
    /// Median ln probe of each side.
    pub(super) sides: Vec<f64>,
    /// Median ln probe of all sides.
    pub(super) reference: f64,
}

impl Clock {
    /// The clock of the rounds of some sides; `None` unless every round has probes, for times with and without adjustment
    /// cannot be averaged.
    pub(super) fn of(sides: &[&[LogRound]]) -> Option<Self> {
        let probed = |side: &&[LogRound]| -> Option<Vec<(f64, f64)>> {
            side.iter().map(|round| Some((round.time, round.clock?))).collect()
        };
        let rounds = sides.iter().map(probed).collect::<Option<Vec<_>>>()?;
        let slope = clock_slope(&rounds.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let clocks = rounds.iter().map(|side| side.iter().map(|&(_, clock)| clock).collect::<Vec<f64>>());
        let mut clocks: Vec<Vec<f64>> = clocks.collect();
        let reference = median(&mut clocks.concat())?;
        let sides = clocks.iter_mut().map(|side| median(side)).collect::<Option<Vec<_>>>()?;
        Some(Clock { slope, sides, reference })
    }
}

/// The ln times of rounds as they are.
pub(super) fn raw_times(rounds: &[LogRound]) -> Vec<f64> {
    rounds.iter().map(|round| round.time).collect()
}

/// The ln times of rounds at a reference clock; as they are where the clock is not known.
pub(super) fn times_at(rounds: &[LogRound], clock: Option<&Clock>, reference: f64) -> Vec<f64> {
    match clock {
        Some(clock) => rounds.iter().map(|round| round.adjusted_time(clock.slope.slope, reference)).collect(),
        None => raw_times(rounds),
    }
}
