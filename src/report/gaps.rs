//! What a baseline lacks, in words and as JSON.

use std::collections::BTreeMap;

use serde::Serializer;

use super::json::{Keys, Object, list};
use super::quantity::{count, things};
use super::table::{Form, Text};
use crate::model::{Baseline, BenchmarkId, Gaps, UnfinishedBench, bench_label};

/// Most names in a sentence.
const NAMES_SHOWN: usize = 10;

/// The labels of the benchmarks among which some are missing.
pub(super) type Labels<'a> = BTreeMap<&'a BenchmarkId, String>;

/// What a baseline lacks, for a terminal, without a full stop. `None` for a complete one.
pub fn in_words(baseline: &Baseline) -> Option<String> {
    of_baseline(baseline).map(|lacks| lacks.write(Form::Terminal))
}

/// What a baseline lacks, by the labels that its benchmarks have among each other.
pub(super) fn of_baseline(baseline: &Baseline) -> Option<Text> {
    let gaps = baseline.gaps()?;
    let labels = baseline.labelled().into_iter().map(|(benchmark, label)| (&benchmark.id, label));
    Some(words(&gaps, &labels.collect()))
}

/// What is missing, without a full stop: `1 benchmark was not measured: a/b; ...`.
pub(super) fn words(gaps: &Gaps, labels: &Labels<'_>) -> Text {
    let Gaps { missing, unfinished } = gaps;
    let rows = (!missing.is_empty()).then(|| {
        let were = if missing.len() == 1 { "was" } else { "were" };
        let head = format!("{} {were} not measured: ", things(missing.len(), "benchmark"));
        Text::line([head.into(), names(missing, labels)])
    });
    let known = || {
        let unfinished = unfinished.iter().map(|bench| (bench.package.as_str(), bench.target.as_str()));
        unfinished.chain(labels.keys().map(|id| (id.package.as_str(), id.target.as_str())))
    };
    let benches = unfinished.iter().map(|UnfinishedBench { package, target, reason }| {
        Text::line([
            "the bench ".into(),
            Text::Foreign(bench_label(known(), package, target)),
            " did not come to its end, so more may be missing (".into(),
            Text::reason(reason),
            ")".into(),
        ])
    });
    Text::joined(rows.into_iter().chain(benches), "; ")
}

fn names(missing: &[BenchmarkId], labels: &Labels<'_>) -> Text {
    let label = |id: &BenchmarkId| labels.get(id).cloned().unwrap_or_else(|| id.to_string());
    let shown = missing.iter().take(NAMES_SHOWN).map(|id| Text::Foreign(label(id)));
    let shown = Text::joined(shown, ", ");
    match missing.len().saturating_sub(NAMES_SHOWN) {
        0 => shown,
        more => Text::line([shown, format!(" and {} more", count(more as u64)).into()]),
    }
}

impl Object for Gaps {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("missing", self.missing.iter().map(BenchmarkId::path).collect::<Vec<_>>())
            .key("unfinished_benches", list(&self.unfinished))
    }
}

impl Object for UnfinishedBench {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("package", &self.package).key("target", &self.target).key("reason", &self.reason)
    }
}
