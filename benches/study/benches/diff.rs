//! How long a comparison takes: of a suite, and of ten thousand rows.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use tensorprof::compare::{Options, compare};
use tensorprof_study::synthetic::baseline;

fn comparison(c: &mut Criterion) {
    let mut group = c.benchmark_group("compare");
    group.sample_size(10);
    for rows in [30, 10_000] {
        let (old, new) = (baseline("old", rows, 1.0, 1), baseline("new", rows, 1.02, 2));
        let options = Options::default();
        group.bench_function(BenchmarkId::from_parameter(rows), |b| {
            b.iter(|| compare(black_box(&old), black_box(&new), &options));
        });
    }
}

criterion_group!(benches, comparison);
criterion_main!(benches);
