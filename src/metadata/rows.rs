//! What is said of rows: by pattern, the more precise pattern first.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use toml::Spanned;

use super::rule::{Count, Match, Rule};
use super::tables::RowTable;
use super::{ManifestText, MetadataError, Place};
use crate::compare::RowOptions;
use crate::model::{Benchmark, BenchmarkId};
use crate::work::{Work, WorkSource};

/// What is said of the rows that patterns match. Of each key, the most precise pattern counts that matches and has it.
#[derive(Debug, Clone, Default)]
pub struct Rows(Vec<Rule>);

/// A count that a row has not got, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// The benchmark.
    pub id: BenchmarkId,
    /// The formula.
    pub place: Place,
    /// Why it gives none.
    pub reason: String,
}

impl Rows {
    /// Adds what a table says of rows, of those of the package or of all.
    pub(super) fn add(
        &mut self,
        manifest: &ManifestText,
        package: Option<String>,
        table: BTreeMap<Spanned<String>, RowTable>,
    ) -> Result<(), MetadataError> {
        let mut table = Vec::from_iter(table);
        table.sort_by_key(|(pattern, _)| pattern.span().start);
        for (pattern, row) in table {
            self.0.push(Rule::of(manifest, package.clone(), &pattern, row)?);
        }
        Ok(())
    }

    /// Brings the most precise first. Of equals, those of packages come before those of the workspace, and then the first of a
    /// file.
    pub(super) fn sort(&mut self) {
        self.0.sort_by_key(|rule| (Reverse(rule.pattern.precision()), rule.package.is_none()));
    }

    /// Gives benchmarks the work that is said here and not in their benches: counts to those whose bench declares none, an
    /// element type to those that have none. Criterion's throughput gives way to counts. Returns the counts that could not be
    /// given.
    pub fn complete(&self, benchmarks: &mut [Benchmark]) -> Vec<RowFault> {
        let mut faults = Vec::new();
        for benchmark in benchmarks {
            let own = benchmark.work.clone().unwrap_or_default();
            let completed = self.completed(&benchmark.id, own.clone(), &mut faults);
            if completed != own {
                benchmark.work = Some(completed);
            }
        }
        faults
    }

    /// The benchmarks of a baseline that these rows would give other work now than they have.
    pub fn other_work<'a>(&self, benchmarks: &'a [Benchmark]) -> Vec<&'a BenchmarkId> {
        let is_other = |benchmark: &&Benchmark| {
            let own = benchmark.work.clone().unwrap_or_default();
            let before = match own.from {
                WorkSource::Metadata => Work { dtype: own.dtype, ..Work::none() },
                WorkSource::Bench | WorkSource::Throughput => own.clone(),
            };
            self.completed(&benchmark.id, before, &mut Vec::new()) != own
        };
        benchmarks.iter().filter(is_other).map(|benchmark| &benchmark.id).collect()
    }

    fn completed(&self, id: &BenchmarkId, own: Work, faults: &mut Vec<RowFault>) -> Work {
        let path = id.path();
        let matches: Vec<Match<'_>> = self.0.iter().filter_map(|rule| rule.matched(id, &path)).collect();
        let dtype = own.dtype.or_else(|| matches.iter().find_map(Match::dtype));
        let own = Work { dtype, ..own };
        if own.from == WorkSource::Bench && own.counts_something() {
            return own;
        }
        let mut found = Work { dtype, from: WorkSource::Metadata, ..Work::none() };
        for count in Count::ALL {
            match matches.iter().find_map(|matched| matched.count(count, dtype)) {
                Some(Ok(number)) => found = count.declare(found, number),
                Some(Err((place, reason))) => faults.push(RowFault { id: id.clone(), place, reason }),
                None => {}
            }
        }
        if found.counts_something() { found } else { own }
    }

    /// Where the patterns stand that match none of these benchmarks, each with its text. Those of a package count if it has
    /// some.
    pub fn idle<'a>(
        &self,
        benchmarks: impl Iterator<Item = &'a BenchmarkId> + Clone,
    ) -> Vec<(Place, String)> {
        let is_idle = |rule: &&Rule| {
            let mut own = benchmarks.clone().filter(|id| rule.is_of(id)).peekable();
            own.peek().is_some() && !own.any(|id| rule.pattern.matches(id))
        };
        let idle = self.0.iter().filter(is_idle);
        idle.map(|rule| (rule.place.clone(), rule.pattern.as_str().to_owned())).collect()
    }

    /// How rows are judged otherwise than all.
    pub fn judging(&self) -> Vec<RowOptions> {
        let says = |rule: &&Rule| rule.threshold.is_some() || rule.gate.is_some();
        let options = |rule: &Rule| RowOptions {
            package: rule.package.clone(),
            pattern: rule.pattern.clone(),
            threshold: rule.threshold,
            gate: rule.gate,
        };
        self.0.iter().filter(says).map(options).collect()
    }
}

/// The row, the key and the reason.
impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no count for `{}` by the metadata at {}: {}", self.id, self.place, self.reason)
    }
}
