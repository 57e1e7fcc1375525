//! Profile groups: criterion's benchmark groups, with benchmarks that declare their work.

use std::thread;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, SamplingMode, Throughput};

use super::allocation::Counts;
use super::id::ProfileId;
use super::profiler::Profiler;
use super::record::Declaration;
use super::sample::Samples;
use super::{allocator, runner_connection};
use crate::channel::Record;
use crate::work::Work;

/// Benchmarks that belong together, such as one operation at several sizes, or the phases of a model `M`
/// ([`ModelGroup`](super::ModelGroup)).
///
/// A plain `cargo bench` runs them like any criterion benchmark. Under `cargo tensorprof` each also gets
/// probes around its samples, and an untimed allocation pass if the process uses
/// [`CountingAllocator`](super::CountingAllocator).
pub struct ProfileGroup<'a, M = ()> {
    name: String,
    criterion: BenchmarkGroup<'a, WallTime>,
    /// Whether a benchmark of this group had a throughput, which criterion keeps for later benchmarks.
    has_throughput: bool,
    model: M,
}

impl ProfileGroup<'_> {
    /// Runs a benchmark unless it is filtered out. `routine` runs once a sample and calls one loop of its
    /// [`Profiler`]; `work` is what one iteration of that loop does.
    ///
    /// # Panics
    /// Like criterion: if `id` was used before in this group, or `routine` calls no loop. In a plain `cargo
    /// bench` also if a generation fails.
    pub fn bench(
        &mut self,
        id: impl Into<ProfileId>,
        work: Work,
        routine: impl FnMut(&mut Profiler<'_, '_>),
    ) -> &mut Self {
        self.measure(Declaration { id: id.into(), work, inference: None }, routine)
    }
}

impl<M> ProfileGroup<'_, M> {
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
}

impl<'a, M> ProfileGroup<'a, M> {
    pub(super) fn open(criterion: &'a mut Criterion, name: String, model: M) -> Self {
        let mut criterion = criterion.benchmark_group(&name);
        criterion.sampling_mode(SamplingMode::Flat);
        ProfileGroup { name, criterion, has_throughput: false, model }
    }

    pub(super) fn model(&self) -> &M {
        &self.model
    }

    /// Runs a benchmark, and sends its record if there is a runner.
    pub(super) fn measure(
        &mut self,
        declaration: Declaration,
        routine: impl FnMut(&mut Profiler<'_, '_>),
    ) -> &mut Self {
        if !runner_connection::connected() {
            self.set_throughput(&declaration.work);
            self.run_criterion(&declaration, false, routine);
        } else if let Some(record) = self.record(declaration, routine) {
            runner_connection::send(record);
        }
        self
    }

    /// Runs a benchmark and makes its record; `None` if it was filtered out.
    pub(super) fn record(
        &mut self,
        declaration: Declaration,
        mut routine: impl FnMut(&mut Profiler<'_, '_>),
    ) -> Option<Record> {
        let samples = self.run_criterion(&declaration, true, &mut routine)?;
        let counted = if samples.failure.is_none() {
            allocation_pass(declaration.generated(), routine)
        } else {
            Ok(Counts::default())
        };
        Some(declaration.record(&self.name, samples, counted))
    }

    /// Lets criterion run a benchmark. Returns what the calls of `routine` yielded, or `None` if it was
    /// filtered out.
    ///
    /// # Panics
    /// If the benchmark fails and is not `probed`: then there is no runner to report the failure to.
    pub(super) fn run_criterion(
        &mut self,
        declaration: &Declaration,
        probed: bool,
        mut routine: impl FnMut(&mut Profiler<'_, '_>),
    ) -> Option<Samples> {
        let mut samples: Option<Samples> = None;
        self.criterion.bench_function(declaration.id.criterion(), |bencher| {
            let samples = samples.get_or_insert_default();
            if samples.failure.is_none() {
                let mut profiler = Profiler::timing(bencher, probed, declaration.generated());
                routine(&mut profiler);
                samples.add(profiler.into_sample());
            }
            if let Some(failure) = &samples.failure {
                assert!(probed, "{failure}");
                bencher.iter_custom(pass_time);
            }
        });
        samples
    }

    /// Makes criterion show a rate. Not used under a runner, which gets the declared work in the record.
    fn set_throughput(&mut self, work: &Work) {
        if let Some(throughput) = throughput(work) {
            self.criterion.throughput(throughput);
            self.has_throughput = true;
        } else if self.has_throughput {
            // A throughput cannot be removed again; one element per iteration is at least not false.
            self.criterion.throughput(Throughput::Elements(1));
        }
    }
}

/// Takes the place of the iterations of a benchmark that has failed, since criterion cannot be stopped: a
/// millisecond for each. Criterion doubles their number until the time of the warm-up has passed, so time has
/// to pass. At most 100 ms, because criterion may have chosen the number for the faster iterations before the
/// failure.
fn pass_time(iterations: u64) -> Duration {
    let time = Duration::from_millis(iterations.min(100));
    thread::sleep(time);
    time
}

/// The untimed pass. Skipped if the allocator cannot count, since the set-up in `routine` may be expensive.
fn allocation_pass(
    tokens: Option<usize>,
    mut routine: impl FnMut(&mut Profiler<'_, '_>),
) -> Result<Counts, String> {
    if !allocator::installed() {
        return Ok(Counts::default());
    }
    let mut profiler = Profiler::counting(tokens);
    routine(&mut profiler);
    profiler.into_counts()
}

/// The throughput that a plain `cargo bench` shows. Criterion has no unit for FLOPs.
fn throughput(work: &Work) -> Option<Throughput> {
    let elements = work.tokens.map(|tokens| tokens.0).or(work.elements.map(|elements| elements.0));
    elements.map(Throughput::Elements).or(work.bytes.map(|bytes| Throughput::Bytes(bytes.0)))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn pass_time_takes_the_time_that_it_returns_and_is_short() {
        for iterations in [0, 1, u64::MAX] {
            let start = Instant::now();
            let passed = pass_time(iterations);
            assert!(start.elapsed() >= passed && passed <= Duration::from_millis(100));
        }
        assert!(pass_time(2) > pass_time(1), "a warm-up ends after a few doublings");
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
