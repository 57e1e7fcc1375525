//! The arguments of `ab`.

use clap::{Args, ValueEnum};
use tensorprof::compare::Fact;
use tensorprof::runner::threads;

use super::{
    BaselineWord, CargoFlags, ComparisonOutput, GateOptions, MEASUREMENT, PeaksOptions,
    SmallestChangeOptions, TimeOptions, bench_argument, examples, seconds,
};

const SIDES: &str = "What the sides differ by";

#[derive(Debug, Args)]
#[command(after_help = examples::AB)]
pub(crate) struct AbArguments {
    /// The revision to compare against
    #[arg(value_name = "REV")]
    pub(crate) first: Option<String>,
    /// The revision to judge [default: the working tree with its changes]
    #[arg(value_name = "REV2")]
    pub(crate) second: Option<String>,
    /// Measure only benchmarks whose id matches this regular expression
    #[arg(value_name = "FILTER")]
    pub(crate) third: Option<String>,
    /// The same as FILTER, for an expression that is also the name of a revision
    #[arg(long, value_name = "REGEX")]
    pub(crate) filter: Option<String>,
    #[command(flatten)]
    pub(crate) differences: Differences,
    #[command(flatten)]
    pub(crate) contest: ContestOptions,
    /// Compare a byte-identical copy of the baseline with it for every benchmark, and measure even if both sides have the
    /// same executables
    #[arg(long, help_heading = MEASUREMENT)]
    pub(crate) null: bool,
    /// Compare times even if these facts differ, separated by commas
    #[arg(long, value_name = "FACTS", value_delimiter = ',', value_parser = super::facts())]
    pub(crate) across: Vec<Fact>,
    /// Save both sides as baselines under these names, so that `diff` repeats the comparison
    #[arg(long, num_args = 2, value_names = ["BASELINE", "CANDIDATE"])]
    pub(crate) save: Vec<BaselineWord>,
    #[command(flatten)]
    pub(crate) peaks: PeaksOptions,
    #[command(flatten)]
    pub(crate) shown: ComparisonOutput,
    #[command(flatten)]
    pub(crate) gate: GateOptions,
}

/// How two sides are built, measured in turn and judged.
#[derive(Debug, Clone, Args)]
pub(crate) struct ContestOptions {
    /// Whose benches to run: the candidate's on both sides, where they compile there, or each side's own
    #[arg(long = "benches", value_name = "SIDE", default_value = "candidate")]
    pub(crate) benches_of: BenchesOf,
    /// Align functions to 64 bytes on both sides, so that a change elsewhere does not move their loops
    #[arg(long)]
    pub(crate) align: bool,
    /// Keep the checkouts in the cache directory for the next run
    #[arg(long)]
    pub(crate) keep: bool,
    /// Average time per benchmark, both sides together, in seconds [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = MEASUREMENT)]
    pub(crate) budget: Option<f64>,
    #[command(flatten)]
    pub(crate) time: TimeOptions,
    /// Kill a bench process that reports nothing for so many seconds, or that spends four times as long on one benchmark,
    /// not counting its samples
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "300", help_heading = MEASUREMENT)]
    pub(crate) timeout: f64,
    #[command(flatten)]
    pub(crate) smallest: SmallestChangeOptions,
    #[command(flatten)]
    pub(crate) cargo: CargoFlags,
    /// Arguments passed to the bench executables
    #[arg(last = true, value_name = "ARGS", value_parser = bench_argument)]
    pub(crate) bench_arguments: Vec<String>,
}

impl ContestOptions {
    /// Time that a benchmark may take on average, both sides together, seconds.
    pub(crate) fn budget(&self) -> f64 {
        self.budget.unwrap_or_else(|| self.time.effort.budget())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BenchesOf {
    Candidate,
    Own,
}

/// What one side has and the other has not.
#[derive(Debug, Args)]
pub(crate) struct Differences {
    /// Features of the baseline, separated by commas
    #[arg(long, value_name = "FEATURES", value_delimiter = ',', help_heading = SIDES)]
    pub(crate) baseline_features: Vec<String>,
    /// Features of the candidate, separated by commas
    #[arg(long, value_name = "FEATURES", value_delimiter = ',', help_heading = SIDES)]
    pub(crate) candidate_features: Vec<String>,
    /// Environment variable of the baseline, for its build and its benches
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair, help_heading = SIDES)]
    pub(crate) baseline_env: Vec<(String, String)>,
    /// Environment variable of the candidate, for its build and its benches
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair, help_heading = SIDES)]
    pub(crate) candidate_env: Vec<(String, String)>,
    /// Flags for rustc, of the baseline, after those that are set
    #[arg(long, value_name = "FLAGS", allow_hyphen_values = true, help_heading = SIDES)]
    pub(crate) baseline_rustflags: Option<String>,
    /// Flags for rustc, of the candidate, after those that are set
    #[arg(long, value_name = "FLAGS", allow_hyphen_values = true, help_heading = SIDES)]
    pub(crate) candidate_rustflags: Option<String>,
    /// Number of threads of the baseline
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(threads::MOST)), help_heading = SIDES)]
    pub(crate) baseline_threads: Option<u32>,
    /// Number of threads of the candidate
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(threads::MOST)), help_heading = SIDES)]
    pub(crate) candidate_threads: Option<u32>,
    /// Toolchain of the baseline, as rustup names it
    #[arg(long, value_name = "NAME", help_heading = SIDES)]
    pub(crate) baseline_toolchain: Option<String>,
    /// Toolchain of the candidate
    #[arg(long, value_name = "NAME", help_heading = SIDES)]
    pub(crate) candidate_toolchain: Option<String>,
    /// Version of a dependency of the baseline, such as `candle-core=0.11.1`
    #[arg(long, value_name = "NAME=VERSION", value_parser = pair, help_heading = SIDES)]
    pub(crate) baseline_version: Vec<(String, String)>,
    /// Version of a dependency of the candidate, such as `candle-core=0.12.0`
    #[arg(long, value_name = "NAME=VERSION", value_parser = pair, help_heading = SIDES)]
    pub(crate) candidate_version: Vec<(String, String)>,
}

impl Differences {
    /// The sides differ by more than their revisions.
    pub(crate) fn any(&self) -> bool {
        let lists =
            [&self.baseline_features, &self.candidate_features].into_iter().any(|list| !list.is_empty());
        let pairs =
            [&self.baseline_env, &self.candidate_env, &self.baseline_version, &self.candidate_version];
        let texts = [
            &self.baseline_rustflags,
            &self.candidate_rustflags,
            &self.baseline_toolchain,
            &self.candidate_toolchain,
        ];
        lists
            || pairs.into_iter().any(|list| !list.is_empty())
            || texts.into_iter().any(Option::is_some)
            || self.baseline_threads != self.candidate_threads
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("not a name, `=` and a value".to_owned()),
    }
}
