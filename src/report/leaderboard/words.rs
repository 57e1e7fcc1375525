//! Sentences on the whole, alike on a terminal and on a page.

use super::entry::BEST;
use crate::compare::{By, Leaderboard, Rule};
use crate::report::footnotes::{self, plain_percent};
use crate::report::quantity::things;
use crate::report::table::Text;

/// What the columns hold, and what is marked.
pub(super) fn explanation(board: &Leaderboard, by: By) -> Text {
    let name =
        board.reference().map_or("".into(), |reference| Text::foreign(reference.baseline.name.as_str()));
    let [time, decide] = match by {
        By::Row => ["Time of one iteration", "the verdicts of `diff`"],
        By::Family => ["Geometric mean over a family of the times", "the changes of the means"],
    };
    let marked = format!(
        "{BEST} marks what is faster than another of its line and slower than none, by {decide} on every two; in a line \
         without {BEST} they tell no two apart."
    );
    Text::line([
        format!("{time} of ").into(),
        name,
        format!(
            ", and the changes of the others{} against it, the baseline of every comparison. ",
            level(board)
        )
        .into(),
        marked.into(),
        left_out(board, by).into(),
    ])
}

/// What the intervals are, where there are some.
fn level(board: &Leaderboard) -> String {
    let options = board.comparisons().map(|comparison| &comparison.options);
    let mut interval = options.filter(|options| options.rule == Rule::Interval);
    interval.next().map_or_else(String::new, |options| {
        format!(" with their {} intervals", plain_percent(options.confidence))
    })
}

/// What no family holds.
fn left_out(board: &Leaderboard, by: By) -> String {
    match (by, board.without_family()) {
        (By::Row, _) | (_, 0) => String::new(),
        (_, 1) => " A benchmark of a model is in no family.".to_owned(),
        (_, rows) => format!(" {} of models are in no family.", things(rows, "benchmark")),
    }
}

/// What a reader should know of the comparisons, each with the names of those that it is about.
pub(super) fn warnings(board: &Leaderboard) -> Vec<Text> {
    let mut about: Vec<(Text, Vec<Text>)> = vec![];
    for comparison in board.comparisons() {
        let name = Text::foreign(comparison.sides.candidate.baseline.name.as_str());
        for warning in &comparison.warnings {
            let text = footnotes::text(warning, comparison);
            match about.iter_mut().find(|(same, _)| *same == text) {
                Some((_, names)) => names.push(name.clone()),
                None => about.push((text, vec![name.clone()])),
            }
        }
    }
    let sentence = |(text, names)| Text::line([Text::joined(names, ", "), ": ".into(), text]);
    about.into_iter().map(sentence).collect()
}
