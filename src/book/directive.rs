//! Directives: what a chapter can ask for.

use std::collections::BTreeSet;

use regex::Regex;

use crate::compare::{By, Fact, Options, Rule, Sides, SmallestChange};
use crate::model::{BaselineName, BenchmarkId, NamePattern};
#[cfg(doc)]
use crate::report;

/// A parsed directive.
#[derive(Debug, Clone)]
pub(super) enum Directive {
    /// `diff A B`: a comparison.
    Diff {
        /// Baseline and candidate.
        sides: Sides<BaselineName>,
        /// Only these of [`report::SECTION_NAMES`]; all if empty.
        sections: Vec<&'static str>,
        /// Which rows are compared, and how.
        query: CompareQuery,
    },
    /// `chart A B NAME`: one chart of a comparison.
    Chart {
        /// Baseline and candidate.
        sides: Sides<BaselineName>,
        /// One of [`report::chart_names`].
        chart: &'static str,
        /// Which rows are compared, and how.
        query: CompareQuery,
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
        /// The baseline that all others are compared with.
        first: BaselineName,
        /// At least one.
        others: Vec<BaselineName>,
        /// What a line of it is.
        by: By,
        /// Which rows are compared, and how.
        query: CompareQuery,
    },
    /// `history FILTER`: benchmarks over baselines.
    History(HistoryQuery),
}

/// Which baselines and benchmarks a history covers, and how it looks for changes.
#[derive(Debug, Clone)]
pub(super) struct HistoryQuery {
    /// Only these baselines; all if empty.
    pub(super) only: Vec<NamePattern>,
    /// Only this many of them, the last by date.
    pub(super) last: Option<u32>,
    /// Only benchmarks whose path matches.
    pub(super) filter: Option<Regex>,
    /// The least changes that count, where the directive says them.
    pub(super) said: SmallestChange,
}

/// Which rows a comparison covers, and how it judges them.
#[derive(Debug, Clone)]
pub(super) struct CompareQuery {
    /// Only benchmarks whose path matches.
    pub(super) filter: Option<Regex>,
    /// How changes of time are judged.
    pub(super) rule: Rule,
    /// Facts that may differ.
    pub(super) across: BTreeSet<Fact>,
    /// The least changes that count, where the directive says them.
    pub(super) said: SmallestChange,
}

impl CompareQuery {
    /// The options of its comparisons in a project that judges so.
    pub(super) fn options(&self, project: Options) -> Options {
        Options { rule: self.rule, across: self.across.clone(), ..project.with(self.said) }
    }
}

/// Whether a benchmark passes a filter.
pub(super) fn wanted(filter: Option<&Regex>) -> impl Fn(&BenchmarkId) -> bool {
    move |id| filter.is_none_or(|filter| filter.is_match(&id.path()))
}

/// The error of a filter that leaves nothing to show.
pub(super) fn matches_nothing(filter: &Regex) -> String {
    format!("the filter `{filter}` matches no benchmark")
}
