//! Plain criterion benches of `glam`, `half` and the standard library, from a nanosecond to ten milliseconds.
//!
//! A planted slowdown is more work of the same kind. Rows of nanoseconds run more iterations than they count; the others
//! have longer inputs, of multiples of eight items, so that no remainder of a vector loop comes with it, or pass over a part
//! of them twice.

use std::hint::black_box;
use std::time::Instant;

use criterion::{BatchSize, Bencher, Criterion, criterion_group, criterion_main};
use glam::{Mat4, Vec3, Vec4};
use half::f16;
use half::slice::HalfFloatSliceExt;
use tensorprof_study_plain::{grown, iterations, share};

/// Rows of nanoseconds.
fn single(c: &mut Criterion) {
    let mut group = c.benchmark_group("single");
    let half = f16::from_f32(0.625);
    group.bench_function("half to f32", |b| repeat(b, || black_box(half).to_f32()));
    let vector = Vec3::new(0.5, -1.25, 2.0);
    group.bench_function("normalize", |b| repeat(b, || black_box(vector).normalize()));
    let matrix = Mat4::from_rotation_y(0.5);
    group.bench_function("mat4 inverse", |b| repeat(b, || black_box(matrix).inverse()));
}

/// A loop like `Bencher::iter` that runs more iterations than it counts. The same loop without a slowdown, so that nothing
/// but the count differs.
fn repeat<O>(b: &mut Bencher<'_>, mut operation: impl FnMut() -> O) {
    let share = share();
    b.iter_custom(|counted| {
        let iterations = iterations(counted, share);
        let start = Instant::now();
        for _ in 0..iterations {
            black_box(operation());
        }
        start.elapsed()
    });
}

/// Rows of a hundred nanoseconds to a millisecond, one pass over a slice.
fn slices(c: &mut Criterion) {
    let mut group = c.benchmark_group("half to f32");
    for n in [800, 80_000, 1_600_000] {
        let halves: Vec<f16> = (0..size(n)).map(|index| f16::from_f32(number(index))).collect();
        let mut singles = vec![0.0; halves.len()];
        group.bench_function(n.to_string(), |b| {
            b.iter(|| halves.convert_to_f32_slice(black_box(&mut singles)))
        });
    }
    group.finish();
    let mut group = c.benchmark_group("normalize");
    for n in [800, 8_000] {
        let vectors: Vec<Vec3> = (0..size(n)).map(vector).collect();
        group.bench_function(n.to_string(), |b| {
            b.iter(|| black_box(&vectors).iter().map(|vector| vector.normalize()).sum::<Vec3>());
        });
    }
    group.finish();
    let mut group = c.benchmark_group("transform");
    let matrix = Mat4::from_rotation_y(0.5);
    for n in [8_000, 160_000] {
        let vectors: Vec<Vec4> = (0..n).map(|index| vector(index).extend(1.0)).collect();
        let mut turned = vectors.clone();
        // Of longer inputs the memory would lie elsewhere, which matters more than the plant.
        let again = size(n) - n;
        group.bench_function(n.to_string(), |b| {
            b.iter(|| {
                turn(matrix, black_box(&vectors), &mut turned);
                turn(matrix, black_box(&vectors[..again]), &mut turned);
                black_box(&mut turned);
            });
        });
    }
}

fn turn(matrix: Mat4, vectors: &[Vec4], turned: &mut [Vec4]) {
    for (turned, vector) in turned.iter_mut().zip(vectors) {
        *turned = matrix * *vector;
    }
}

/// Rows whose input is made anew before each iteration.
fn batched(c: &mut Criterion) {
    let mut group = c.benchmark_group("batched");
    let matrices: Vec<Mat4> = (0..size(800)).map(|index| Mat4::from_rotation_x(number(index))).collect();
    group.bench_function("invert/800", |b| {
        let invert = |mut matrices: Vec<Mat4>| {
            matrices.iter_mut().for_each(|matrix| *matrix = matrix.inverse());
            matrices
        };
        b.iter_batched(|| matrices.clone(), invert, BatchSize::SmallInput);
    });
    let numbers: Vec<f32> = (0..size(800) * RUN).map(number).collect();
    group.bench_function("sort/800x64", |b| {
        let sort = |numbers: &mut Vec<f32>| {
            numbers.chunks_mut(RUN).for_each(|run| run.sort_unstable_by(f32::total_cmp));
        };
        b.iter_batched_ref(|| numbers.clone(), sort, BatchSize::LargeInput);
    });
}

/// A row of about ten milliseconds.
fn bodies(c: &mut Criterion) {
    let bodies: Vec<Vec3> = (0..BODIES).map(vector).collect();
    let pulled = grown(BODIES, share());
    let mut group = c.benchmark_group("bodies");
    group.bench_function(BODIES.to_string(), |b| {
        b.iter(|| {
            let pull = |body: &Vec3| -> Vec3 {
                let towards = |other: &Vec3| {
                    let distance = *other - *body;
                    distance / (distance.length_squared() + 0.01).powf(1.5)
                };
                bodies.iter().map(towards).sum()
            };
            black_box(&bodies).iter().cycle().take(pulled).map(pull).sum::<Vec3>()
        });
    });
}

const BODIES: usize = 800;

/// Numbers that are sorted among each other.
const RUN: usize = 64;

/// Items of a slice, as many more as the slowdown asks for.
fn size(items: usize) -> usize {
    grown(items, share())
}

/// Numbers between -1 and 1 without a pattern.
fn number(index: usize) -> f32 {
    let mixed = (index as u32).wrapping_mul(0x9E37_79B9).rotate_left(13).wrapping_mul(0x85EB_CA6B);
    mixed as i32 as f32 / i32::MAX as f32
}

fn vector(index: usize) -> Vec3 {
    Vec3::new(number(3 * index), number(3 * index + 1), number(3 * index + 2) + 2.0)
}

criterion_group!(benches, single, slices, batched, bodies);
criterion_main!(benches);
