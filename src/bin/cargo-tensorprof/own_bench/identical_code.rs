//! The code whose processes `doctor` compares with each other.

use std::hint::black_box;

use criterion::Criterion;
use tensorprof::{ProfileExt as _, Work};

/// Elements: 64 KiB of input and output together, within the second level of any cache.
const ELEMENTS: usize = 8192;

/// Runs the bench by the arguments of this process, as `criterion_main!` would.
pub(super) fn run() {
    let mut criterion = Criterion::default().configure_from_args();
    let input: Vec<f32> = (0..ELEMENTS).map(|index| (index as f32).mul_add(0.001, -4.0)).collect();
    let mut output = vec![0.0; ELEMENTS];
    let mut group = criterion.profile_group("doctor");
    group.bench("gelu", Work::gelu::<f32>(ELEMENTS), |profiler| {
        profiler.iter(|| gelu(black_box(&input), black_box(&mut output)));
    });
    group.finish();
    criterion.final_summary();
}

/// The form with tanh (Hendrycks & Gimpel 2016): scalar code that computes, reads and writes, as most benchmarks do.
fn gelu(input: &[f32], output: &mut [f32]) {
    for (&x, y) in input.iter().zip(output) {
        let inner = (2.0 / std::f32::consts::PI).sqrt() * (0.044_715 * x * x).mul_add(x, x);
        *y = 0.5 * x * (1.0 + inner.tanh());
    }
}
