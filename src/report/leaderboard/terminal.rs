//! The table on a terminal. The caller strips the colours where the output is no terminal.

use anstyle::Style;

use super::entry::Entry;
use super::{columns, words};
use crate::compare::{By, Comparison, Leaderboard, Line, Verdict};
use crate::report::quantity::count;
use crate::report::table::{Form, LONGEST, parts};
use crate::report::terminal::{View, help, note, verdict};

/// The baselines side by side, and the verdict on each of the others. Where there are many lines,
/// those that are unchanged in all of them are left out. Every line ends with a line end.
pub fn table(board: &Leaderboard, by: By, view: View) -> String {
    let lines = board.lines(by);
    let fold = !view.all && lines.len() > LONGEST;
    let shown: Vec<&Line<'_>> = lines.iter().filter(|line| !(fold && line.is_unchanged())).collect();
    let hidden = left_out(lines.len() - shown.len());
    let entries = shown.into_iter().map(Entry::of);
    let entries: Vec<Entry> = entries.chain(Entry::of_means(board)).collect();
    let dim = Style::new().dimmed();
    let explanation = words::explanation(board, by).write(Form::Terminal);
    let all = [
        columns::table(board, by, &entries).terminal(view.width, &hidden),
        format!("{dim}{explanation}{dim:#}\n"),
        words::warnings(board).iter().map(note).collect(),
        advice(board),
        board.comparisons().map(named_verdict).collect(),
    ];
    parts("", all)
}

fn left_out(lines: usize) -> String {
    let dim = Style::new().dimmed();
    match lines {
        0 => String::new(),
        lines => format!("{dim}{} unchanged in all, shown by `--all-rows`{dim:#}\n", count(lines as u64)),
    }
}

/// What says how open rows are decided, where there are some.
fn advice(board: &Leaderboard) -> String {
    let open = |comparison: &Comparison| {
        [Verdict::Inconclusive, Verdict::Suspect].iter().any(|verdict| comparison.summary.rows(*verdict) > 0)
    };
    if !board.comparisons().any(open) {
        return String::new();
    }
    help(
        "`cargo tensorprof diff` of the reference and another baseline says what decides rows that are inconclusive or suspect",
    )
}

fn named_verdict(comparison: &Comparison) -> String {
    format!("{}: {}", comparison.sides.candidate.baseline.name, verdict(comparison))
}
