//! What the processes of a session have reported so far, of one side.

use std::collections::{BTreeMap, BTreeSet};

use super::build::BenchExecutable;
use super::collect::{Collected, Collector};
use super::failure::{Failure, kept};
use super::process::{Ending, ProcessReport};
use super::rounds::Measurement;
use crate::model::UnfinishedBench;

pub(super) struct Results {
    pub(super) collector: Collector,
    /// Versions of criterion in the benches.
    criterion: BTreeSet<String>,
    failures: Vec<Failure>,
    /// By package and bench target: why a bench did not come to its end.
    unfinished: BTreeMap<(String, String), String>,
}

impl Results {
    /// Of a session of that index, whose processes are kept on one CPU or not.
    pub(super) fn new(session: usize, one_cpu: bool) -> Results {
        Results {
            collector: Collector::new(session, one_cpu),
            criterion: BTreeSet::new(),
            failures: Vec::new(),
            unfinished: BTreeMap::new(),
        }
    }

    /// Adds what a process reported. Returns false if the process failed. `notice` is called with every failure.
    pub(super) fn add(
        &mut self,
        executable: &BenchExecutable,
        report: ProcessReport,
        notice: &mut dyn FnMut(Failure),
    ) -> bool {
        self.criterion.extend(report.criterion.clone());
        for failure in self.collector.add(executable, &report) {
            self.fail(failure, notice);
        }
        let Ending::Failed { reason, output } = report.ending else { return true };
        let unfinished = report.unfinished.map(|criterion| executable.id(&criterion));
        if let Some(id) = &unfinished {
            self.collector.fail(id, &reason);
        }
        self.fail(Failure { output, ..Failure::new(executable, unfinished.as_ref(), reason) }, notice);
        false
    }

    /// Says of a bench whose last failure is that just added that benchmarks of it may be missing.
    pub(super) fn leave_unfinished(&mut self, executable: &BenchExecutable) {
        let reason = self.failures.last().map(|failure| failure.reason.clone()).unwrap_or_default();
        self.miss(executable, reason);
    }

    /// Says of a bench that benchmarks of it may be missing, and why.
    pub(super) fn miss(&mut self, executable: &BenchExecutable, reason: String) {
        let bench = (executable.package.clone(), executable.target.clone());
        self.unfinished.entry(bench).or_insert_with(|| kept(&reason));
    }

    /// Adds a failure, and tells it, if it is new: a bench may end in the same way in every round.
    pub(super) fn fail(&mut self, failure: Failure, notice: &mut dyn FnMut(Failure)) {
        if !self.failures.iter().any(|known| known.is_same(&failure)) {
            notice(failure.clone());
            self.failures.push(failure);
        }
    }

    pub(super) fn finish(self) -> Measurement {
        let Collected { benchmarks, models } = self.collector.finish();
        let unfinished = self.unfinished.into_iter().map(|((package, target), reason)| UnfinishedBench {
            package,
            target,
            reason,
        });
        let versions: Vec<String> = self.criterion.into_iter().collect();
        Measurement {
            benchmarks,
            models,
            criterion: (!versions.is_empty()).then(|| versions.join(", ")),
            failures: self.failures,
            unfinished: unfinished.collect(),
            interrupted: None,
            listed: None,
        }
    }
}
