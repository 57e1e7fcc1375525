//! What a comparison draws on beyond single rows.

use super::pairing::Pair;
use super::row::Draft;
use super::{Options, Row, Uncontended};
use crate::model::{Benchmark, Round};
use crate::stats::{LogRound, log_rounds};

/// The compared rows with the measurements behind them; pairs and drafts in the same order.
#[derive(Clone, Copy)]
pub(super) struct Evidence<'a> {
    pub(super) pairs: &'a [Pair<'a>],
    pub(super) drafts: &'a [Draft],
    pub(super) sides: &'a [Uncontended],
    pub(super) options: &'a Options,
}

impl<'a> Evidence<'a> {
    /// Every row with its index.
    pub(super) fn rows(&self) -> impl Iterator<Item = (usize, &'a Row)> + Clone + use<'a> {
        self.drafts.iter().map(|draft| &draft.row).enumerate()
    }

    pub(super) fn row(&self, index: usize) -> &'a Row {
        &self.drafts[index].row
    }

    /// The times of the two sides of a row were compared, in uncontended rounds.
    pub(super) fn is_compared(&self, row: usize) -> bool {
        let row = self.row(row);
        let has_change = row.time.is_some_and(|time| time.change.is_some());
        has_change && !row.is_contended()
    }

    /// What a side measured of a row in uncontended rounds, and without failing.
    pub(super) fn measured(&self, row: usize, side: usize) -> Option<&'a Benchmark> {
        let benchmark = self.pairs[row].sides[side]?;
        let is_contended = self.sides[side].contended.contains(&benchmark.id);
        (benchmark.failure.is_none() && !is_contended).then_some(benchmark)
    }

    /// The rounds of [`Evidence::measured`]; none where that is none.
    pub(super) fn measured_rounds(&self, row: usize, side: usize) -> &'a [Round] {
        self.measured(row, side).map_or(&[], |benchmark| &benchmark.rounds)
    }

    /// The rounds of [`Evidence::measured`] in logarithms, where that side measures the same model and phase as the row.
    pub(super) fn rounds_of_phase(&self, row: usize, side: usize) -> Option<Vec<LogRound>> {
        let benchmark = self.measured(row, side)?;
        (benchmark.inference == self.row(row).inference).then(|| log_rounds(&benchmark.rounds))
    }

    /// Displayed time of a side of a row that was measured there, nanoseconds.
    pub(super) fn displayed_ns(&self, row: usize, side: usize) -> Option<f64> {
        self.measured(row, side)?;
        self.row(row).time_ns(side)
    }
}
