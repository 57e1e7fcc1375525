//! Peaks of a machine as JSON. Rates are of all threads together.

use serde::Serializer;

use super::object::{Keys, Object, list};
use crate::model::{ArithmeticPeak, BandwidthPeak, PeakRate, Peaks};

impl Object for Peaks {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("threads", self.threads)
            .key("arithmetic", list(&self.arithmetic))
            .key("bandwidth", list(&self.bandwidth))
    }
}

impl Object for ArithmeticPeak {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let PeakRate { value, half_width } = self.rate;
        keys.key("dtype", self.dtype.name())
            .key("instruction_set", &self.instruction_set)
            .key("gflops", value)
            // Half of the 95 % interval, as a share of the rate.
            .key("half_width", half_width)
    }
}

impl Object for BandwidthPeak {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let PeakRate { value, half_width } = self.rate;
        keys.key("access", self.access.name())
            .key("level", &self.level)
            .key("working_set_bytes", self.working_set)
            .key("gb_per_s", value)
            .key("half_width", half_width)
    }
}
