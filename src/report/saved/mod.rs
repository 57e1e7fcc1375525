//! Saved baselines as text: one in full (`show`), and the list of them (`list`); each for a terminal and as
//! JSON, the first as markdown too. The caller strips colours where the output is no terminal.

mod efficiency;
mod json;
mod work;

use anstyle::{AnsiColor, Style};

use self::efficiency::Efficiency;
pub use self::json::{list as list_json, show as show_json};
pub use self::work::work_table;
use super::cells::live;
use super::command::shell_word;
use super::escape::{code, printable};
use super::gaps::of_baseline as gaps_of;
use super::model_rows::facts;
use super::origin::{created, measured, rounds, state};
use super::quantity::{Precision, Time};
use super::rate;
use super::table::{Form, Table, Text, colour};
use crate::estimate;
use crate::inference::Model;
use crate::model::{Baseline, Benchmark, clip};

/// Longest name of a CPU in the list, characters.
const LONGEST_CPU: usize = 28;

const SPREAD: &str = "standard deviation between the lower half of the rounds";

/// Baselines as a table for a terminal of that width, in the order given. Empty for none.
pub fn list_table(baselines: &[Baseline], width: Option<usize>) -> String {
    if baselines.is_empty() {
        return String::new();
    }
    Table::of(baselines)
        .left("Name", |baseline| baseline.name.to_string())
        .left("Created (UTC)", created)
        .left("Commit", |baseline| state(baseline).map(Text::Foreign))
        .left("Machine", |baseline| Text::Foreign(clip(&baseline.environment.machine.cpu, LONGEST_CPU)))
        .drop_priority(2)
        .left("State", |baseline| baseline.gaps().map(|_| "incomplete"))
        .right("Rows", |baseline| Text::count(baseline.benchmarks.len()))
        .right("Rounds", |baseline| Text::count(rounds(baseline)))
        .right("Sessions", |baseline| Text::count(baseline.sessions.len()))
        .drop_priority(1)
        .terminal(width, "")
}

/// A baseline as text for a terminal of that width.
pub fn show_table(baseline: &Baseline, width: Option<usize>) -> String {
    let red = colour(AnsiColor::Red);
    let rows = baseline.labelled();
    let words = ["failed", "not measured"].map(|word| format!("{red}{word}{red:#}"));
    let gaps = gaps(&rows, Form::Terminal, words);
    let spread = if rounds(baseline) > 1 { format!("spread: {SPREAD}\n") } else { String::new() };
    format!("{}\n{}\n{spread}{gaps}", head(baseline), table(&rows, baseline).terminal(width, ""))
}

/// A baseline as markdown, without a heading.
pub fn show_markdown(baseline: &Baseline) -> String {
    let rows = baseline.labelled();
    let gaps = gaps(&rows, Form::Page, ["- Failed", "- Not measured"].map(str::to_owned));
    let spread = if rounds(baseline) > 1 { format!("\nSpread: {SPREAD}.\n") } else { String::new() };
    let gap = if gaps.is_empty() { "" } else { "\n" };
    let lacks = lacks(baseline, Form::Page);
    let lacks = if lacks.is_empty() { lacks } else { format!(" Incomplete: {lacks}.") };
    format!("{}{lacks}\n\n{}{spread}{gap}{gaps}", origin(baseline), table(&rows, baseline).page())
}

fn head(baseline: &Baseline) -> String {
    let environment = &baseline.environment;
    let bold = Style::new().bold();
    let facts = [
        ("created", format!("{} UTC", created(baseline))),
        ("commit", state(baseline).map_or_else(|| "-".to_owned(), |state| printable(&state))),
        ("machine", printable(&environment.machine.cpu)),
        ("system", printable(&environment.machine.kernel)),
        ("built by", printable(&environment.build.rustc)),
        ("cargo", words(&baseline.settings.cargo_arguments)),
        ("benches", words(&baseline.settings.bench_arguments)),
        ("holds", measured(baseline.benchmarks.len(), rounds(baseline), baseline)),
        ("incomplete", lacks(baseline, Form::Terminal)),
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

/// What an incomplete baseline lacks; empty for another.
fn lacks(baseline: &Baseline, form: Form) -> String {
    gaps_of(baseline).map(|lacks| lacks.write(form)).unwrap_or_default()
}

/// A model by its name and its facts.
fn described(model: &Model) -> String {
    let facts = facts(model);
    let name = printable(&model.name);
    if facts.is_empty() { name } else { format!("{name}: {facts}") }
}

fn origin(baseline: &Baseline) -> String {
    let environment = &baseline.environment;
    let places = [("on", &environment.machine.cpu), ("built by", &environment.build.rustc)];
    let places = places.into_iter().filter(|(_, name)| !name.is_empty());
    let places: String = places.map(|(word, name)| format!(", {word} {}", code(name))).collect();
    format!(
        "Baseline {}: {}; created {} UTC, commit {}{places}.",
        code(baseline.name.as_str()),
        measured(baseline.benchmarks.len(), rounds(baseline), baseline),
        created(baseline),
        code(state(baseline).as_deref().unwrap_or("-")),
    )
}

/// A benchmark and its label.
type Labelled<'a> = (&'a Benchmark, String);

/// Time, rate and allocation of each benchmark.
fn table<'a>(rows: &'a [Labelled<'a>], baseline: &'a Baseline) -> Table<'a, Labelled<'a>> {
    let dtype = |benchmark: &Benchmark| Some(benchmark.work.as_ref()?.dtype?.name());
    let time = |benchmark: &Benchmark| estimate::time(&benchmark.rounds);
    Table::of(rows)
        .left("Benchmark", |(_, label)| Text::foreign(label))
        .left("Type", move |(benchmark, _)| dtype(benchmark))
        .drop_priority(3)
        .right("Time", move |(benchmark, _)| time(benchmark).map(|time| Time::new(time, Precision::UNKNOWN)))
        .right("Spread", |(benchmark, _)| {
            estimate::spread(&benchmark.rounds).map(|spread| format!("± {:.1} %", spread * 100.0))
        })
        .drop_priority(1)
        .right("Rate", |(benchmark, _)| rate(benchmark))
        .right("Of peak", |(benchmark, _)| Some(Efficiency::of(benchmark, baseline)?.cell()))
        .left("Bound by", |(benchmark, _)| Some(Efficiency::of(benchmark, baseline)?.bound()))
        .drop_priority(4)
        .right("Allocated", |(benchmark, _)| Some(Text::Bytes(benchmark.allocation?.bytes)))
        .right("Allocations", |(benchmark, _)| Some(Text::Count(benchmark.allocation?.count?)))
        .drop_priority(2)
        .right("Live", |(benchmark, _)| Some(live(benchmark.allocation?.live?)))
        .drop_priority(3)
        .notes(|(benchmark, _)| {
            Efficiency::of(benchmark, baseline).and_then(|found| found.note()).into_iter().collect()
        })
}

/// The leading rate.
fn rate(benchmark: &Benchmark) -> Option<Text> {
    let unit = |metric| rate::unit_of(metric, benchmark.inference.as_ref());
    rate::cell(benchmark.work.as_ref()?, estimate::time(&benchmark.rounds)?, unit)
}

/// The benchmarks that failed or were not measured, after a word for each, and why.
fn gaps(rows: &[Labelled<'_>], form: Form, [failed, not_measured]: [String; 2]) -> String {
    let gap = |(benchmark, label): &Labelled<'_>| {
        let word = if benchmark.failure.is_some() { &failed } else { &not_measured };
        let reason = Text::reason(benchmark.gap()?).write(form);
        Some(format!("{word}: {}: {reason}\n", form.foreign(label)))
    };
    rows.iter().filter_map(gap).collect()
}
