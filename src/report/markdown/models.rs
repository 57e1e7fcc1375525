//! One line a model.

use super::cells::{none, time_cells, time_columns};
use super::fold::long;
use super::table::{Column, Table, change_heading};
use crate::compare::{Comparison, ModelComparison};
use crate::report::escape::code;
use crate::report::models::{facts, representative};
use crate::report::quantity::{bytes, range};

/// Model Size Comparison.
pub(super) fn section(comparison: &Comparison) -> String {
    if comparison.models.is_empty() {
        return String::new();
    }
    let tables = long(&comparison.models, "model", |models| table(comparison, models));
    format!(
        "## Model Size Comparison\n\nEach model by its longest inference, or by its longest benchmark where it has \
         none. Parameters are those that the baselines declare.\n\n{tables}"
    )
}

fn table(comparison: &Comparison, models: &[ModelComparison]) -> String {
    let change = change_heading(comparison);
    let mut columns = vec![Column::Left("Model"), Column::Left("Facts"), Column::Left("Benchmark")];
    columns.extend(time_columns(&change));
    columns.push(Column::Right("Candidate Alloc"));
    let mut table = Table::new(columns);
    for model in models {
        table.row(cells(comparison, model));
    }
    table.render()
}

fn cells(comparison: &Comparison, model: &ModelComparison) -> Vec<String> {
    let row = representative(model, comparison);
    let name = format!("**{}**", code(&model.model.name));
    let mut cells = vec![name, facts(&model.model), row.map_or_else(none, |row| code(&row.label))];
    cells.extend(time_cells(row.and_then(|row| row.time.as_ref())));
    let allocated = row.and_then(|row| row.allocation).map(|allocation| allocation.bytes.candidate);
    cells.push(allocated.map_or_else(none, |allocated| range(allocated, bytes)));
    cells
}
