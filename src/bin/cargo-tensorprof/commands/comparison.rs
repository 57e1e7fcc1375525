//! What becomes of a comparison: standard output, the report, the exit code.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use tensorprof::compare::{Comparison, Gate, GatePolicy, InconclusiveRows, Outcome};
use tensorprof::report::terminal::View;
use tensorprof::report::{self, Report, Reproduction};

use super::report_folder;
use crate::cli::{DiffFormat, GateOptions, InconclusivePolicy};
use crate::exit;
use crate::project;
use crate::terminal::Terminal;

/// What is to be written, and where.
#[derive(Clone, Copy)]
pub(super) struct Output<'a> {
    /// Format of standard output.
    pub(super) format: DiffFormat,
    /// Unchanged rows in long tables, too.
    pub(super) all_rows: bool,
    /// Folder of the report, which exists.
    pub(super) folder: &'a Path,
}

/// Prints the requested format and writes the report.
pub(super) fn publish(
    comparison: &Comparison,
    reproduction: &Reproduction,
    wanted: Output<'_>,
    terminal: &mut Terminal,
) -> Result<()> {
    let Output { format, all_rows, folder } = wanted;
    let report = report::render(comparison, reproduction);
    let page = project::display_path(&folder.join(report::MARKDOWN_FILE));
    let view = View { width: terminal.width(), all: all_rows };
    let text = match format {
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
fn write_report(folder: &Path, report: &Report) -> Result<()> {
    let files: Vec<(String, String)> = report.files().collect();
    for name in report::chart_files() {
        let stale = folder.join(name);
        if stale.exists() && files.iter().all(|(file, _)| file != name) {
            fs::remove_file(&stale).with_context(|| format!("cannot remove {}", stale.display()))?;
        }
    }
    report_folder::write(folder, files)
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
