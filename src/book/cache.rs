//! The baselines and comparisons of a build. A baseline is read once, however many directives use it; so is a comparison
//! made, unless others came in between that fill the memory it would take.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use super::directive::{CompareQuery, HistoryQuery, matches_nothing, wanted};
use crate::compare::{self, Comparison, History, Leaderboard, Options, Sides};
use crate::model::{Baseline, BaselineName, choose};
use crate::report::{self, Chart, Reproduction};

/// Where baselines come from.
pub trait Source {
    /// The names of all baselines, sorted.
    ///
    /// # Errors
    /// Why they are not known.
    fn names(&mut self) -> Result<Vec<BaselineName>, String>;

    /// A baseline.
    ///
    /// # Errors
    /// Why it cannot be read and, if it does not exist, which names do.
    fn load(&mut self, name: &BaselineName) -> Result<Baseline, String>;

    /// How rows are judged where a directive says nothing.
    ///
    /// # Errors
    /// Why it is not known.
    fn judging(&mut self) -> Result<Options, String>;
}

/// The error of a history without baselines.
const NOTHING_SAVED: &str = "there is no baseline to show: save one with `cargo tensorprof save NAME`";

/// Most rows of all comparisons that are kept, except for the newest one: some hundred megabytes at most.
const ROWS_KEPT: usize = 20_000;

/// A comparison with its charts.
#[derive(Debug)]
pub(super) struct Compared {
    pub(super) comparison: Rc<Comparison>,
    pub(super) charts: Vec<Chart>,
    pub(super) reproduction: Reproduction,
}

/// What has been read and compared so far, and where more comes from.
pub(super) struct Cache<'a> {
    source: &'a mut dyn Source,
    baselines: BTreeMap<BaselineName, Result<Rc<Baseline>, String>>,
    comparisons: Comparisons,
}

/// Comparisons, each by the command that gives it, the one that was last used at the end.
#[derive(Default)]
struct Comparisons(VecDeque<(String, Rc<Compared>)>);

impl Comparisons {
    fn get(&mut self, command: &str) -> Option<Rc<Compared>> {
        let index = self.0.iter().position(|(known, _)| known == command)?;
        let used = self.0.remove(index)?;
        let compared = Rc::clone(&used.1);
        self.0.push_back(used);
        Some(compared)
    }

    /// Adds a comparison, and forgets those that were not used for longest where there are too many.
    fn keep(&mut self, command: String, compared: Rc<Compared>) {
        self.0.push_back((command, compared));
        while self.0.len() > 1 && self.rows() > ROWS_KEPT {
            self.0.pop_front();
        }
    }

    fn rows(&self) -> usize {
        self.0.iter().map(|(_, compared)| compared.comparison.rows.len()).sum()
    }
}

impl<'a> Cache<'a> {
    pub(super) fn new(source: &'a mut dyn Source) -> Self {
        Cache { source, baselines: BTreeMap::new(), comparisons: Comparisons::default() }
    }

    /// A baseline.
    pub(super) fn baseline(&mut self, name: &BaselineName) -> Result<Rc<Baseline>, String> {
        if !self.baselines.contains_key(name) {
            let loaded = self.source.load(name).map(Rc::new);
            self.baselines.insert(name.clone(), loaded);
        }
        self.baselines[name].clone()
    }

    /// All of these baselines, or every reason why one cannot be read.
    fn baselines<'n>(
        &mut self,
        names: impl IntoIterator<Item = &'n BaselineName>,
    ) -> Result<Vec<Rc<Baseline>>, Vec<String>> {
        let (mut found, mut reasons) = (vec![], vec![]);
        for name in names {
            match self.baseline(name) {
                Ok(baseline) => found.push(baseline),
                Err(reason) => reasons.push(reason),
            }
        }
        reasons.sort();
        reasons.dedup();
        if reasons.is_empty() { Ok(found) } else { Err(reasons) }
    }

    /// A comparison.
    pub(super) fn comparison(
        &mut self,
        sides: Sides<&BaselineName>,
        query: &CompareQuery,
    ) -> Result<Rc<Compared>, Vec<String>> {
        let loaded = self.baselines(sides.into_array())?;
        let options = query.options(self.judging()?);
        let compared = self.compared(Sides::new(&loaded[0], &loaded[1]), query, &options);
        match &query.filter {
            Some(filter) if compared.comparison.rows.is_empty() => Err(vec![matches_nothing(filter)]),
            _ => Ok(compared),
        }
    }

    fn judging(&mut self) -> Result<Options, Vec<String>> {
        self.source.judging().map_err(|reason| vec![reason])
    }

    fn compared(&mut self, sides: Sides<&Baseline>, query: &CompareQuery, options: &Options) -> Rc<Compared> {
        let Sides { baseline, candidate } = sides.map(|side| side.name.as_str());
        let filter = query.filter.as_ref().map(regex::Regex::as_str);
        let command = report::diff_command(baseline, Some(candidate), filter, options);
        if let Some(known) = self.comparisons.get(&command) {
            return known;
        }
        let compared = Rc::new(compare(sides, query, options, command.clone()));
        self.comparisons.keep(command, Rc::clone(&compared));
        compared
    }

    /// Several baselines side by side, the first of which is the reference.
    pub(super) fn leaderboard(
        &mut self,
        names: &[&BaselineName],
        query: &CompareQuery,
    ) -> Result<Leaderboard, Vec<String>> {
        let loaded = self.baselines(names.iter().copied())?;
        let options = query.options(self.judging()?);
        let board = Leaderboard::of(loaded.len() - 1, |sides| {
            let sides = sides.map(|number| &*loaded[number]);
            Rc::clone(&self.compared(sides, query, &options).comparison)
        });
        match &query.filter {
            Some(filter) if board.is_empty() => Err(vec![matches_nothing(filter)]),
            _ => Ok(board),
        }
    }

    /// A history.
    pub(super) fn history(&mut self, query: &HistoryQuery) -> Result<History, Vec<String>> {
        let saved = self.source.names().map_err(|reason| vec![reason])?;
        if saved.is_empty() {
            return Err(vec![NOTHING_SAVED.to_owned()]);
        }
        let chosen = choose(&saved, &query.only).map_err(|error| vec![error.to_string()])?;
        let baselines = compare::latest(self.baselines(&chosen)?, query.last);
        let filter = query.filter.as_ref();
        let options = self.judging()?.with(query.said);
        let history = compare::history(&baselines, &options, &wanted(filter));
        match filter {
            Some(filter) if history.rows.is_empty() => Err(vec![matches_nothing(filter)]),
            _ => Ok(history),
        }
    }
}

fn compare(sides: Sides<&Baseline>, query: &CompareQuery, options: &Options, command: String) -> Compared {
    let wanted = wanted(query.filter.as_ref());
    let comparison = compare::compare_where(sides.baseline, sides.candidate, options, &wanted);
    let charts = report::charts(&comparison);
    let reproduction = Reproduction { commands: vec![command], ..Reproduction::default() };
    Compared { comparison: Rc::new(comparison), charts, reproduction }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixtures;

    /// A comparison with so many rows.
    fn compared(rows: usize) -> Rc<Compared> {
        let side = fixtures::baseline("a", vec![fixtures::row("a", &[1.0])]);
        let mut comparison = compare::compare(&side, &side, &Options::default());
        comparison.rows = vec![comparison.rows[0].clone(); rows];
        let comparison = Rc::new(comparison);
        Rc::new(Compared { comparison, charts: vec![], reproduction: Reproduction::default() })
    }

    #[test]
    fn comparisons_that_were_not_used_for_longest_make_room() {
        let mut kept = Comparisons::default();
        for command in ["first", "second", "third"] {
            kept.keep(command.to_owned(), compared(ROWS_KEPT / 3));
        }
        assert!(kept.get("first").is_some());
        kept.keep("fourth".to_owned(), compared(ROWS_KEPT / 3));
        let known = ["first", "second", "third", "fourth"].map(|command| kept.get(command).is_some());
        assert_eq!(known, [true, false, true, true]);
        kept.keep("huge".to_owned(), compared(ROWS_KEPT + 1));
        assert!(kept.get("huge").is_some() && kept.0.len() == 1, "the newest is kept whatever it holds");
    }
}
