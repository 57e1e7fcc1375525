//! One more session of an existing baseline.

use std::collections::BTreeMap;
use std::fmt;

use crate::work::Work;

use super::{Baseline, Benchmark, BenchmarkId, Environment, Settings};

/// Facts that must hold for all sessions of a baseline, and do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Each fact with its older and its newer value, in the order of the file. Never empty.
    pub facts: Vec<MismatchedFact>,
}

/// A fact with two values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MismatchedFact {
    /// Its name.
    pub name: String,
    /// What the saved sessions have.
    pub saved: String,
    /// What the new session has.
    pub new: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("its sessions were measured differently: ")?;
        for (index, fact) in self.facts.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{} ({} before, {} now)", fact.name, fact.saved, fact.new)?;
        }
        Ok(())
    }
}

impl std::error::Error for Mismatch {}

impl Baseline {
    /// Why a session measured under these conditions cannot be appended. A baseline has one environment for
    /// all sessions, so whatever it records of source, build, machine, threads and durations must agree.
    /// What may differ: the branch that leads to the commit, the memory (which moves a little between
    /// boots), the number of rounds and the filter.
    pub fn mismatch(&self, environment: &Environment, settings: &Settings) -> Option<Mismatch> {
        let saved = environment_facts(&self.environment).into_iter().chain(setting_facts(&self.settings));
        let new = environment_facts(environment).into_iter().chain(setting_facts(settings));
        let facts: Vec<MismatchedFact> = saved
            .zip(new)
            .filter(|(saved, new)| saved != new)
            .map(|((name, saved), (_, new))| MismatchedFact { name: name.to_owned(), saved, new })
            .collect();
        (!facts.is_empty()).then_some(Mismatch { facts })
    }

    /// This baseline with the sessions of a later one. A benchmark on one side only keeps what it has; one
    /// on both has the rounds of both, the union of its allocation ranges, and the failure of the later one,
    /// if any.
    ///
    /// # Errors
    /// The conditions differ ([`Baseline::mismatch`]), or the work of a benchmark does.
    pub fn append(mut self, later: Baseline) -> Result<Baseline, Mismatch> {
        if let Some(mismatch) = self.mismatch(&later.environment, &later.settings) {
            return Err(mismatch);
        }
        let first = self.sessions.len();
        let mut benchmarks: BTreeMap<BenchmarkId, Benchmark> =
            self.benchmarks.into_iter().map(|benchmark| (benchmark.id.clone(), benchmark)).collect();
        for mut benchmark in later.benchmarks {
            benchmark.rounds.iter_mut().for_each(|round| round.session += first);
            let joined = match benchmarks.remove(&benchmark.id) {
                Some(saved) => join(saved, benchmark)?,
                None => benchmark,
            };
            benchmarks.insert(joined.id.clone(), joined);
        }
        self.benchmarks = benchmarks.into_values().collect();
        self.sessions.extend(later.sessions);
        self.settings.filter = either_filter(self.settings.filter, later.settings.filter);
        self.tool_version = later.tool_version;
        Ok(self)
    }
}

fn join(mut saved: Benchmark, later: Benchmark) -> Result<Benchmark, Mismatch> {
    if let (Some(old), Some(new)) = (&saved.work, &later.work)
        && old != new
    {
        let name = format!("work of `{}`", saved.id);
        let fact = MismatchedFact { name, saved: work_text(old), new: work_text(new) };
        return Err(Mismatch { facts: vec![fact] });
    }
    saved.work = saved.work.or(later.work);
    saved.nested_in = saved.nested_in.or(later.nested_in);
    saved.rounds.extend(later.rounds);
    saved.allocation = match (saved.allocation, later.allocation) {
        (Some(old), Some(new)) => Some(old.union(new)),
        (old, new) => old.or(new),
    };
    saved.failure = later.failure;
    Ok(saved)
}

/// The filter that lets through what either does; none where either is none.
fn either_filter(saved: Option<String>, later: Option<String>) -> Option<String> {
    let (saved, later) = (saved?, later?);
    if saved == later {
        return Some(saved);
    }
    Some(format!("(?:{saved})|(?:{later})"))
}

fn environment_facts(environment: &Environment) -> Vec<(&'static str, String)> {
    let Environment { revision, build, machine, threads } = environment;
    vec![
        ("commit", optional(revision.as_ref().map(|revision| &revision.commit))),
        ("dirty", optional(revision.as_ref().map(|revision| revision.dirty))),
        ("rustc", text(&build.rustc)),
        ("target", text(&build.target)),
        ("profile", text(&build.profile)),
        ("features", list(&build.features)),
        ("RUSTFLAGS", text(&build.rustflags)),
        ("target features", list(&build.target_features)),
        ("Cargo.lock", optional(build.lock_hash.as_ref())),
        ("criterion", optional(build.criterion.as_ref())),
        ("CPU", text(&machine.cpu)),
        ("cores", optional(machine.cores)),
        ("hardware threads", optional(machine.hardware_threads)),
        ("caches", pairs(&machine.caches)),
        ("instruction sets", list(&machine.instruction_sets)),
        ("governor", optional(machine.governor.as_ref())),
        ("virtual machine", optional(machine.virtual_machine)),
        ("kernel", text(&machine.kernel)),
        ("threads", pairs(threads)),
    ]
}

fn setting_facts(settings: &Settings) -> Vec<(&'static str, String)> {
    vec![
        ("warm-up", format!("{} s", settings.warm_up)),
        ("measurement", format!("{} s", settings.measurement)),
        ("samples", settings.samples.to_string()),
        ("bench arguments", list(&settings.bench_arguments)),
        ("cargo arguments", list(&settings.cargo_arguments)),
    ]
}

fn text(value: &str) -> String {
    if value.is_empty() { "unknown".to_owned() } else { value.to_owned() }
}

fn optional(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "unknown".to_owned(), |value| value.to_string())
}

fn pairs(values: &BTreeMap<String, impl fmt::Display>) -> String {
    list(&values.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>())
}

fn work_text(work: &Work) -> String {
    let counts = [
        ("FLOPs", work.flops.map(|count| count.0)),
        ("bytes", work.bytes.map(|count| count.0)),
        ("elements", work.elements.map(|count| count.0)),
        ("tokens", work.tokens.map(|count| count.0)),
        ("FLOPs counted before", work.counted_before.map(|count| count.0)),
    ];
    let counts = counts.into_iter().filter_map(|(unit, count)| Some(format!("{} {unit}", count?)));
    let kind = if work.nominal { "nominal" } else { "exact" };
    let rules = [Some(kind.to_owned()), work.dtype.map(|dtype| dtype.to_string()), work.convention.clone()];
    list(&counts.chain(rules.into_iter().flatten()).collect::<Vec<_>>())
}

fn list(values: &[String]) -> String {
    if values.is_empty() { "none".to_owned() } else { values.join(" ") }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::{Allocation, Range, Revision, Round, Session};
    use super::*;
    use crate::channel::CriterionId;
    use crate::work::Flops;

    fn baseline(second: i64, benchmarks: Vec<Benchmark>) -> Baseline {
        Baseline {
            name: "main".parse().expect("a name"),
            tool_version: "1".to_owned(),
            environment: Environment::default(),
            settings: Settings {
                rounds: 5,
                warm_up: 0.15,
                measurement: 0.5,
                samples: 10,
                filter: None,
                bench_arguments: vec![],
                cargo_arguments: vec![],
            },
            sessions: vec![Session { started: Timestamp::from_second(second).expect("a date") }],
            benchmarks,
            models: vec![],
        }
    }

    fn benchmark(group: &str, sample: f64) -> Benchmark {
        let criterion = CriterionId { group: group.to_owned(), function: None, parameter: None };
        Benchmark {
            id: BenchmarkId { package: "p".to_owned(), target: "t".to_owned(), criterion },
            work: None,
            nested_in: None,
            inference: None,
            rounds: vec![Round {
                session: 0,
                samples: vec![sample],
                probes: vec![],
                issue: vec![],
                steps: vec![],
            }],
            allocation: None,
            failure: None,
            step_allocation: vec![],
        }
    }

    fn allocating(bytes: u64) -> Allocation {
        let count = Range::exact(bytes);
        Allocation { count, bytes: count, peak: count, net: Range::exact(0) }
    }

    fn names(mismatch: &Mismatch) -> Vec<&str> {
        mismatch.facts.iter().map(|fact| fact.name.as_str()).collect()
    }

    #[test]
    fn rounds_follow_each_other_and_keep_their_session() {
        let saved = baseline(1, vec![benchmark("a", 1.0), benchmark("c", 3.0)]);
        let later = baseline(2, vec![benchmark("b", 2.0), benchmark("c", 4.0)]);
        let joined = saved.append(later).expect("the same conditions");
        let sessions: Vec<i64> = joined.sessions.iter().map(|session| session.started.as_second()).collect();
        assert_eq!(sessions, [1, 2]);
        let rounds: Vec<(String, Vec<(usize, f64)>)> = joined
            .benchmarks
            .iter()
            .map(|row| {
                (row.id.path(), row.rounds.iter().map(|round| (round.session, round.samples[0])).collect())
            })
            .collect();
        assert_eq!(
            rounds,
            [
                ("a".to_owned(), vec![(0, 1.0)]),
                ("b".to_owned(), vec![(1, 2.0)]),
                ("c".to_owned(), vec![(0, 3.0), (1, 4.0)]),
            ]
        );
    }

    #[test]
    fn allocation_ranges_hold_both_sessions() {
        let with = |allocation| baseline(1, vec![Benchmark { allocation, ..benchmark("a", 1.0) }]);
        let join = |old, new| with(old).append(with(new)).expect("an append").benchmarks[0].allocation;
        assert_eq!(
            join(Some(allocating(64)), Some(allocating(96))).map(|joined| joined.bytes),
            Some(Range { low: 64, high: 96 })
        );
        assert_eq!(join(Some(allocating(64)), None), Some(allocating(64)));
        assert_eq!(join(None, Some(allocating(96))), Some(allocating(96)));
    }

    #[test]
    fn the_last_session_says_whether_a_benchmark_fails() {
        let failed =
            || Benchmark { failure: Some("panicked".to_owned()), rounds: vec![], ..benchmark("a", 1.0) };
        let fixed =
            baseline(1, vec![failed()]).append(baseline(2, vec![benchmark("a", 2.0)])).expect("an append");
        assert_eq!(fixed.benchmarks[0].failure, None);
        let broken =
            baseline(1, vec![benchmark("a", 2.0)]).append(baseline(2, vec![failed()])).expect("an append");
        assert_eq!(broken.benchmarks[0].failure.as_deref(), Some("panicked"));
        assert_eq!(broken.benchmarks[0].rounds.len(), 1, "what was measured before is kept");
    }

    #[test]
    fn each_fact_that_matters_is_named() {
        type Change = fn(&mut Baseline);
        let changes: [(&str, Change); 9] = [
            ("commit", |b| b.environment.revision = Some(Revision::default())),
            ("target features", |b| b.environment.build.target_features.push("avx2".to_owned())),
            ("profile", |b| b.environment.build.profile = "dev".to_owned()),
            ("Cargo.lock", |b| b.environment.build.lock_hash = Some("00".to_owned())),
            ("CPU", |b| b.environment.machine.cpu = "other".to_owned()),
            ("caches", |b| _ = b.environment.machine.caches.insert("L2".to_owned(), 1)),
            ("threads", |b| _ = b.environment.threads.insert("OMP_NUM_THREADS".to_owned(), "2".to_owned())),
            ("measurement", |b| b.settings.measurement = 1.0),
            ("cargo arguments", |b| b.settings.cargo_arguments.push("--bench=x".to_owned())),
        ];
        for (name, change) in changes {
            let mut later = baseline(2, vec![]);
            change(&mut later);
            let mismatch = baseline(1, vec![]).append(later).expect_err(name);
            assert_eq!(names(&mismatch)[0], name);
        }
    }

    #[test]
    fn what_does_not_matter_may_differ() {
        let with = |branch: &str| {
            let mut baseline = baseline(1, vec![]);
            let revision = Revision { branch: Some(branch.to_owned()), ..Revision::default() };
            baseline.environment.revision = Some(revision);
            baseline
        };
        let mut later = with("other");
        later.environment.machine.memory = Some(1);
        later.settings.rounds = 1;
        later.settings.filter = Some("x".to_owned());
        let joined = with("main").append(later).expect("an append");
        assert_eq!((joined.settings.rounds, joined.settings.filter), (5, None));
    }

    #[test]
    fn filters_are_joined() {
        let text = |filter: &str| Some(filter.to_owned());
        assert_eq!(either_filter(text("a"), text("a")), text("a"));
        assert_eq!(either_filter(text("a|b"), text("c")), text("(?:a|b)|(?:c)"));
        assert_eq!(either_filter(text("a"), None), None);
    }

    #[test]
    fn a_benchmark_of_other_work_is_another_benchmark() {
        let with = |flops| {
            let work = Some(Work { flops: Some(Flops(flops)), ..Work::default() });
            baseline(1, vec![Benchmark { work, ..benchmark("a", 1.0) }])
        };
        let mismatch = with(8).append(with(9)).expect_err("other work");
        assert_eq!(
            mismatch.to_string(),
            "its sessions were measured differently: work of `a` (8 FLOPs exact before, 9 FLOPs exact now)"
        );
    }
}
