//! What the collector does with good and with bad measurements and records.

use super::*;
use crate::channel::{AllocationCount, Generation, Reading};
use crate::inference::Phase;
use crate::model::{Range, Round};
use crate::runner::criterion::Measured;
use crate::runner::dialect::Dialect;
use crate::runner::invocation::Invocation;
use crate::runner::process::Ending;

fn id() -> CriterionId {
    CriterionId { group: "g".into(), function: None, parameter: Some("1".into()) }
}

fn executable() -> BenchExecutable {
    BenchExecutable {
        package: "p".into(),
        target: "t".into(),
        label: "t".into(),
        path: "t".into(),
        invocation: Invocation::default(),
        libraries: vec![],
        dialect: Dialect::default(),
    }
}

fn measured(times: Vec<f64>) -> Measured {
    Measured { id: id(), throughput: None, iterations: vec![2.0; times.len()], times }
}

fn report(measured: Vec<Measured>, records: Vec<Record>) -> ProcessReport {
    let measured =
        measured.into_iter().map(|measured| Observed { measured, cpu: None, probes: None }).collect();
    ProcessReport {
        criterion: None,
        records,
        measured,
        skipped: vec![],
        refused: vec![],
        unfinished: None,
        hung: false,
        ending: Ending::Finished,
    }
}

fn record(probes: &[[f64; 2]], bytes: &[u64]) -> Record {
    Record {
        id: id(),
        work: None,
        probes: probes
            .iter()
            .map(|pair| pair.map(|clock| Reading { clock, contention: clock / 2.0 }))
            .collect(),
        cpu: vec![],
        allocation: bytes
            .iter()
            .map(|&bytes| AllocationCount { count: 1, bytes, peak: bytes, live: 0, net: 0 })
            .collect(),
        nested_in: None,
        inference: None,
        generation: None,
        failure: None,
    }
}

#[test]
fn probes_of_the_warm_up_are_dropped_and_an_interrupted_probe_does_not_count() {
    let mut collector = Collector::new(3, false);
    let record = record(&[[9.0, 9.0], [1.0, 5.0], [7.0, 2.0]], &[64, 64]);
    assert_eq!(collector.add(&executable(), &report(vec![measured(vec![4.0, 6.0])], vec![record])), []);
    let benchmark = collector.finish().benchmarks.remove(0);
    let (samples, probes, contention) = (vec![2.0, 3.0], vec![1.0, 2.0], vec![2.5, 3.5]);
    assert_eq!(
        benchmark.rounds,
        [Round { session: 3, samples, probes, contention, steps: vec![], ..Round::default() }]
    );
    assert_eq!(benchmark.allocation.map(|a| a.bytes), Some(Range::exact(64)));
}

#[test]
fn allocation_that_varies_between_processes_becomes_a_range() {
    let mut collector = Collector::new(0, false);
    for bytes in [64, 96] {
        collector
            .add(&executable(), &report(vec![measured(vec![4.0])], vec![record(&[[1.0, 1.0]], &[bytes])]));
    }
    let benchmark = collector.finish().benchmarks.remove(0);
    assert_eq!(benchmark.allocation.map(|a| a.bytes), Some(Range { low: 64, high: 96 }));
    assert_eq!(benchmark.rounds.len(), 2);
}

#[test]
fn a_time_of_zero_and_a_doubled_id_are_failures_of_that_row() {
    let mut collector = Collector::new(0, false);
    let zero = || report(vec![measured(vec![0.0])], vec![]);
    let found = collector.add(&executable(), &zero());
    assert!(found[0].reason.contains("no time at all"), "{found:?}");
    assert_eq!(collector.add(&executable(), &zero()), [], "reported once");

    let mut collector = Collector::new(0, false);
    let twice = vec![measured(vec![4.0]), measured(vec![4.0])];
    let doubled = collector.add(&executable(), &report(twice, vec![]));
    assert!(doubled[0].reason.contains("two benchmarks"), "{doubled:?}");
    assert!(collector.finish().benchmarks[0].failure.is_some());
}

const PHASE: Phase = Phase::Inference { prompt: 3, generated: 2 };

#[test]
fn an_id_that_no_baseline_can_hold_is_reported_once_and_leaves_no_row() {
    let mut collector = Collector::new(0, false);
    let long = || {
        let id = CriterionId { parameter: Some("ü".repeat(3000)), ..id() };
        report(vec![Measured { id, ..measured(vec![4.0]) }, measured(vec![4.0])], vec![])
    };
    let found = collector.add(&executable(), &long());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].reason.contains("its id has 3002 characters"), "{}", found[0].reason);
    assert!(found[0].benchmark.as_ref().is_some_and(|id| id.to_string().chars().count() == 100), "{found:?}");
    assert_eq!(collector.add(&executable(), &long()), [], "reported once");
    let Collected { benchmarks, .. } = collector.finish();
    assert_eq!(benchmarks.iter().map(|benchmark| benchmark.rounds.len()).collect::<Vec<_>>(), [2]);
}

fn model() -> Model {
    Model::new("Tiny")
        .weights([1024])
        .matrices([1000])
        .shape(2, 8)
        .attention(2, 1, 4)
        .tokens(16, 32)
        .dtype::<f32>()
}

/// A record of that phase with the steps of these generations.
fn generating(phase: Phase, steps: &[&[f64]]) -> Record {
    let steps = steps.iter().map(|steps| steps.to_vec()).collect();
    Record {
        inference: Some(Inference { model: model(), phase }),
        generation: Some(Generation { steps, allocation: vec![] }),
        ..record(&[], &[])
    }
}

fn add_one(collector: &mut Collector, samples: usize, record: Record) -> Vec<Failure> {
    collector.add(&executable(), &report(vec![measured(vec![4.0; samples])], vec![record]))
}

/// The reason for which two samples with this record fail; nothing of them is kept.
#[track_caller]
fn refusal(record: Record) -> String {
    let mut collector = Collector::new(0, false);
    let mut failures = add_one(&mut collector, 2, record.clone());
    assert_eq!(add_one(&mut collector, 2, record), [], "reported once");
    let benchmark = collector.finish().benchmarks.remove(0);
    assert_eq!(benchmark.rounds, []);
    let reason = failures.remove(0).reason;
    assert_eq!(benchmark.failure.as_ref(), Some(&reason));
    reason
}

#[test]
fn steps_of_every_third_sample_are_kept_and_those_of_the_warm_up_dropped() {
    let mut collector = Collector::new(0, false);
    let steps = [[9.0, 9.5], [1.0, 1.5], [2.0, 2.5], [3.0, 3.5], [4.0, 4.5], [5.0, 5.5]];
    let steps: Vec<&[f64]> = steps.iter().map(|steps| steps.as_slice()).collect();
    assert_eq!(add_one(&mut collector, 5, generating(PHASE, &steps)), []);
    let Collected { mut benchmarks, models } = collector.finish();
    let benchmark = benchmarks.remove(0);
    assert_eq!(benchmark.rounds[0].steps, [vec![1.0, 1.5], vec![], vec![], vec![4.0, 4.5], vec![]]);
    assert_eq!(benchmark.inference, Some(model::Inference { model: "Tiny".to_owned(), phase: PHASE }));
    assert_eq!(models, [model()]);
}

#[test]
fn a_generation_whose_tokens_came_several_at_once_keeps_no_steps() {
    let mut collector = Collector::new(0, false);
    let steps: [&[f64]; 4] = [&[1.0, 0.0], &[2.0, 2.5], &[3.0, 3.5], &[4.0, 4.5]];
    assert_eq!(add_one(&mut collector, 4, generating(PHASE, &steps)), []);
    let round = &collector.finish().benchmarks[0].rounds[0];
    assert_eq!(round.steps, [vec![], vec![], vec![], vec![4.0, 4.5]]);
}

#[test]
fn a_generation_of_no_model_keeps_its_total_time_alone() {
    let mut collector = Collector::new(0, false);
    let record = Record { inference: None, ..generating(PHASE, &[&[1.0, 1.5]]) };
    assert_eq!(add_one(&mut collector, 1, record), []);
    let round = &collector.finish().benchmarks[0].rounds[0];
    assert_eq!((round.samples.len(), round.steps.len()), (1, 0));
}

#[test]
fn allocation_of_each_step_is_joined_over_iterations_and_processes() {
    let mut collector = Collector::new(0, false);
    for first in [64, 96] {
        let count = |bytes| AllocationCount { count: 1, bytes, peak: bytes, live: 0, net: 0 };
        let mut record = generating(PHASE, &[&[1.0, 1.5]]);
        let allocation = vec![vec![count(first), count(8)], vec![count(first + 1), count(8)]];
        record.generation.as_mut().expect("a generation").allocation = allocation;
        assert_eq!(add_one(&mut collector, 1, record), []);
    }
    let steps = collector.finish().benchmarks.remove(0).step_allocation;
    let bytes: Vec<Range<u64>> = steps.iter().map(|step| step.bytes).collect();
    assert_eq!(bytes, [Range { low: 64, high: 97 }, Range::exact(8)]);
    assert!(steps.iter().all(|step| step.count == Range::exact(1)));
}

#[test]
fn steps_that_do_not_fit_fail_the_row() {
    let two: &[f64] = &[1.0, 1.5];
    let reason = refusal(generating(PHASE, &[two]));
    assert_eq!(reason, "it recorded 1 generation in 2 samples");
    for short in [&[][..], &[1.0], &[1.0, 1.5, 2.0]] {
        let reason = refusal(generating(PHASE, &[short, two]));
        assert_eq!(
            reason,
            format!("a generation has {}, but its phase declares 2", model::things(short.len(), "token"))
        );
    }
    for time in [-1.0, f64::INFINITY] {
        let reason = refusal(generating(PHASE, &[&[1.0, time], two]));
        assert!(reason.starts_with("step 2 of a generation took "), "{reason}");
    }
    let reason = refusal(generating(Phase::Forward { tokens: 2 }, &[two, two]));
    assert!(reason.contains("forward 2, which generates no tokens"), "{reason}");
    let mut record = generating(PHASE, &[two, two]);
    record.generation.as_mut().expect("a generation").allocation = vec![vec![]];
    assert_eq!(refusal(record), "a generation has 0 tokens, but its phase declares 2");
}

#[test]
fn a_generation_that_failed_fails_its_row_and_keeps_what_was_measured_before() {
    let two: &[f64] = &[1.0, 1.5];
    let failed = || Record { failure: Some("no token".to_owned()), ..generating(PHASE, &[two, two]) };
    assert_eq!(refusal(failed()), "no token");

    let mut collector = Collector::new(0, false);
    assert_eq!(add_one(&mut collector, 2, generating(PHASE, &[two, two])), []);
    assert_eq!(add_one(&mut collector, 2, failed()).len(), 1);
    let benchmark = collector.finish().benchmarks.remove(0);
    assert_eq!((benchmark.rounds.len(), benchmark.failure.as_deref()), (1, Some("no token")));
}

#[test]
fn a_failure_before_any_measurement_is_reported_too() {
    let mut collector = Collector::new(0, false);
    let record = Record { failure: Some("no token".to_owned()), ..generating(PHASE, &[]) };
    let unmeasured = || report(vec![], vec![record.clone()]);
    assert_eq!(collector.add(&executable(), &unmeasured())[0].reason, "no token");
    assert_eq!(collector.add(&executable(), &unmeasured()), [], "reported once");
}

#[test]
fn a_model_without_facts_is_none() {
    let with = |model: Model| Record {
        inference: Some(Inference { model, phase: PHASE }),
        ..generating(PHASE, &[&[1.0, 1.5], &[1.0, 1.5]])
    };
    assert_eq!(
        refusal(with(model().shape(0, 8).attention(0, 1, 4))),
        "its model `Tiny` lacks facts: layers (Model::shape), heads (Model::attention); declare them with the methods \
         named"
    );
    let reason = refusal(with(Model { name: String::new(), ..model() }));
    assert!(reason.contains("lacks facts: name (Model::new);"), "{reason}");
    let reason = refusal(with(model().weights([usize::MAX])));
    assert!(reason.starts_with("model `Tiny`: parameters is 18446744073709551615, not within"), "{reason}");
    let reason = refusal(generating(Phase::Decode { generated: 0, cached: 8 }, &[&[], &[]]));
    assert!(reason.ends_with("has no tokens"), "{reason}");
}

#[test]
fn the_first_declaration_of_a_model_holds() {
    let of = |name: &str, layers| {
        let mut record = generating(PHASE, &[&[1.0, 1.5]]);
        record.id.parameter = Some(name.to_owned());
        record.inference.as_mut().expect("a phase").model.layers = layers;
        let measured = Measured { id: record.id.clone(), ..measured(vec![4.0]) };
        report(vec![measured], vec![record])
    };
    let mut collector = Collector::new(0, false);
    assert_eq!(collector.add(&executable(), &of("a", 2)), []);
    let failures = collector.add(&executable(), &of("b", 3));
    assert_eq!(
        failures[0].reason,
        "another benchmark declares this model with other facts: layers of model `Tiny` (2 before, 3 now); give \
         each model a name of its own"
    );
    let Collected { benchmarks, models } = collector.finish();
    assert_eq!(models, [model()]);
    assert_eq!(
        [&benchmarks[0], &benchmarks[1]].map(|benchmark| benchmark.inference.is_some()),
        [true, false]
    );
}

#[test]
fn a_benchmark_that_changes_what_it_measures_fails() {
    let mut collector = Collector::new(0, false);
    assert_eq!(add_one(&mut collector, 1, generating(PHASE, &[&[1.0, 1.5]])), []);
    let longer = Phase::Inference { prompt: 3, generated: 3 };
    assert_eq!(
        add_one(&mut collector, 1, generating(longer, &[&[1.0, 1.5, 2.0]]))[0].reason,
        "it measures the inference 3+3 of model `Tiny`, but measured the inference 3+2 of model `Tiny` before"
    );
}

#[test]
fn what_a_record_says_of_nesting_holds() {
    let mut collector = Collector::new(0, false);
    let nested_in = Some("Tiny/serving".to_owned());
    add_one(&mut collector, 1, Record { nested_in: nested_in.clone(), ..record(&[], &[]) });
    add_one(&mut collector, 1, record(&[], &[]));
    assert_eq!(collector.finish().benchmarks[0].nested_in, nested_in);
}
