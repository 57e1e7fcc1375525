//! Where a baseline comes from, declared work, and what follows from it, as JSON.

use serde::Serializer;

use super::object::{Json, Keys, Object, list};
use crate::compare::Metric;
use crate::model::{Allocation, Baseline, Build, Machine};
use crate::work::{Work, WorkSource};

/// Everything about a baseline that is not a measurement. Unknown values are `null` or empty text.
impl Object for Baseline {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let sessions = self.sessions.iter().map(|session| session.started.to_string());
        let environment = &self.environment;
        let revision = environment.revision.as_ref();
        keys.key("name", self.name.as_str())
            .key("created", self.created().to_string())
            .key("sessions", sessions.collect::<Vec<_>>())
            .key("commit", revision.map(|revision| &revision.commit))
            .key("branch", revision.and_then(|revision| revision.branch.as_ref()))
            .key("dirty", revision.map(|revision| revision.dirty))
            .key("tool_version", &self.tool_version)
            .key("build", Json(&environment.build))
            .key("machine", Json(&environment.machine))
            .key("threads", &environment.threads)
            .known("variables", (!environment.variables.is_empty()).then_some(&environment.variables))
            .known("peaks", (!environment.peaks.is_empty()).then(|| list(&environment.peaks)))
    }
}

impl Object for Build {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("rustc", &self.rustc)
            .key("target", &self.target)
            .key("profile", &self.profile)
            .key("features", &self.features)
            .key("rustflags", &self.rustflags)
            .key("target_features", &self.target_features)
            .key("lock_hash", &self.lock_hash)
            .key("criterion", &self.criterion)
    }
}

impl Object for Machine {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("cpu", &self.cpu)
            .key("cores", self.cores)
            .key("hardware_threads", self.hardware_threads)
            .key("cache_bytes", &self.caches)
            .key("instruction_sets", &self.instruction_sets)
            .key("memory_bytes", self.memory)
            .key("governor", &self.governor)
            .key("virtual_machine", self.virtual_machine)
            .key("kernel", &self.kernel)
    }
}

/// Work declared for one iteration.
impl Object for Work {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("flops", self.flops.map(|count| count.0))
            .key("nominal", self.nominal)
            .key("bytes", self.bytes.map(|count| count.0))
            .known("bits", self.bits.map(|count| count.0))
            .key("elements", self.elements.map(|count| count.0))
            .key("tokens", self.tokens.map(|count| count.0))
            .key("flops_per_byte", self.arithmetic_intensity())
            .key("convention", &self.convention)
            .known("flops_counted_before", self.counted_before.map(|count| count.0))
            .known("from", (self.from != WorkSource::Bench).then(|| self.from.name()))
    }
}

/// The rates of work in so many nanoseconds; unknown ones are left out.
pub(in crate::report) struct Rates<'a>(
    pub(in crate::report) Option<&'a Work>,
    pub(in crate::report) Option<f64>,
);

impl Object for Rates<'_> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let of = |rate: Metric| rate.of_work(self.0?, self.1?);
        Metric::RATES.into_iter().fold(keys, |keys, rate| keys.known(rate.key(), of(rate)))
    }
}

/// Allocation of one iteration.
impl Object for Allocation {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("allocated_bytes", Json(self.bytes))
            .known("allocations", self.count.map(Json))
            .known("peak_bytes", self.peak.map(Json))
            .known("live_bytes", self.live.map(Json))
            .known("net_bytes", self.net.map(Json))
    }
}
