//! What was compared, how the environments differ, what else a reader should know, and how to get the same report.

use super::Page;
use crate::compare::{Comparison, Difference, Options, Origin, Sides, Warning};
use crate::report::advice::Advice;
use crate::report::escape::{code, printable};
use crate::report::footnotes;
use crate::report::origin::{commit, created, measured};
use crate::report::quantity::things;
use crate::report::table::{Form, Table, Text, parts, some};
use crate::report::{JSON_FILE, Place, Reproduction};

pub(super) fn header(comparison: &Comparison) -> String {
    format!("# Profile Comparison Report\n\n{}\n{}\n", sides(comparison), environment(comparison))
}

/// Something that is known of both sides, by its name.
type Fact = (&'static str, fn(&Origin) -> Text);

/// Name, date, commit and extent of both sides.
pub(in crate::report) fn sides(comparison: &Comparison) -> String {
    let facts: [Fact; 4] = [
        ("Name", |side| Text::foreign(side.baseline.name.as_str())),
        ("Created", |side| format!("{} UTC", created(&side.baseline)).into()),
        ("Commit", origin),
        ("Measured", |side| measured(side.benchmarks, side.rounds, &side.baseline).into()),
    ];
    Table::of(&facts)
        .left("", |(name, _)| Text::strong(*name))
        .left("Baseline", |(_, fact)| fact(&comparison.sides.baseline))
        .left("Candidate", |(_, fact)| fact(&comparison.sides.candidate))
        .page()
}

fn origin(side: &Origin) -> Text {
    let Some(revision) = &side.baseline.environment.revision else { return "unknown".into() };
    let branch = revision
        .branch
        .as_ref()
        .map_or("".into(), |branch| Text::line([" on ".into(), Text::foreign(branch)]));
    let dirty = if revision.dirty { ", with uncommitted changes" } else { "" };
    Text::line([Text::foreign(&commit(revision)), branch, dirty.into()])
}

/// One line on the environment; the table of differences stands further down.
fn environment(comparison: &Comparison) -> String {
    if comparison.differences.is_empty() {
        return format!("Environment: all {} agree.", things(comparison.agreeing_facts, "recorded fact"));
    }
    let names: Vec<String> = comparison.differences.iter().map(|difference| code(&difference.name)).collect();
    format!(
        "Environment: {} [{}](#environment-differences), {} agree.",
        names.join(", "),
        if names.len() == 1 { "differs" } else { "differ" },
        things(comparison.agreeing_facts, "other fact"),
    )
}

pub(super) fn differences(comparison: &Comparison) -> String {
    let agree = things(comparison.agreeing_facts, "other recorded fact");
    some("## Environment Differences\n\n", &comparison.differences, |differences| {
        format!("{}\n{agree} agree.\n", differing(differences, &comparison.options))
    })
}

/// Some of the differences, with what they mean under these options.
pub(in crate::report) fn differing(differences: &[Difference], options: &Options) -> String {
    Table::of(differences)
        .left("Fact", |difference| Text::foreign(&difference.name))
        .left("Baseline", |difference| Text::foreign(&difference.baseline))
        .left("Candidate", |difference| Text::foreign(&difference.candidate))
        .left("Consequence", |difference| consequence(difference, options))
        .leading()
        .page()
}

fn consequence(difference: &Difference, options: &Options) -> Text {
    match difference.fact {
        None => "a possible cause of changes".into(),
        Some(fact) if options.across.contains(&fact) => {
            format!("allowed by `--across {}`", fact.name()).into()
        }
        Some(_) => Text::strong("times are not compared"),
    }
}

pub(super) fn notes(page: &Page<'_>) -> String {
    let comparison = page.comparison;
    parts("## Notes\n\n", [warnings(comparison, &comparison.warnings), advice(comparison, page.reproduction)])
}

/// What decides the open rows; empty where there are none.
pub(in crate::report) fn advice(comparison: &Comparison, reproduction: &Reproduction) -> String {
    let Some(advice) = Advice::of(comparison, &reproduction.remeasuring) else { return String::new() };
    let said = format!("{}\n\n{}", advice.text, commands(&advice.commands));
    format!("{}\n", said.trim_end())
}

/// Some of its warnings, one an item.
pub(in crate::report) fn warnings(comparison: &Comparison, warnings: &[Warning]) -> String {
    let texts = warnings.iter().map(|warning| footnotes::text(warning, comparison));
    texts.map(|text| format!("- {}\n", text.write(Form::Page))).collect()
}

pub(super) fn reproduction(page: &Page<'_>) -> String {
    let Sides { baseline, candidate } =
        page.comparison.sides.as_ref().map(|side| code(&side.baseline.tool_version));
    let versions = if baseline == candidate {
        format!("Measured by tensorprof {baseline}.")
    } else {
        format!("Measured by tensorprof {baseline} (baseline) and {candidate} (candidate).")
    };
    let twin = match page.place {
        Place::Folder => format!(" The same content for programs: [{JSON_FILE}]({JSON_FILE})."),
        Place::Inline(_) => String::new(),
    };
    format!("## Reproduction\n\n{}{versions}{twin}\n", commands(&page.reproduction.commands))
}

/// The commands as a fenced block, in a fence longer than any run of backticks in them.
pub(in crate::report) fn commands(commands: &[String]) -> String {
    if commands.is_empty() {
        return String::new();
    }
    let lines: String = commands.iter().map(|command| printable(command) + "\n").collect();
    let longest = lines.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}sh\n{lines}{fence}\n\n")
}
