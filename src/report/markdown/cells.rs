//! Columns and cells that several tables share.

use super::table::Column;
use crate::compare::{Row, TimeChange};
use crate::report::change::effect;
use crate::report::quantity::{self, NONE, Precision, significant};
use crate::report::rate::Rate;

/// The columns of the times of both sides; the heading of changes is that of
/// [`change_heading`](super::table::change_heading).
pub(super) fn time_columns(change: &str) -> [Column<'_>; 4] {
    [Column::Right("Baseline"), Column::Right("Candidate"), Column::Right("Delta"), Column::Right(change)]
}

/// The cells of [`time_columns`].
pub(super) fn time_cells(time: Option<&TimeChange>) -> [String; 4] {
    let shown = quantity::times(time);
    [shown.baseline, shown.candidate, shown.delta, change(time)]
}

/// The change of time in full.
pub(super) fn change(time: Option<&TimeChange>) -> String {
    time.and_then(|time| time.change.as_ref()).map_or_else(none, effect)
}

/// A rate on both sides, with the digits that the row's interval supports: `12.3 → 4.71`.
pub(super) fn rate(row: &Row, rate: Rate) -> String {
    let Some(change) = rate.of(row) else { return none() };
    let precision = Precision::of_time(row.time.as_ref());
    sides([change.baseline, change.candidate], |value| significant(value, precision))
}

/// Both times in one cell, over a number of tokens and each in the unit that suits it: `2.15 ms → 122 µs`.
pub(super) fn times_per(of: &TimeChange, tokens: u64) -> String {
    let precision = Precision::of_time(Some(of));
    let per_token = |nanoseconds: f64| quantity::time(nanoseconds / tokens as f64, precision);
    sides([of.baseline_ns, of.candidate_ns], per_token)
}

/// Both sides in one cell: `12.3 → 4.71`.
pub(super) fn sides<T>(values: [Option<T>; 2], show: impl Fn(T) -> String) -> String {
    quantity::sides(values, "→", show)
}

/// A cell without value.
pub(super) fn none() -> String {
    NONE.to_owned()
}
