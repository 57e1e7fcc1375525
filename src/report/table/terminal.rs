//! A table on a terminal: aligned columns without borders.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr as _;

use super::{Column, Form, Table, Text, Tone};
use crate::model::cut;

/// Between columns.
const GAP: &str = "  ";
/// Names are not made shorter than this to fit a narrow terminal.
const SHORTEST_NAME: usize = 16;

impl<T> Table<'_, T> {
    /// The lines with their line ends, no wider than that where it can be done, what is to stand below them, and the
    /// footnotes.
    pub(crate) fn terminal(&self, width: Option<usize>, below: &str) -> String {
        let (columns, footnotes) = self.written(Form::Terminal);
        let mut columns: Vec<Lines<'_>> = columns.into_iter().map(Lines::new).collect();
        if let Some(width) = width {
            fit(&mut columns, width);
        }
        let gap = (!footnotes.is_empty()).then(|| "\n".to_owned());
        let footnotes = footnotes.iter().enumerate().map(|(index, text)| format!("({}) {text}\n", index + 1));
        let table = [aligned(&columns, &self.tones), below.to_owned()];
        table.into_iter().chain(gap).chain(footnotes).collect()
    }
}

pub(crate) fn colour(colour: AnsiColor) -> Style {
    Style::new().fg_color(Some(colour.into()))
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Tone::Plain => Style::new(),
            Tone::Worse => colour(AnsiColor::Red),
            Tone::Better => colour(AnsiColor::Green),
            Tone::Open => colour(AnsiColor::Yellow),
            Tone::OneSided => colour(AnsiColor::Cyan),
            Tone::Quiet => Style::new().dimmed(),
        }
    }
}

/// A column with the texts that stand in it, the heading first.
struct Lines<'a> {
    column: &'a Column,
    texts: Vec<String>,
}

impl<'a> Lines<'a> {
    fn new((column, mut texts): (&'a Column, Vec<String>)) -> Self {
        let heading = column.on_terminal.as_ref().map(|heading| heading.write(Form::Terminal));
        texts.insert(0, heading.unwrap_or_else(|| lower(&column.heading)));
        Lines { column, texts }
    }

    fn width(&self) -> usize {
        self.texts.iter().map(|text| text.width()).max().unwrap_or(0)
    }

    /// A text in so much room, with the gap to the next.
    fn padded(&self, row: usize, width: usize) -> String {
        let text = &self.texts[row];
        let room = " ".repeat(width - text.width());
        if self.column.right { format!("{room}{text}{GAP}") } else { format!("{text}{room}{GAP}") }
    }
}

/// A heading in lower case, but for abbreviations.
fn lower(heading: &Text) -> String {
    let heading = heading.write(Form::Terminal);
    let mut characters = heading.chars();
    match (characters.next(), characters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => heading,
    }
}

/// Gives up columns and then the middle of names.
fn fit(columns: &mut Vec<Lines<'_>>, width: usize) {
    let longest = columns.first().map_or(0, Lines::width);
    while room(columns, width) < longest.min(2 * SHORTEST_NAME) {
        let wanted = |column: &usize| columns[*column].column.drop_priority;
        let Some(column) = (1..columns.len()).filter(|column| wanted(column) > 0).max_by_key(wanted) else {
            break;
        };
        columns.remove(column);
    }
    let room = room(columns, width).max(SHORTEST_NAME);
    if let Some(names) = columns.first_mut() {
        let shown = cut(&names.texts[1..], room);
        names.texts.splice(1.., shown);
    }
}

/// What the other columns leave for names.
fn room(columns: &[Lines<'_>], width: usize) -> usize {
    let others = columns.iter().skip(1).map(|column| column.width() + GAP.len());
    width.saturating_sub(others.sum())
}

/// The lines of the columns beside each other; the heading is bold, the rows have their tones.
fn aligned(columns: &[Lines<'_>], tones: &[Tone]) -> String {
    let rows = columns.first().map_or(0, |column| column.texts.len());
    let widths: Vec<usize> = columns.iter().map(Lines::width).collect();
    let toned = columns.iter().position(|lines| lines.column.toned).unwrap_or(columns.len());
    let line = |row: usize| {
        let cells = columns.iter().zip(&widths).map(|(column, width)| column.padded(row, *width));
        let cells: Vec<String> = cells.collect();
        let (style, from) = match row.checked_sub(1).map(|row| tones.get(row).copied().unwrap_or(Tone::Plain))
        {
            None => (Style::new().bold(), 0),
            Some(Tone::Quiet) => (Tone::Quiet.style(), 0),
            Some(tone) => (tone.style(), toned),
        };
        let (head, tail) = (cells[..from].concat(), cells[from..].concat());
        match tail.trim_end() {
            "" => format!("{}\n", head.trim_end()),
            tail => format!("{head}{style}{tail}{style:#}\n"),
        }
    };
    (0..rows).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(width: Option<usize>) -> String {
        let rows = [["a", "1 ns", "123456", "yes"], ["名前/long/name/in/full", "10 ns", "1", "no"]];
        let table = Table::of(&rows)
            .left("Name", |row| row[0])
            .right("Time", |row| row[1])
            .right("Extra", |row| row[2])
            .drop_priority(1)
            .left("Word", |row| row[3]);
        anstream::adapter::strip_str(&table.terminal(width, "")).to_string()
    }

    #[test]
    fn columns_are_aligned_by_display_width() {
        let expected = "\
name                     time   extra  word
a                        1 ns  123456  yes
名前/long/name/in/full  10 ns       1  no
";
        assert_eq!(plain(None), expected);
    }

    #[test]
    fn a_narrow_terminal_costs_columns_and_then_names() {
        let narrow = plain(Some(30));
        assert!(!narrow.contains("extra") && narrow.contains('…'), "{narrow}");
    }

    #[test]
    fn names_that_differ_in_their_middle_still_do_on_a_narrow_terminal() {
        let rows = ["f16", "f32"].map(|dtype| format!("group/with/a/long/name/{dtype}/and/an/end/as/long"));
        let table = Table::of(&rows).left("Name", String::as_str).right("Time", |_| "1 ns");
        let shown = table.terminal(Some(30), "");
        assert!(shown.contains("f16") && shown.contains("f32"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() <= 40), "{shown}");
    }
}
