//! Which rows are contained in which.

use std::collections::BTreeMap;

use super::Row;

/// The rows around each row, by index.
pub(super) struct Nesting {
    outer: Vec<Option<usize>>,
}

impl Nesting {
    /// Follows the `nested_in` of rows to the rows of that path in the same target.
    pub(super) fn of<'a>(rows: impl Iterator<Item = &'a Row> + Clone) -> Self {
        let place = |row: &Row, path: String| (row.id.package.clone(), row.id.target.clone(), path);
        let mut places = BTreeMap::new();
        for (index, row) in rows.clone().enumerate() {
            places.entry(place(row, row.id.path())).or_insert(index);
        }
        let outer = |row: &Row| places.get(&place(row, row.nested_in.clone()?)).copied();
        Nesting { outer: rows.map(outer).collect() }
    }

    /// The rows that contain a row, from inside out. A row that would contain itself is contained in nothing.
    pub(super) fn around(&self, row: usize) -> Vec<usize> {
        let mut around = Vec::new();
        let mut inside = row;
        while let Some(outer) = self.outer[inside] {
            if outer == row {
                return Vec::new();
            }
            if around.contains(&outer) {
                break;
            }
            around.push(outer);
            inside = outer;
        }
        around
    }
}
