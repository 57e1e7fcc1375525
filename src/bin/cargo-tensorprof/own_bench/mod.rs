//! This executable, run as a bench with the library in it, so that what it measures of the machine
//! is measured as every benchmark is.

mod identical_code;

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use tensorprof::model::{Baseline, Environment, Session, Settings};
use tensorprof::peaks;
use tensorprof::runner::build::BenchExecutable;
use tensorprof::runner::dialect::Dialect;
use tensorprof::runner::invocation::Invocation;
use tensorprof::runner::machine;
use tensorprof::runner::rounds::Measurement;

/// Set for processes that are to be a bench, to the words for it.
const VARIABLE: &str = "TENSORPROF_OWN_BENCH";

const IDENTICAL_CODE: &str = "identical-code";
const PEAKS: &str = "peaks";

/// A bench that this executable can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OwnBench {
    /// What `doctor` compares with itself.
    IdenticalCode,
    /// What measures the peaks of the machine on so many threads.
    Peaks(u32),
}

impl OwnBench {
    /// The bench that this process is to be.
    pub(crate) fn asked_for() -> Option<OwnBench> {
        OwnBench::parse(std::env::var(VARIABLE).ok()?.as_str())
    }

    fn parse(words: &str) -> Option<OwnBench> {
        match words.split_once(' ') {
            None if words == IDENTICAL_CODE => Some(OwnBench::IdenticalCode),
            Some((PEAKS, threads)) => threads.parse().ok().map(OwnBench::Peaks),
            _ => None,
        }
    }

    fn words(self) -> String {
        match self {
            OwnBench::IdenticalCode => IDENTICAL_CODE.to_owned(),
            OwnBench::Peaks(threads) => format!("{PEAKS} {threads}"),
        }
    }

    /// Runs the bench by the arguments of this process.
    pub(crate) fn run(self) {
        match self {
            OwnBench::IdenticalCode => identical_code::run(),
            OwnBench::Peaks(threads) => peaks::run_bench(&machine::machine(), threads),
        }
    }

    /// The variables that make a process of [`OwnBench::executable`] this bench.
    pub(crate) fn variables(self) -> Vec<(String, String)> {
        vec![(VARIABLE.to_owned(), self.words())]
    }

    /// This executable, for the runner.
    pub(crate) fn executable(self) -> Result<BenchExecutable> {
        let path = std::env::current_exe()
            .context("cannot find the executable of this command, to run it as a bench")?;
        let target = match self {
            OwnBench::IdenticalCode => IDENTICAL_CODE,
            OwnBench::Peaks(_) => PEAKS,
        };
        Ok(BenchExecutable {
            package: env!("CARGO_PKG_NAME").to_owned(),
            target: target.to_owned(),
            label: target.to_owned(),
            path,
            invocation: Invocation::plain(std::env::current_dir().context("cannot find the current folder")?),
            libraries: Vec::new(),
            dialect: Dialect::of_library(),
        })
    }
}

/// What such a bench measured, in the form that comparisons and estimates take. `threads` are the
/// variables that were set.
pub(crate) fn baseline(
    measurement: Measurement,
    settings: &Settings,
    threads: BTreeMap<String, String>,
) -> Result<Baseline> {
    Ok(Baseline {
        name: "own-bench".parse()?,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        environment: Environment { machine: machine::machine(), threads, ..Environment::default() },
        settings: settings.clone(),
        sessions: vec![Session::new(Timestamp::now())],
        unfinished: measurement.unfinished,
        models: measurement.models,
        benchmarks: measurement.benchmarks,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bench_is_asked_for_by_its_words() {
        for bench in [OwnBench::IdenticalCode, OwnBench::Peaks(1), OwnBench::Peaks(64)] {
            assert_eq!(OwnBench::parse(&bench.words()), Some(bench));
        }
        for words in ["", "1", "peaks", "peaks x", "peaks 1 2", "identical-code 1"] {
            assert_eq!(OwnBench::parse(words), None, "{words}");
        }
    }
}
