//! The arguments of `export`.

use clap::{Arg, Args, ValueEnum};

use super::{BaselineWord, FilterArguments, JudgingOptions, LearningOptions, examples};

/// The options that judge, which a baseline alone is not.
const OF_COMPARISONS: [&str; 5] = ["rule", "threshold", "floor", "across", "no_learned"];

#[derive(Debug, Args)]
#[command(after_help = examples::EXPORT, mut_args(with_its_baselines))]
pub(crate) struct ExportArguments {
    /// The baseline, or the path of its file
    pub(crate) name: BaselineWord,
    /// The baseline to compare with NAME; the comparison is printed as `csv` or `json`
    pub(crate) candidate: Option<BaselineWord>,
    #[command(flatten)]
    pub(crate) filter: FilterArguments,
    /// The format
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: ExportFormat,
    #[command(flatten)]
    pub(crate) judging: JudgingOptions,
    #[command(flatten)]
    pub(crate) learning: LearningOptions,
}

fn with_its_baselines(argument: Arg) -> Arg {
    let is_of_comparisons = OF_COMPARISONS.iter().any(|id| argument.get_id() == id);
    if is_of_comparisons { argument.requires("candidate") } else { argument }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// Bencher Metric Format: `bencher run --adapter json --file FILE`
    Bencher,
    /// critcmp, for baselines of criterion: `critcmp A.json B.json`
    Critcmp,
    /// A line for each metric of each benchmark, numbers in base units and unrounded
    Csv,
    /// github-action-benchmark, tool `customSmallerIsBetter`
    GithubActionBenchmark,
    /// Everything, as the JSON Schema in the guide describes
    Json,
    /// The JSON of llama.cpp's llama-bench, for benchmarks of models
    LlamaBench,
}
