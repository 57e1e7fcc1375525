//! The baselines and comparisons of a build, each made once however many directives use it.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::directive::{Judging, matches_nothing};
use crate::compare::{self, Comparison};
use crate::model::{Baseline, BaselineName};
use crate::report::{self, Chart, Reproduction};

/// Reads a baseline. The error says which names exist.
pub type Load<'a> = dyn FnMut(&BaselineName) -> Result<Baseline, String> + 'a;

/// A comparison and what is drawn of it.
#[derive(Debug)]
pub(super) struct Compared {
    pub(super) comparison: Comparison,
    pub(super) charts: Vec<Chart>,
    pub(super) reproduction: Reproduction,
}

/// What has been read and compared so far.
pub(super) struct Catalog<'a> {
    load: &'a mut Load<'a>,
    baselines: BTreeMap<BaselineName, Result<Rc<Baseline>, String>>,
    /// By the command that gives them.
    comparisons: BTreeMap<String, Rc<Compared>>,
}

impl<'a> Catalog<'a> {
    pub(super) fn new(load: &'a mut Load<'a>) -> Self {
        Catalog { load, baselines: BTreeMap::new(), comparisons: BTreeMap::new() }
    }

    /// A baseline.
    pub(super) fn baseline(&mut self, name: &BaselineName) -> Result<Rc<Baseline>, String> {
        if !self.baselines.contains_key(name) {
            let loaded = (self.load)(name).map(Rc::new);
            self.baselines.insert(name.clone(), loaded);
        }
        self.baselines[name].clone()
    }

    /// All of these baselines, or all reasons why not.
    fn baselines<const COUNT: usize>(
        &mut self,
        names: [&BaselineName; COUNT],
    ) -> Result<[Rc<Baseline>; COUNT], Vec<String>> {
        let loaded = names.map(|name| self.baseline(name));
        let mut reasons: Vec<String> = loaded.iter().filter_map(|loaded| loaded.clone().err()).collect();
        reasons.dedup();
        let found: Vec<Rc<Baseline>> = loaded.into_iter().flatten().collect();
        found.try_into().map_err(|_| reasons)
    }

    /// A comparison.
    pub(super) fn comparison(
        &mut self,
        sides: [&BaselineName; 2],
        judging: &Judging,
    ) -> Result<Rc<Compared>, Vec<String>> {
        let [baseline, candidate] = sides.map(BaselineName::as_str);
        let filter = judging.filter.as_ref().map(regex::Regex::as_str);
        let command = report::diff_command(baseline, Some(candidate), filter, &judging.options);
        if let Some(known) = self.comparisons.get(&command) {
            return Ok(Rc::clone(known));
        }
        let [baseline, candidate] = self.baselines(sides)?;
        let compared = Rc::new(compare(&baseline, &candidate, judging, command.clone()));
        if let Some(filter) = judging.filter.as_ref().filter(|_| compared.comparison.rows.is_empty()) {
            return Err(vec![matches_nothing(filter)]);
        }
        self.comparisons.insert(command, Rc::clone(&compared));
        Ok(compared)
    }
}

fn compare(baseline: &Baseline, candidate: &Baseline, judging: &Judging, command: String) -> Compared {
    let wanted = judging.wanted();
    let comparison = compare::compare_where(baseline, candidate, &judging.options, &wanted);
    let charts = report::charts(&comparison);
    Compared { comparison, charts, reproduction: Reproduction { commands: vec![command] } }
}
