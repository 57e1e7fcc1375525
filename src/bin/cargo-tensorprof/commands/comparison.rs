//! What becomes of a comparison: standard output, the report, the exit code.

use std::path::Path;

use anyhow::{Result, bail};
use tensorprof::compare::{Comparison, Gate, GatePolicy, InconclusiveRows, Limit, Options, Outcome, Rule};
use tensorprof::model::Baseline;
use tensorprof::report::terminal::View;
use tensorprof::report::{self, Reproduction};

use super::report_folder::{OpenFolder, ReportFolder};
use crate::accepted;
use crate::cli::{ComparisonOutput, DiffFormat, GateOptions, InconclusivePolicy, JudgingOptions, RuleName};
use crate::exit;
use crate::filter::of_id_alone;
use crate::github;
use crate::project::{self, Project};
use crate::terminal::Terminal;

/// Folder in that of the whole report for one of some rows.
const FILTERED: &str = "filtered";

/// Where the report of a comparison of these names goes. The folder need not exist. A report of some rows has a folder of its
/// own, so that it does not take the place of that of all. Outside of a project there is only the folder that the user
/// names.
pub(super) fn folder_of(
    project: Option<&Project>,
    wanted: &ComparisonOutput,
    [baseline, candidate]: [&str; 2],
    is_filtered: bool,
) -> Result<Option<ReportFolder>> {
    if let Some(folder) = &wanted.output {
        return folder_at(folder).map(Some);
    }
    let whole = project.map(|project| project.report_folder(baseline, candidate));
    let folder = whole.map(|whole| if is_filtered { whole.join(FILTERED) } else { whole });
    Ok(folder.map(ReportFolder::in_target_directory))
}

/// The folder of a report that the user names.
pub(super) fn folder_at(path: &Path) -> Result<ReportFolder> {
    let texts = [report::MARKDOWN_FILE, report::JSON_FILE];
    ReportFolder::find(path, texts.into_iter().chain(report::chart_files()))
}

/// Fails if a filter has left nothing to compare.
pub(super) fn require_rows(comparison: &Comparison, filter: Option<&str>) -> Result<()> {
    match filter {
        Some(filter) if comparison.rows.is_empty() => {
            let [baseline, candidate] =
                comparison.sides.as_ref().map(|side| side.baseline.name.as_str()).into_array();
            bail!(
                "no benchmark of `{baseline}` or `{candidate}` matches `{filter}`; `cargo tensorprof show NAME` lists the \
                 benchmarks of a baseline{}",
                of_id_alone(filter)
            )
        }
        _ => Ok(()),
    }
}

/// Prints the requested format and writes the report, if there is a folder for it.
pub(super) fn publish(
    comparison: &Comparison,
    reproduction: &Reproduction,
    wanted: &ComparisonOutput,
    folder: Option<&mut OpenFolder>,
    terminal: &mut Terminal,
) -> Result<()> {
    let report = report::render(comparison, reproduction);
    let page = folder.as_ref().map(|folder| project::display_path(&folder.file(report::MARKDOWN_FILE)));
    let view = View { width: terminal.width(), all: wanted.all_rows, has_report: page.is_some() };
    let text = match wanted.format {
        DiffFormat::Table => &report::terminal::table(comparison, reproduction, view),
        DiffFormat::Markdown if page.is_none() => &report::page(comparison, reproduction),
        DiffFormat::Markdown => &report.markdown,
        DiffFormat::Comment => &report::comment(comparison, reproduction, page.as_deref()),
        DiffFormat::Csv => &report::csv(comparison),
        DiffFormat::Json => &report.json,
    };
    terminal.result(text)?;
    if let (Some(folder), Some(page)) = (folder, &page) {
        folder.replace_report(report.files().collect(), report::chart_files())?;
        terminal.status("Report", page);
    }
    github::publish(comparison, reproduction, page.as_deref(), terminal);
    Ok(())
}

/// How rows are judged, in a project or outside of one.
pub(super) fn judging(project: Option<&Project>, options: &JudgingOptions) -> Options {
    let rule = match options.rule {
        RuleName::Interval => Rule::Interval,
        RuleName::Point => Rule::Point,
    };
    Options { rule, across: options.across(), ..project::judging(project, options.smallest.said()) }
}

/// The exit code, and what the gate says where it was asked.
pub(super) fn exit_code(
    comparison: &Comparison,
    project: Option<&Project>,
    options: &GateOptions,
    terminal: &mut Terminal,
) -> Result<u8> {
    if !options.gate {
        return Ok(without_gate(comparison.is_judged()));
    }
    let policy = policy(&comparison.sides.baseline.baseline, project, options, terminal)?;
    let gate = Gate::of(comparison, &policy);
    warn_of_idle([&gate], &limits(project, &options.gate_limit), terminal);
    tell(&gate, &report::gate_message(&gate), terminal);
    Ok(code_of(gate.outcome))
}

/// The exit code of several comparisons with one baseline, that of the worst where they are a check, and what the gate
/// says of each candidate.
pub(super) fn exit_code_of_all(
    comparisons: &[&Comparison],
    project: Option<&Project>,
    options: &GateOptions,
    terminal: &mut Terminal,
) -> Result<u8> {
    if !options.gate {
        return Ok(without_gate(comparisons.iter().any(|comparison| comparison.is_judged())));
    }
    let Some(first) = comparisons.first() else { return Ok(exit::CANNOT_JUDGE) };
    let policy = policy(&first.sides.baseline.baseline, project, options, terminal)?;
    let gates: Vec<Gate> = comparisons.iter().map(|comparison| Gate::of(comparison, &policy)).collect();
    for (comparison, gate) in comparisons.iter().zip(&gates) {
        let name = &comparison.sides.candidate.baseline.name;
        tell(gate, &format!("{name}: {}", report::gate_message(gate)), terminal);
    }
    warn_of_idle(&gates, &limits(project, &options.gate_limit), terminal);
    let has = |bad: &Outcome| gates.iter().any(|gate| gate.outcome == *bad);
    let worst = [Outcome::Regressed, Outcome::CannotJudge].into_iter().find(has);
    Ok(code_of(worst.unwrap_or(Outcome::Passed)))
}

/// The exit code of what is no check: whether something could be judged.
fn without_gate(is_judged: bool) -> u8 {
    if is_judged { exit::FINE } else { exit::CANNOT_JUDGE }
}

/// What the gate holds a comparison with that baseline against.
fn policy(
    baseline: &Baseline,
    project: Option<&Project>,
    options: &GateOptions,
    terminal: &mut Terminal,
) -> Result<GatePolicy> {
    let accepted = match project {
        Some(project) => accepted::limits(project, baseline, terminal)?,
        None => Vec::new(),
    };
    let defaults = project.map(|project| &project.defaults);
    let of_metadata = defaults.and_then(|defaults| defaults.gate_inconclusive);
    let inconclusive = match options.gate_inconclusive.or(of_metadata) {
        None | Some(InconclusivePolicy::Pass) => InconclusiveRows::Pass,
        Some(InconclusivePolicy::Fail) => InconclusiveRows::Fail,
    };
    Ok(GatePolicy { inconclusive, limits: [limits(project, &options.gate_limit), accepted].concat() })
}

/// The limits of the project, and then those of the user, since the last counts.
pub(super) fn limits(project: Option<&Project>, said: &[Limit]) -> Vec<Limit> {
    let of_metadata = project.map_or(&[][..], |project| &project.defaults.gate_limit);
    [of_metadata, said].concat()
}

fn tell(gate: &Gate, message: &str, terminal: &mut Terminal) {
    terminal.status("Gate", message);
    if gate.outcome != Outcome::Passed {
        github::fail(message, terminal);
    }
}

/// Names those of these limits that held for no row of any comparison. Those that were accepted are for all metrics that a row
/// may have.
fn warn_of_idle<'a>(
    gates: impl IntoIterator<Item = &'a Gate> + Clone,
    limits: &[Limit],
    terminal: &mut Terminal,
) {
    for limit in limits.iter().map(Limit::to_string) {
        if gates.clone().into_iter().all(|gate| gate.idle.contains(&limit)) {
            terminal.warning(&format!("the limit `{limit}` holds for no row that has that metric"));
        }
    }
}

fn code_of(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Passed => exit::FINE,
        Outcome::Regressed => exit::REGRESSED,
        Outcome::CannotJudge => exit::CANNOT_JUDGE,
    }
}
