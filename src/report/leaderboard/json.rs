//! A leaderboard as JSON. The rules are those of [`crate::report::json`].

use std::collections::BTreeMap;

use serde::Serializer;

use super::entry::reasons;
use crate::compare::{By, Comparison, Entrant, Leaderboard, Line, Metric, Warning};
use crate::report::json::{Json, Keys, Object, list, text};

/// A leaderboard as indented JSON with a line end: its lines by benchmark and by family.
pub fn json(board: &Leaderboard) -> String {
    text("tensorprof-compare", board)
}

impl Object for Leaderboard {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("reference", self.reference().map(Json))
            .key("baselines", list(self.comparisons().map(Other)))
            .key("rows", list(&self.lines(By::Row)))
            .key("families", list(&self.lines(By::Family)))
    }
}

/// One of the others as a whole: where it comes from, and what the comparison with the reference
/// says.
struct Other<'a>(&'a Comparison);

impl Object for Other<'_> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let Other(comparison) = *self;
        keys.all([&comparison.sides.candidate])
            .key("options", Json(&comparison.options))
            .key("measured", comparison.measured.name())
            .key("summary", Json((&comparison.summary, comparison)))
            .key("differences", list(&comparison.differences))
            .key("warnings", list(comparison.warnings.iter().map(|warning| (warning, comparison))))
    }
}

impl Object for Line<'_> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let keys = match self.id {
            Some(id) => keys.all([(id, self.label.as_str())]),
            None => keys.key("label", &self.label),
        };
        keys.key("reference", Json(Reference(self)))
            // Those that have it, or that lack what the reference has.
            .key("baselines", list(self.entrants.iter().flatten().map(|entrant| (self, entrant))))
    }
}

/// The reference at a line.
struct Reference<'a>(&'a Line<'a>);

impl Object for Reference<'_> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("ns", self.0.reference_ns).key("fastest", self.0.reference_is_fastest)
    }
}

/// Of a benchmark its verdict and notes; of a family how many of its benchmarks have which, and why
/// some are not comparable.
impl Object for (&Line<'_>, &Entrant<'_>) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (line, entrant) = *self;
        let name = entrant.comparison.sides.candidate.baseline.name.as_str();
        let keys = keys.key("name", name).key("fastest", entrant.is_fastest);
        let (keys, notes): (Keys<S>, Vec<&Warning>) = match (line.id, entrant.rows.as_slice()) {
            (Some(_), [row]) => (keys.key("verdict", row.verdict.name()), row.notes.iter().collect()),
            _ => (keys.key("verdicts", verdicts(entrant)), reasons(entrant).collect()),
        };
        let notes: Vec<(&Warning, &Comparison)> =
            notes.into_iter().map(|note| (note, entrant.comparison)).collect();
        keys.key("time", entrant.time.map(|time| Json((Metric::Time, time))))
            .known("notes", (!notes.is_empty()).then(|| list(notes)))
    }
}

/// Benchmarks of each verdict that some have.
fn verdicts(entrant: &Entrant<'_>) -> BTreeMap<&'static str, usize> {
    entrant.verdicts().into_iter().map(|(verdict, rows)| (verdict.name(), rows)).collect()
}
