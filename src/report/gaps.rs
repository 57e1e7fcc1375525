//! What a baseline lacks, in words and as JSON.

use serde::Serializer;

use super::json::{Keys, Object, list};
use super::quantity::{count, things};
use super::table::{Form, Text};
use crate::model::{BenchmarkId, Gaps, UnfinishedBench};

/// Most names in a sentence.
const NAMES_SHOWN: usize = 10;

/// What a baseline lacks, for a terminal, without a full stop.
pub fn in_words(gaps: &Gaps) -> String {
    words(gaps).write(Form::Terminal)
}

/// What is missing, without a full stop: `1 benchmark was not measured: a/b; ...`.
pub(super) fn words(gaps: &Gaps) -> Text {
    let Gaps { missing, unfinished } = gaps;
    let rows = (!missing.is_empty()).then(|| {
        let were = if missing.len() == 1 { "was" } else { "were" };
        let head = format!("{} {were} not measured: ", things(missing.len(), "benchmark"));
        Text::line([head.into(), names(missing)])
    });
    let benches = unfinished.iter().map(|UnfinishedBench { target, reason, .. }| {
        let head = Text::line(["the bench ".into(), Text::foreign(target)]);
        Text::line([
            head,
            " did not come to its end, so more may be missing (".into(),
            Text::reason(reason),
            ")".into(),
        ])
    });
    Text::joined(rows.into_iter().chain(benches), "; ")
}

fn names(missing: &[BenchmarkId]) -> Text {
    let shown = missing.iter().take(NAMES_SHOWN).map(|id| Text::foreign(&id.path()));
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
