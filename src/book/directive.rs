//! What a chapter can ask for.

use regex::Regex;

use crate::compare::Options;
use crate::model::{BaselineName, BenchmarkId};
#[cfg(doc)]
use crate::report;

/// A directive, understood.
#[derive(Debug, Clone)]
pub(super) enum Directive {
    /// `diff A B`: a comparison.
    Diff {
        /// Baseline and candidate.
        sides: [BaselineName; 2],
        /// Only these of [`report::SECTION_NAMES`]; all where empty.
        sections: Vec<&'static str>,
        /// How it is judged.
        judging: Judging,
    },
    /// `chart A B NAME`: one chart of a comparison.
    Chart {
        /// Baseline and candidate.
        sides: [BaselineName; 2],
        /// One of [`report::chart_names`].
        chart: &'static str,
        /// How the comparison is judged.
        judging: Judging,
    },
    /// `show A`: one baseline.
    Show {
        /// Which.
        name: BaselineName,
        /// Only benchmarks whose path matches.
        filter: Option<Regex>,
    },
    /// `leaderboard A B ...`: several baselines side by side.
    Leaderboard {
        /// What the others are related to.
        first: BaselineName,
        /// At least one.
        others: Vec<BaselineName>,
        /// How they are compared to the first.
        judging: Judging,
    },
}

/// Which rows are compared, and by what they are judged.
#[derive(Debug, Clone, Default)]
pub(super) struct Judging {
    /// Only benchmarks whose path matches.
    pub(super) filter: Option<Regex>,
    /// Rule, threshold and facts that may differ.
    pub(super) options: Options,
}

impl Judging {
    /// Whether a benchmark is to be compared.
    pub(super) fn wanted(&self) -> impl Fn(&BenchmarkId) -> bool {
        |id| self.filter.as_ref().is_none_or(|filter| filter.is_match(&id.path()))
    }
}

/// Why a filter is refused: a page of nothing is not what was asked for.
pub(super) fn matches_nothing(filter: &Regex) -> String {
    format!("the filter `{filter}` matches no benchmark")
}
