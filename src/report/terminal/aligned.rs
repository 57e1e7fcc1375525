//! Lines of cells in aligned columns without borders.

use anstyle::Style;
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};

use crate::report::escape::elide;

/// Spaces between columns.
const GAP: u16 = 2;
/// Names are not made shorter than this to fit a narrow terminal.
const SHORTEST_NAME: usize = 16;

/// A table whose first column is a name and whose other columns are numbers, the last one a word.
pub(crate) struct Columns {
    /// Headings and alignments, and how soon a column is given up where room is short: higher goes first,
    /// 0 stays.
    columns: Vec<(String, CellAlignment, u8)>,
    rows: Vec<Line>,
}

/// A line of the table.
pub(crate) struct Line {
    /// One cell a column.
    pub(crate) cells: Vec<String>,
    /// Style of the cells from `styled_from` on.
    pub(crate) style: Style,
    /// The first column that is styled.
    pub(crate) styled_from: usize,
}

impl Columns {
    /// A table whose first column has this heading.
    pub(crate) fn new(name: &str) -> Self {
        Columns { columns: vec![(name.to_owned(), CellAlignment::Left, 0)], rows: vec![] }
    }

    /// Adds a column of numbers.
    pub(crate) fn number(mut self, heading: &str, given_up: u8) -> Self {
        self.columns.push((heading.to_owned(), CellAlignment::Right, given_up));
        self
    }

    /// Adds a column of words.
    pub(crate) fn word(mut self, heading: &str, given_up: u8) -> Self {
        self.columns.push((heading.to_owned(), CellAlignment::Left, given_up));
        self
    }

    /// Adds a line.
    pub(crate) fn line(&mut self, cells: impl Into<Vec<String>>, style: Style, styled_from: usize) {
        self.rows.push(Line { cells: cells.into(), style, styled_from });
    }

    /// The lines with their line ends, no wider than that where it can be done.
    pub(crate) fn render(mut self, width: Option<usize>) -> String {
        self.drop_empty();
        if let Some(width) = width {
            self.fit(width);
        }
        let header = Line {
            cells: self.columns.iter().map(|(heading, ..)| heading.clone()).collect(),
            style: Style::new().bold(),
            styled_from: 0,
        };
        self.rows.insert(0, header);
        self.lines()
    }

    /// Gives up columns and then the middle of names.
    fn fit(&mut self, width: usize) {
        let longest = self.column_width(0);
        while self.room(width) < longest.min(2 * SHORTEST_NAME) {
            let Some(column) = self.least_wanted() else { break };
            self.remove(column);
        }
        let room = self.room(width).max(SHORTEST_NAME);
        for row in &mut self.rows {
            row.cells[0] = elide(&row.cells[0], room);
        }
    }

    /// What the other columns leave for names.
    fn room(&self, width: usize) -> usize {
        let others: usize =
            (1..self.columns.len()).map(|column| self.column_width(column) + usize::from(GAP)).sum();
        width.saturating_sub(others)
    }

    fn column_width(&self, column: usize) -> usize {
        let cells = self.rows.iter().map(|row| row.cells[column].chars().count());
        cells.chain([self.columns[column].0.chars().count()]).max().unwrap_or(0)
    }

    fn least_wanted(&self) -> Option<usize> {
        let wanted = |column: &usize| self.columns[*column].2;
        (1..self.columns.len()).filter(|column| wanted(column) > 0).max_by_key(wanted)
    }

    fn remove(&mut self, column: usize) {
        self.columns.remove(column);
        for row in &mut self.rows {
            row.cells.remove(column);
            if row.styled_from > column {
                row.styled_from -= 1;
            }
        }
    }

    /// Columns without any value say nothing.
    fn drop_empty(&mut self) {
        for column in (1..self.columns.len()).rev() {
            if self.rows.iter().all(|row| matches!(row.cells[column].as_str(), "" | "-")) {
                self.remove(column);
            }
        }
    }

    fn lines(&self) -> String {
        let mut table = Table::new();
        table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        for row in &self.rows {
            table.add_row(&row.cells);
        }
        for (column, (_, alignment, _)) in table.column_iter_mut().zip(&self.columns) {
            column.set_cell_alignment(*alignment);
            column.set_padding((0, GAP));
        }
        let widths = table.column_max_content_widths();
        let tail = |from: usize| widths[from..].iter().map(|width| usize::from(width + GAP)).sum();
        table
            .lines()
            .zip(&self.rows)
            .map(|(line, row)| style_tail(&line, tail(row.styled_from), row.style))
            .collect()
    }
}

/// Styles the last characters of a padded line. They are counted from the end, because only names may hold
/// characters that are wider than one column.
fn style_tail(line: &str, characters: usize, style: Style) -> String {
    let plain = line.chars().count().saturating_sub(characters);
    let split = line.char_indices().nth(plain).map_or(line.len(), |(index, _)| index);
    let (head, tail) = line.split_at(split);
    if tail.trim_end().is_empty() {
        return format!("{}\n", head.trim_end());
    }
    format!("{head}{style}{}{style:#}\n", tail.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(columns: Columns, width: Option<usize>) -> String {
        anstream::adapter::strip_str(&columns.render(width)).to_string()
    }

    fn example() -> Columns {
        let mut columns = Columns::new("Name").number("time", 0).number("extra", 1).word("word", 0);
        columns.line(["a".into(), "1 ns".into(), "123456".into(), "yes".into()], Style::new(), 1);
        columns.line(
            ["名前/long/name/in/full".into(), "10 ns".into(), "1".into(), "no".into()],
            Style::new(),
            1,
        );
        columns
    }

    #[test]
    fn columns_are_aligned_by_display_width() {
        let expected = "\
Name                     time   extra  word
a                        1 ns  123456  yes
名前/long/name/in/full  10 ns       1  no
";
        assert_eq!(plain(example(), None), expected);
    }

    #[test]
    fn a_narrow_terminal_costs_columns_and_then_names() {
        let narrow = plain(example(), Some(30));
        assert!(!narrow.contains("extra") && narrow.contains('…'), "{narrow}");
    }

    #[test]
    fn only_the_tail_is_styled() {
        let bold = Style::new().bold();
        assert_eq!(style_tail("name  12 ns  ", 7, bold), format!("name  {bold}12 ns{bold:#}\n"));
        assert_eq!(style_tail("name         ", 7, bold), "name\n");
    }
}
