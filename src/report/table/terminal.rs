//! A table on a terminal: aligned columns without borders.

use anstyle::{AnsiColor, Style};
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement};

use super::{Column, Form, LONGEST, Table, Text, Tone};
use crate::report::escape::elide;
use crate::report::quantity::count;

/// Spaces between columns.
const GAP: u16 = 2;
/// Names are not made shorter than this to fit a narrow terminal.
const SHORTEST_NAME: usize = 16;

impl<T> Table<'_, T> {
    /// The lines with their line ends, no wider than that where it can be done, what is to stand below them, and the
    /// footnotes.
    pub(crate) fn terminal(&self, width: Option<usize>, below: &str) -> String {
        let (numbers, footnotes) = self.footnotes(Form::Terminal);
        let mut columns: Vec<Lines<'_>> =
            self.shown(Form::Terminal).map(|(column, cells)| Lines::new(column, cells)).collect();
        if let Some(last) = columns.last_mut() {
            last.note(&numbers);
        }
        if let Some(width) = width {
            fit(&mut columns, width);
        }
        let footnotes = footnotes.iter().enumerate().map(|(index, text)| {
            let gap = if index == 0 { "\n" } else { "" };
            format!("{gap}({}) {text}\n", index + 1)
        });
        [aligned(&columns, &self.tones), below.to_owned()].into_iter().chain(footnotes).collect()
    }
}

/// A table of the first items, and how many are not shown unless all are.
pub(crate) fn first<T>(items: &[T], all: bool) -> (&[T], String) {
    let (shown, rest) = items.split_at(if all { items.len() } else { items.len().min(LONGEST) });
    (shown, left_out(rest.len(), "more"))
}

/// How many rows of a table are not shown, where some are not.
pub(crate) fn left_out(rows: usize, which: &str) -> String {
    let dim = Style::new().dimmed();
    match rows {
        0 => String::new(),
        rows => format!("{dim}{} {which}, listed in the report{dim:#}\n", count(rows as u64)),
    }
}

/// The style of a colour.
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
    fn new(column: &'a Column, mut texts: Vec<String>) -> Self {
        let heading = column.on_terminal.as_ref().map(|heading| heading.write(Form::Terminal));
        texts.insert(0, heading.unwrap_or_else(|| lower(&column.heading)));
        Lines { column, texts }
    }

    /// Adds the numbers of their footnotes to its cells.
    fn note(&mut self, numbers: &[String]) {
        for (text, numbers) in
            self.texts[1..].iter_mut().zip(numbers).filter(|(_, numbers)| !numbers.is_empty())
        {
            text.push_str(&format!(" ({numbers})"));
        }
    }

    fn width(&self) -> usize {
        self.texts.iter().map(|text| text.chars().count()).max().unwrap_or(0)
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
        let wanted = |column: &usize| columns[*column].column.given_up;
        let Some(column) = (1..columns.len()).filter(|column| wanted(column) > 0).max_by_key(wanted) else {
            break;
        };
        columns.remove(column);
    }
    let room = room(columns, width).max(SHORTEST_NAME);
    for name in columns.first_mut().into_iter().flat_map(|names| &mut names.texts[1..]) {
        *name = elide(name, room);
    }
}

/// What the other columns leave for names.
fn room(columns: &[Lines<'_>], width: usize) -> usize {
    let others = columns.iter().skip(1).map(|column| column.width() + usize::from(GAP));
    width.saturating_sub(others.sum())
}

fn aligned(columns: &[Lines<'_>], tones: &[Tone]) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    for row in 0..columns.first().map_or(0, |column| column.texts.len()) {
        table.add_row(columns.iter().map(|column| &column.texts[row]));
    }
    for (column, lines) in table.column_iter_mut().zip(columns) {
        column.set_cell_alignment(if lines.column.right {
            CellAlignment::Right
        } else {
            CellAlignment::Left
        });
        column.set_padding((0, GAP));
    }
    let widths = table.column_max_content_widths();
    let tail = |from: usize| widths[from..].iter().map(|width| usize::from(width + GAP)).sum();
    let toned = columns.iter().position(|lines| lines.column.toned).unwrap_or(columns.len());
    let head = (Style::new().bold(), 0);
    let tones = tones.iter().copied().chain(std::iter::repeat(Tone::Plain));
    let styles = tones.map(|tone| (tone.style(), if tone == Tone::Quiet { 0 } else { toned }));
    let lines = table.lines().zip(std::iter::once(head).chain(styles));
    lines.map(|(line, (style, from))| style_tail(&line, tail(from), style)).collect()
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

    fn plain(width: Option<usize>) -> String {
        let rows = [["a", "1 ns", "123456", "yes"], ["名前/long/name/in/full", "10 ns", "1", "no"]];
        let table = Table::of(&rows)
            .left("Name", |row| row[0])
            .right("Time", |row| row[1])
            .right("Extra", |row| row[2])
            .given_up(1)
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
    fn only_the_tail_is_styled() {
        let bold = Style::new().bold();
        assert_eq!(style_tail("name  12 ns  ", 7, bold), format!("name  {bold}12 ns{bold:#}\n"));
        assert_eq!(style_tail("name         ", 7, bold), "name\n");
    }
}
