//! A table as data: what it says, once. The writers say how it looks: [`terminal`], [`markdown`] and
//! [`csv`](Table::csv).

mod csv;
mod markdown;
mod terminal;
mod text;

use std::collections::BTreeMap;

use super::quantity::NONE;

pub(crate) use self::markdown::{LONGEST, anchor_above, details, long, parts, some};
pub(crate) use self::terminal::colour;
pub(crate) use self::text::{Form, Text};

/// A table of items. Every column says of each item what stands in its cell.
pub(crate) struct Table<'a, T> {
    items: &'a [T],
    columns: Vec<Column>,
    /// The notes of each row.
    notes: Vec<Vec<Text>>,
    tones: Vec<Tone>,
    /// The columns that are added now have the colours of their rows.
    toned: bool,
    /// There is a single side, the candidate.
    alone: bool,
}

/// What a row is for its reader: its colour, where there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    /// Slower, more, broken.
    Worse,
    /// Faster, less.
    Better,
    /// Not decided.
    Open,
    OneSided,
    /// Nothing to see: the whole row steps back.
    Quiet,
}

#[derive(Debug, Clone)]
struct Column {
    heading: Text,
    /// Its heading on a terminal, where it is not the same in lower case.
    on_terminal: Option<Text>,
    /// The numbers of a column stand below each other.
    right: bool,
    /// How soon a narrow terminal gives it up: higher goes first, 0 stays.
    drop_priority: u8,
    /// It is shown on terminals alone, or on pages and in comments.
    only: Option<Form>,
    /// On pages and in comments it stands right after the names.
    leading: bool,
    /// It has the colour of its row.
    toned: bool,
    cells: Vec<Text>,
}

impl<'a, T> Table<'a, T> {
    pub(crate) fn of(items: &'a [T]) -> Self {
        Table { items, columns: vec![], notes: vec![], tones: vec![], toned: false, alone: false }
    }

    /// Of a single side, or of both: of a single one, cells with both sides have the candidate's alone.
    pub(crate) fn alone(self, alone: bool) -> Self {
        Table { alone, ..self }
    }

    /// Adds a column of words.
    pub(crate) fn left<C: Into<Text>>(self, heading: impl Into<Text>, cell: impl Fn(&'a T) -> C) -> Self {
        self.column(heading.into(), false, |item| cell(item).into())
    }

    /// Adds a column of numbers.
    pub(crate) fn right<C: Into<Text>>(self, heading: impl Into<Text>, cell: impl Fn(&'a T) -> C) -> Self {
        self.column(heading.into(), true, |item| cell(item).into())
    }

    fn column(mut self, heading: Text, right: bool, cell: impl Fn(&'a T) -> Text) -> Self {
        self.columns.push(Column {
            heading,
            on_terminal: None,
            right,
            drop_priority: 0,
            only: None,
            leading: false,
            toned: self.toned,
            cells: self.items.iter().map(cell).collect(),
        });
        self
    }

    /// What the rows are for their reader.
    pub(crate) fn tones(mut self, tone: impl Fn(&T) -> Tone) -> Self {
        self.tones = self.items.iter().map(tone).collect();
        self
    }

    /// The columns that follow have the colours of their rows.
    pub(crate) fn toned(mut self) -> Self {
        self.toned = true;
        self
    }

    /// What must be known of the rows: their footnotes.
    pub(crate) fn notes(mut self, notes: impl Fn(&T) -> Vec<Text>) -> Self {
        self.notes = self.items.iter().map(notes).collect();
        self
    }

    /// The heading of the last column on a terminal.
    pub(crate) fn on_terminal(self, heading: impl Into<Text>) -> Self {
        self.last(|column| column.on_terminal = Some(heading.into()))
    }

    /// How soon a narrow terminal drops the last column: the highest goes first, 0 stays.
    pub(crate) fn drop_priority(self, order: u8) -> Self {
        self.last(|column| column.drop_priority = order)
    }

    /// The last column is shown on pages and in comments alone.
    pub(crate) fn on_pages_only(self) -> Self {
        self.last(|column| column.only = Some(Form::Page))
    }

    /// The last column is shown on terminals alone.
    pub(crate) fn on_terminals_only(self) -> Self {
        self.last(|column| column.only = Some(Form::Terminal))
    }

    /// The last column decides: on pages and in comments it stands right after the names, because a reader may have to scroll
    /// to those at the end.
    pub(crate) fn leading(self) -> Self {
        self.last(|column| column.leading = true)
    }

    fn last(mut self, change: impl FnOnce(&mut Column)) -> Self {
        if let Some(column) = self.columns.last_mut() {
            change(column);
        }
        self
    }

    /// The columns with their cells as they are written in this form, and the footnotes in the order of their numbers.
    /// Columns without any value say nothing and are left out, unless there are no rows at all.
    fn written(&self, form: Form) -> (Vec<(&Column, Vec<String>)>, Vec<String>) {
        let terminal = form == Form::Terminal;
        let shown = |only: Form| (only == Form::Terminal) == terminal;
        let mut columns: Vec<&Column> =
            self.columns.iter().filter(|column| column.only.is_none_or(shown)).collect();
        if let Some(behind_names) = columns.get_mut(1..).filter(|_| !terminal) {
            behind_names.sort_by_key(|column| !column.leading);
        }
        let written = columns
            .into_iter()
            .map(|column| (column, column.cells.iter().map(|cell| self.shown(cell).write(form)).collect()));
        let silent = |cells: &[String]| cells.iter().all(|cell| matches!(cell.as_str(), "" | NONE));
        let mut columns: Vec<(&Column, Vec<String>)> =
            written.filter(|(_, cells): &(_, Vec<String>)| cells.is_empty() || !silent(cells)).collect();
        let (numbers, footnotes) = self.footnotes(form);
        let noted = if terminal { columns.last_mut() } else { columns.first_mut() };
        let cells = noted.into_iter().flat_map(|(_, cells)| cells).zip(numbers);
        for (cell, numbers) in cells.filter(|(_, numbers)| !numbers.is_empty()) {
            *cell += &if terminal { format!(" ({numbers})") } else { format!(" <sup>{numbers}</sup>") };
        }
        (columns, footnotes)
    }

    fn shown<'t>(&self, cell: &'t Text) -> &'t Text {
        match cell {
            Text::Both(sides) if self.alone => &sides.candidate,
            other => other,
        }
    }

    /// The numbers of each row's footnotes, `1,3`, and the footnotes in their order: equal ones share a number.
    fn footnotes(&self, form: Form) -> (Vec<String>, Vec<String>) {
        let mut texts: Vec<String> = vec![];
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        let mut number = |note: &Text| {
            let number = known.entry(note.write(form)).or_insert_with_key(|text| {
                texts.push(text.clone());
                texts.len()
            });
            number.to_string()
        };
        let numbers =
            self.notes.iter().map(|notes| notes.iter().map(&mut number).collect::<Vec<_>>().join(","));
        (numbers.collect(), texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Sides;

    #[test]
    fn what_decides_leads_on_pages_and_ends_on_terminals() {
        let table = Table::of(&["a"])
            .left("Name", |row| *row)
            .right("Before", |_| "1 ns")
            .right("Change", |_| "+1 %")
            .leading()
            .right("Size", |_| "8 B")
            .left("Status", |_| "regressed")
            .leading();
        assert_eq!(table.page().lines().next(), Some("| Name | Change | Status | Before | Size |"));
        assert_eq!(table.comment().lines().next(), Some("| Name | Change | Status | Before | Size |"));
        let terminal = anstream::adapter::strip_str(&table.terminal(None, "")).to_string();
        assert!(terminal.starts_with("name  before  change  size  status\n"), "{terminal}");
    }

    #[test]
    fn a_single_side_has_no_arrow() {
        let rows = [[None, Some(2.0)], [None, None]];
        let both = |row: &[Option<f64>; 2]| {
            Text::both(Sides::new(row[0], row[1]), |value| format!("{value}").into())
        };
        let page = |alone| Table::of(&rows).alone(alone).right("Value", both).page();
        assert_eq!(page(true), "| Value |\n| ---: |\n| 2 |\n| - |\n");
        assert!(page(false).contains("→"), "{}", page(false));
    }

    #[test]
    fn equal_footnotes_share_a_number() {
        let rows = [vec!["a", "b"], vec!["b"], vec![]];
        let notes = |row: &Vec<&str>| row.iter().copied().map(Text::from).collect();
        let (numbers, texts) = Table::of(&rows).notes(notes).footnotes(Form::Page);
        assert_eq!(numbers, ["1,2", "2", ""]);
        assert_eq!(texts, ["a", "b"]);
    }
}
