//! How near a saved benchmark comes to what its machine can do.

use serde::Serializer;

use crate::compare::BEYOND_PEAKS;
use crate::estimate::{Bound, Limit, Roof, log_rounds};
use crate::model::{Baseline, Benchmark};
use crate::report::footnotes::WHY_BEYOND_PEAKS;
use crate::report::json::{Json, Keys, Object};
use crate::report::quantity::share;
use crate::report::table::Text;
use crate::stats::{location_variance, time_estimate};

/// Confidence of the intervals.
const CONFIDENCE: f64 = 0.95;

/// The share of its roof that a benchmark reaches.
pub(super) struct Efficiency {
    roof: Roof,
    nanoseconds: f64,
    /// Half of its interval, as a share of it: that of the time and that of the peak together.
    /// `None` of a single round.
    half_width: Option<f64>,
}

impl Efficiency {
    /// `None` where no peaks are known, or nothing was declared that they say something of.
    pub(super) fn of(benchmark: &Benchmark, baseline: &Baseline) -> Option<Efficiency> {
        let roof = Roof::of(benchmark, &baseline.models, &baseline.environment)?;
        let rounds = log_rounds(&benchmark.rounds);
        let of_time =
            location_variance(&rounds, CONFIDENCE).map(|variance| variance.half_width(CONFIDENCE).exp_m1());
        let half_width = of_time.map(|of_time| of_time.hypot(roof.half_width));
        Some(Efficiency { nanoseconds: time_estimate(&rounds)?, roof, half_width })
    }

    fn share(&self) -> f64 {
        self.roof.share(self.nanoseconds)
    }

    /// The share in words.
    pub(super) fn cell(&self) -> Text {
        share(self.share()).into()
    }

    /// What bounds it, with the instruction set of the peak.
    pub(super) fn bound(&self) -> Text {
        let bound = self.roof.bound(self.nanoseconds);
        match bound {
            Bound::Overhead => bound.name().into(),
            Bound::Limit(Limit::Arithmetic(set)) => {
                Text::line([bound.name().into(), " (".into(), Text::foreign(set), ")".into()])
            }
            Bound::Limit(Limit::Bandwidth(level)) => Text::foreign(level),
        }
    }

    /// What is wrong with it, where something is.
    pub(super) fn note(&self) -> Option<Text> {
        (self.share() > BEYOND_PEAKS).then(|| WHY_BEYOND_PEAKS.into())
    }
}

impl Object for Efficiency {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let share = self.share();
        keys.key("share", share)
            .key("low", self.half_width.map(|half| share / (1.0 + half)))
            .key("high", self.half_width.map(|half| share * (1.0 + half)))
            .key("bound", self.roof.bound(self.nanoseconds).name())
            .key("roof", Json(&self.roof))
    }
}
