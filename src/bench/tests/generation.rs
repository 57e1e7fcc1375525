//! Loops that generate tokens, and the groups that declare them.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;

use super::{criterion, directory, generating};
use crate::channel::Record;
use crate::{Model, Phase, ProfileExt, ProfileId, Profiler, Work};

/// The record of a benchmark in a profile group, and how often its routine ran.
fn record(tokens: u64, mut routine: impl FnMut(&mut Profiler<'_, '_>)) -> (Record, usize) {
    let directory = directory();
    let mut calls = 0;
    let record = criterion(&directory).profile_group("G").record(generating("x", tokens), |p| {
        calls += 1;
        routine(p);
    });
    (record.expect("not filtered out"), calls)
}

#[test]
fn every_loop_keeps_the_steps_of_one_generation_a_sample_beside_its_probes() {
    let loops: [fn(&mut Profiler<'_, '_>); 3] = [
        |p| p.generate(|| 0, |n| *n),
        |p| p.generate_synchronized(|| (), || 0, |n| Ok::<_, Infallible>(*n)),
        |p| {
            p.generate_streamed(
                || 4,
                |n, recorder| {
                    (0..*n).for_each(|_| recorder.token());
                    Ok::<_, Infallible>(())
                },
            );
        },
    ];
    for (index, run) in loops.into_iter().enumerate() {
        let (record, calls) = record(4, run);
        let generation = record.generation.expect("steps");
        assert!(calls > 10, "10 samples and a warm-up at least");
        assert_eq!((record.probes.len(), generation.steps.len()), (calls, calls), "loop {index}");
        assert!(
            generation.steps.iter().all(|steps| steps.len() == 4 && steps.iter().all(|&step| step >= 0.0))
        );
        assert_eq!(record.failure, None);
    }
}

#[test]
fn each_generation_has_a_fresh_sequence_and_as_many_steps_as_declared() {
    let (setups, drops, steps) = (Cell::new(0), Cell::new(0), Cell::new(0));
    struct Sequence<'a>(&'a Cell<u32>, u32);
    impl Drop for Sequence<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
            assert_eq!(self.1, 5, "tokens of a sequence");
        }
    }
    let setup = || {
        setups.set(setups.get() + 1);
        Sequence(&drops, 0)
    };
    record(5, |p| {
        p.generate(setup, |sequence| {
            steps.set(steps.get() + 1);
            sequence.1 += 1;
            Ok::<_, Infallible>(sequence.1)
        });
    });
    assert!(setups.get() > 10);
    assert_eq!((drops.get(), steps.get()), (setups.get(), 5 * setups.get()));
}

#[test]
fn the_device_is_done_before_the_clock_starts_and_before_each_token_counts() {
    let events = RefCell::new(String::new());
    let note = |event| events.borrow_mut().push(event);
    let step = |(): &mut ()| {
        note('t');
        Ok::<_, Infallible>(())
    };
    record(3, |p| p.generate_synchronized(|| note('|'), || note('s'), step));
    let events = events.into_inner();
    let generations = events.len() / "s|t|t|t|".len();
    assert!(generations > 10);
    assert_eq!(events, "s|t|t|t|".repeat(generations));
}

#[test]
fn the_drop_of_a_token_belongs_to_the_next_step() {
    struct Token<'a>(&'a RefCell<String>);
    impl Drop for Token<'_> {
        fn drop(&mut self) {
            self.0.borrow_mut().push('d');
        }
    }
    let events = RefCell::new(String::new());
    let step = |(): &mut ()| {
        events.borrow_mut().push('t');
        Ok::<_, Infallible>(Token(&events))
    };
    record(2, |p| p.generate_synchronized(|| events.borrow_mut().push('|'), || (), step));
    assert!(events.borrow().starts_with("|t|dt|d"), "{}", events.borrow());
}

#[test]
fn a_benchmark_that_also_runs_another_loop_keeps_what_criterion_keeps() {
    let (last, calls) = record(2, |p| {
        p.iter(|| 1);
        p.generate(|| (), |()| ());
    });
    let steps = last.generation.expect("the last loop generates").steps;
    assert!(steps.len() == calls && steps.iter().all(|steps| steps.len() == 2));

    let (first, _) = record(2, |p| {
        p.generate(|| (), |()| Ok::<_, Infallible>(()));
        p.iter(|| 1);
    });
    assert_eq!(first.generation, None);
}

#[test]
fn a_container_is_sent_with_its_benchmark_alone() {
    let directory = directory();
    let mut criterion = criterion(&directory);
    let mut group = criterion.profile_group("Block");
    let mut container = |id: ProfileId| {
        let declaration = super::Declaration { id, work: Work::none(), inference: None };
        group.record(declaration, |p| p.iter(|| 1)).expect("not filtered out").nested_in
    };
    let part = ProfileId::new(("attention", 64)).nested_in("Block/whole/64");
    assert_eq!(container(part).as_deref(), Some("Block/whole/64"));
    assert_eq!(container("next".into()), None);
}

#[test]
fn ids_work_and_facts_of_a_phase_come_from_the_model() {
    let directory = directory();
    let mut criterion = criterion(&directory);
    let model = Model::new("Tiny").matrices([100]).dtype::<f32>();
    let mut group = criterion.model_group(model.clone());
    let mut id = |phase: Phase| {
        let declaration = group.phase(phase);
        let record = group.record(declaration, |p| p.iter(|| 1)).expect("not filtered out");
        assert_eq!(record.work, Some(model.work(&phase)));
        let inference = record.inference.expect("a phase");
        assert_eq!((inference.model, inference.phase), (model.clone(), phase));
        [Some(record.id.group), record.id.function, record.id.parameter].map(Option::unwrap_or_default)
    };
    assert_eq!(id(Phase::Creation), ["Tiny", "", "creation"]);
    assert_eq!(id(Phase::Prefill { prompt: 64, cached: 128 }), ["Tiny", "prefill", "pp64@128"]);
    assert_eq!(id(Phase::Inference { prompt: 10, generated: 25 }), ["Tiny", "inference", "10+25"]);
}

#[test]
fn a_phase_generates_the_tokens_it_names() {
    let directory = directory();
    let mut criterion = criterion(&directory);
    let mut group = criterion.model_group(Model::new("Tiny"));
    let mut steps = |phase: Phase| {
        let declaration = group.phase(phase);
        let generate = |p: &mut Profiler<'_, '_>| p.generate(|| (), |()| Ok::<_, Infallible>(()));
        group.record(declaration, generate).expect("not filtered out").generation.expect("steps").steps[0]
            .len()
    };
    assert_eq!(steps(Phase::Decode { generated: 8, cached: 64 }), 8);
    assert_eq!(steps(Phase::Token { cached: 64 }), 1);
    assert_eq!(steps(Phase::Inference { prompt: 10, generated: 25 }), 25);
}
