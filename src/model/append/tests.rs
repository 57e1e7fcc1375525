//! What a second session adds, and what it may not change.

use jiff::Timestamp;

use super::*;
use crate::channel::CriterionId;
use crate::inference::Phase;
use crate::model::{Environment, Inference, Peaks, Range, Revision, Round, Session, Settings};
use crate::work::{Flops, WorkSource};

fn baseline(second: i64, benchmarks: Vec<Benchmark>) -> Baseline {
    Baseline {
        name: "main".parse().expect("a name"),
        tool_version: "1".to_owned(),
        environment: Environment::default(),
        settings: Settings {
            rounds: 5,
            max_rounds: None,
            warm_up: 0.15,
            measurement: 0.5,
            samples: 10,
            filter: None,
            partition: None,
            bench_arguments: vec![],
            cargo_arguments: vec![],
        },
        sessions: vec![Session::new(Timestamp::from_second(second).expect("a date"))],
        benchmarks,
        unfinished: vec![],
        models: vec![],
    }
}

#[test]
fn peaks_are_those_of_the_last_session_that_has_any() {
    let with_peaks = |threads: u32| {
        let mut session = baseline(1, vec![]);
        session.environment.peaks = vec![Peaks { threads, ..Peaks::default() }];
        session
    };
    let appended = with_peaks(1).append(with_peaks(2)).and_then(|both| both.append(baseline(2, vec![])));
    assert_eq!(appended.expect("conditions agree").environment.peaks, with_peaks(2).environment.peaks);
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
            contention: vec![],
            steps: vec![],
            ..Round::default()
        }],
        allocation: None,
        failure: None,
        not_measured: None,
        step_allocation: vec![],
    }
}

fn allocating(bytes: u64) -> Allocation {
    let count = Range::exact(bytes);
    Allocation { count: Some(count), bytes: count, peak: Some(count), live: None, net: Some(Range::exact(0)) }
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
    let failed = || Benchmark { failure: Some("panicked".to_owned()), rounds: vec![], ..benchmark("a", 1.0) };
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
    let changes: [(&str, Change); 10] = [
        ("commit", |b| b.environment.revision = Some(Revision::default())),
        ("target features", |b| b.environment.build.target_features.push("avx2".to_owned())),
        ("profile", |b| b.environment.build.profile = "dev".to_owned()),
        ("Cargo.lock", |b| b.environment.build.lock_hash = Some("00".to_owned())),
        ("CPU", |b| b.environment.machine.cpu = "other".to_owned()),
        ("caches", |b| _ = b.environment.machine.caches.insert("L2".to_owned(), 1)),
        ("threads", |b| _ = b.environment.threads.insert("OMP_NUM_THREADS".to_owned(), "2".to_owned())),
        ("variables", |b| _ = b.environment.variables.insert("MODE".to_owned(), "fast".to_owned())),
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

#[test]
fn of_work_from_two_places_that_counts_which_takes_precedence() {
    let with = |work: Work| baseline(1, vec![Benchmark { work: Some(work), ..benchmark("a", 1.0) }]);
    let throughput = Work { from: WorkSource::Throughput, ..Work::none().elements(3) };
    let metadata = Work { from: WorkSource::Metadata, ..Work::none().flops(8) };
    let joined = |first: &Work, second: &Work| {
        let joined = with(first.clone()).append(with(second.clone())).expect("are joined");
        joined.benchmarks[0].work.clone().expect("is known")
    };
    assert_eq!(joined(&throughput, &metadata), metadata);
    assert_eq!(joined(&metadata, &throughput), metadata);
    assert_eq!(joined(&metadata, &Work::none().flops(9)), Work::none().flops(9));
    let other = Work { from: WorkSource::Metadata, ..Work::none().flops(9) };
    let mismatch = with(metadata).append(with(other)).expect_err("other work of one place").to_string();
    assert!(mismatch.contains("work of `a` (8 FLOPs exact before, 9 FLOPs exact now)"), "{mismatch}");
}

fn tiny() -> Model {
    Model { name: "Tiny".to_owned(), layers: 2, ..Model::default() }
}

fn generating(generated: u64) -> Benchmark {
    let phase = Phase::Inference { prompt: 3, generated };
    let inference = Some(Inference { model: "Tiny".to_owned(), phase });
    let step = |bytes| StepAllocation { count: Range::exact(1), bytes: Range::exact(bytes) };
    Benchmark { inference, step_allocation: (0..generated).map(step).collect(), ..benchmark("a", 1.0) }
}

fn with_model(model: Model, benchmark: Benchmark) -> Baseline {
    Baseline { models: vec![model], ..baseline(1, vec![benchmark]) }
}

#[test]
fn models_of_both_sessions_are_kept_once_and_sorted() {
    let another = Model { name: "Large".to_owned(), ..tiny() };
    let mut later = with_model(another.clone(), benchmark("b", 1.0));
    later.models.push(tiny());
    let joined = with_model(tiny(), generating(2)).append(later).expect("an append");
    assert_eq!(joined.models, [another, tiny()]);
}

#[test]
fn a_model_with_other_facts_is_another_model() {
    let later = with_model(Model { layers: 4, width: 8, ..tiny() }, generating(2));
    let mismatch = with_model(tiny(), generating(2)).append(later).expect_err("other facts");
    assert_eq!(
        names(&mismatch),
        ["layers of model `Tiny`", "width of model `Tiny`"],
        "each fact is named: {mismatch}"
    );
}

#[test]
fn a_benchmark_of_another_phase_is_another_benchmark() {
    let mismatch =
        with_model(tiny(), generating(2)).append(with_model(tiny(), generating(3))).expect_err("longer");
    assert_eq!(
        mismatch.to_string(),
        "its sessions were measured differently: phase of `a` (inference 3+2 of model `Tiny` before, \
         inference 3+3 of model `Tiny` now), steps of `a` (2 before, 3 now)"
    );
}

#[test]
fn allocation_of_steps_holds_both_sessions() {
    let other = |change: fn(&mut StepAllocation)| {
        let mut row = generating(2);
        row.step_allocation.iter_mut().for_each(change);
        with_model(tiny(), row)
    };
    let mut joined = other(|_| {}).append(other(|step| step.bytes = Range::exact(9))).expect("an append");
    let bytes: Vec<Range<u64>> =
        joined.benchmarks.remove(0).step_allocation.iter().map(|step| step.bytes).collect();
    assert_eq!(bytes, [Range { low: 0, high: 9 }, Range { low: 1, high: 9 }]);

    let uncounted = Benchmark { step_allocation: vec![], ..generating(2) };
    for (saved, later) in [(generating(2), uncounted.clone()), (uncounted, generating(2))] {
        let joined = with_model(tiny(), saved).append(with_model(tiny(), later)).expect("an append");
        assert_eq!(joined.benchmarks[0].step_allocation, generating(2).step_allocation);
    }
}
