//! How near each side of a row comes to what its machine can do at most.

use super::{Measure, Metric, Row, Side, Sides, Warning};
use crate::estimate::{Bound, Roof, TokenBound};
use crate::inference::Phase;

/// A share of what a machine can do from which on something is wrong: less may be the noise of peaks and of times.
const BEYOND_PEAKS: f64 = 1.05;

/// What a side of a row reaches of the roof of its work, by the peaks of the machine of that side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Efficiency<'a> {
    /// The least time of the work on that machine.
    pub roof: &'a Roof,
    /// The time that is held against it: that of the side as it is shown, nanoseconds.
    pub nanoseconds: f64,
    /// The ends of the interval of the share, by the rounds of the side and of the peak. `None` of a single round.
    pub interval: Option<[f64; 2]>,
}

impl<'a> Efficiency<'a> {
    /// The share of the roof, never clamped: above 1 where the work, or a peak, is not what was declared or measured.
    pub fn share(&self) -> f64 {
        self.roof.share(self.nanoseconds)
    }

    /// What bounds the row.
    pub fn bound(&self) -> Bound<'a> {
        self.roof.bound(self.nanoseconds)
    }

    /// The share that it would be of AVX2's arithmetic, where that of a faster instruction set is the roof.
    pub fn share_of_avx2(&self) -> Option<f64> {
        self.roof.avx2_nanoseconds.map(|least| least / self.nanoseconds)
    }

    /// More than the machine can do, by more than noise.
    pub fn is_beyond_peaks(&self) -> bool {
        self.share() > BEYOND_PEAKS
    }
}

/// What a side of a row of a model reaches of the bound of a token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TokenEfficiency<'a> {
    /// The least time of a token on the machine of that side.
    pub bound: &'a TokenBound,
    /// The time of a token as it is shown, nanoseconds: of an inference, that of the tokens after the first.
    pub nanoseconds: f64,
}

impl TokenEfficiency<'_> {
    /// The share of the bound, never clamped.
    pub fn share(&self) -> f64 {
        self.bound.nanoseconds / self.nanoseconds
    }

    /// Tokens in a second that the bound allows.
    pub fn most_tokens_per_second(&self) -> f64 {
        1e9 / self.bound.nanoseconds
    }

    /// Tokens in a second that are reached.
    pub fn tokens_per_second(&self) -> f64 {
        1e9 / self.nanoseconds
    }
}

impl Row {
    /// What a side reaches of its roof. `None` where its work or its peaks are not known, or it was not measured.
    pub fn efficiency(&self, side: Side) -> Option<Efficiency<'_>> {
        let roof = self.roofs[side].as_ref()?;
        let interval = self.measure(Metric::Efficiency).and_then(|share| share.interval(side));
        Some(Efficiency { roof, nanoseconds: self.time_ns(side)?, interval })
    }

    /// What both sides reach of their roofs.
    pub fn efficiencies(&self) -> Sides<Option<Efficiency<'_>>> {
        Sides::of(|side| self.efficiency(side))
    }

    /// What a side reaches of the bound of a token, likewise.
    pub fn token_efficiency(&self, side: Side) -> Option<TokenEfficiency<'_>> {
        let bound = self.token_bounds[side].as_ref()?;
        let phase = self.inference.as_ref()?.phase;
        let nanoseconds = match phase {
            Phase::Inference { .. } => self.measure(Metric::PerToken).map(Measure::values)?[side]?,
            _ => self.time_ns(side)? / phase.tokens().filter(|tokens| *tokens > 0)? as f64,
        };
        Some(TokenEfficiency { bound, nanoseconds })
    }

    /// What both sides reach of the bounds of a token.
    pub fn token_efficiencies(&self) -> Sides<Option<TokenEfficiency<'_>>> {
        Sides::of(|side| self.token_efficiency(side))
    }
}

/// The sides that do more than their machines can.
pub(super) fn beyond_peaks(row: &Row) -> Option<Warning> {
    let beyond = row.efficiencies().map(|found| found.filter(Efficiency::is_beyond_peaks));
    beyond.any().then(|| Warning::BeyondPeaks(beyond.map(|found| found.map(|found| found.share()))))
}
