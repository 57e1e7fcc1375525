//! The markdown that replaces a directive.

use pulldown_cmark::HeadingLevel;
use regex::Regex;

use super::cache::{Cache, Compared};
use super::charts::Charts;
use super::directive::{CompareQuery, Directive, matches_nothing, wanted};
use super::embed::{Anchors, embed};
use crate::compare::{Comparison, History, Ranking, Sides};
use crate::model::BaselineName;
use crate::report::saved::{self, Saved};
use crate::report::{self, Chart, Place, Section};

/// Where a directive stands, and what its page can show.
pub(super) struct Placement<'a> {
    /// Level of the heading above.
    pub(super) under: Option<HeadingLevel>,
    /// The anchors of the chapter.
    pub(super) anchors: &'a mut Anchors,
    /// What can be shown of charts.
    pub(super) charts: Charts,
}

/// The markdown of a directive, or every reason why there is none.
pub(super) fn render(
    directive: &Directive,
    cache: &mut Cache<'_>,
    placement: Placement<'_>,
) -> Result<String, Vec<String>> {
    match directive {
        Directive::Diff { sides, sections, query } => {
            let compared = cache.comparison(sides.as_ref(), query)?;
            Ok(diff(&compared, sections, &format!("{}-{}", sides.baseline, sides.candidate), placement))
        }
        Directive::Chart { sides, chart, query } => {
            let compared = cache.comparison(sides.as_ref(), query)?;
            Ok(drawing(&compared, chart, placement.charts))
        }
        Directive::Show { name, filter } => show(name, filter.as_ref(), cache),
        Directive::Leaderboard { first, others, query } => leaderboard(first, others, query, cache),
        Directive::History(query) => Ok(history(&cache.history(query)?, placement)),
    }
}

fn diff(compared: &Compared, wanted: &[&str], prefix: &str, placement: Placement<'_>) -> String {
    let figure = |chart: &Chart| placement.charts.show(chart);
    let place = Place::Inline(&figure);
    let Compared { comparison, charts, reproduction } = compared;
    let mut sections = report::sections(comparison, charts, reproduction, place);
    sections.retain(|section| wanted.is_empty() || wanted.contains(&section.name));
    if sections.is_empty() {
        return format!("*Nothing to report in `{}`.*\n", wanted.join("`, `"));
    }
    let texts: Vec<String> = sections.into_iter().map(|Section { markdown, .. }| markdown).collect();
    embed(&texts.join("\n"), placement.under, prefix, placement.anchors)
}

fn drawing(compared: &Compared, name: &str, charts: Charts) -> String {
    let chart = compared.charts.iter().find(|chart| chart.name() == name);
    let nothing = || format!("*There is no chart `{name}` here: {}.*\n", report::absent_chart(name));
    chart.map_or_else(nothing, |chart| charts.show(chart))
}

fn show(name: &BaselineName, filter: Option<&Regex>, cache: &mut Cache<'_>) -> Result<String, Vec<String>> {
    let baseline = cache.baseline(name).map_err(|reason| vec![reason])?;
    let found = Saved::of(&baseline, &wanted(filter));
    match filter {
        Some(filter) if found.is_empty() => Err(vec![matches_nothing(filter)]),
        _ => Ok(saved::show_markdown(&found)),
    }
}

fn leaderboard(
    first: &BaselineName,
    others: &[BaselineName],
    query: &CompareQuery,
    cache: &mut Cache<'_>,
) -> Result<String, Vec<String>> {
    let mut comparisons = vec![];
    let mut reasons: Vec<String> = vec![];
    for other in others {
        match cache.comparison(Sides::new(first, other), query) {
            Ok(compared) => comparisons.push(compared),
            Err(more) => reasons.extend(more),
        }
    }
    reasons.sort();
    reasons.dedup();
    if !reasons.is_empty() {
        return Err(reasons);
    }
    let comparisons: Vec<&Comparison> = comparisons.iter().map(|compared| &compared.comparison).collect();
    let mut ranking = ranking(others, query, cache);
    for (index, comparison) in comparisons.iter().enumerate() {
        ranking.add(Sides::new(0, index + 1), comparison);
    }
    Ok(report::leaderboard(&comparisons, &ranking))
}

/// What the comparisons of the others with each other decide.
fn ranking(others: &[BaselineName], query: &CompareQuery, cache: &mut Cache<'_>) -> Ranking {
    let mut ranking = Ranking::default();
    for (index, baseline) in others.iter().enumerate() {
        for (ahead, candidate) in others.iter().enumerate().skip(index + 1) {
            // Two that have none of the benchmarks have nothing to say of them.
            if let Ok(compared) = cache.comparison(Sides::new(baseline, candidate), query) {
                ranking.add(Sides::new(index + 1, ahead + 1), &compared.comparison);
            }
        }
    }
    ranking
}

fn history(history: &History, placement: Placement<'_>) -> String {
    let figure = |chart: &Chart| placement.charts.show(chart);
    let page = report::history::page(history, Place::Inline(&figure));
    embed(&page, placement.under, "history", placement.anchors)
}
