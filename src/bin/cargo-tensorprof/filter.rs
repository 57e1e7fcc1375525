//! The filter on benchmarks that commands take: the same in every command, as FILTER or by `--filter`.

use std::fmt;

use anyhow::{Context as _, Result, anyhow};
use regex::Regex;
use tensorprof::model::BenchmarkId;

/// A regular expression for paths of benchmarks; without one, every benchmark passes.
#[derive(Clone)]
pub(crate) struct Filter(Option<Regex>);

impl Filter {
    pub(crate) fn parse(text: Option<&str>) -> Result<Filter> {
        let parse = |text| Regex::new(text).with_context(|| format!("`{text}` is not a regular expression"));
        Ok(Filter(text.map(parse).transpose()?))
    }

    pub(crate) fn matches(&self, id: &BenchmarkId) -> bool {
        self.0.as_ref().is_none_or(|filter| filter.is_match(&id.path()))
    }

    fn text(&self) -> &str {
        self.0.as_ref().map_or("", Regex::as_str)
    }

    /// The error of one that leaves nothing of a baseline.
    pub(crate) fn matches_nothing_of(&self, name: &str) -> anyhow::Error {
        anyhow!(
            "no benchmark of baseline `{name}` matches `{self}`; `cargo tensorprof show {name}` lists them{}",
            of_id_alone(self.text())
        )
    }

    /// The error of one that leaves nothing of several baselines.
    pub(crate) fn matches_nothing(&self) -> anyhow::Error {
        anyhow!(
            "no benchmark of these baselines matches `{self}`; `cargo tensorprof show NAME` lists the benchmarks of a baseline{}",
            of_id_alone(self.text())
        )
    }
}

/// The expression; nothing without one.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// What else is to be said of a filter that matches nothing: it may have been copied from where benchmarks of one id are told
/// apart by their benches.
pub(crate) fn of_id_alone(filter: &str) -> &'static str {
    if filter.contains("::") {
        "; a filter matches ids, without the bench and the package that may stand before one with `::`"
    } else {
        ""
    }
}
