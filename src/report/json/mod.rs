//! The JSON twin of a report: everything the page says, for programs.
//!
//! Keys are never renamed and never change their meaning within a `format_version`; readers must accept keys
//! they do not know. Numbers are unrounded, in the unit their key names. A section that does not apply to a
//! row is absent; a value that does not exist within a section is `null`. The schema in `book/src/schema/`
//! describes every key.

mod model;
mod object;
mod peaks;
mod row;
mod scaling;
mod side;

use serde::Serializer;

pub(super) use self::object::{Json, Keys, Object, list};
pub(super) use self::side::Rates;
use super::advice::Advice;
use super::change::ends;
use super::escape::printable_json;
use super::footnotes;
use super::table::Form;
use super::verdict::{self, Headline};
use super::{Remeasuring, Reproduction};
use crate::compare::{
    Change, Comparison, Difference, Fact, LearnedSession, LearnedSessions, Options, Origin, RowOptions, Rule,
    Summary, Verdict, Warning,
};
use crate::estimate::SampleCounts;
use crate::model::NullArm;

/// A comparison as indented JSON with a line end.
pub fn render(comparison: &Comparison, reproduction: &Reproduction) -> String {
    text("tensorprof-diff", (comparison, &reproduction.remeasuring))
}

/// A document of that format as indented JSON with a line end. What cannot be seen or reorders text is escaped, so that
/// the JSON can be printed.
pub(super) fn text(format: &'static str, document: impl Object) -> String {
    // Only maps with keys that are no strings and failing `Serialize` impls can fail; there are none here.
    let text = serde_json::to_string_pretty(&Json(Document { format, document })).unwrap_or_default();
    printable_json(&text) + "\n"
}

struct Document<T> {
    format: &'static str,
    document: T,
}

impl<T: Object> Object for Document<T> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        // The version is raised when a key changes its meaning or goes.
        keys.key("format", self.format).key("format_version", 1).all([&self.document])
    }
}

impl Object for (&Comparison, &Remeasuring) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (comparison, means) = *self;
        keys.key("baseline", Json(&comparison.sides.baseline))
            .key("candidate", Json(&comparison.sides.candidate))
            .key("options", Json(&comparison.options))
            .key("measured", comparison.measured.name())
            // What the same run found of identical code.
            .known("null_arm", comparison.null_arm.map(Json))
            .key("summary", Json((&comparison.summary, comparison)))
            .key("rows", list(comparison.rows.iter().map(|row| (row, comparison))))
            .key("models", list(comparison.models.iter().map(|model| (model, comparison))))
            .key("sizes", list(comparison.sizes.iter().map(|sizes| (sizes, comparison))))
            .key("size_fits", list(comparison.size_fits.iter().map(|fit| (fit, comparison))))
            .key("families", list(comparison.families.iter().map(|family| (family, comparison))))
            .key("differences", list(&comparison.differences))
            .key("agreeing_facts", comparison.agreeing_facts)
            .key("warnings", list(comparison.warnings.iter().map(|warning| (warning, comparison))))
            // What decides the rows that are inconclusive or suspect, where there are some.
            .known("advice", Advice::of(comparison, means).map(Json))
    }
}

impl Object for Origin {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.all([&self.baseline])
            .key("benchmarks", self.benchmarks)
            .key("rounds", self.rounds)
            .key("samples", Json(&self.samples))
            .known("incomplete", self.gaps.as_ref().map(Json))
    }
}

/// What became of the samples of a side.
impl Object for SampleCounts {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("taken", self.taken).key("corrected", self.corrected).key("left_out", self.left_out)
    }
}

impl Object for Options {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let rule = match self.rule {
            Rule::Interval => "interval",
            Rule::Point => "point",
        };
        keys.key("rule", rule)
            .key("threshold", self.threshold)
            .key("floor_ns", self.floor_ns)
            .key("confidence", self.confidence)
            .key("false_discovery_rate", self.false_discovery_rate)
            .key("across", self.across.iter().map(|fact| fact.name()).collect::<Vec<_>>())
            .known("learned_sessions", self.learned_sessions.map(Json))
            .known("rows", (!self.rows.is_empty()).then(|| list(&self.rows)))
    }
}

/// What the metadata say of the rows that a pattern matches.
impl Object for RowOptions {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.known("package", self.package.as_ref())
            .key("pattern", self.pattern.as_str())
            .known("threshold", self.threshold)
            .known("gate", self.gate)
    }
}

/// What sessions of identical code differ by on the machine of both sides.
impl Object for LearnedSessions {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.known("probed", self.probed.map(Json)).known("unprobed", self.unprobed.map(Json))
    }
}

impl Object for LearnedSession {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("sd", self.sd).key("df", self.df).key("sessions", self.sessions).key("rows", self.rows)
    }
}

impl Object for (&Summary, &Comparison) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (summary, comparison) = *self;
        let keys = keys
            .key("verdict", Headline::of(comparison).name())
            .key("sentence", verdict::sentence(comparison))
            .key("rows", comparison.rows.len());
        // One key a verdict, with 0 for verdicts without rows.
        let verdicts = Verdict::ALL.into_iter();
        verdicts
            .fold(keys, |keys, verdict| keys.key(verdict.name(), summary.rows(verdict)))
            .key("time_ratio_geomean", summary.time_geomean.map(|change| Json((change, summary))))
            .key("total_ns", Json(summary.total_ns))
            .key("allocated_bytes", summary.total_bytes.map(Json))
            .key("allocations", summary.total_allocations.map(Json))
            // Common rows that the sums above leave out, and the sums with them.
            .key("nested_rows", summary.nested_rows)
            .key("total_with_nested_ns", Json(summary.total_with_nested_ns))
            .key("allocated_bytes_with_nested", summary.total_with_nested_bytes.map(Json))
    }
}

/// The geometric mean of the ratios of times.
impl Object for (Change, &Summary) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (change, summary) = self;
        let [low, high] = ends(Some(change)).map(|end| end.map(|end| 1.0 + end));
        keys.key("ratio", 1.0 + change.point)
            .key("low", low)
            .key("high", high)
            .key("rows", summary.geomean_rows)
    }
}

impl Object for NullArm {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("rows", self.rows).key("changed", self.changed)
    }
}

impl Object for Difference {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("name", &self.name)
            .key("baseline", &self.baseline)
            .key("candidate", &self.candidate)
            .key("fact", self.fact.map(Fact::name))
    }
}

/// A code for programs and a sentence for people.
impl Object for (&Warning, &Comparison) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (warning, comparison) = *self;
        keys.key("code", footnotes::code(warning))
            .key("text", footnotes::text(warning, comparison).write(Form::Terminal))
    }
}

/// Rows by their labels.
pub(super) fn labels<'a>(rows: &[usize], comparison: &'a Comparison) -> Vec<&'a str> {
    rows.iter().filter_map(|row| Some(comparison.rows.get(*row)?.label.as_str())).collect()
}
