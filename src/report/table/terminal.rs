//! A table on a terminal: aligned columns without borders.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr as _;

use super::{Column, Form, Table, Text, Tone};
use crate::model::cut;

/// Between columns.
const GAP: &str = "  ";
/// Names are not made shorter than this to fit a narrow terminal.
const SHORTEST_NAME: usize = 16;
/// Names get as much before a narrow terminal shows less beside them.
const NAME_BEFORE_OTHERS: usize = 2 * SHORTEST_NAME;
/// What a line of groups of columns is bound to where there is no terminal.
const WITHOUT_TERMINAL: usize = 120;

impl<T> Table<'_, T> {
    /// The lines with their line ends, no wider than that where it can be done, what is to stand below them, and the
    /// footnotes.
    pub(crate) fn terminal(&self, width: Option<usize>, below: &str) -> String {
        let (columns, footnotes) = self.written(Form::Terminal);
        let columns = columns.into_iter().map(Lines::new).collect();
        let tables = fitted(columns, width);
        let tables: Vec<String> = tables.iter().map(|columns| aligned(columns, &self.tones)).collect();
        let gap = (!footnotes.is_empty()).then(|| "\n".to_owned());
        let footnotes = footnotes.iter().enumerate().map(|(index, text)| format!("({}) {text}\n", index + 1));
        let table = [tables.join("\n"), below.to_owned()];
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
#[derive(Clone)]
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

/// The columns as one table, or as several where there are groups and their columns do not fit
/// beside each other.
fn fitted<'a>(columns: Vec<Lines<'a>>, width: Option<usize>) -> Vec<Vec<Lines<'a>>> {
    let (shared, grouped): (Vec<_>, Vec<_>) = columns.into_iter().partition(|lines| lines.column.group == 0);
    let (mut tables, names) = match grouped.as_slice() {
        [] => (vec![shared], NAME_BEFORE_OTHERS),
        // What a group has is given up last.
        grouped => (beside_each_other(&shared, grouped, width), SHORTEST_NAME),
    };
    if let Some(width) = width {
        tables.iter_mut().for_each(|columns| fit(columns, width, names));
    }
    tables
}

/// As few tables as the groups need, each with the shared columns.
fn beside_each_other<'a>(
    shared: &[Lines<'a>],
    grouped: &[Lines<'a>],
    width: Option<usize>,
) -> Vec<Vec<Lines<'a>>> {
    let longest = shared.first().map_or(0, Lines::width);
    let names = if width.is_some() { longest.min(NAME_BEFORE_OTHERS) } else { longest };
    let width = width.unwrap_or(WITHOUT_TERMINAL);
    let mut tables: Vec<Vec<Lines<'a>>> = vec![];
    for group in grouped.chunk_by(|one, next| one.column.group == next.column.group) {
        match tables.last_mut() {
            Some(table) if room(&[table.as_slice(), group].concat(), width) >= names => {
                table.extend_from_slice(group)
            }
            _ => tables.push([shared, group].concat()),
        }
    }
    tables
}

/// Gives up columns, where names would have less than that, and then the middle of names.
fn fit(columns: &mut Vec<Lines<'_>>, width: usize, names: usize) {
    let longest = columns.first().map_or(0, Lines::width);
    while room(columns, width) < longest.min(names) {
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

/// The lines of the columns beside each other; the heading is bold, rows and cells have their
/// tones.
fn aligned(columns: &[Lines<'_>], tones: &[Tone]) -> String {
    let rows = columns.first().map_or(0, |column| column.texts.len());
    let widths: Vec<usize> = columns.iter().map(Lines::width).collect();
    let toned = columns.iter().position(|lines| lines.column.toned).unwrap_or(columns.len());
    let style = |row: usize, index: usize| {
        let Some(row) = row.checked_sub(1) else { return Style::new().bold() };
        match (tones.get(row).copied().unwrap_or(Tone::Plain), columns[index].column.tones.get(row)) {
            (Tone::Quiet, _) => Tone::Quiet.style(),
            (_, Some(own)) => own.style(),
            (tone, None) if index >= toned => tone.style(),
            _ => Style::new(),
        }
    };
    let line = |row: usize| {
        let cells = columns.iter().zip(&widths).enumerate();
        painted(cells.map(|(index, (column, width))| (style(row, index), column.padded(row, *width))))
    };
    (0..rows).map(line).collect()
}

/// A line of these cells, in as few runs of one style as can be, without space at its end.
fn painted(cells: impl Iterator<Item = (Style, String)>) -> String {
    let mut runs: Vec<(Style, String)> = vec![];
    for (style, cell) in cells {
        match runs.last_mut() {
            Some((same, text)) if *same == style => text.push_str(&cell),
            _ => runs.push((style, cell)),
        }
    }
    while runs.pop_if(|(_, text)| text.trim_end().is_empty()).is_some() {}
    if let Some((_, text)) = runs.last_mut() {
        text.truncate(text.trim_end().len());
    }
    let line: String = runs.iter().map(|(style, text)| format!("{style}{text}{style:#}")).collect();
    line + "\n"
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

    /// A table of three groups of two columns.
    fn grouped() -> Table<'static, &'static str> {
        let table = Table::of(&["first", "second"]).left("Name", |row| *row).right("Time", |_| "1 ns");
        ["A", "B", "C"].into_iter().fold(table, |table, name| {
            table
                .group()
                .right(name, |_| "+12.5 %")
                .left(format!("Of {name}"), move |row| format!("{name} of {row}"))
                .cell_tones(|row| if *row == "first" { Tone::Worse } else { Tone::Better })
        })
    }

    #[test]
    fn groups_that_do_not_fit_beside_each_other_stand_below() {
        let expected = "\
name    time        A  of A               B  of B
first   1 ns  +12.5 %  A of first   +12.5 %  B of first
second  1 ns  +12.5 %  A of second  +12.5 %  B of second

name    time        C  of C
first   1 ns  +12.5 %  C of first
second  1 ns  +12.5 %  C of second
";
        let shown = anstream::adapter::strip_str(&grouped().terminal(Some(64), "")).to_string();
        assert_eq!(shown, expected);
        assert_eq!(grouped().terminal(None, "").matches("name").count(), 1);
        assert_eq!(grouped().terminal(Some(20), "").matches("name").count(), 3);
    }

    #[test]
    fn cells_have_colours_of_their_own() {
        let [red, green] = [Tone::Worse, Tone::Better].map(Tone::style);
        let shown = grouped().terminal(None, "");
        let line = shown.lines().nth(1).expect("a first row");
        assert_eq!(line.matches(&red.to_string()).count(), 3, "{line}");
        assert!(!line.contains(&green.to_string()) && line.starts_with("first "), "{line}");
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
