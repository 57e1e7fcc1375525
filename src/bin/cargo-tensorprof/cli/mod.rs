//! The command line, as clap parses it.

mod ab;
mod baseline_word;
mod bench_arguments;
mod bisect;
mod cargo_flags;
mod compare;
mod effort;
mod examples;
mod export;
mod init;
mod target_kinds;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{FalseyValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use tensorprof::compare::{Fact, Limit, SmallestChange};
use tensorprof::model::{Partition, Settings};
use tensorprof::runner::threads;

pub(crate) use self::ab::{AbArguments, BenchesOf, ContestOptions, Differences};
pub(crate) use self::baseline_word::BaselineWord;
use self::bench_arguments::bench_argument;
pub(crate) use self::bisect::BisectArguments;
pub(crate) use self::cargo_flags::CargoFlags;
pub(crate) use self::compare::{CompareArguments, CompareFormat};
use self::effort::Effort;
pub(crate) use self::export::{ExportArguments, ExportFormat};
pub(crate) use self::init::InitArguments;

const MEASUREMENT: &str = "Measurement";
const PROJECT: &str = "Project";
const LIMIT: &str = "METRIC=LIMIT[@REGEX]";

/// Cargo runs `cargo-tensorprof tensorprof ARGS`.
#[derive(Debug, Parser)]
#[command(name = "cargo", bin_name = "cargo", styles = clap_cargo::style::CLAP_STYLING)]
pub(crate) enum Cargo {
    /// Baselines of criterion benches: save, compare, report
    #[command(version)]
    Tensorprof(Cli),
}

/// Inserts the name of the subcommand where it is missing, so that `cargo-tensorprof list` works too.
pub(crate) fn with_subcommand_name(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    if arguments.get(1).is_none_or(|first| first != "tensorprof") {
        arguments.insert(arguments.len().min(1), "tensorprof".into());
    }
    arguments
}

/// Saves named baselines of a project's criterion benches as text files and compares any two of them: time
/// with confidence intervals, allocation, GFLOP/s, GB/s and tokens/s.
#[derive(Debug, Args)]
#[command(after_help = examples::CARGO)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) project: ProjectOptions,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Set up the benches of a package: a first one where it has none, the library in those that it has
    Init(InitArguments),
    /// Build and run the benches, and save the results as baselines/NAME.toml
    Save(SaveArguments),
    /// Compare two baselines, or one baseline with the working tree, which is measured now
    Diff(DiffArguments),
    /// Compare several baselines side by side with one of them
    Compare(CompareArguments),
    /// Build two git revisions, or one and the working tree, measure them in turn, and compare
    Ab(Box<AbArguments>),
    /// Find the commit that changed a benchmark, by measuring commits between two
    Bisect(Box<BisectArguments>),
    /// List the saved baselines
    List(ListArguments),
    /// Show one baseline: times, rates, efficiency, allocation, models, charts
    Show(ShowArguments),
    /// Show where benchmarks became slower or faster, over all baselines of a project
    History(HistoryArguments),
    /// Check this machine: how small a change it can show, and what would improve that
    Doctor(DoctorArguments),
    /// Rename a baseline
    #[command(after_help = examples::MV)]
    Mv(TwoNames),
    /// Copy a baseline to another name
    #[command(after_help = examples::CP)]
    Cp(TwoNames),
    /// Let the gate accept that a benchmark becomes slower or allocates more, with a reason
    Bless(BlessArguments),
    /// Test the gate of `diff` and `ab`, and its limits, on made-up baselines
    Gate(GateArguments),
    /// Make a baseline of one that criterion saved in target/criterion
    Import(Box<ImportArguments>),
    /// Print a baseline or a comparison for programs and other tools
    Export(ExportArguments),
    /// Join the parts of a baseline that several jobs measured by `save --partition`
    Merge(MergeArguments),
    /// Remove baselines
    Rm(RmArguments),
    /// Publish reports in an mdBook: the preprocessor, and commands to set up, extend and build a book
    Book(BookArguments),
    /// Print completions for a shell
    Completions(CompletionsArguments),
    /// Write the manual pages
    Man(ManArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ProjectOptions {
    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH", global = true, help_heading = PROJECT)]
    pub(crate) manifest_path: Option<PathBuf>,
    /// Folder of the baselines [default: `baselines` in [workspace.metadata.tensorprof], or else baselines/
    /// at the workspace root]
    #[arg(long, value_name = "DIR", global = true, help_heading = PROJECT)]
    pub(crate) baselines: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct OutputOptions {
    /// When to use colors
    #[arg(long, value_name = "WHEN", global = true, env = "CARGO_TERM_COLOR", default_value = "auto")]
    pub(crate) color: ColorWhen,
    /// Do not print status lines
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print the commands that are run
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ColorWhen {
    Auto,
    Always,
    Never,
}

/// Which benchmarks: a regular expression that the id has to match somewhere, as FILTER or by `--filter`.
#[derive(Debug, Clone, Args)]
pub(crate) struct FilterArguments {
    /// Only benchmarks whose id matches this regular expression
    #[arg(value_name = "FILTER")]
    filter: Option<String>,
    /// The same as FILTER
    #[arg(long = "filter", id = "named_filter", value_name = "REGEX", conflicts_with = "filter")]
    named: Option<String>,
}

impl FilterArguments {
    /// The expression, however it was given.
    pub(crate) fn text(&self) -> Option<&str> {
        self.filter.as_deref().or(self.named.as_deref())
    }
}

/// The arguments of `save` that say what and how to measure.
const MEASURING: [&str; 12] = [
    "partition",
    "filter",
    "named_filter",
    "bench_arguments",
    "quick",
    "thorough",
    "rounds",
    "warm_up_time",
    "measurement_time",
    "sample_size",
    "threads",
    "max_rounds",
];

#[derive(Debug, Args)]
#[command(after_help = examples::SAVE)]
pub(crate) struct SaveArguments {
    /// Name of the baseline: letters, digits, `.`, `_` and `-`
    pub(crate) name: BaselineWord,
    #[command(flatten)]
    pub(crate) filter: FilterArguments,
    /// Add rounds to an existing baseline, as another session
    #[arg(long, conflicts_with = "force")]
    pub(crate) append: bool,
    /// Replace an existing baseline, if all of its benchmarks are measured again
    #[arg(long)]
    pub(crate) force: bool,
    /// With `--force`: replace it even if some benchmarks are not measured again. The new baseline is marked incomplete
    /// and lists them
    #[arg(long, requires = "force")]
    pub(crate) keep_partial: bool,
    /// Save what an earlier command measured and kept in this file, instead of measuring
    #[arg(long, value_name = "FILE", conflicts_with_all = MEASURING)]
    pub(crate) from: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) rounds: RoundOptions,
    /// Measure one of N parts of the benchmarks, such as `2/3`, in one of several jobs; `merge` joins the parts
    #[arg(long, value_name = "I/N", help_heading = MEASUREMENT)]
    pub(crate) partition: Option<Partition>,
    #[command(flatten)]
    pub(crate) peaks: PeaksOptions,
    #[command(flatten)]
    pub(crate) cargo: CargoFlags,
    /// Arguments passed to the bench executables
    #[arg(last = true, value_name = "ARGS", value_parser = bench_argument)]
    pub(crate) bench_arguments: Vec<String>,
}

/// How much to measure.
#[derive(Debug, Clone, Args)]
pub(crate) struct RoundOptions {
    /// Number of rounds; each runs every bench in a new process [default: 12]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000), help_heading = MEASUREMENT)]
    pub(crate) rounds: Option<u32>,
    #[command(flatten)]
    pub(crate) time: TimeOptions,
    #[command(flatten)]
    pub(crate) limits: Limits,
}

impl RoundOptions {
    /// These, and what is not said here as there. A word for all of it says all.
    pub(crate) fn or(&self, lower: &RoundOptions) -> RoundOptions {
        let Limits { max_rounds, timeout } = self.limits;
        let says_rounds = self.rounds.is_some() || self.time.effort.is_given();
        let (rounds, most) = if says_rounds { (None, None) } else { (lower.rounds, lower.limits.max_rounds) };
        RoundOptions {
            rounds: self.rounds.or(rounds),
            time: self.time.or(&lower.time),
            limits: Limits { max_rounds: max_rounds.or(most), timeout },
        }
    }
}

/// How long one process measures a benchmark.
#[derive(Debug, Clone, Args)]
pub(crate) struct TimeOptions {
    #[command(flatten)]
    pub(crate) effort: Effort,
    /// Warm-up of each benchmark in each round, in seconds [default: 0.05]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = MEASUREMENT)]
    pub(crate) warm_up_time: Option<f64>,
    /// Measurement of each benchmark in each round, in seconds [default: 0.05]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = MEASUREMENT)]
    pub(crate) measurement_time: Option<f64>,
    /// Samples of each benchmark in each round [default: 16]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(10..=tensorprof::store::limits::SAMPLES as i64), help_heading = MEASUREMENT)]
    pub(crate) sample_size: Option<u32>,
    /// Number of threads in the benches: sets RAYON_NUM_THREADS, OMP_NUM_THREADS and similar variables; 1
    /// also pins each bench process to one CPU [default: the variables as they are set]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(threads::MOST)), help_heading = MEASUREMENT)]
    pub(crate) threads: Option<u32>,
}

impl TimeOptions {
    /// These, and what is not said here as there. A word for all of it says all but the threads.
    pub(crate) fn or(&self, lower: &TimeOptions) -> TimeOptions {
        let threads = self.threads.or(lower.threads);
        if self.effort.is_given() {
            return TimeOptions { threads, ..self.clone() };
        }
        TimeOptions {
            effort: self.effort,
            warm_up_time: self.warm_up_time.or(lower.warm_up_time),
            measurement_time: self.measurement_time.or(lower.measurement_time),
            sample_size: self.sample_size.or(lower.sample_size),
            threads,
        }
    }

    /// Replaces the settings that the user gave.
    pub(crate) fn apply_to(&self, settings: &mut Settings) {
        self.effort.apply_to(settings);
        settings.warm_up = self.warm_up_time.unwrap_or(settings.warm_up);
        settings.measurement = self.measurement_time.unwrap_or(settings.measurement);
        settings.samples = self.sample_size.unwrap_or(settings.samples);
    }
}

/// What else is measured of the machine.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct PeaksOptions {
    /// Do not measure the peak arithmetic and bandwidth of this machine, which takes some seconds
    #[arg(long, env = "TENSORPROF_NO_PEAKS", hide_env_values = true, value_parser = FalseyValueParser::new(), help_heading = MEASUREMENT)]
    pub(crate) no_peaks: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Limits {
    /// Most rounds of a benchmark that needs more of them, because it was contended or its rounds differ [default: twice
    /// the rounds]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=tensorprof::store::limits::ROUNDS as i64), help_heading = MEASUREMENT)]
    pub(crate) max_rounds: Option<u32>,
    /// Kill a bench process that reports nothing for so many seconds, or that spends four times as long on one benchmark,
    /// not counting its samples
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value_t = Limits::TIMEOUT, help_heading = MEASUREMENT)]
    pub(crate) timeout: f64,
}

impl Limits {
    /// How long a bench process may be silent, unless the user says otherwise: seconds.
    pub(crate) const TIMEOUT: f64 = 300.0;
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= 86_400.0 => Ok(seconds),
        _ => Err("not a number of seconds between 0 and 86400".to_owned()),
    }
}

#[derive(Debug, Args)]
#[command(after_help = examples::DIFF)]
pub(crate) struct DiffArguments {
    /// The baseline to compare against
    #[arg(required_unless_present = "baseline_file")]
    pub(crate) baseline: Option<BaselineWord>,
    /// The baseline to judge [default: measure the working tree now, with the settings of BASELINE]
    pub(crate) candidate: Option<BaselineWord>,
    #[command(flatten)]
    pub(crate) filter: FilterArguments,
    /// File of the baseline to compare against, in any folder
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub(crate) baseline_file: Option<PathBuf>,
    /// File of the baseline to judge, in any folder
    #[arg(long, value_name = "FILE", conflicts_with = "candidate")]
    pub(crate) candidate_file: Option<PathBuf>,
    /// Number of rounds of the working tree [default: as many as BASELINE]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000), conflicts_with_all = ["candidate", "candidate_file"], help_heading = MEASUREMENT)]
    pub(crate) rounds: Option<u32>,
    /// Save the measurement of the working tree under this name
    #[arg(long, value_name = "NAME", conflicts_with_all = ["candidate", "candidate_file"])]
    pub(crate) save: Option<BaselineWord>,
    #[command(flatten)]
    pub(crate) shown: ComparisonOutput,
    #[command(flatten)]
    pub(crate) gate: GateOptions,
    #[command(flatten)]
    pub(crate) judging: JudgingOptions,
    #[command(flatten)]
    pub(crate) learning: LearningOptions,
    #[command(flatten)]
    pub(crate) limits: Limits,
    #[command(flatten)]
    pub(crate) cargo: CargoFlags,
    /// Arguments passed to the bench executables when the working tree is measured
    #[arg(last = true, value_name = "ARGS", value_parser = bench_argument, conflicts_with_all = ["candidate", "candidate_file"])]
    pub(crate) bench_arguments: Vec<String>,
}

impl DiffArguments {
    /// Both sides are paths of files, as far as their words tell.
    pub(crate) fn names_two_files(&self) -> bool {
        let is_file = |word: &Option<BaselineWord>, file: &Option<PathBuf>| {
            file.is_some() || word.as_ref().is_some_and(BaselineWord::is_path)
        };
        is_file(&self.baseline, &self.baseline_file) && is_file(&self.candidate, &self.candidate_file)
    }
}

/// What becomes of a comparison.
#[derive(Debug, Args)]
pub(crate) struct ComparisonOutput {
    /// Format of standard output; `comment` is short enough for a comment on a pull request
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: DiffFormat,
    /// Show all rows; without it, a table of more than 40 leaves out those that are unchanged
    #[arg(long)]
    pub(crate) all_rows: bool,
    /// Folder to write the report to [default: tensorprof/BASELINE-CANDIDATE in the target directory, with a filter
    /// `filtered` in it]
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

/// Whether the exit code is that of a check.
#[derive(Debug, Clone, Args)]
pub(crate) struct GateOptions {
    /// Exit with 1 if a row is slower, allocates more or is beyond a limit, with 3 if a row is not comparable, failed or is
    /// missing. With a filter, only the rows that it lets through count, and never those with `gate = false` in the metadata
    #[arg(long)]
    pub(crate) gate: bool,
    /// What the gate does with rows that are inconclusive or suspect: `fail` exits with 3 [default: `gate-inconclusive` in
    /// [workspace.metadata.tensorprof], or else pass]
    #[arg(long, value_name = "POLICY", requires = "gate")]
    pub(crate) gate_inconclusive: Option<InconclusivePolicy>,
    /// How much worse a metric may become before the gate fails, in place of its verdict: `time=5%`, `peak-bytes=1MiB`,
    /// `allocations=0`, or `any` for no limit. `@REGEX` applies it to rows whose id matches. The last limit for a row
    /// counts; those of `gate-limit` in [workspace.metadata.tensorprof] come first
    #[arg(long, value_name = LIMIT, requires = "gate")]
    pub(crate) gate_limit: Vec<Limit>,
}

/// The gate lets the change pass until the baseline is one of a commit whose file has the line.
#[derive(Debug, Args)]
#[command(after_help = examples::BLESS)]
pub(crate) struct BlessArguments {
    /// The id of the benchmark; with `BENCH::` or `PACKAGE::BENCH::` before it where several benches have that id
    pub(crate) row: String,
    /// Why, in one line
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// How much worse it may become, as `--gate-limit` takes it
    #[arg(long, value_name = "METRIC=LIMIT", default_values = ["time=any", "allocated-bytes=any", "allocations=any"])]
    pub(crate) limit: Vec<String>,
}

/// Tries the gate on made-up baselines: what is at a limit has to pass, what is beyond has to fail.
#[derive(Debug, Args)]
#[command(after_help = examples::GATE)]
pub(crate) struct GateArguments {
    /// Try the verdicts and every limit
    #[arg(long, required = true)]
    self_test: bool,
    /// A limit, as `diff` takes it, besides those of `gate-limit` in [workspace.metadata.tensorprof]
    #[arg(long, value_name = LIMIT)]
    pub(crate) gate_limit: Vec<Limit>,
    #[command(flatten)]
    pub(crate) smallest: SmallestChangeOptions,
}

/// How rows are judged.
#[derive(Debug, Args)]
pub(crate) struct JudgingOptions {
    /// How changes of time are judged
    #[arg(long, value_name = "RULE", default_value = "interval")]
    pub(crate) rule: RuleName,
    #[command(flatten)]
    pub(crate) smallest: SmallestChangeOptions,
    /// Compare times even if these facts differ, separated by commas
    #[arg(long, value_name = "FACTS", value_delimiter = ',', value_parser = facts())]
    pub(crate) across: Vec<Fact>,
}

/// Whether what this machine has learned is used.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct LearningOptions {
    /// Assume by how much sessions of identical code differ, even if this machine has measured it
    #[arg(long)]
    pub(crate) no_learned: bool,
}

/// How much a time has to change for the change to count.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct SmallestChangeOptions {
    /// Smallest change of time that counts, in percent [default: `threshold` in [workspace.metadata.tensorprof], or else 2]
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(crate) threshold: Option<f64>,
    /// Smallest change of time that counts, in nanoseconds per iteration [default: `floor-ns` in
    /// [workspace.metadata.tensorprof], or else none]
    #[arg(long, value_name = "NANOSECONDS", value_parser = nanoseconds)]
    pub(crate) floor: Option<f64>,
}

impl SmallestChangeOptions {
    /// As rows are judged by it.
    pub(crate) fn said(self) -> SmallestChange {
        let threshold = self.threshold.map(|percent| percent / 100.0);
        SmallestChange { threshold, floor_ns: self.floor }
    }
}

impl JudgingOptions {
    pub(crate) fn across(&self) -> BTreeSet<Fact> {
        self.across.iter().copied().collect()
    }
}

fn nanoseconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(nanoseconds) if (0.0..=1e15).contains(&nanoseconds) => Ok(nanoseconds),
        _ => Err("not a number of nanoseconds from 0 to 1e15".to_owned()),
    }
}

fn percent(text: &str) -> Result<f64, String> {
    match text.trim_end_matches('%').parse::<f64>() {
        Ok(percent) if (0.0..=1000.0).contains(&percent) => Ok(percent),
        _ => Err("not a percentage between 0 and 1000".to_owned()),
    }
}

fn facts() -> impl TypedValueParser<Value = Fact> {
    let names = Fact::ALL.map(|fact| PossibleValue::new(fact.name()).help(fact.description()));
    PossibleValuesParser::new(names).try_map(|name| {
        Fact::ALL.into_iter().find(|fact| fact.name() == name).ok_or("this fact is not known")
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InconclusivePolicy {
    Pass,
    Fail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RuleName {
    /// By confidence intervals, from the spread between rounds
    Interval,
    /// By point estimates alone, without a noise model
    Point,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    Table,
    Markdown,
    Comment,
    Csv,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Table,
    Markdown,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShowFormat {
    Table,
    Markdown,
    Csv,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DataFormat {
    Table,
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = examples::LIST)]
pub(crate) struct ListArguments {
    /// Format of standard output
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: DataFormat,
}

#[derive(Debug, Args)]
#[command(after_help = examples::SHOW)]
pub(crate) struct ShowArguments {
    /// The baseline, or the path of its file [default with `--work`: the one that was saved last]
    #[arg(required_unless_present = "work")]
    pub(crate) name: Option<BaselineWord>,
    #[command(flatten)]
    pub(crate) filter: FilterArguments,
    /// Show the work of one iteration of each benchmark, and where it comes from: the bench, the metadata in Cargo.toml, or
    /// criterion's throughput
    #[arg(long, conflicts_with_all = ["format", "output"])]
    pub(crate) work: bool,
    /// Format of standard output; `markdown` is the whole page without its charts
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: ShowFormat,
    /// Folder to write the page, its charts and its JSON to
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = examples::HISTORY)]
pub(crate) struct HistoryArguments {
    #[command(flatten)]
    pub(crate) filter: FilterArguments,
    /// Use only these baselines, separated by commas; `*` matches any characters. Choose those of one
    /// setting, such as one number of threads: no change point is found across a change of settings
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) only: Vec<BaselineWord>,
    /// Use only the last N baselines by date
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) last: Option<u32>,
    #[command(flatten)]
    pub(crate) smallest: SmallestChangeOptions,
    /// Format of standard output
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: ReportFormat,
    /// Folder to write history.md and its chart to
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = examples::DOCTOR)]
pub(crate) struct DoctorArguments {
    /// How long to measure, in seconds, apart from the peaks
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "8", help_heading = MEASUREMENT)]
    pub(crate) seconds: f64,
    #[command(flatten)]
    pub(crate) peaks: PeaksOptions,
    /// Format of standard output
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: DataFormat,
    /// Folder to write doctor.md and charts of the peaks to
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

/// All that is in it stays as it is: sessions, and the half that it is of a comparison in turn.
#[derive(Debug, Args)]
pub(crate) struct TwoNames {
    /// The baseline
    pub(crate) old: BaselineWord,
    /// The new name, which no baseline may have yet
    pub(crate) new: BaselineWord,
}

/// The benches are built, and asked which benchmarks they have: criterion does not keep in which package a benchmark is, and
/// keeps those that are gone.
#[derive(Debug, Args)]
#[command(after_help = examples::IMPORT)]
pub(crate) struct ImportArguments {
    /// Its name in criterion: that of `cargo bench -- --save-baseline`, or `base` for the last run
    #[arg(value_name = "CRITERION_NAME")]
    pub(crate) criterion_name: String,
    /// Name of the baseline [default: the same]
    pub(crate) name: Option<BaselineWord>,
    /// Criterion's folder [default: $CRITERION_HOME, or criterion in the target directory]
    #[arg(long, value_name = "DIR")]
    pub(crate) from: Option<PathBuf>,
    /// Replace an existing baseline
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) cargo: CargoFlags,
}

#[derive(Debug, Args)]
#[command(after_help = examples::MERGE)]
pub(crate) struct MergeArguments {
    /// Name of the whole baseline
    pub(crate) name: BaselineWord,
    /// All parts, or the paths of their files
    #[arg(required = true, value_name = "PART")]
    pub(crate) parts: Vec<BaselineWord>,
    /// Replace an existing baseline, if the parts have all of its benchmarks
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
#[command(after_help = examples::RM)]
pub(crate) struct RmArguments {
    /// The baselines
    #[arg(required = true, value_name = "NAME")]
    pub(crate) names: Vec<BaselineWord>,
}

#[derive(Debug, Args)]
#[command(after_help = examples::COMPLETIONS)]
pub(crate) struct CompletionsArguments {
    /// The shell
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
#[command(after_help = examples::MAN)]
pub(crate) struct ManArguments {
    /// Folder to write the pages to, one for each command
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = examples::BOOK)]
pub(crate) struct BookArguments {
    #[command(subcommand)]
    pub(crate) command: Option<BookCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BookCommand {
    /// Set up a new book, or add the preprocessor to an existing one
    #[command(after_help = examples::BOOK_INIT)]
    Init(BookFolder),
    /// Add a chapter that compares two baselines
    Add(BookAddArguments),
    /// Run `mdbook build`, with the mdbook in $PATH or the one that $MDBOOK names
    #[command(after_help = examples::BOOK_BUILD)]
    Build(BookFolder),
    /// Exit with 0 if directives are expanded for the renderer; mdBook asks this
    #[command(hide = true)]
    Supports {
        /// Name of the renderer
        renderer: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct BookFolder {
    /// Folder of book.toml
    #[arg(value_name = "DIR", default_value = "book")]
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = examples::BOOK_ADD)]
pub(crate) struct BookAddArguments {
    /// The baseline to compare against
    pub(crate) baseline: BaselineWord,
    /// The baseline to judge
    pub(crate) candidate: BaselineWord,
    /// Title of the chapter [default: CANDIDATE against BASELINE]
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// Compare times even if these facts differ, separated by commas
    #[arg(long, value_name = "FACTS", value_delimiter = ',', value_parser = facts())]
    pub(crate) across: Vec<Fact>,
    /// Folder of book.toml
    #[arg(long, value_name = "DIR", default_value = "book")]
    pub(crate) book: PathBuf,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cargo::command().debug_assert();
    }

    #[test]
    fn the_subcommand_name_may_be_missing() {
        let arguments = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        let named = arguments(&["cargo-tensorprof", "tensorprof", "list"]);
        for words in [&["cargo-tensorprof", "list"][..], &["cargo-tensorprof", "tensorprof", "list"]] {
            assert_eq!(with_subcommand_name(arguments(words).into_iter()), named);
        }
    }
}
