//! Markdown tables with footnotes.

use std::fmt::Write as _;

use crate::compare::{Comparison, Row};
use crate::report::escape::code;
use crate::report::footnotes::{self, Footnotes};
use crate::report::quantity::NONE;

/// A column: its heading, and on which side its cells stand.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) enum Column<'a> {
    /// Text.
    Left(&'a str),
    /// Numbers.
    Right(&'a str),
}

impl<'a> Column<'a> {
    fn heading(self) -> &'a str {
        match self {
            Column::Left(heading) | Column::Right(heading) => heading,
        }
    }

    fn rule(self) -> &'static str {
        match self {
            Column::Left(_) => "---",
            Column::Right(_) => "---:",
        }
    }

    /// A cell as it is written: a number is not torn from its unit, and breaks only before its interval.
    fn cell(self, cell: &str) -> String {
        match self {
            Column::Left(_) => cell.to_owned(),
            Column::Right(_) => cell.replace(' ', "\u{a0}").replace("\u{a0}[", " ["),
        }
    }
}

/// A table under construction. Cells are markdown: foreign text must be escaped before.
#[derive(Debug)]
pub(in crate::report) struct Table<'a> {
    columns: Vec<Column<'a>>,
    rows: Vec<Vec<String>>,
    footnotes: Footnotes,
}

impl<'a> Table<'a> {
    pub(in crate::report) fn new(columns: impl Into<Vec<Column<'a>>>) -> Self {
        Table { columns: columns.into(), rows: vec![], footnotes: Footnotes::default() }
    }

    /// Adds a row with one cell for each column.
    pub(in crate::report) fn row(&mut self, cells: impl Into<Vec<String>>) {
        self.rows.push(cells.into());
    }

    /// The first cell of a benchmark's row: its name and the numbers of its footnotes.
    pub(super) fn method(&mut self, row: &Row, comparison: &Comparison) -> String {
        let notes = footnotes::of_row(row, comparison, code);
        self.name(row, notes)
    }

    /// A name with the numbers of these footnotes.
    pub(super) fn name(&mut self, row: &Row, notes: impl IntoIterator<Item = String>) -> String {
        self.noted(code(&row.label), notes)
    }

    /// A cell with the numbers of these footnotes.
    pub(super) fn noted(&mut self, name: String, notes: impl IntoIterator<Item = String>) -> String {
        let numbers = self.footnotes.numbers(notes);
        if numbers.is_empty() { name } else { format!("{name} <sup>{numbers}</sup>") }
    }

    /// The table and its footnotes; columns in which no row has a value are left out.
    pub(in crate::report) fn render(&self) -> String {
        let columns: Vec<usize> = (0..self.columns.len()).filter(|column| self.has_values(*column)).collect();
        let mut text = String::new();
        write_line(&mut text, columns.iter().map(|column| self.columns[*column].heading().to_owned()));
        write_line(&mut text, columns.iter().map(|column| self.columns[*column].rule().to_owned()));
        for row in &self.rows {
            write_line(&mut text, columns.iter().map(|column| self.columns[*column].cell(&row[*column])));
        }
        for (index, footnote) in self.footnotes.texts().iter().enumerate() {
            let gap = if index == 0 { "\n" } else { "" };
            let _ = writeln!(text, "{gap}{}. {footnote}", index + 1);
        }
        text
    }

    fn has_values(&self, column: usize) -> bool {
        self.rows.is_empty() || self.rows.iter().any(|row| !matches!(row[column].as_str(), NONE | ""))
    }
}

fn write_line(text: &mut String, cells: impl Iterator<Item = String>) {
    text.push('|');
    for cell in cells {
        let _ = write!(text, " {cell} |");
    }
    text.push('\n');
}

/// Heading of a column of changes: with the level of the interval, where there is one.
pub(super) fn change_heading(comparison: &Comparison) -> String {
    match comparison.options.rule {
        crate::compare::Rule::Interval => {
            let level = footnotes::plain_percent(comparison.options.confidence).replace(' ', "\u{a0}");
            format!("Change [{level}\u{a0}CI]")
        }
        crate::compare::Rule::Point => "Change".to_owned(),
    }
}
