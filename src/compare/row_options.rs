//! How much a time has to change for the change to count: of all rows, and of some by patterns of their ids.

use super::Options;
use crate::model::{BenchmarkId, IdPattern};

/// Least changes of time that count, as far as somebody says them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct SmallestChange {
    /// Relative, as a fraction.
    pub threshold: Option<f64>,
    /// In nanoseconds per iteration.
    pub floor_ns: Option<f64>,
}

/// How the rows that a pattern matches are judged otherwise than all.
#[derive(Debug, Clone, PartialEq)]
pub struct RowOptions {
    /// Rows of this package alone.
    pub package: Option<String>,
    /// Which rows.
    pub pattern: IdPattern,
    /// Least relative change that counts, in place of that of all rows.
    pub threshold: Option<f64>,
    /// Whether the gate looks at them.
    pub gate: Option<bool>,
}

impl RowOptions {
    fn matches(&self, id: &BenchmarkId) -> bool {
        self.package.as_ref().is_none_or(|package| *package == id.package) && self.pattern.matches(id)
    }
}

impl Options {
    /// These options where the user says no more. What the user says takes precedence, and a threshold over those of rows,
    /// too.
    pub fn with(mut self, said: SmallestChange) -> Options {
        if let Some(threshold) = said.threshold {
            self.threshold = threshold;
            self.rows.iter_mut().for_each(|row| row.threshold = None);
        }
        let floor_ns = said.floor_ns.unwrap_or(self.floor_ns);
        Options { floor_ns, said, ..self }
    }

    /// Least relative change of a row that counts, as a fraction.
    pub fn threshold_of(&self, id: &BenchmarkId) -> f64 {
        self.of_row(id, |row| row.threshold).unwrap_or(self.threshold)
    }

    /// The gate looks at a row.
    pub fn is_gated(&self, id: &BenchmarkId) -> bool {
        self.of_row(id, |row| row.gate).unwrap_or(true)
    }

    /// The same options with the threshold of a row for all.
    pub(super) fn for_row(&self, id: &BenchmarkId) -> Options {
        Options { threshold: self.threshold_of(id), ..self.clone() }
    }

    fn of_row<T>(&self, id: &BenchmarkId, of: impl Fn(&RowOptions) -> Option<T>) -> Option<T> {
        self.rows.iter().filter(|row| row.matches(id)).find_map(of)
    }
}
