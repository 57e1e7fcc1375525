//! The command that runs a bench, the filter by which it runs some of its benchmarks, and how long it may be silent.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use super::build::BenchExecutable;
use super::limits::WARM_UP_SLACK;
use crate::model::{BenchmarkId, Settings};

/// Longest filter, bytes: systems limit the length of one argument, Linux to 128 KiB.
const LONGEST_FILTER: usize = 60_000;

/// How long a process may report nothing: as long as the user allows, or as long as a warm-up takes, in which it reports
/// nothing.
pub(super) fn longest_silence(settings: &Settings, timeout: Duration) -> Duration {
    timeout.max(Duration::from_secs_f64(WARM_UP_SLACK * settings.warm_up))
}

/// Benchmarks of a bench that one process can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Selection {
    pub(super) benchmarks: BTreeSet<BenchmarkId>,
    /// A regular expression that matches exactly these.
    pub(super) filter: String,
}

/// The benchmarks that are an executable's, by as few processes as their names' lengths allow.
pub(super) fn selections(benchmarks: &BTreeSet<BenchmarkId>, executable: &BenchExecutable) -> Vec<Selection> {
    let mut parts: Vec<(usize, BTreeSet<BenchmarkId>)> = Vec::new();
    let own = |id: &&BenchmarkId| id.is_of_bench(&executable.package, &executable.target);
    for id in benchmarks.iter().filter(own) {
        let needed = regex::escape(&id.path()).len() + 1;
        match parts.last_mut().filter(|(length, _)| length + needed <= LONGEST_FILTER) {
            Some((length, part)) => {
                *length += needed;
                part.insert(id.clone());
            }
            None => parts.push((needed, BTreeSet::from([id.clone()]))),
        }
    }
    let selection = |(_, benchmarks)| Selection { filter: filter_of(&benchmarks), benchmarks };
    parts.into_iter().map(selection).collect()
}

fn filter_of(benchmarks: &BTreeSet<BenchmarkId>) -> String {
    let paths: Vec<String> = benchmarks.iter().map(|id| regex::escape(&id.path())).collect();
    format!("^(?:{})$", paths.join("|"))
}

/// The command that runs a bench once, as `cargo bench` would, with these variables besides. Criterion draws no plots while
/// it speaks to a runner, and warns of flags about them.
pub(super) fn bench_command(
    executable: &BenchExecutable,
    filter: Option<&str>,
    settings: &Settings,
    variables: &[(String, String)],
) -> Command {
    let mut command = executable.command();
    command
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .args(["--warm-up-time", &executable.dialect.seconds(settings.warm_up).to_string()])
        .args(["--measurement-time", &executable.dialect.seconds(settings.measurement).to_string()])
        .args(["--sample-size", &settings.samples.to_string()])
        .args(&settings.bench_arguments)
        .args(filter.map(positional));
    command
}

/// A filter as the bench takes it for one: with a `-` in front it would be an option.
fn positional(filter: &str) -> String {
    if filter.starts_with('-') { format!("\\{filter}") } else { filter.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::CriterionId;

    #[test]
    fn as_many_processes_as_the_names_need_measure_every_benchmark() {
        let executable =
            BenchExecutable { package: "p".to_owned(), target: "t".to_owned(), ..BenchExecutable::default() };
        let id = |index: usize| {
            executable.id(&CriterionId {
                group: "g".repeat(1000),
                function: Some(format!("{index}.")),
                parameter: None,
            })
        };
        let all: BTreeSet<BenchmarkId> = (0..150).map(id).collect();
        let found = selections(&all, &executable);
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|selection| selection.filter.len() <= LONGEST_FILTER + "^(?:)$".len()));
        let together: BTreeSet<BenchmarkId> =
            found.iter().flat_map(|selection| selection.benchmarks.clone()).collect();
        assert_eq!(together, all);
        for Selection { benchmarks, filter } in found {
            let filter = regex::Regex::new(&filter).unwrap();
            assert!(all.iter().all(|id| filter.is_match(&id.path()) == benchmarks.contains(id)));
        }
        let other = BenchExecutable { target: "other".to_owned(), ..executable };
        assert_eq!(selections(&all, &other), []);
    }
}
