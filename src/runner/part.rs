//! Which benchmarks a part of a suite has.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};

use super::census::Listing;
use super::interrupt;
use super::round::{Bench, Runner};
use super::rounds::Notice;
use crate::model::{BenchmarkId, Partition, things};

impl Runner<'_> {
    /// Leaves to each bench what this part has of it, and drops those of which it has none. Returns how many benchmarks all
    /// parts have. A bench that cannot list its benchmarks is in no part, and has failed.
    ///
    /// # Errors
    /// A bench cannot be started, there is no benchmark for this part, or the user interrupts it.
    pub(super) fn take_part(
        &mut self,
        benches: &mut Vec<Bench<'_>>,
        partition: Partition,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<u32> {
        let mut all: BTreeSet<BenchmarkId> = BTreeSet::new();
        for bench in benches.iter() {
            all.extend(self.listed_by(bench, notice)?);
        }
        let wanted: BTreeSet<BenchmarkId> = partition.of_sorted(all.iter().cloned()).collect();
        ensure!(
            !wanted.is_empty() || all.is_empty(),
            "part {partition} has no benchmark: there are only {}; use fewer parts",
            things(all.len(), "benchmark")
        );
        for bench in benches.iter_mut() {
            let own = |id: &&BenchmarkId| id.is_of_bench(&bench.executable.package, &bench.executable.target);
            bench.healthy = Some(wanted.iter().filter(own).cloned().collect());
        }
        benches.retain(|bench| bench.healthy.as_ref().is_some_and(|healthy| !healthy.is_empty()));
        u32::try_from(all.len()).context("there are too many benchmarks")
    }

    /// The benchmarks that a bench lists. If it fails first, or is not criterion's, that is told.
    pub(super) fn listed_by(
        &mut self,
        bench: &Bench<'_>,
        notice: &mut dyn FnMut(Notice<'_>),
    ) -> Result<Vec<BenchmarkId>> {
        let listing = self.listing(bench.executable, 1, notice);
        interrupt::check()?;
        let (benchmarks, failure) = match listing? {
            Listing::Listed { benchmarks, failure } => (benchmarks, failure),
            Listing::Unlisted(failure) => (Vec::new(), Some(failure)),
            Listing::NotCriterion => {
                notice(Notice::NotCriterion(bench.executable));
                (Vec::new(), None)
            }
        };
        if let Some(failure) = failure {
            self.results.fail(failure, &mut |failure| notice(Notice::Failed(failure)));
            self.results.leave_unfinished(bench.executable);
        }
        Ok(benchmarks)
    }
}
