//! What a chapter can ask for.

use regex::Regex;

use crate::compare::{HistoryOptions, Options};
use crate::model::{BaselineName, BenchmarkId, NamePattern};
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
    /// `history FILTER`: benchmarks over baselines.
    History(HistoryQuery),
}

/// Which baselines a history is of, which of their benchmarks, and by what changes are looked for.
#[derive(Debug, Clone)]
pub(super) struct HistoryQuery {
    /// Only these baselines; all where empty.
    pub(super) only: Vec<NamePattern>,
    /// Only the last so many of them by date.
    pub(super) last: Option<u32>,
    /// Only benchmarks whose path matches.
    pub(super) filter: Option<Regex>,
    /// Threshold and confidence.
    pub(super) options: HistoryOptions,
}

/// Which rows are compared, and by what they are judged.
#[derive(Debug, Clone, Default)]
pub(super) struct Judging {
    /// Only benchmarks whose path matches.
    pub(super) filter: Option<Regex>,
    /// Rule, threshold and facts that may differ.
    pub(super) options: Options,
}

/// Whether a benchmark passes a filter.
pub(super) fn wanted(filter: Option<&Regex>) -> impl Fn(&BenchmarkId) -> bool {
    move |id| filter.is_none_or(|filter| filter.is_match(&id.path()))
}

/// Why a filter is refused: a page of nothing is not what was asked for.
pub(super) fn matches_nothing(filter: &Regex) -> String {
    format!("the filter `{filter}` matches no benchmark")
}
