//! The table as markdown, to stand under a heading of whoever shows it.

use super::entry::Entry;
use super::{columns, words};
use crate::compare::{By, Comparison, Leaderboard};
use crate::report::escape::code;
use crate::report::quantity::things;
use crate::report::table::{Form, LONGEST, details, parts, some};
use crate::report::verdict::{Headline, sentence};

/// The baselines side by side, with the verdict on each of the others. Empty without another
/// baseline than the reference.
pub fn page(board: &Leaderboard, by: By) -> String {
    if board.reference().is_none() {
        return String::new();
    }
    let table = |entries: &[Entry]| columns::table(board, by, entries).page();
    let mut open: Vec<Entry> = board.lines(by).iter().map(Entry::of).collect();
    let folded = open.split_off(open.len().min(LONGEST));
    open.extend(Entry::of_means(board));
    let verdicts: String = board.comparisons().map(verdict).collect();
    let notes = words::warnings(board);
    let notes: String = notes.iter().map(|note| format!("- {}\n", note.write(Form::Page))).collect();
    let all = [
        table(&open),
        some("", &folded, |folded| details(&things(folded.len(), "more line"), &table(folded))),
        format!("{}\n", words::explanation(board, by).write(Form::Page)),
        verdicts + &notes,
    ];
    parts("", all)
}

/// The headline on one of the others and what it is drawn from, as an item of a list.
fn verdict(comparison: &Comparison) -> String {
    let name = code(comparison.sides.candidate.baseline.name.as_str());
    format!("- {name}: **{}.** {}\n", Headline::of(comparison).words(), sentence(comparison))
}
