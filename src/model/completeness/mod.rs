//! What a baseline lacks, and what would be lost if another replaced it.

use std::collections::BTreeSet;

use regex::Regex;

use super::{Baseline, Benchmark, BenchmarkId, Partition, Settings, bench_label};

/// A bench that did not come to its end, so that benchmarks of it may be missing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnfinishedBench {
    /// Its package.
    pub package: String,
    /// The bench target.
    pub target: String,
    /// Why it ended.
    pub reason: String,
}

impl UnfinishedBench {
    fn holds(&self, id: &BenchmarkId) -> bool {
        id.is_of_bench(&self.package, &self.target)
    }

    fn is_same_bench(&self, other: &UnfinishedBench) -> bool {
        self.package == other.package && self.target == other.target
    }
}

/// What a baseline lacks. It has at least one of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gaps {
    /// Benchmarks of which the last session that tried could not measure all.
    pub missing: Vec<BenchmarkId>,
    /// Benches that did not come to their end.
    pub unfinished: Vec<UnfinishedBench>,
}

/// Why a baseline lacks a benchmark, although its bench may have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Absence {
    /// Its bench did not come to its end; why.
    Unfinished(String),
    /// It was not asked for; what left it out.
    LeftOut(String),
}

/// A benchmark that would be lost, and why it was not measured again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// Which one.
    pub id: BenchmarkId,
    /// Why.
    pub reason: String,
}

impl Baseline {
    /// What it lacks; `None` for a complete one.
    pub fn gaps(&self) -> Option<Gaps> {
        self.gaps_among(&|_| true)
    }

    /// What it lacks of the wanted benchmarks.
    pub fn gaps_among(&self, wanted: &dyn Fn(&BenchmarkId) -> bool) -> Option<Gaps> {
        let missing = self.benchmarks.iter().filter(|benchmark| benchmark.gap().is_some());
        let missing: Vec<BenchmarkId> =
            missing.map(|benchmark| benchmark.id.clone()).filter(|id| wanted(id)).collect();
        let unfinished = self.unfinished.clone();
        (!missing.is_empty() || !unfinished.is_empty()).then_some(Gaps { missing, unfinished })
    }

    /// The bench of a benchmark, if it did not come to its end.
    pub fn unfinished_bench(&self, id: &BenchmarkId) -> Option<&UnfinishedBench> {
        self.unfinished.iter().find(|bench| bench.holds(id))
    }

    /// Why this baseline need not say anything of a benchmark that it lacks and `other` has. `None` where it does: its bench
    /// has it no longer, or not yet.
    pub fn absence(&self, id: &BenchmarkId, other: &Baseline) -> Option<Absence> {
        let (own, others) = (&self.settings, &other.settings);
        let bench = || bench_of(id, [self, other]);
        if let Some(UnfinishedBench { reason, .. }) = self.unfinished_bench(id) {
            let reason = format!("its bench `{}` did not come to its end: {reason}", bench());
            return Some(Absence::Unfinished(reason));
        }
        if !selection(own)(id) {
            return Some(Absence::LeftOut(left_out(own)));
        }
        if let Some(partition) = own.partition.filter(|_| own.partition != others.partition) {
            return Some(Absence::LeftOut(in_another_part(partition)));
        }
        let selected =
            own.cargo_arguments == others.cargo_arguments || self.ran_bench(&id.package, &id.target);
        (!selected).then(|| Absence::LeftOut(not_run(&bench(), own, others)))
    }

    /// The measured benchmarks that these settings leave out.
    pub fn left_out_by(&self, settings: &Settings) -> Vec<Lost> {
        let is_selected = selection(settings);
        let reason = |id: &BenchmarkId| (!is_selected(id)).then(|| left_out(settings));
        self.lost(|benchmark| reason(&benchmark.id))
    }

    /// The measured benchmarks that would be lost if a newer measurement replaced this baseline. A benchmark that a bench no
    /// longer has is not lost: the bench has come to its end without it, and the same was asked for.
    pub fn lost_in(&self, newer: &Baseline) -> Vec<Lost> {
        let is_selected = selection(&newer.settings);
        let rounds = newer.settings.rounds as usize;
        let own_part = self.settings.partition;
        let other_part =
            newer.settings.partition.filter(|part| own_part.is_none_or(|own| !own.is_same_part(part)));
        let reason = |Benchmark { id, .. }: &Benchmark| {
            let bench = || bench_of(id, [self, newer]);
            let unfinished = newer
                .unfinished_bench(id)
                .map(|found| format!("bench `{}` did not come to its end: {}", bench(), found.reason));
            match newer.benchmarks.iter().find(|benchmark| benchmark.id == *id) {
                Some(found) if found.gap().is_some() => found.gap().map(str::to_owned),
                Some(found) if found.rounds.len() >= rounds => None,
                _ if unfinished.is_some() => unfinished,
                Some(_) => None,
                None if !is_selected(id) => Some(left_out(&newer.settings)),
                None if other_part.is_some() => other_part.map(in_another_part),
                None if !selects_alike(&self.settings, &newer.settings) => {
                    Some("other arguments selected what was built and run".to_owned())
                }
                None if !newer.ran_bench(&id.package, &id.target) => {
                    Some(format!("bench `{}` was not run", bench()))
                }
                None => None,
            }
        };
        self.lost(reason)
    }

    /// A bench told of some benchmark of its own, measured or failed.
    fn ran_bench(&self, package: &str, target: &str) -> bool {
        self.benchmarks.iter().any(|benchmark| benchmark.id.is_of_bench(package, target))
    }

    fn lost(&self, reason: impl Fn(&Benchmark) -> Option<String>) -> Vec<Lost> {
        let measured = self.benchmarks.iter().filter(|benchmark| !benchmark.rounds.is_empty());
        let lost =
            |benchmark: &Benchmark| Some(Lost { id: benchmark.id.clone(), reason: reason(benchmark)? });
        measured.filter_map(lost).collect()
    }

    /// This baseline with a benchmark that was not measured for each lost one that it knows nothing of.
    #[must_use]
    pub fn with_lost(mut self, lost: Vec<Lost>) -> Baseline {
        let known: BTreeSet<BenchmarkId> =
            self.benchmarks.iter().map(|benchmark| benchmark.id.clone()).collect();
        let unknown = lost.into_iter().filter(|lost| !known.contains(&lost.id));
        self.benchmarks.extend(unknown.map(|Lost { id, reason }| Benchmark::unmeasured(id, reason)));
        self.benchmarks.sort_by(|left, right| left.id.cmp(&right.id));
        self
    }
}

/// The benches of which benchmarks may be missing after a later session. Where both sessions asked for the same benchmarks,
/// those of a bench that came to its end in either are known.
pub(super) fn still_unfinished(saved: &Baseline, later: &Baseline) -> Vec<UnfinishedBench> {
    let same = saved.settings.filter == later.settings.filter;
    let finished_in = |bench: &UnfinishedBench, session: &Baseline| {
        let unfinished = session.unfinished.iter().any(|other| other.is_same_bench(bench));
        !unfinished && session.ran_bench(&bench.package, &bench.target)
    };
    let earlier = saved.unfinished.iter();
    let earlier = earlier.filter(|bench| !later.unfinished.iter().any(|other| other.is_same_bench(bench)));
    let unknown =
        |bench: &&UnfinishedBench| !same || !(finished_in(bench, saved) || finished_in(bench, later));
    let mut all: Vec<UnfinishedBench> =
        later.unfinished.iter().chain(earlier).filter(unknown).cloned().collect();
    all.sort();
    all
}

/// Whether a filter lets a benchmark through. One that is no regular expression lets all through.
fn selection(settings: &Settings) -> impl Fn(&BenchmarkId) -> bool {
    let filter = settings.filter.as_deref().and_then(|filter| Regex::new(filter).ok());
    move |id| filter.as_ref().is_none_or(|filter| filter.is_match(&id.path()))
}

fn left_out(settings: &Settings) -> String {
    format!("the filter `{}` leaves it out", settings.filter.as_deref().unwrap_or_default())
}

fn in_another_part(partition: Partition) -> String {
    format!("it is in another part than {partition}")
}

/// What the bench of a benchmark is called among those of both baselines.
fn bench_of(id: &BenchmarkId, baselines: [&Baseline; 2]) -> String {
    let known = baselines.into_iter().flat_map(|baseline| &baseline.benchmarks);
    let known = known.map(|benchmark| (benchmark.id.package.as_str(), benchmark.id.target.as_str()));
    bench_label(known, &id.package, &id.target)
}

/// That a bench was not run, by the arguments for cargo that may have left it out.
fn not_run(bench: &str, own: &Settings, others: &Settings) -> String {
    let arguments = |settings: &Settings| settings.cargo_arguments.join(" ");
    match own.cargo_arguments.as_slice() {
        [] => format!("its bench `{bench}` was not run: `{}` was not given", arguments(others)),
        _ => format!("its bench `{bench}` was not run with `{}`", arguments(own)),
    }
}

fn selects_alike(saved: &Settings, newer: &Settings) -> bool {
    saved.cargo_arguments == newer.cargo_arguments && saved.bench_arguments == newer.bench_arguments
}

#[cfg(test)]
mod tests;
