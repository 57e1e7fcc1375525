//! The command that runs a bench, the filter by which it runs some of its benchmarks, and how long it may be silent.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
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

/// A regular expression that matches exactly these benchmarks of an executable, or as many of them as fit
/// into an argument. `None` if the executable has none of them.
pub(super) fn filter_of(benchmarks: &BTreeSet<BenchmarkId>, executable: &BenchExecutable) -> Option<String> {
    let own = |id: &&BenchmarkId| id.package == executable.package && id.target == executable.target;
    let mut paths: Vec<String> = Vec::new();
    let mut length = 0;
    for id in benchmarks.iter().filter(own) {
        let path = regex::escape(&id.path());
        length += path.len() + 1;
        if length > LONGEST_FILTER {
            break;
        }
        paths.push(path);
    }
    (!paths.is_empty()).then(|| format!("^(?:{})$", paths.join("|")))
}

/// The command that runs a bench once, as `cargo bench` would, in its package's folder.
pub(super) fn bench_command(
    executable: &BenchExecutable,
    filter: Option<&str>,
    settings: &Settings,
    variables: &[(String, String)],
) -> Command {
    let mut command = Command::new(&executable.path);
    command
        .current_dir(&executable.directory)
        .env("CARGO_MANIFEST_DIR", &executable.directory)
        .env("CARGO_PKG_NAME", &executable.package)
        .env("CARGO_PKG_VERSION", &executable.version)
        .envs(library_path(executable))
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .args(["--bench", "--noplot"])
        .args(["--warm-up-time", &settings.warm_up.to_string()])
        .args(["--measurement-time", &settings.measurement.to_string()])
        .args(["--sample-size", &settings.samples.to_string()])
        .args(&settings.bench_arguments)
        .args(filter);
    command
}

/// The dynamic linker's search path with the build's folders in front.
fn library_path(executable: &BenchExecutable) -> BTreeMap<&'static str, OsString> {
    let variable = if cfg!(windows) {
        "PATH"
    } else if cfg!(target_os = "macos") {
        "DYLD_FALLBACK_LIBRARY_PATH"
    } else {
        "LD_LIBRARY_PATH"
    };
    let inherited = std::env::var_os(variable).unwrap_or_default();
    let folders = executable.libraries.iter().cloned().chain(std::env::split_paths(&inherited));
    // A folder whose name holds the path separator cannot be in a search path.
    std::env::join_paths(folders).ok().map(|path| (variable, path)).into_iter().collect()
}
