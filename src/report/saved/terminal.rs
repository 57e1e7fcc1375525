//! A single baseline on a terminal.

use anstyle::{AnsiColor, Style};

use super::page::intervals;
use super::tables::{benchmarks, gaps};
use super::{Line, Saved};
use crate::inference::Model;
use crate::model::Baseline;
use crate::report::command::shell_word;
use crate::report::escape::printable;
use crate::report::gaps::of_baseline as gaps_of;
use crate::report::model_rows::{self, facts};
use crate::report::origin::{created, measured, rounds, state};
use crate::report::table::{Form, colour, parts, some};
use crate::report::tables::{bounded_by_token, generations, token_bounds};
use crate::report::terminal::notes;

/// A baseline as text for a terminal of that width.
pub fn show(saved: &Saved, width: Option<usize>) -> String {
    let Saved { baseline, found } = saved;
    let lines = saved.lines();
    let of_models = [
        some("", &model_rows::generations(found), |rows| generations(found, rows).terminal(width, "")),
        some("", &bounded_by_token(found), |rows| token_bounds(found, rows).terminal(width, "")),
    ];
    let all =
        [head(baseline), table(saved, &lines, width)].into_iter().chain(of_models).chain([notes(found)]);
    parts("", all)
}

/// The benchmarks of a baseline alone, as text for a terminal of that width.
pub fn rows(saved: &Saved, width: Option<usize>) -> String {
    benchmarks(saved, &saved.lines()).terminal(width, "")
}

/// The benchmarks, what their intervals are by, and which of them have no times.
fn table(saved: &Saved, lines: &[Line<'_>], width: Option<usize>) -> String {
    let red = colour(AnsiColor::Red);
    let words = ["failed", "not measured"].map(|word| format!("{red}{word}{red:#}"));
    let below = format!("{}{}", intervals(&saved.baseline), gaps(lines, Form::Terminal, words));
    parts("", [benchmarks(saved, lines).terminal(width, ""), below])
}

fn head(baseline: &Baseline) -> String {
    let environment = &baseline.environment;
    let bold = Style::new().bold();
    let lacks = gaps_of(baseline).map(|lacks| lacks.write(Form::Terminal)).unwrap_or_default();
    let facts = [
        ("created", format!("{} UTC", created(baseline))),
        ("commit", state(baseline).map_or_else(|| "-".to_owned(), |state| printable(&state))),
        ("machine", printable(&environment.machine.cpu)),
        ("system", printable(&environment.machine.kernel)),
        ("built by", printable(&environment.build.rustc)),
        ("cargo", words(&baseline.settings.cargo_arguments)),
        ("benches", words(&baseline.settings.bench_arguments)),
        ("holds", measured(baseline.benchmarks.len(), rounds(baseline), baseline)),
        ("incomplete", lacks),
    ];
    let models = baseline.models.iter().map(|model| ("model", described(model)));
    let lines = facts.into_iter().chain(models).filter(|(_, value)| !value.is_empty());
    let lines: String = lines.map(|(name, value)| format!("{name:>10}  {value}\n")).collect();
    format!("{bold}{}{bold:#}\n{lines}", baseline.name)
}

/// Arguments as they go on a command line. Nothing for none.
fn words(arguments: &[String]) -> String {
    arguments.iter().map(|word| printable(&shell_word(word))).collect::<Vec<_>>().join(" ")
}

/// A model by its name and its facts.
fn described(model: &Model) -> String {
    let facts = facts(model);
    let name = printable(&model.name);
    if facts.is_empty() { name } else { format!("{name}: {facts}") }
}
