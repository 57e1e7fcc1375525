//! What one pattern says of the rows that it matches.

use std::collections::BTreeMap;

use toml::Spanned;

use super::formula::Formula;
use super::tables::RowTable;
use super::{ManifestText, MetadataError, Place};
use crate::dtype::Dtype;
use crate::model::{BenchmarkId, Captured, IdPattern, check_count};
use crate::work::{Bytes, Elements, Flops, Tokens, Work};

/// What one pattern says.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    /// Of the benches of this package alone.
    pub(super) package: Option<String>,
    pub(super) pattern: IdPattern,
    pub(super) place: Place,
    counts: BTreeMap<Count, (Formula, Place)>,
    dtype: Option<Dtype>,
    /// A fraction.
    pub(super) threshold: Option<f64>,
    pub(super) gate: Option<bool>,
}

/// A rule that matches a benchmark, with what it captured of the id.
pub(super) struct Match<'a> {
    rule: &'a Rule,
    captured: Captured<'a>,
}

/// A count of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Count {
    Flops,
    Bytes,
    Elements,
    Tokens,
}

impl Rule {
    /// What a table of a manifest says under the key.
    pub(super) fn of(
        manifest: &ManifestText,
        package: Option<String>,
        key: &Spanned<String>,
        row: RowTable,
    ) -> Result<Rule, MetadataError> {
        let place = manifest.place(key.span().start);
        let pattern: IdPattern = key
            .get_ref()
            .parse()
            .map_err(|error| MetadataError { place: place.clone(), reason: format!("{error}") })?;
        let RowTable { flops, bytes, elements, tokens, dtype, threshold, gate } = row;
        let formulas = [
            (Count::Flops, flops),
            (Count::Bytes, bytes),
            (Count::Elements, elements),
            (Count::Tokens, tokens),
        ];
        let mut counts = BTreeMap::new();
        for (count, formula) in formulas {
            let Some(formula) = formula else { continue };
            let place = manifest.place(formula.span().start);
            let formula = formula.into_inner();
            formula.check(&pattern).map_err(|reason| MetadataError { place: place.clone(), reason })?;
            counts.insert(count, (formula, place));
        }
        Ok(Rule {
            package,
            pattern,
            place,
            counts,
            dtype: dtype.map(|name| name.0),
            threshold: threshold.map(|percent| percent.0),
            gate,
        })
    }

    /// It holds for the package of this benchmark.
    pub(super) fn is_of(&self, id: &BenchmarkId) -> bool {
        self.package.as_ref().is_none_or(|package| *package == id.package)
    }

    /// It holds for this benchmark, whose path this is.
    pub(super) fn matched<'a>(&'a self, id: &BenchmarkId, path: &'a str) -> Option<Match<'a>> {
        let captured = self.pattern.captured(path).filter(|_| self.is_of(id))?;
        Some(Match { rule: self, captured })
    }
}

impl Match<'_> {
    /// The element type: that of the id, or else what is said of it.
    pub(super) fn dtype(&self) -> Option<Dtype> {
        self.captured.dtype().or(self.rule.dtype)
    }

    /// A count of a benchmark of that element type, or the place of its formula and why it gives none; `None` where there is no
    /// formula.
    pub(super) fn count(&self, count: Count, dtype: Option<Dtype>) -> Option<Result<u64, (Place, String)>> {
        let (formula, place) = self.rule.counts.get(&count)?;
        let number = formula.count(&self.captured, dtype.map(Dtype::size));
        let checked = number.and_then(|number| check_count(count.key(), number).map(|()| number));
        Some(checked.map_err(|reason| (place.clone(), reason)))
    }
}

impl Count {
    pub(super) const ALL: [Count; 4] = [Count::Flops, Count::Bytes, Count::Elements, Count::Tokens];

    fn key(self) -> &'static str {
        match self {
            Count::Flops => "flops",
            Count::Bytes => "bytes",
            Count::Elements => "elements",
            Count::Tokens => "tokens",
        }
    }

    /// The work with this count.
    pub(super) fn declare(self, work: Work, number: u64) -> Work {
        match self {
            Count::Flops => Work { flops: Some(Flops(number)), ..work },
            Count::Bytes => Work { bytes: Some(Bytes(number)), ..work },
            Count::Elements => Work { elements: Some(Elements(number)), ..work },
            Count::Tokens => Work { tokens: Some(Tokens(number)), ..work },
        }
    }
}
