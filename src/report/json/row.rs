//! A row of a comparison as JSON.

use serde::Serializer;

use super::object::{Json, Keys, Object, list, sides};
use crate::compare::{Comparison, Measure, Metric, Row, Threshold, Unit, Value};
use crate::estimate::{Limit, Roof, TokenBound};
use crate::model::BenchmarkId;
use crate::report::change::ends;
use crate::report::verdict::amount;

impl Object for (&Row, &Comparison) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (row, comparison) = *self;
        let notes = row.notes.iter().map(|note| (note, comparison));
        let keys = keys
            .all([(&row.id, row.label.as_str())])
            .key("dtype", row.work.as_ref().and_then(|work| work.dtype).map(|dtype| dtype.name()))
            .key("verdict", row.verdict.name())
            .key("nested_in", &row.nested_in)
            .known("inference", row.inference.as_ref().map(Json))
            .known("work", row.work.as_ref().map(Json));
        let measures = row.measures.iter();
        measures
            .fold(keys, |keys, (metric, measure)| match metric {
                Metric::Efficiency => keys.key(metric.key(), Json(Efficiency { row, shares: measure })),
                _ => keys.key(metric.key(), Json((*metric, measure))),
            })
            .known("token_efficiency", row.token_efficiencies().any().then_some(Json(TokenShares(row))))
            .known("allocation_verdict", row.allocation_verdict().map(amount))
            .known("notes", (!row.notes.is_empty()).then(|| list(notes)))
    }
}

/// A whole id with its label.
impl Object for (&BenchmarkId, &str) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (id, label) = self;
        keys.key("id", id.path())
            .key("label", label)
            .key("package", &id.package)
            .key("target", &id.target)
            .key("group", &id.criterion.group)
            .key("function", &id.criterion.function)
            .key("parameter", &id.criterion.parameter)
    }
}

/// A metric in the form that its unit has.
impl Object for (Metric, &Measure) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (metric, measure) = self;
        match metric.unit() {
            _ if metric.is_exact() => count(keys, measure),
            Unit::Nanoseconds => time(keys, measure),
            _ => changed(keys.all([measure.values()]), measure),
        }
    }
}

/// The share of its roof that each side reaches, with what bounds it: the candidate, or the baseline
/// where the candidate has no roof.
struct Efficiency<'a> {
    row: &'a Row,
    shares: &'a Measure,
}

impl Object for Efficiency<'_> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let found = self.row.efficiencies();
        let bound = found.latest().map(|found| found.bound().name());
        let of_avx2 = found.map(|side| side?.share_of_avx2());
        changed(keys.all([self.shares.values()]), self.shares)
            .key("bound", bound)
            // The shares of AVX2's arithmetic, where that of a faster instruction set is the roof.
            .known("of_avx2", of_avx2.any().then_some(Json(of_avx2)))
            .key("roofs", sides(self.row.roofs.as_ref().map(Option::as_ref)))
    }
}

/// The share of the bound of a token that each side reaches.
struct TokenShares<'a>(&'a Row);

impl Object for TokenShares<'_> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let TokenShares(row) = self;
        keys.all([row.token_efficiencies().map(|found| found.map(|found| found.share()))])
            .key("bounds", sides(row.token_bounds.as_ref().map(Option::as_ref)))
    }
}

/// The least time of a token on a machine, with the bytes that move for it where bandwidth bounds it.
impl Object for TokenBound {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let keys = keys
            .key("ns", self.nanoseconds)
            .key("half_width", self.half_width)
            .key("threads", self.threads)
            .key("tokens_per_s", 1e9 / self.nanoseconds)
            .known("bytes", self.bytes);
        limit(keys, &self.limit)
    }
}

/// The least time of an iteration on a machine.
impl Object for Roof {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let keys = keys
            .key("ns", self.nanoseconds)
            // Half of the 95 % interval of the peak behind it, as a share of it.
            .key("half_width", self.half_width)
            .key("threads", self.threads);
        limit(keys, &self.limit).known("avx2_ns", self.avx2_nanoseconds)
    }
}

/// What a least time is that of.
fn limit<S: Serializer>(keys: Keys<S>, limit: &Limit) -> Keys<S> {
    match limit {
        Limit::Arithmetic(set) => keys.key("instruction_set", set),
        Limit::Bandwidth(level) => keys.key("level", level),
    }
}

/// Changes and thresholds are fractions: 0.02 is 2 %. Times are as measured; those at the clock of the baseline, which
/// tables show, stand beside them where the sides were compared.
fn time<S: Serializer>(keys: Keys<S>, time: &Measure) -> Keys<S> {
    let (estimation, raw) = (time.estimation, time.raw());
    let at_clock = time.values().map(|ns| ns.filter(|_| estimation.is_some()));
    let keys = keys
        .key("baseline_ns", raw.baseline)
        .key("candidate_ns", raw.candidate)
        .key("baseline_at_clock_ns", at_clock.baseline)
        .key("candidate_at_clock_ns", at_clock.candidate);
    changed(keys, time)
        // Pairs of fresh processes that the change was estimated from, where the sides were measured in turn.
        .known("blocks", estimation.and_then(|found| found.blocks).map(|blocks| blocks.used))
        .key("p", estimation.map(|found| found.p))
        .key("unadjusted_change", estimation.map(|found| found.raw_change()))
        .key("clock_slope", estimation.map(|found| found.clock_slope))
        .key("session_sd", estimation.map(|found| found.session_sd))
        .key("session_sd_learned", estimation.map(|found| found.session_sd_learned))
        .key("threshold", threshold(time))
}

fn changed<S: Serializer>(keys: Keys<S>, Measure { change, .. }: &Measure) -> Keys<S> {
    let [low, high] = ends(change.as_ref());
    keys.key("change", change.map(|change| change.point)).key("low", low).key("high", high)
}

/// A threshold in the unit of the metric, or as a fraction of a time.
fn threshold(measure: &Measure) -> Option<f64> {
    measure.threshold.map(Threshold::value)
}

/// The greatest count seen on each side; the least beside it where a side varied.
fn count<S: Serializer>(keys: Keys<S>, count: &Measure) -> Keys<S> {
    let varying = |side: Option<Value>| side.filter(|side| !side.is_exact()).map(|side| side.least as i64);
    let low = count.sides.map(varying);
    keys.all([count.values().map(|most| most.map(|most| most as i64))])
        .key("change", count.change.map(|change| change.point))
        .known("baseline_low", low.baseline)
        .known("candidate_low", low.candidate)
        .known("threshold", threshold(count))
        .known("verdict", count.verdict.map(amount))
}
