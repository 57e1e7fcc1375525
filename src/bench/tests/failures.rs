//! Generations that go wrong: their benchmark fails, and the run goes on.

use std::cell::Cell;
use std::convert::Infallible;
use std::panic::{self, AssertUnwindSafe};

use super::{Declaration, criterion, directory, generating};
use crate::{Model, Phase, ProfileExt, Profiler, TokenRecorder, Work};

/// Why a benchmark of three tokens a generation fails; how often `run` ran.
fn failure(mut run: impl FnMut(&mut TokenRecorder<'_>) -> Result<(), String>) -> (String, u32) {
    let directory = directory();
    let mut criterion = criterion(&directory);
    let mut group = criterion.profile_group("G");
    let runs = Cell::new(0);
    let routine = |p: &mut Profiler<'_, '_>| {
        p.generate_streamed(|| runs.set(runs.get() + 1), |(), recorder| run(recorder));
    };
    let record = group.record(generating("bad", 3), routine).expect("not filtered out");
    assert_eq!((record.probes, record.generation, record.allocation), (vec![], None, vec![]));
    let good = group.record(generating("good", 3), |p| p.generate(|| (), |()| Ok::<_, Infallible>(())));
    assert_eq!(good.expect("not filtered out").failure, None, "the rest of the run is intact");
    (record.failure.expect("a bad generation"), runs.get())
}

fn tokens(recorder: &mut TokenRecorder<'_>, count: usize) -> Result<(), String> {
    (0..count).for_each(|_| recorder.token());
    Ok(())
}

#[test]
fn no_token_too_few_and_too_many_fail_the_benchmark_at_once() {
    for count in [0, 2, 4] {
        let (failure, runs) = failure(|recorder| tokens(recorder, count));
        assert_eq!(runs, 1);
        let says = format!("tokens declared: 3, generated: {count}");
        assert!(failure.contains(&says), "{failure}");
    }
}

#[test]
fn an_error_in_the_middle_fails_the_benchmark_with_its_text() {
    let (failure, runs) = failure(|recorder| {
        tokens(recorder, 1)?;
        Err("cache is full".to_owned())
    });
    assert_eq!(runs, 1);
    assert_eq!(failure, "a generation failed (tokens declared: 3, generated: 1): cache is full");
}

#[test]
fn an_error_after_good_samples_fails_the_benchmark_too() {
    let generations = Cell::new(0);
    let (failure, runs) = failure(|recorder| {
        generations.set(generations.get() + 1);
        if generations.get() < 5 { tokens(recorder, 3) } else { Err("worn out".to_owned()) }
    });
    assert_eq!(runs, 5);
    assert!(failure.ends_with("generated: 0): worn out"), "{failure}");
}

#[test]
fn an_error_of_a_step_counts_the_tokens_before_it() {
    let directory = directory();
    let record = criterion(&directory).profile_group("G").record(generating("x", 3), |p| {
        p.generate(
            || 0,
            |n| {
                *n += 1;
                if *n < 3 { Ok(()) } else { Err("no memory") }
            },
        );
    });
    let failure = record.and_then(|record| record.failure).expect("a bad generation");
    assert_eq!(failure, "a generation failed (tokens declared: 3, generated: 2): no memory");
}

#[test]
fn a_number_of_tokens_has_to_be_declared() {
    let directory = directory();
    let mut criterion = criterion(&directory);
    let steps = Cell::new(0);
    let generate = |p: &mut Profiler<'_, '_>| {
        let step = |(): &mut ()| {
            steps.set(steps.get() + 1);
            Ok::<_, Infallible>(())
        };
        p.generate(|| (), step);
    };
    let plain = Declaration { id: "x".into(), work: Work::none(), inference: None };
    let undeclared = criterion.profile_group("G").record(plain, generate);
    let mut group = criterion.model_group(Model::new("Tiny"));
    let prefill = group.phase(Phase::Prefill { prompt: 8, cached: 0 });
    for record in [undeclared, group.record(prefill, generate)] {
        let failure = record.and_then(|record| record.failure).expect("nothing says when to end");
        assert!(failure.contains("is not declared") && failure.contains("`Work::tokens`"), "{failure}");
    }
    assert_eq!(steps.get(), 0);
}

#[test]
fn without_a_runner_a_bad_generation_panics_with_the_same_text() {
    let directory = directory();
    let mut criterion = criterion(&directory);
    let bench = AssertUnwindSafe(|| {
        criterion.profile_group("G").bench("x", Work::none().tokens(2), |p| {
            p.generate(|| (), |()| Err::<(), _>("no memory"));
        });
    });
    let panicked = panic::catch_unwind(bench).expect_err("nobody else could be told");
    let text = panicked.downcast_ref::<String>().expect("a text");
    assert_eq!(text, "a generation failed (tokens declared: 2, generated: 0): no memory");
}
