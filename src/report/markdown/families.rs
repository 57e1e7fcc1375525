//! One line a family of operations: its mean, and how its time grows with size.

use super::cells::{none, time_cells, time_columns};
use super::fold::long;
use super::table::{Column, Table, change_heading};
use crate::compare::{Comparison, Family};
use crate::report::escape::code;
use crate::report::estimate::estimate;
use crate::report::quantity::{Precision, count, significant};

/// Operation Families.
pub(super) fn section(comparison: &Comparison) -> String {
    if comparison.families.is_empty() {
        return String::new();
    }
    let families: Vec<&Family> = comparison.families.iter().collect();
    let tables = long(&families, "family", |families| means(comparison, families));
    format!(
        "## Operation Families\n\nGeometric means over the benchmarks of a family that both sides measured: of their \
         times, and of the ratios of their times.\n\n{tables}"
    )
}

fn means(comparison: &Comparison, families: &[&Family]) -> String {
    let change = change_heading(comparison);
    let mut columns = vec![Column::Left("Family"), Column::Right("Benchmarks")];
    columns.extend(time_columns(&change));
    let mut table = Table::new(columns);
    for family in families {
        let mut cells = vec![code(&family.label), count(common(comparison, family) as u64)];
        cells.extend(time_cells(Some(&family.time)));
        table.row(cells);
    }
    table.render()
}

/// The benchmarks that both sides measured.
fn common(comparison: &Comparison, family: &Family) -> usize {
    let rows = family.rows.iter().filter_map(|row| comparison.rows.get(*row)?.time);
    rows.filter(|time| time.baseline_ns.is_some() && time.candidate_ns.is_some()).count()
}

/// The fitted exponents, where a family has several sizes.
pub(super) fn exponents(comparison: &Comparison) -> String {
    let fitted = |family: &&Family| family.exponent.iter().any(Option::is_some);
    let families: Vec<&Family> = comparison.families.iter().filter(fitted).collect();
    if families.is_empty() {
        return String::new();
    }
    let tables = long(&families, "family", slopes);
    format!("Time grows with the size of an operation to the power of the exponent:\n\n{tables}")
}

fn slopes(families: &[&Family]) -> String {
    let mut table = Table::new([
        Column::Left("Family"),
        Column::Right("Benchmarks"),
        Column::Right("Exponent, baseline"),
        Column::Right("Exponent, candidate"),
        Column::Right("Expected"),
    ]);
    for family in families {
        let [baseline, candidate] =
            family.exponent.map(|exponent| exponent.map_or_else(none, |exponent| estimate(&exponent, "")));
        let expected = family.expected_exponent;
        let expected = expected.map_or_else(none, |expected| significant(expected, Precision::ROUGH));
        table.row([code(&family.label), count(family.rows.len() as u64), baseline, candidate, expected]);
    }
    table.render()
}
