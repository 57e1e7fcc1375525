//! What becomes of a comparison: standard output, the report, the exit code.

use anyhow::Result;
use tensorprof::compare::{Comparison, Gate, GatePolicy, InconclusiveRows, Outcome};
use tensorprof::report::terminal::View;
use tensorprof::report::{self, Report, Reproduction};

use super::report_folder::ReportFolder;
use crate::cli::{ComparisonOutput, DiffFormat, GateOptions, InconclusivePolicy};
use crate::exit;
use crate::project::{self, Project};
use crate::terminal::Terminal;

/// Where the report of a comparison of these names goes. The folder need not exist.
pub(super) fn folder_of(
    project: &Project,
    wanted: &ComparisonOutput,
    baseline: &str,
    candidate: &str,
) -> Result<ReportFolder> {
    match &wanted.output {
        Some(folder) => {
            let texts = [report::MARKDOWN_FILE, report::JSON_FILE];
            ReportFolder::find(folder, texts.into_iter().chain(report::chart_files()))
        }
        None => Ok(ReportFolder::in_target_directory(project.report_folder(baseline, candidate))),
    }
}

/// Prints the requested format and writes the report into a folder that exists.
pub(super) fn publish(
    comparison: &Comparison,
    reproduction: &Reproduction,
    wanted: &ComparisonOutput,
    folder: &ReportFolder,
    terminal: &mut Terminal,
) -> Result<()> {
    let report = report::render(comparison, reproduction);
    let page = project::display_path(&folder.file(report::MARKDOWN_FILE));
    let view = View { width: terminal.width(), all: wanted.all_rows };
    let text = match wanted.format {
        DiffFormat::Table => &report::terminal::table(comparison, view),
        DiffFormat::Markdown => &report.markdown,
        DiffFormat::Comment => &report::comment(comparison, reproduction, &page),
        DiffFormat::Csv => &report::csv(comparison),
        DiffFormat::Json => &report.json,
    };
    terminal.result(text)?;
    write_report(folder, &report)?;
    terminal.status("Report", &page);
    Ok(())
}

/// Writes the files of the report. Removes charts that an earlier report left in the folder and this one does
/// not have.
fn write_report(folder: &ReportFolder, report: &Report) -> Result<()> {
    let files: Vec<(String, String)> = report.files().collect();
    for name in report::chart_files() {
        if files.iter().all(|(file, _)| file != name) {
            folder.remove(name)?;
        }
    }
    folder.write(files)
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
