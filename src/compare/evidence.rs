//! What a comparison draws on beyond single rows.

use super::effect::Effect;
use super::pairing::Pair;
use super::{Options, Row, Rule, Side, Sides};
use crate::estimate::{Contention, Uncontended, log_rounds};
use crate::model::{Benchmark, Round};
use crate::stats::LogRound;

/// A row with the effect behind its change of time, where it has one.
pub(super) struct Judged {
    pub(super) row: Row,
    pub(super) effect: Option<Effect>,
}

impl Judged {
    /// The row has a change, and under [`Rule::Interval`] an uncontended one with an interval.
    pub(super) fn is_estimated(&self, rule: Rule) -> bool {
        let has_interval = || self.effect.is_some_and(|effect| effect.noise.is_some()) && !self.row.contended;
        self.row.time_change().is_some() && (rule == Rule::Point || has_interval())
    }
}

/// The compared rows with the measurements behind them; pairs and rows in the same order.
#[derive(Clone, Copy)]
pub(super) struct Evidence<'a> {
    pub(super) pairs: &'a [Pair<'a>],
    pub(super) judged: &'a [Judged],
    pub(super) sides: Sides<&'a Uncontended>,
    pub(super) options: &'a Options,
}

impl<'a> Evidence<'a> {
    /// Every row with its index.
    pub(super) fn rows(&self) -> impl Iterator<Item = (usize, &'a Row)> + Clone + use<'a> {
        self.judged.iter().map(|judged| &judged.row).enumerate()
    }

    pub(super) fn row(&self, index: usize) -> &'a Row {
        &self.judged[index].row
    }

    /// The times of the two sides of a row were compared, in uncontended rounds.
    pub(super) fn is_compared(&self, row: usize) -> bool {
        let row = self.row(row);
        row.time_change().is_some() && !row.contended
    }

    /// What a side measured of a row in uncontended rounds, and without failing.
    pub(super) fn measured(&self, row: usize, side: Side) -> Option<&'a Benchmark> {
        self.pairs[row].sides[side].filter(|benchmark| is_sound(benchmark, self.sides[side]))
    }

    /// The rounds of [`Evidence::measured`]; none where that is none.
    pub(super) fn measured_rounds(&self, row: usize, side: Side) -> &'a [Round] {
        self.measured(row, side).map_or(&[], |benchmark| &benchmark.rounds)
    }

    /// The rounds of [`Evidence::measured`] in logarithms, where that side measures the same model and phase as the row.
    pub(super) fn rounds_of_phase(&self, row: usize, side: Side) -> Option<Vec<LogRound>> {
        let benchmark = self.measured(row, side)?;
        (benchmark.inference == self.row(row).inference).then(|| log_rounds(&benchmark.rounds))
    }
}

/// The benchmark did not fail, and its time is known: not contended throughout, or waited for by an unknown share.
pub(super) fn is_sound(benchmark: &Benchmark, side: &Uncontended) -> bool {
    let contention = side.contention.get(&benchmark.id);
    benchmark.gap().is_none() && contention.is_none_or(|contention| *contention == Contention::MeanTime)
}
