//! A table as comma-separated values (RFC 4180), for programs.

use super::{Form, Table};

impl<T> Table<'_, T> {
    /// A line of headings, then one a row; every column, whether it has values or not.
    pub(crate) fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(vec![]);
        let headings = self.columns.iter().map(|column| column.heading.write(Form::Csv));
        let mut records = vec![headings.collect::<Vec<_>>()];
        for row in 0..self.items.len() {
            records.push(self.columns.iter().map(|column| column.cells[row].write(Form::Csv)).collect());
        }
        // Writing to memory does not fail, and all records are equally long.
        records.iter().for_each(|record| drop(writer.write_record(record)));
        writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::quantity::{Precision, Time};
    use crate::report::table::Text;

    #[test]
    fn numbers_are_unrounded_and_names_neither_break_lines_nor_begin_formulas() {
        let rows = ["a,b \"c\"\nd", "=1+2"];
        let table = Table::of(&rows)
            .left("name", |name| Text::foreign(name))
            .right("time", |_| Time::new(123_456.75, Precision::ROUGH))
            .right("nothing", |_| Text::None);
        assert_eq!(table.csv(), "name,time,nothing\n\"a,b \"\"c\"\"\nd\",123456.75,\n'=1+2,123456.75,\n");
    }
}
