//! Which benchmarks a bench has, by a process that runs none of them.

use std::process::Command;

use anyhow::{Context as _, Result};
use regex::Regex;

use super::build::BenchExecutable;
use super::command::bench_command;
use super::failure::Failure;
use super::process::{self, Ending, ProcessOptions};
use crate::model::{BenchmarkId, Settings};

/// A filter that matches no id: nothing comes before the start. Criterion's own regular expressions may know no classes of
/// Unicode, such as `\s`.
const NOTHING: &str = "x^";

/// What a bench said that was to list its benchmarks.
#[derive(Debug)]
pub(super) enum Listing {
    /// It is not criterion's.
    NotCriterion,
    /// It listed none because it failed.
    Unlisted(Failure),
    /// Those that the filter of the settings lets through, in the order in which they run.
    Listed {
        benchmarks: Vec<BenchmarkId>,
        /// It failed after these, so that there may be more.
        failure: Option<Failure>,
    },
}

/// The command by which a bench lists its benchmarks.
pub(super) fn command(
    executable: &BenchExecutable,
    settings: &Settings,
    variables: &[(String, String)],
) -> Command {
    bench_command(executable, Some(NOTHING), settings, variables)
}

/// Lists the benchmarks of a bench by its [`command`].
///
/// # Errors
/// The process cannot be started, or the filter is no regular expression.
pub(super) fn list(
    executable: &BenchExecutable,
    command: Command,
    settings: &Settings,
    options: ProcessOptions,
) -> Result<Listing> {
    let filter = settings.filter.as_deref().map(Regex::new).transpose()?;
    let report = process::run(command, options, &mut |_| {}).with_context(|| executable.cannot_run())?;
    if !report.speaks_criterion(executable) {
        return Ok(Listing::NotCriterion);
    }
    let failure = match report.ending {
        Ending::Finished => None,
        Ending::Failed { reason, output } => {
            Some(Failure { output, ..Failure::new(executable, None, reason) })
        }
    };
    match failure {
        Some(failure) if report.skipped.is_empty() => Ok(Listing::Unlisted(failure)),
        failure => {
            let ids = report.skipped.iter().map(|criterion| executable.id(criterion));
            let wanted = |id: &BenchmarkId| filter.as_ref().is_none_or(|filter| filter.is_match(&id.path()));
            Ok(Listing::Listed { benchmarks: ids.filter(wanted).collect(), failure })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_filter_matches_no_id() {
        let nothing = Regex::new(NOTHING).unwrap();
        assert!(!["", "x", "x^", "group/x/1"].into_iter().any(|id| nothing.is_match(id)));
        assert!(!NOTHING.contains(['\\', '[']), "criterion may be built without Unicode's classes");
    }
}
