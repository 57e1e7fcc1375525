//! Saved baselines as JSON. The rules are those of [`crate::report::json`].

use serde::Serializer;

use super::efficiency::Efficiency;
use super::rounds;
use crate::estimate;
use crate::model::{Baseline, Benchmark, Settings};
use crate::report::json::{Json, Keys, Object, Rates, list as objects, text};

/// The list of baselines as indented JSON, in the order given.
pub fn list(baselines: &[Baseline]) -> String {
    text("tensorprof-list", List(baselines))
}

/// A baseline as indented JSON.
pub fn show(baseline: &Baseline) -> String {
    text("tensorprof-baseline", Whole(baseline))
}

struct List<'a>(&'a [Baseline]);

impl Object for List<'_> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("baselines", objects(self.0.iter().map(Entry)))
    }
}

struct Entry<'a>(&'a Baseline);

impl Object for Entry<'_> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.all([self.0])
            .key("benchmarks", self.0.benchmarks.len())
            .key("rounds", rounds(self.0))
            .known("incomplete", self.0.gaps().map(Json))
    }
}

struct Whole<'a>(&'a Baseline);

impl Object for Whole<'_> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("baseline", Json(self.0))
            .known("incomplete", self.0.gaps().map(Json))
            .key("settings", Json(&self.0.settings))
            .key("models", objects(&self.0.models))
            .key("rows", objects(self.0.labelled().into_iter().map(|row| (row, self.0))))
    }
}

impl Object for Settings {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("rounds", self.rounds)
            .key("max_rounds", self.most_rounds())
            .key("warm_up_s", self.warm_up)
            .key("measurement_s", self.measurement)
            .key("samples", self.samples)
            .key("filter", &self.filter)
            .key("bench_arguments", &self.bench_arguments)
            .key("cargo_arguments", &self.cargo_arguments)
            .known("partition", self.partition.map(|partition| partition.to_string()))
    }
}

/// A benchmark with its label, of a baseline.
impl Object for ((&Benchmark, String), &Baseline) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let ((benchmark, label), baseline) = self;
        let (work, time) = (benchmark.work.as_ref(), estimate::time(&benchmark.rounds));
        keys.all([(&benchmark.id, label.as_str())])
            .key("dtype", work.and_then(|work| work.dtype).map(|dtype| dtype.name()))
            .key("nested_in", &benchmark.nested_in)
            .known("inference", benchmark.inference.as_ref().map(Json))
            .key("failure", &benchmark.failure)
            .known("not_measured", benchmark.not_measured.as_ref())
            .key("rounds", benchmark.rounds.len())
            .key("time_ns", time)
            // Standard deviation of ln time between the lower half of the rounds.
            .key("round_spread", estimate::spread(&benchmark.rounds))
            .known("work", work.map(Json))
            .all([Rates(work, time)])
            .known("efficiency", Efficiency::of(benchmark, baseline).map(Json))
            .all(benchmark.allocation)
    }
}
