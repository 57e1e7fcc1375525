//! `cargo tensorprof bisect GOOD BAD FILTER`

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use tensorprof::compare::{
    self, Bisection, CommitStanding, Comparison, Confirmation, Finding, Metric, Options, Sides, Sought,
};
use tensorprof::model::{BaselineName, Commit, things};
use tensorprof::report::terminal::View;
use tensorprof::report::{self, Reproduction, bisection};
use tensorprof::runner::build::BuildFailed;
use tensorprof::runner::commits::Commits;
use tensorprof::runner::head_to_head::NullRows;
use tensorprof::runner::interrupt;
use tensorprof::runner::sides::{SideSpec, Source};

use crate::cli::{BisectArguments, ContestOptions, DataFormat, ProjectOptions};
use crate::exit;
use crate::filter::Filter;
use crate::head_to_head::{self, Wanted};
use crate::peaks::WhichPeaks;
use crate::project::{self, Project};
use crate::terminal::Terminal;

pub(crate) fn run(
    options: &ProjectOptions,
    arguments: BisectArguments,
    terminal: &mut Terminal,
) -> Result<u8> {
    interrupt::watch()?;
    let project = Project::open(options, &arguments.contest.cargo)?;
    Filter::parse(Some(arguments.filter()))?;
    let commits = Commits::new(project.workspace.root(), arguments.first_parent);
    let [good, bad] = [commits.find(&arguments.good)?, commits.find(&arguments.bad)?];
    require_history(&commits, &good, &bad)?;
    let metric = arguments.metric.metric();
    let mut contest = contest(&arguments.contest, metric);
    contest.time = contest.time.or(&project.defaults.rounds.time);
    let judging = project::judging(Some(&project), arguments.contest.smallest.said());
    let mut judge = Judge { project: &project, contest, judging, terminal };
    let Some(sought) = judge.whole(&good, &bad, metric, arguments.filter())? else {
        return Ok(exit::CANNOT_JUDGE);
    };
    let search = Search { commits: &commits, good: &good, bad: &bad, sought: &sought };
    let (tested, outcome) = search.run(&mut judge)?;
    let found = Bisection { good, bad, sought, tested, outcome };
    let text = match arguments.format {
        DataFormat::Table => bisection::text(&found),
        DataFormat::Json => bisection::json(&found),
    };
    terminal.result(&text)?;
    Ok(if matches!(found.outcome, Finding::Commit(..)) { exit::FINE } else { exit::CANNOT_JUDGE })
}

fn require_history(commits: &Commits, good: &Commit, bad: &Commit) -> Result<()> {
    if good == bad {
        bail!("GOOD and BAD are the same commit {}; name two", good.short());
    }
    if !commits.is_ancestor(good, bad) {
        bail!(
            "{} is not in the history of {}, or not in that part of it that a shallow clone has; GOOD has to be an ancestor of \
             BAD, such as `git merge-base GOOD BAD`",
            good.short(),
            bad.short()
        );
    }
    Ok(())
}

/// Counts do not depend on how long is measured.
fn contest(options: &ContestOptions, metric: Metric) -> ContestOptions {
    let mut options = options.clone();
    if metric.is_exact() {
        const SHORT: f64 = 0.001;
        options.time.warm_up_time.get_or_insert(SHORT);
        options.time.measurement_time.get_or_insert(SHORT);
        options.time.sample_size.get_or_insert(10);
        options.budget = Some(SHORT);
    }
    options
}

/// Compares commits by measuring them.
struct Judge<'a> {
    project: &'a Project,
    contest: ContestOptions,
    judging: Options,
    terminal: &'a mut Terminal,
}

impl Judge<'_> {
    /// The change between both ends. `None` where there is none, which has been said.
    fn whole(&mut self, good: &Commit, bad: &Commit, metric: Metric, filter: &str) -> Result<Option<Sought>> {
        self.terminal
            .status("Comparing", &format!("{} with {}", bisection::line(good), bisection::line(bad)));
        let judging = self.judging.clone();
        let Some(comparison) = self.compare(&good.hash, &bad.hash, filter, &judging)? else {
            self.terminal.warning("the executables of both revisions are the same: nothing changed");
            return Ok(None);
        };
        let sought = Sought::in_comparison(&comparison, metric);
        match &sought {
            Some(sought) => self.terminal.status("Changed", &bisection::sought(sought)),
            None => {
                let view = View { width: None, all: true, has_report: false };
                let table = report::terminal::table(&comparison, &Reproduction::default(), view);
                self.terminal.warning(&format!(
                    "no benchmark is shown to have changed from {} to {}:\n{table}",
                    good.short(),
                    bad.short()
                ));
            }
        }
        Ok(sought)
    }

    /// Where a commit stands. What keeps it from being built or measured is no error: others can tell more.
    fn standing(&mut self, good: &Commit, commit: &Commit, sought: &Sought) -> Result<CommitStanding> {
        let judging = sought.judging(&self.judging);
        match self.compare(&good.hash, &commit.hash, &report::exact_filter([&sought.id]), &judging) {
            Ok(None) => Ok(CommitStanding::Before(None)),
            Ok(Some(comparison)) => Ok(sought.standing(&comparison)),
            Err(error) if interrupt::requested() => Err(error),
            Err(error) if error.is::<BuildFailed>() => {
                Ok(CommitStanding::Unknown("does not build".to_owned()))
            }
            Err(error) => Ok(CommitStanding::Unknown(format!("{error:#}"))),
        }
    }

    /// Measures two revisions in turn. `None` where their executables are the same.
    fn compare(
        &mut self,
        old: &str,
        new: &str,
        filter: &str,
        judging: &Options,
    ) -> Result<Option<Comparison>> {
        let specs = Sides::new(old, new).map(|hash| SideSpec {
            threads: self.contest.time.threads,
            ..SideSpec::of(Source::Revision(hash.to_owned()))
        });
        let prepared = head_to_head::prepare(self.project, &self.contest, &specs, self.terminal)?;
        if prepared.are_identical() {
            return Ok(None);
        }
        let names = Sides::new("before".parse::<BaselineName>()?, "after".parse()?);
        let wanted = Wanted {
            names: names.as_ref(),
            filter: Some(filter),
            null_rows: NullRows::None,
            judging,
            variables: &[],
            peaks: WhichPeaks::None,
        };
        let measured = head_to_head::measure(self.project, &prepared, &self.contest, &wanted, self.terminal)?;
        let Sides { baseline, candidate } = &measured.sides;
        Ok(Some(compare::compare(baseline, candidate, judging)))
    }
}

/// The search between two commits.
struct Search<'a> {
    commits: &'a Commits,
    good: &'a Commit,
    bad: &'a Commit,
    sought: &'a Sought,
}

impl Search<'_> {
    fn run(&self, judge: &mut Judge<'_>) -> Result<(Vec<(Commit, CommitStanding)>, Finding)> {
        let mut before = vec![self.good.hash.clone()];
        let mut after = (self.bad.clone(), self.sought.whole);
        let mut unknown = BTreeSet::new();
        let mut tested = Vec::new();
        loop {
            let left = self.commits.between(before.iter().map(String::as_str), &after.0.hash)?;
            let is_open = |hash: &&String| **hash != after.0.hash && !unknown.contains(*hash);
            let Some(next) = left.iter().find(is_open) else {
                let finding = if left.len() > 1 {
                    let mut left =
                        left.iter().map(|hash| self.commits.find(hash)).collect::<Result<Vec<_>>>()?;
                    left.sort_by_key(|commit| commit.hash == after.0.hash);
                    Finding::Range(left)
                } else {
                    self.confirm(judge, after)?
                };
                return Ok((tested, finding));
            };
            let commit = self.commits.find(next)?;
            let steps = usize::BITS - left.len().leading_zeros();
            judge.terminal.status(
                "Bisecting",
                &format!(
                    "{}, about {} left: {}",
                    things(left.len(), "commit"),
                    things(steps as usize, "run"),
                    bisection::line(&commit)
                ),
            );
            let standing = judge.standing(self.good, &commit, self.sought)?;
            judge.terminal.status("Found", &bisection::standing(self.sought.metric, &standing));
            match &standing {
                CommitStanding::Before(_) => before.push(commit.hash.clone()),
                CommitStanding::After(shift) => after = (commit.clone(), *shift),
                CommitStanding::Unknown(_) => _ = unknown.insert(commit.hash.clone()),
            }
            tested.push((commit, standing));
        }
    }

    /// Compares the commit that was found with its parent.
    fn confirm(&self, judge: &mut Judge<'_>, (commit, whole): (Commit, compare::Shift)) -> Result<Finding> {
        let parent = self.commits.parent(&commit).unwrap_or_else(|| self.good.hash.clone());
        if parent == self.good.hash {
            return Ok(Finding::Commit(commit, parent, whole));
        }
        judge.terminal.status("Confirming", &format!("{} against its parent", bisection::line(&commit)));
        let judging = judge.judging.clone();
        let comparison =
            judge.compare(&parent, &commit.hash, &report::exact_filter([&self.sought.id]), &judging)?;
        let confirmation = comparison.as_ref().map(|comparison| self.sought.confirmed(comparison));
        Ok(match confirmation {
            Some(Confirmation::Confirmed(shift)) => Finding::Commit(commit, parent, shift),
            Some(Confirmation::Refused(shift)) => Finding::Spread(commit, parent, shift),
            None => Finding::Spread(commit, parent, None),
        })
    }
}
