//! The filter on benchmarks that commands take: the same in every command, as FILTER or by `--filter`.

use std::fmt;

use anyhow::{Context as _, Result};
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
}

/// The expression; nothing without one.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_ref().map_or("", Regex::as_str))
    }
}
