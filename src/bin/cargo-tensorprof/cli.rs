//! The command line: what may be asked, in clap's terms.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tensorprof::compare::Fact;
use tensorprof::model::{BaselineName, NamePattern};
use tensorprof::runner::build::BuildRequest;
use tensorprof::runner::toolchain::BuildChoices;

const SELECTION: &str = "Package and target selection";
const FEATURES: &str = "Feature selection";
const COMPILATION: &str = "Compilation options";
const MEASUREMENT: &str = "Measurement";
const PROJECT: &str = "Project";

/// Cargo runs `cargo-tensorprof tensorprof ARGS`.
#[derive(Debug, Parser)]
#[command(name = "cargo", bin_name = "cargo", styles = clap_cargo::style::CLAP_STYLING)]
pub(crate) enum Cargo {
    /// Baselines of criterion benches: save, compare, report
    #[command(version)]
    Tensorprof(Cli),
}

/// Puts cargo's name for the subcommand where it is missing, so that `cargo-tensorprof list` works too.
pub(crate) fn with_subcommand_name(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    if arguments.get(1).is_none_or(|first| first != "tensorprof") {
        arguments.insert(arguments.len().min(1), "tensorprof".into());
    }
    arguments
}

/// Saves named baselines of a project's criterion benches as text files and compares any two of them: time with
/// honest intervals, allocation, GFLOP/s, GB/s and tokens/s.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 fine; 1 the gate found a regression; 2 usage or bad input; 3 cannot judge; \
                        101 a build or a bench failed"
)]
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
    /// Build and run the benches, write baselines/NAME.toml
    Save(SaveArguments),
    /// Compare two baselines; with one, measure the working tree now and compare it
    Diff(DiffArguments),
    /// List the saved baselines
    List(ListArguments),
    /// Show one baseline: times, rates, allocation
    Show(ShowArguments),
    /// Show benchmarks over all baselines of a project: where they became slower or faster
    History(HistoryArguments),
    /// Remove a baseline
    Rm(RmArguments),
    /// mdBook's preprocessor for directives in chapters; set up, extend and build a book
    Book(BookArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ProjectOptions {
    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH", global = true, help_heading = PROJECT)]
    pub(crate) manifest_path: Option<PathBuf>,
    /// Folder of the baselines [default: `baselines` of [workspace.metadata.tensorprof], else baselines/ at the
    /// workspace root]
    #[arg(long, value_name = "DIR", global = true, help_heading = PROJECT)]
    pub(crate) baselines: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct OutputOptions {
    /// Coloring
    #[arg(long, value_name = "WHEN", global = true, env = "CARGO_TERM_COLOR", default_value = "auto")]
    pub(crate) color: ColorWhen,
    /// No status lines
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Show the commands that are run
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ColorWhen {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Args)]
pub(crate) struct SaveArguments {
    /// Name of the baseline: letters, digits, `.`, `_` and `-`
    pub(crate) name: BaselineName,
    /// Only benchmarks whose id matches this regular expression
    pub(crate) filter: Option<String>,
    /// Add rounds to an existing baseline, as one more session
    #[arg(long, conflicts_with = "force")]
    pub(crate) append: bool,
    /// Replace an existing baseline
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) rounds: RoundOptions,
    #[command(flatten)]
    pub(crate) cargo: CargoFlags,
    /// Arguments for the bench executables
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) bench_arguments: Vec<String>,
}

/// How much is measured.
#[derive(Debug, Clone, Args)]
pub(crate) struct RoundOptions {
    /// Rounds: fresh processes of every bench [default: 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000), help_heading = MEASUREMENT)]
    pub(crate) rounds: Option<u32>,
    /// Warm-up per benchmark and round [default: 0.05]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = MEASUREMENT)]
    pub(crate) warm_up_time: Option<f64>,
    /// Measurement per benchmark and round [default: 0.15]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = MEASUREMENT)]
    pub(crate) measurement_time: Option<f64>,
    /// Samples per benchmark and round [default: 15]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(10..=100_000), help_heading = MEASUREMENT)]
    pub(crate) sample_size: Option<u32>,
    /// Threads of the benches: sets RAYON_NUM_THREADS, OMP_NUM_THREADS and the like; 1 also keeps them on one CPU
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=65_536), help_heading = MEASUREMENT)]
    pub(crate) threads: Option<u32>,
    #[command(flatten)]
    pub(crate) limits: Limits,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Limits {
    /// Kill a bench that is silent for this long
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "300", help_heading = MEASUREMENT)]
    pub(crate) timeout: f64,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= 86_400.0 => Ok(seconds),
        _ => Err("not a number of seconds between 0 and 86400".to_owned()),
    }
}

#[derive(Debug, Args)]
pub(crate) struct DiffArguments {
    /// The baseline to compare against
    pub(crate) baseline: BaselineName,
    /// The baseline that is judged; without it the working tree is measured now, with the settings of the first
    pub(crate) candidate: Option<BaselineName>,
    /// Only benchmarks whose id matches this regular expression
    #[arg(long, value_name = "REGEX")]
    pub(crate) filter: Option<String>,
    /// Save what is measured now under this name
    #[arg(long, value_name = "NAME", conflicts_with = "candidate")]
    pub(crate) save: Option<BaselineName>,
    /// What goes to standard output; `comment` is short enough for a comment on a pull request
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: DiffFormat,
    /// Show every row in the table, unchanged ones too
    #[arg(long)]
    pub(crate) all_rows: bool,
    /// Folder of the report [default: tensorprof/A-B in the target directory]
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Exit with 1 when a row is slower or allocates more, with 3 when a row is not comparable, failed or is missing
    #[arg(long)]
    pub(crate) gate: bool,
    /// What the gate does with rows that are inconclusive or suspect: `fail` exits with 3
    #[arg(long, value_name = "POLICY", default_value = "pass", requires = "gate")]
    pub(crate) gate_inconclusive: InconclusivePolicy,
    #[command(flatten)]
    pub(crate) judging: JudgingOptions,
    #[command(flatten)]
    pub(crate) limits: Limits,
    #[command(flatten)]
    pub(crate) cargo: CargoFlags,
}

/// How rows are judged.
#[derive(Debug, Args)]
pub(crate) struct JudgingOptions {
    /// `interval`: intervals between rounds; `point`: point estimates without a noise model
    #[arg(long, value_name = "RULE", default_value = "interval")]
    pub(crate) rule: RuleName,
    /// Least change of time that counts, in percent
    #[arg(long, value_name = "PERCENT", default_value = "2", value_parser = percent)]
    pub(crate) threshold: f64,
    /// Compare times although these facts differ: machine, threads, profile, target-features, work, dtype
    #[arg(long, value_name = "FACTS", value_delimiter = ',', value_parser = fact)]
    pub(crate) across: Vec<Fact>,
}

impl JudgingOptions {
    pub(crate) fn across(&self) -> BTreeSet<Fact> {
        self.across.iter().copied().collect()
    }
}

fn percent(text: &str) -> Result<f64, String> {
    match text.trim_end_matches('%').parse::<f64>() {
        Ok(percent) if (0.0..=1000.0).contains(&percent) => Ok(percent),
        _ => Err("not a percentage between 0 and 1000".to_owned()),
    }
}

fn fact(text: &str) -> Result<Fact, String> {
    Fact::ALL
        .into_iter()
        .find(|fact| fact.name() == text)
        .ok_or_else(|| format!("one of {} was expected", Fact::ALL.map(Fact::name).join(", ")))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InconclusivePolicy {
    Pass,
    Fail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RuleName {
    Interval,
    Point,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    Table,
    Markdown,
    Comment,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Table,
    Markdown,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DataFormat {
    Table,
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// What goes to standard output
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: DataFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// The baseline
    pub(crate) name: BaselineName,
    /// What goes to standard output
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: DataFormat,
}

#[derive(Debug, Args)]
pub(crate) struct HistoryArguments {
    /// Only benchmarks whose id matches this regular expression
    pub(crate) filter: Option<String>,
    /// Only these baselines; `*` stands for any characters. For baselines of several settings, such as numbers of
    /// threads: each switch between them breaks the line
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) only: Vec<NamePattern>,
    /// Only the last baselines by date
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) last: Option<u32>,
    /// Least change of time that counts, in percent
    #[arg(long, value_name = "PERCENT", default_value = "2", value_parser = percent)]
    pub(crate) threshold: f64,
    /// What goes to standard output
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: ReportFormat,
    /// Write history.md and its chart to this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RmArguments {
    /// The baselines
    #[arg(required = true, value_name = "NAME")]
    pub(crate) names: Vec<BaselineName>,
}

/// What directives say.
const DIRECTIVES: &str = "\
Without a command this is the preprocessor that mdBook 0.5 runs, with these lines in book.toml:
  [preprocessor.tensorprof]
  command = \"cargo tensorprof book\"
  baselines = \"../baselines\"    # relative to book.toml; without it those of the project

It puts reports in the place of directives in chapters, each alone on its line, outside code:
  {{#tensorprof diff A B}}             a comparison; section=NAME,... only those sections of it
  {{#tensorprof chart A B NAME}}       one chart of it
  {{#tensorprof show A}}               one baseline
  {{#tensorprof leaderboard A B C}}    several side by side
  {{#tensorprof history [FILTER]}}     benchmarks over all baselines
All take filter=REGEX; those that compare take across=FACT,..., rule=point and
threshold=PERCENT as `diff` does, history takes baselines=NAME,... (there --only), last=N and
threshold=PERCENT as `history` does.";

#[derive(Debug, Args)]
#[command(after_help = DIRECTIVES)]
pub(crate) struct BookArguments {
    #[command(subcommand)]
    pub(crate) command: Option<BookCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BookCommand {
    /// Set up a book, or add the preprocessor to an existing one
    Init(BookFolder),
    /// Add a chapter on the comparison of two baselines
    Add(BookAddArguments),
    /// Run `mdbook build`, with the mdbook on the path or $MDBOOK
    Build(BookFolder),
    /// For mdBook: exit with 0 where directives are expanded for the renderer
    #[command(hide = true)]
    Supports {
        /// Its name
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
pub(crate) struct BookAddArguments {
    /// The baseline to compare against
    pub(crate) baseline: BaselineName,
    /// The baseline that is judged
    pub(crate) candidate: BaselineName,
    /// Title of the chapter [default: B against A]
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// Compare times although these facts differ, as in `diff`
    #[arg(long, value_name = "FACTS", value_delimiter = ',', value_parser = fact)]
    pub(crate) across: Vec<Fact>,
    /// Folder of book.toml
    #[arg(long, value_name = "DIR", default_value = "book")]
    pub(crate) book: PathBuf,
}

/// Cargo's own flags: they mean what they mean to `cargo bench` and are passed on.
#[derive(Debug, Clone, Default, PartialEq, Args)]
pub(crate) struct CargoFlags {
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    running: Running,
}

/// What is built: recorded with a baseline, and used again where it is measured again.
#[derive(Debug, Clone, Default, PartialEq, Args)]
struct Choice {
    /// Package with benches (see `cargo help pkgid`)
    #[arg(short, long = "package", value_name = "SPEC", help_heading = SELECTION)]
    packages: Vec<String>,
    /// All packages of the workspace
    #[arg(long, help_heading = SELECTION)]
    workspace: bool,
    /// Leave this package out
    #[arg(long, value_name = "SPEC", help_heading = SELECTION)]
    exclude: Vec<String>,
    /// Only this bench target
    #[arg(long = "bench", value_name = "NAME", help_heading = SELECTION)]
    benches: Vec<String>,
    /// Space or comma separated list of features to activate
    #[arg(short = 'F', long, value_name = "FEATURES", help_heading = FEATURES)]
    features: Vec<String>,
    /// Activate all available features
    #[arg(long, help_heading = FEATURES)]
    all_features: bool,
    /// Do not activate the `default` feature
    #[arg(long, help_heading = FEATURES)]
    no_default_features: bool,
    /// Build with this profile [default: bench]
    #[arg(long, value_name = "NAME", help_heading = COMPILATION)]
    profile: Option<String>,
    /// Build for this target triple
    #[arg(long, value_name = "TRIPLE", help_heading = COMPILATION)]
    target: Option<String>,
    /// Override a configuration value
    #[arg(long, value_name = "KEY=VALUE|PATH", help_heading = COMPILATION)]
    config: Vec<String>,
}

/// How cargo goes about it: of this run alone.
#[derive(Debug, Clone, Default, PartialEq, Args)]
struct Running {
    /// Folder for all generated artifacts
    #[arg(long, value_name = "DIR", help_heading = COMPILATION)]
    target_dir: Option<String>,
    /// Number of parallel build jobs
    #[arg(short, long, value_name = "N", help_heading = COMPILATION)]
    jobs: Option<String>,
    /// Assert that Cargo.lock stays unchanged
    #[arg(long, help_heading = PROJECT)]
    locked: bool,
    /// Run without network access
    #[arg(long, help_heading = PROJECT)]
    offline: bool,
    /// Equivalent to --locked and --offline
    #[arg(long, help_heading = PROJECT)]
    frozen: bool,
}

impl Choice {
    /// As cargo's arguments. Every field is named, so that a new flag cannot be forgotten.
    fn to_arguments(&self) -> Vec<String> {
        let Choice { packages, workspace, exclude, benches, features, .. } = self;
        let Choice { all_features, no_default_features, profile, target, config, .. } = self;
        let mut arguments = Vec::new();
        valued(&mut arguments, "--package", packages);
        valued(&mut arguments, "--exclude", exclude);
        valued(&mut arguments, "--bench", benches);
        valued(&mut arguments, "--features", features);
        valued(&mut arguments, "--profile", profile.as_slice());
        valued(&mut arguments, "--target", target.as_slice());
        valued(&mut arguments, "--config", config);
        switches(&mut arguments, &[("--workspace", workspace), ("--all-features", all_features)]);
        switches(&mut arguments, &[("--no-default-features", no_default_features)]);
        arguments
    }
}

impl Running {
    fn to_arguments(&self) -> Vec<String> {
        let Running { target_dir, jobs, locked, offline, frozen } = self;
        let mut arguments = Vec::new();
        valued(&mut arguments, "--target-dir", target_dir.as_slice());
        valued(&mut arguments, "--jobs", jobs.as_slice());
        switches(&mut arguments, &[("--locked", locked), ("--offline", offline), ("--frozen", frozen)]);
        arguments
    }
}

fn valued(arguments: &mut Vec<String>, flag: &str, values: &[String]) {
    for value in values {
        arguments.extend([flag.to_owned(), value.clone()]);
    }
}

fn switches(arguments: &mut Vec<String>, flags: &[(&str, &bool)]) {
    arguments.extend(flags.iter().filter(|(_, on)| **on).map(|(flag, _)| (*flag).to_owned()));
}

impl CargoFlags {
    /// The arguments that a baseline records: those that choose what is built.
    pub(crate) fn chosen(&self) -> Vec<String> {
        self.choice.to_arguments()
    }

    /// The user left to the recorded arguments what is built.
    pub(crate) fn choose_nothing(&self) -> bool {
        self.choice == Choice::default()
    }

    /// These flags with the choice that a baseline recorded.
    pub(crate) fn with_choice(&self, recorded: &[String]) -> Result<CargoFlags, clap::Error> {
        #[derive(Parser)]
        #[command(no_binary_name = true)]
        struct Recorded {
            #[command(flatten)]
            choice: Choice,
        }
        let Recorded { choice } = Recorded::try_parse_from(recorded)?;
        Ok(CargoFlags { choice, running: self.running.clone() })
    }

    /// What to build. `output`: how much cargo says.
    pub(crate) fn request(&self, variables: Vec<(String, String)>, output: Vec<String>) -> BuildRequest {
        let arguments = [self.choice.to_arguments(), self.running.to_arguments(), output].concat();
        BuildRequest { arguments, names_benches: !self.choice.benches.is_empty(), variables }
    }

    /// What a baseline records of the build.
    pub(crate) fn choices(&self) -> BuildChoices {
        let Choice { features, all_features, no_default_features, profile, target, config, .. } =
            self.choice.clone();
        let mut features = features;
        features.extend(all_features.then(|| "--all-features".to_owned()));
        features.extend(no_default_features.then(|| "--no-default-features".to_owned()));
        BuildChoices { profile, target, features, config }
    }

    /// The ones that `cargo metadata` understands too.
    pub(crate) fn for_metadata(&self) -> Vec<String> {
        let Running { locked, offline, frozen, .. } = &self.running;
        let mut arguments = Vec::new();
        switches(&mut arguments, &[("--locked", locked), ("--offline", offline), ("--frozen", frozen)]);
        valued(&mut arguments, "--config", &self.choice.config);
        arguments
    }
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
    fn recorded_cargo_arguments_parse_back() {
        let line = "--package a --exclude b --bench c --features d,e --profile f --target g --config i=1 --workspace \
                    --all-features --no-default-features";
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let flags = CargoFlags::default().with_choice(&arguments).expect("parses");
        assert_eq!(flags.chosen(), arguments);
        assert!(CargoFlags::default().with_choice(&["--jobs".to_owned(), "2".to_owned()]).is_err());
    }

    #[test]
    fn how_cargo_goes_about_it_leaves_the_choice_to_the_baseline() {
        #[derive(Parser)]
        struct Line {
            #[command(flatten)]
            flags: CargoFlags,
        }
        let Line { flags } = Line::parse_from(["", "--offline", "--jobs", "2"]);
        assert!(flags.choose_nothing());
        let again = flags.with_choice(&["--bench".to_owned(), "ops".to_owned()]).expect("parses");
        let request = again.request(vec![], vec![]);
        assert_eq!(request.arguments, ["--bench", "ops", "--jobs", "2", "--offline"]);
        assert!(request.names_benches);
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
