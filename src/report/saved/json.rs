//! Saved baselines as JSON. The rules are those of [`crate::report::json`].

use serde::Serializer;

use super::{Line, Saved};
use crate::compare::{
    Comparison, Efficiency, Family, GenerationComparison, Measure, Metric, ModelComparison, Side,
    SizeComparison, SizeFit, TokenEfficiency, Warning,
};
use crate::estimate;
use crate::model::{Baseline, Settings};
use crate::report::change::each;
use crate::report::footnotes::is_of_peaks;
use crate::report::json::{Json, Keys, Object, Rates, labels, list as objects, text};
use crate::report::model_rows::name;
use crate::report::origin::rounds;

/// The list of baselines as indented JSON, in the order given.
pub fn list(baselines: &[Baseline]) -> String {
    text("tensorprof-list", List(baselines))
}

/// A baseline as indented JSON.
pub fn show(saved: &Saved) -> String {
    text("tensorprof-baseline", saved)
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

impl Object for Saved {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let Saved { baseline, found } = self;
        keys.key("baseline", Json(baseline))
            .known("incomplete", baseline.gaps().map(Json))
            .key("settings", Json(&baseline.settings))
            .key("models", objects(found.models.iter().map(|model| Own(self, model))))
            .key("sizes", objects(found.sizes.iter().map(|sizes| Own(self, sizes))))
            .key("size_fits", objects(found.size_fits.iter().map(|fit| Own(self, fit))))
            .key("families", objects(found.families.iter().map(|family| Own(self, family))))
            .key("rows", objects(self.lines().iter().map(|line| Own(self, line))))
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

impl Object for Own<'_, Line<'_>> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let Own(saved, Line { benchmark, row }) = *self;
        let notes: Vec<(&Warning, &Comparison)> =
            row.notes.iter().filter(|note| is_of_peaks(note)).map(|note| (note, &saved.found)).collect();
        let (work, time) = (benchmark.work.as_ref(), row.time_ns(Side::Candidate));
        let [low, high] = ends(row.time());
        keys.all([(&benchmark.id, row.label.as_str())])
            .key("dtype", work.and_then(|work| work.dtype).map(|dtype| dtype.name()))
            .key("nested_in", &benchmark.nested_in)
            .known("inference", benchmark.inference.as_ref().map(Json))
            .key("failure", &benchmark.failure)
            .known("not_measured", benchmark.not_measured.as_ref())
            .key("rounds", benchmark.rounds.len())
            .key("time_ns", time)
            // The 95 % interval by the rounds of this baseline.
            .key("time_low_ns", low)
            .key("time_high_ns", high)
            // Standard deviation of ln time between the lower half of the rounds.
            .key("round_spread", estimate::spread(&benchmark.rounds))
            .known("work", work.map(Json))
            .all([Rates(work, time)])
            .known("efficiency", row.efficiency(Side::Candidate).map(Json))
            .known("token_efficiency", row.token_efficiency(Side::Candidate).map(Json))
            .all(benchmark.allocation)
            .known("notes", (!notes.is_empty()).then(|| objects(notes)))
    }
}

/// The interval of the single side; null where there is none.
fn ends(measure: Option<&Measure>) -> [Option<f64>; 2] {
    each(measure.and_then(|found| found.interval(Side::Candidate)))
}

impl Object for Efficiency<'_> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let [low, high] = each(self.interval);
        keys.key("share", self.share())
            .key("low", low)
            .key("high", high)
            .key("bound", self.bound().name())
            // The share of AVX2's arithmetic, where that of a faster instruction set is the roof.
            .known("of_avx2", self.share_of_avx2())
            .key("roof", Json(self.roof))
    }
}

impl Object for TokenEfficiency<'_> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("share", self.share()).key("bound", Json(self.bound))
    }
}

/// Something that is found of the benchmarks of a baseline.
struct Own<'a, T>(&'a Saved, &'a T);

/// Rows are named by their labels.
impl Object for Own<'_, ModelComparison> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let Own(saved, model) = *self;
        keys.all([&model.model])
            .key("rows", labels(&model.rows, &saved.found))
            .key("generations", objects(model.generations.iter().map(|generation| Own(saved, generation))))
            .key("depth_fit", model.depth_fit.candidate.map(Json))
            .key("steps", objects(&model.steps.candidate))
    }
}

impl Object for Own<'_, GenerationComparison> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let Own(saved, generation) = *self;
        let row = &saved.found.rows[generation.row];
        let value = |metric| row.measure(metric).and_then(|found| found.values().candidate);
        keys.key("row", &row.label)
            .key("first_token_ns", value(Metric::FirstToken))
            .key("per_token_ns", value(Metric::PerToken))
            .key("decode_tokens_per_s", value(Metric::DecodeTokensPerSecond))
            .key("inter_token_latency", generation.latency.candidate.map(Json))
    }
}

impl Object for Own<'_, SizeComparison> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let Own(saved, sizes) = *self;
        keys.key("smaller", name(&saved.found, sizes.smaller))
            .key("larger", name(&saved.found, sizes.larger))
            .all([sizes.phase])
            .key("parameter_ratio", sizes.parameter_ratio)
            .key("flop_ratio", sizes.flop_ratio)
            .key("time_ratio", sizes.time_ratio.candidate.map(Json))
            .key("efficiency_by_parameters", sizes.efficiency_by_parameters(Side::Candidate))
            .key("efficiency_by_flops", sizes.efficiency_by_flops(Side::Candidate))
            .key("exponent", sizes.exponent(Side::Candidate).map(Json))
    }
}

impl Object for Own<'_, SizeFit> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let Own(saved, fit) = *self;
        let models = fit.models.iter().map(|&model| name(&saved.found, model));
        keys.key("dtype", fit.dtype.map(|dtype| dtype.name()))
            .key("models", models.collect::<Vec<_>>())
            .all([fit.phase])
            .key("exponent", fit.exponent.candidate.map(Json))
    }
}

impl Object for Own<'_, Family> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let Own(saved, family) = *self;
        keys.key("label", &family.label)
            .key("rows", labels(&family.rows, &saved.found))
            .key("exponent", family.exponent.candidate.map(Json))
            .key("expected_exponent", family.expected_exponent)
    }
}
