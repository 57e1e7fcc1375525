//! The arguments of `compare`.

use clap::{Args, ValueEnum};
use tensorprof::compare::By;

use super::{BaselineWord, GateOptions, JudgingOptions, LearningOptions, examples};

/// Every baseline is held against one of them, the reference, as `diff` does it. Nothing is
/// measured.
#[derive(Debug, Args)]
#[command(after_help = examples::COMPARE)]
pub(crate) struct CompareArguments {
    /// The baselines, or the paths of their files: first the reference, unless `--reference` names it,
    /// then those to judge
    #[arg(required = true, value_name = "BASELINE")]
    pub(crate) names: Vec<BaselineWord>,
    /// The baseline to compare all others with; it may be among BASELINE or another one
    #[arg(long, value_name = "NAME")]
    pub(crate) reference: Option<BaselineWord>,
    /// Only benchmarks whose id matches this regular expression
    #[arg(long, value_name = "REGEX")]
    pub(crate) filter: Option<String>,
    /// What each line shows
    #[arg(long, value_name = "WHAT", default_value = "row")]
    pub(crate) by: ByName,
    /// Format of standard output
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: CompareFormat,
    /// Show all lines; without it, a table of more than 40 leaves out those that are unchanged in all
    #[arg(long)]
    pub(crate) all_rows: bool,
    #[command(flatten)]
    pub(crate) gate: GateOptions,
    #[command(flatten)]
    pub(crate) judging: JudgingOptions,
    #[command(flatten)]
    pub(crate) learning: LearningOptions,
}

impl CompareArguments {
    /// The reference, where it is named apart, and the others as they were named.
    pub(crate) fn words(&self) -> impl Iterator<Item = &BaselineWord> {
        self.reference.iter().chain(&self.names)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ByName {
    /// A benchmark
    Row,
    /// A family: the benchmarks of one group, function and element type, by their means
    Family,
}

impl ByName {
    pub(crate) fn by(self) -> By {
        match self {
            ByName::Row => By::Row,
            ByName::Family => By::Family,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompareFormat {
    Table,
    Markdown,
    Csv,
    Json,
}
