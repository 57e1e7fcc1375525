//! Criterion's loops, by a profiler.

use std::cell::RefCell;
use std::time::Duration;

use criterion::BatchSize;

use super::super::record::Declaration;
use super::super::sample::Samples;
use super::{criterion, directory};
use crate::{ProfileExt, Profiler, Work};

fn declaration(id: &str) -> Declaration {
    Declaration { id: id.into(), work: Work::none(), inference: None }
}

#[test]
fn every_loop_is_criterions_and_each_sample_is_probed_once() {
    let directory = directory();
    let mut criterion = criterion(&directory);
    let mut group = criterion.profile_group("G");
    let loops: [fn(&mut Profiler<'_, '_>); 7] = [
        |p| p.iter(|| 1),
        |p| p.iter_batched(|| 1, |n| n + 1, BatchSize::SmallInput),
        |p| p.iter_batched_ref(|| 1, |n| *n += 1, BatchSize::LargeInput),
        |p| p.iter_with_setup(|| 1, |n| n + 1),
        |p| p.iter_with_large_drop(|| vec![1]),
        |p| p.iter_custom(|iterations| Duration::from_nanos(10 * iterations)),
        |p| {
            p.iter(|| 1);
            p.iter_synchronized(|| (), || 1);
        },
    ];
    for (index, run) in loops.into_iter().enumerate() {
        let mut calls = 0;
        let counted = |p: &mut Profiler<'_, '_>| {
            calls += 1;
            run(p);
        };
        let record = group.record(declaration(&index.to_string()), counted).expect("not filtered out");
        assert!(calls > 10, "10 samples and a warm-up at least");
        assert_eq!(record.probes.len(), calls, "loop {index}");
        assert!(record.probes.iter().flatten().all(|probe| probe.clock > 0.0 && probe.contention > 0.0));
        assert_eq!((record.generation, record.failure), (None, None));
    }
}

#[test]
fn without_a_runner_nothing_is_probed_and_filtered_out_is_not_run() {
    let directory = directory();
    let mut criterion = criterion(&directory).with_filter("G/kept");
    let mut group = criterion.profile_group("G");
    assert_eq!(group.run_criterion(&declaration("kept"), false, |p| p.iter(|| 1)), Some(Samples::default()));
    assert_eq!(group.run_criterion(&declaration("left out"), false, |_| panic!("ran")), None);
}

#[test]
fn synchronisation_brackets_the_iterations_of_a_sample() {
    let directory = directory();
    let mut criterion = criterion(&directory);
    let events = RefCell::new(String::new());
    criterion.profile_group("G").bench("queue", Work::none(), |p| {
        p.iter_synchronized(|| events.borrow_mut().push('s'), || events.borrow_mut().push('r'));
    });
    let events = events.into_inner();
    let samples: Vec<&str> = events.split_terminator("ss").map(|sample| sample.trim_matches('s')).collect();
    assert!(samples.len() > 10, "10 samples and a warm-up at least: {events}");
    assert!(samples.iter().all(|sample| sample.contains('r') && !sample.contains('s')), "{events}");
    assert!(events.starts_with("sr") && events.ends_with("rs"), "{events}");
}
