//! The columns of the table: one for the reference, and what is said of each of the others.

use super::entry::Entry;
use crate::compare::{By, Leaderboard};
use crate::model::cut;
use crate::report::table::{Table, Text, Tone};

/// Longest name of a baseline in a heading on a terminal, columns.
const LONGEST_HEADING: usize = 20;

/// The table of these lines of a leaderboard.
pub(super) fn table<'a>(board: &Leaderboard, by: By, entries: &'a [Entry]) -> Table<'a, Entry> {
    let names = names(board);
    let short = cut(&names, LONGEST_HEADING);
    let mut headings =
        names.iter().zip(short).map(|(name, short)| (Text::foreign(name), Text::Foreign(short)));
    let heading = match by {
        By::Row => "Benchmark",
        By::Family => "Family",
    };
    let mut table = Table::of(entries).left(heading, |entry| entry.name.clone()).tones(Entry::tone);
    if let Some((name, short)) = headings.next() {
        table = table.right(name, |entry| entry.reference.clone()).on_terminal(short).kept();
    }
    headings.enumerate().fold(table, |table, (index, headings)| entrant(table, index, headings, entries))
}

/// The names of the reference and the others.
fn names(board: &Leaderboard) -> Vec<String> {
    let others = board.comparisons().map(|comparison| &comparison.sides.candidate);
    board.reference().into_iter().chain(others).map(|side| side.baseline.name.to_string()).collect()
}

/// The columns of one of the others: on a page all in one, since headings do not span columns
/// there.
fn entrant<'a>(
    table: Table<'a, Entry>,
    index: usize,
    (name, short): (Text, Text),
    entries: &'a [Entry],
) -> Table<'a, Entry> {
    let interval = entries.iter().map(|entry| entry.cells[index].interval().len()).max().unwrap_or(0);
    let tone = move |entry: &Entry| entry.cells[index].tone.unwrap_or(Tone::Plain);
    let notes = move |entry: &Entry| entry.cells[index].notes.clone();
    table
        .group()
        .right(name, move |entry| entry.cells[index].whole())
        .on_pages_only()
        .kept()
        .cell_notes(notes)
        .right(short.clone(), move |entry| entry.cells[index].aligned(interval))
        .on_terminal(short)
        .on_terminals_only()
        .kept()
        .cell_tones(tone)
        .left("Verdict", move |entry| entry.cells[index].verdict())
        .on_terminals_only()
        .cell_tones(tone)
        .cell_notes(notes)
}
