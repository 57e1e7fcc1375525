//! The arguments of `bisect`.

use clap::{Args, ValueEnum};
use tensorprof::compare::Metric;

use super::{ContestOptions, DataFormat, examples};

/// Every commit is compared with GOOD, as `ab` does: both are built and measured in turn. Your checkout stays as it is.
#[derive(Debug, Args)]
#[command(after_help = examples::BISECT)]
pub(crate) struct BisectArguments {
    /// A revision without the change, in the history of BAD
    #[arg(value_name = "GOOD")]
    pub(crate) good: String,
    /// A revision with the change
    #[arg(value_name = "BAD")]
    pub(crate) bad: String,
    /// Regular expression for the id of the benchmark; if several match, the one that changed most
    #[arg(value_name = "FILTER", required_unless_present = "named_filter")]
    filter: Option<String>,
    /// The same as FILTER
    #[arg(long = "filter", id = "named_filter", value_name = "REGEX", conflicts_with = "filter")]
    named: Option<String>,
    /// The metric that changed
    #[arg(long, value_name = "METRIC", default_value = "time")]
    pub(crate) metric: MetricName,
    /// Follow only the first parents of merges: find the merge, not a commit that it brought
    #[arg(long)]
    pub(crate) first_parent: bool,
    /// Format of standard output
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: DataFormat,
    #[command(flatten)]
    pub(crate) contest: ContestOptions,
}

impl BisectArguments {
    /// The regular expression for the benchmark, however it was given.
    pub(crate) fn filter(&self) -> &str {
        self.filter.as_deref().or(self.named.as_deref()).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MetricName {
    Time,
    Allocations,
    AllocatedBytes,
}

impl MetricName {
    pub(crate) fn metric(self) -> Metric {
        match self {
            MetricName::Time => Metric::Time,
            MetricName::Allocations => Metric::Allocations,
            MetricName::AllocatedBytes => Metric::AllocatedBytes,
        }
    }
}
