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

/// The sides that do more than their machines can: of a token where nothing else tells.
pub(super) fn beyond_peaks(row: &Row) -> Option<Warning> {
    let beyond = |shares: Sides<Option<f64>>| {
        let beyond = shares.map(|share| share.filter(|share| *share > BEYOND_PEAKS));
        Some(beyond).filter(Sides::any)
    };
    let of_peaks = beyond(row.efficiencies().map(|found| found.map(|found| found.share())));
    let of_bound = || beyond(row.token_efficiencies().map(|found| found.map(|found| found.share())));
    of_peaks.map(Warning::BeyondPeaks).or_else(|| of_bound().map(Warning::BeyondBound))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Value;
    use crate::estimate::Limit;
    use crate::model::Inference;
    use crate::report::fixture::RowBuilder;

    /// An inference whose tokens after the first took so long on each side, of 1 µs at least.
    fn inference(per_token: Sides<f64>) -> Row {
        let mut row = RowBuilder::new("Tiny/inference/4+9").build();
        let phase = Phase::Inference { prompt: 4, generated: 9 };
        row.inference = Some(Inference { model: "Tiny".to_owned(), phase });
        let limit = Limit::Bandwidth("L2".to_owned());
        let bound =
            TokenBound { nanoseconds: 1000.0, half_width: 0.0, limit, threads: 1, bytes: Some(1000.0) };
        row.token_bounds = Sides::new(Some(bound.clone()), Some(bound));
        let measure = Measure::of(per_token.map(|nanoseconds| Some(Value::exact(nanoseconds))));
        row.measures.insert(Metric::PerToken, measure.expect("both sides"));
        row
    }

    #[test]
    fn tokens_that_are_faster_than_their_bound_are_noted() {
        assert_eq!(beyond_peaks(&inference(Sides::new(2000.0, 960.0))), None, "that may be noise");
        let found = beyond_peaks(&inference(Sides::new(2000.0, 800.0)));
        assert_eq!(found, Some(Warning::BeyondBound(Sides::new(None, Some(1.25)))));
    }
}
