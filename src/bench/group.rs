//! Profile groups: criterion's benchmark groups whose benchmarks declare their work.

use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, SamplingMode, Throughput};

use super::id::ProfileId;
use super::profiler::Profiler;
use super::{allocator, session};
use crate::channel::{AllocationCount, Reading, Record};
use crate::work::Work;

/// Profile groups for [`Criterion`].
pub trait ProfileExt {
    /// Opens a group of benchmarks named `name`, as `Criterion::benchmark_group` does. Its sampling is flat, so that
    /// all samples of a benchmark weigh the same.
    fn profile_group(&mut self, name: impl Into<String>) -> ProfileGroup<'_>;
}

impl ProfileExt for Criterion {
    fn profile_group(&mut self, name: impl Into<String>) -> ProfileGroup<'_> {
        let name = name.into();
        let mut criterion = self.benchmark_group(&name);
        criterion.sampling_mode(SamplingMode::Flat);
        ProfileGroup { name, criterion, rated: false }
    }
}

/// Benchmarks that belong together: one operation at several sizes, say.
///
/// A plain `cargo bench` runs them as criterion's. Under `cargo tensorprof` each also gets probes around its
/// samples, and an untimed allocation pass where the process uses [`CountingAllocator`](super::CountingAllocator).
pub struct ProfileGroup<'a> {
    name: String,
    criterion: BenchmarkGroup<'a, WallTime>,
    /// A benchmark of this group has had a throughput, which criterion keeps for those after it.
    rated: bool,
}

impl ProfileGroup<'_> {
    /// Runs a benchmark unless it is filtered out. `routine` runs once a sample and calls one loop of its
    /// [`Profiler`]; `work` is what one iteration of that loop does.
    ///
    /// # Panics
    /// As criterion does: where `id` was used before in this group, or `routine` calls no loop.
    pub fn bench(
        &mut self,
        id: impl Into<ProfileId>,
        work: Work,
        mut routine: impl FnMut(&mut Profiler<'_, '_>),
    ) -> &mut Self {
        let id = id.into();
        let connected = session::connected();
        if !connected {
            self.rate(&work);
        }
        let probes = self.time(&id, connected, &mut routine);
        if let Some(probes) = probes.filter(|_| connected) {
            let (id, work) = (id.within(&self.name), declared(work));
            session::send(Record {
                id,
                work,
                probes,
                allocation: allocation_pass(routine),
                nested_in: None,
                inference: None,
                generation: None,
                failure: None,
            });
        }
        self
    }

    /// Has criterion run a benchmark: the probes of each call of `routine`, or `None` where it was filtered out.
    fn time(
        &mut self,
        id: &ProfileId,
        probed: bool,
        mut routine: impl FnMut(&mut Profiler<'_, '_>),
    ) -> Option<Vec<[Reading; 2]>> {
        let mut probes = None;
        self.criterion.bench_function(id.criterion(), |bencher| {
            let mut profiler = Profiler::timing(bencher, probed);
            routine(&mut profiler);
            probes.get_or_insert_with(Vec::new).extend(profiler.into_probe());
        });
        probes
    }

    /// Criterion's `sample_size`: samples per benchmark, at least 10.
    pub fn sample_size(&mut self, samples: usize) -> &mut Self {
        self.criterion.sample_size(samples);
        self
    }

    /// Criterion's `warm_up_time`.
    pub fn warm_up_time(&mut self, duration: Duration) -> &mut Self {
        self.criterion.warm_up_time(duration);
        self
    }

    /// Criterion's `measurement_time`.
    pub fn measurement_time(&mut self, duration: Duration) -> &mut Self {
        self.criterion.measurement_time(duration);
        self
    }

    /// Criterion's `sampling_mode`, flat unless set.
    pub fn sampling_mode(&mut self, mode: SamplingMode) -> &mut Self {
        self.criterion.sampling_mode(mode);
        self
    }

    /// Ends the group, as dropping it does.
    pub fn finish(self) {
        self.criterion.finish();
    }

    /// Has criterion show a rate. To a runner it would be a second, poorer declaration of work beside the record's.
    fn rate(&mut self, work: &Work) {
        if let Some(throughput) = throughput(work) {
            self.criterion.throughput(throughput);
            self.rated = true;
        } else if self.rated {
            // Criterion cannot take a throughput back: an iteration per iteration is at least true.
            self.criterion.throughput(Throughput::Elements(1));
        }
    }
}

/// The untimed pass; not worth the set-up in `routine` where the allocator cannot count.
fn allocation_pass(mut routine: impl FnMut(&mut Profiler<'_, '_>)) -> Vec<AllocationCount> {
    if !allocator::installed() {
        return Vec::new();
    }
    let mut profiler = Profiler::counting();
    routine(&mut profiler);
    profiler.into_counts()
}

/// The rate that a plain `cargo bench` shows. Criterion has no unit for FLOPs.
fn throughput(work: &Work) -> Option<Throughput> {
    let elements = work.tokens.map(|tokens| tokens.0).or(work.elements.map(|elements| elements.0));
    elements.map(Throughput::Elements).or(work.bytes.map(|bytes| Throughput::Bytes(bytes.0)))
}

/// Work that declares nothing is not sent.
fn declared(work: Work) -> Option<Work> {
    (work != Work::none()).then_some(work)
}

#[cfg(test)]
mod tests {
    use criterion::BatchSize;

    use super::*;

    /// Criterion at its shortest, with its files out of the way.
    fn criterion(directory: &tempfile::TempDir) -> Criterion {
        Criterion::default()
            .output_directory(directory.path())
            .without_plots()
            .sample_size(10)
            .nresamples(1001)
            .warm_up_time(Duration::from_micros(1))
            .measurement_time(Duration::from_micros(1))
    }

    #[test]
    fn every_loop_is_criterions_and_each_sample_is_probed_once() {
        let directory = tempfile::tempdir().expect("a temporary directory");
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
            let probes = group.time(&index.to_string().into(), true, counted).expect("not filtered out");
            assert!(calls > 10, "10 samples and a warm-up at least");
            assert_eq!(probes.len(), calls, "loop {index}");
            assert!(probes.iter().flatten().all(|probe| probe.clock > 0.0 && probe.issue > 0.0));
        }
    }

    #[test]
    fn without_a_runner_nothing_is_probed_and_filtered_out_is_not_run() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut criterion = criterion(&directory).with_filter("G/kept");
        let mut group = criterion.profile_group("G");
        assert_eq!(group.time(&"kept".into(), false, |p| p.iter(|| 1)), Some(vec![]));
        assert_eq!(group.time(&"left out".into(), false, |_| panic!("ran")), None);
    }

    #[test]
    fn synchronisation_brackets_the_iterations_of_a_sample() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut criterion = criterion(&directory);
        let events = std::cell::RefCell::new(String::new());
        criterion.profile_group("G").bench("queue", Work::none(), |p| {
            p.iter_synchronized(|| events.borrow_mut().push('s'), || events.borrow_mut().push('r'));
        });
        let events = events.into_inner();
        let samples: Vec<&str> =
            events.split_terminator("ss").map(|sample| sample.trim_matches('s')).collect();
        assert!(samples.len() > 10, "10 samples and a warm-up at least: {events}");
        assert!(samples.iter().all(|sample| sample.contains('r') && !sample.contains('s')), "{events}");
        assert!(events.starts_with("sr") && events.ends_with("rs"), "{events}");
    }

    #[test]
    fn criterion_shows_tokens_or_elements_or_bytes_but_never_flops() {
        let shown = |work: Work| throughput(&work).map(|rate| format!("{rate:?}"));
        assert_eq!(shown(Work::none().tokens(5).elements(6).bytes(7)).as_deref(), Some("Elements(5)"));
        assert_eq!(shown(Work::gelu::<f32>(6)).as_deref(), Some("Elements(6)"));
        assert_eq!(shown(Work::matmul::<f32>(1, 1, 1)).as_deref(), Some("Bytes(12)"));
        assert_eq!(shown(Work::none().flops(7)), None);
    }
}
