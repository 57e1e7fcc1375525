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
    /// The group of the columns that are added now.
    group: usize,
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
    /// It is shown where it has no value, too.
    kept: bool,
    /// It has the colour of its row.
    toned: bool,
    /// What its cells are for their reader; where it is empty, their rows say it.
    tones: Vec<Tone>,
    /// The group that it belongs to; 0 for none.
    group: usize,
    cells: Vec<Text>,
    /// The notes of its cells, where they have some.
    notes: Vec<Vec<Text>>,
}

impl<'a, T> Table<'a, T> {
    pub(crate) fn of(items: &'a [T]) -> Self {
        Table { items, columns: vec![], notes: vec![], tones: vec![], toned: false, group: 0, alone: false }
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
            kept: false,
            toned: self.toned,
            tones: vec![],
            group: self.group,
            cells: self.items.iter().map(cell).collect(),
            notes: vec![],
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

    /// The columns that follow, up to the next group, belong together. A terminal that is too
    /// narrow for all groups has them in several tables, each with the columns that are in none.
    pub(crate) fn group(mut self) -> Self {
        self.group += 1;
        self
    }

    /// What the cells of the last column are for their reader.
    pub(crate) fn cell_tones(self, tone: impl Fn(&T) -> Tone) -> Self {
        let tones = self.items.iter().map(tone).collect();
        self.last(|column| column.tones = tones)
    }

    /// What must be known of the cells of the last column: their footnotes.
    pub(crate) fn cell_notes(self, notes: impl Fn(&T) -> Vec<Text>) -> Self {
        let notes = self.items.iter().map(notes).collect();
        self.last(|column| column.notes = notes)
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

    /// The last column is shown where it has no value, too: its heading says something.
    pub(crate) fn kept(self) -> Self {
        self.last(|column| column.kept = true)
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
        let is_shown =
            |(column, cells): &(&Column, Vec<String>)| column.kept || cells.is_empty() || !silent(cells);
        let mut columns: Vec<(&Column, Vec<String>)> = written.filter(is_shown).collect();
        let footnotes = self.mark(&mut columns, form);
        (columns, footnotes)
    }

    fn shown<'t>(&self, cell: &'t Text) -> &'t Text {
        match cell {
            Text::Both(sides) if self.alone => &sides.candidate,
            other => other,
        }
    }

    /// Adds the numbers of their footnotes to the cells, row by row, and gives the footnotes. Those
    /// of a row are at the cell that decides on a terminal, or at its last, and else at its first.
    fn mark(&self, columns: &mut [(&Column, Vec<String>)], form: Form) -> Vec<String> {
        let terminal = form == Form::Terminal;
        let decides = columns.iter().rposition(|(column, _)| column.leading);
        let last = columns.len().saturating_sub(1);
        let of_rows = if terminal { decides.unwrap_or(last) } else { 0 };
        let mut footnotes = Footnotes::new(form);
        for row in 0..self.items.len() {
            for (index, (column, cells)) in columns.iter_mut().enumerate() {
                let of_row = self.notes.get(row).filter(|_| index == of_rows);
                let notes = of_row.into_iter().chain(column.notes.get(row)).flatten();
                let numbers = footnotes.numbers(notes);
                if !numbers.is_empty() {
                    cells[row] +=
                        &if terminal { format!(" ({numbers})") } else { format!(" <sup>{numbers}</sup>") };
                }
            }
        }
        footnotes.texts
    }
}

/// Footnotes in the order of their numbers: equal ones share a number.
struct Footnotes {
    form: Form,
    texts: Vec<String>,
    known: BTreeMap<String, usize>,
}

impl Footnotes {
    fn new(form: Form) -> Self {
        Footnotes { form, texts: vec![], known: BTreeMap::new() }
    }

    /// The numbers of these notes: `1,3`.
    fn numbers<'a>(&mut self, notes: impl Iterator<Item = &'a Text>) -> String {
        notes.map(|note| self.number(note).to_string()).collect::<Vec<_>>().join(",")
    }

    fn number(&mut self, note: &Text) -> usize {
        let number = self.known.entry(note.write(self.form)).or_insert_with_key(|text| {
            self.texts.push(text.clone());
            self.texts.len()
        });
        *number
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
        let mut footnotes = Footnotes::new(Form::Page);
        let numbers = rows.map(|row| {
            let notes: Vec<Text> = row.into_iter().map(Text::from).collect();
            footnotes.numbers(notes.iter())
        });
        assert_eq!(numbers, ["1,2", "2", ""]);
        assert_eq!(footnotes.texts, ["a", "b"]);
    }

    #[test]
    fn notes_of_cells_stand_at_their_cells_and_those_of_rows_where_rows_have_theirs() {
        let table = Table::of(&["a", "b"])
            .left("Name", |row| *row)
            .left("One", |_| "x")
            .cell_notes(|row| if *row == "a" { vec!["first".into()] } else { vec!["second".into()] })
            .left("Two", |_| "y")
            .notes(|row| if *row == "b" { vec!["of the row".into(), "first".into()] } else { vec![] });
        let shown = anstream::adapter::strip_str(&table.terminal(None, "")).to_string();
        let expected = "name  one    two\na     x (1)  y\nb     x (2)  y (3,1)\n\n(1) first\n(2) second\n(3) of the row\n";
        assert_eq!(shown, expected);
        let page = table.page();
        assert!(
            page.contains("| a | x <sup>1</sup> | y |\n| b <sup>2,1</sup> | x <sup>3</sup> | y |"),
            "{page}"
        );
    }
}
