//! What a job on GitHub shows of a comparison, beside its log: the summary of the step, and annotations, which are
//! warnings; where the gate does not pass, an error.

use std::env;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use tensorprof::compare::Comparison;
use tensorprof::report::{self, Reproduction};

use crate::terminal::Terminal;

/// The file that GitHub reads the summary of a step from.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// Adds the comparison to the summary of the step, and annotates what became worse. Does nothing outside of such a job. A
/// summary that cannot be written is a warning: what was measured has been printed by now.
pub(crate) fn publish(
    comparison: &Comparison,
    reproduction: &Reproduction,
    page: Option<&str>,
    terminal: &mut Terminal,
) {
    if let Some(file) = set(SUMMARY) {
        let summary = report::comment(comparison, reproduction, page);
        if let Err(error) = append(Path::new(&file), &summary) {
            terminal.warning(&format!("cannot write the summary of the step to ${SUMMARY}: {error}"));
        }
    }
    if is_job() {
        report::annotations(comparison).iter().for_each(|line| terminal.workflow_command(line));
    }
}

/// Annotates the job with what the gate says where it does not pass.
pub(crate) fn fail(message: &str, terminal: &mut Terminal) {
    if is_job() {
        terminal.workflow_command(&report::gate_annotation(message));
    }
}

fn is_job() -> bool {
    set("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

fn set(variable: &str) -> Option<OsString> {
    env::var_os(variable).filter(|value| !value.is_empty())
}

/// Other commands of the step may have written to it.
fn append(file: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(file)?;
    file.write_all(format!("{text}\n").as_bytes())
}
