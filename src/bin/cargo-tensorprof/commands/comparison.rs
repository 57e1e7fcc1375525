//! What becomes of a comparison: standard output, the report, the exit code.

use std::path::Path;

use anyhow::{Result, bail};
use tensorprof::compare::{Comparison, Gate, GatePolicy, InconclusiveRows, Outcome};
use tensorprof::report::terminal::View;
use tensorprof::report::{self, Report, Reproduction};

use super::report_folder::{OpenFolder, ReportFolder};
use crate::cli::{ComparisonOutput, DiffFormat, GateOptions, InconclusivePolicy};
use crate::exit;
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
                 benchmarks of a baseline"
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
    let view = View { width: terminal.width(), all: wanted.all_rows };
    let text = match wanted.format {
        DiffFormat::Table => &report::terminal::table(comparison, view),
        DiffFormat::Markdown => &report.markdown,
        DiffFormat::Comment => &report::comment(comparison, reproduction, page.as_deref()),
        DiffFormat::Csv => &report::csv(comparison),
        DiffFormat::Json => &report.json,
    };
    terminal.result(text)?;
    if let (Some(folder), Some(page)) = (folder, page) {
        write_report(folder, &report)?;
        terminal.status("Report", &page);
    }
    Ok(())
}

/// Writes the files of the report in place of an earlier one.
pub(super) fn write_report(folder: &mut OpenFolder, report: &Report) -> Result<()> {
    folder.replace_report(report.files().collect(), report::chart_files())
}

/// The exit code, and what the gate says where it was asked.
pub(super) fn exit_code(comparison: &Comparison, options: GateOptions, terminal: &mut Terminal) -> u8 {
    if !options.gate {
        return if comparison.is_judged() { exit::FINE } else { exit::CANNOT_JUDGE };
    }
    let inconclusive = match options.gate_inconclusive {
        InconclusivePolicy::Pass => InconclusiveRows::Pass,
        InconclusivePolicy::Fail => InconclusiveRows::Fail,
    };
    let gate = Gate::of(comparison, GatePolicy { inconclusive });
    terminal.status("Gate", &report::gate_message(&gate));
    match gate.outcome {
        Outcome::Passed => exit::FINE,
        Outcome::Regressed => exit::REGRESSED,
        Outcome::CannotJudge => exit::CANNOT_JUDGE,
    }
}
