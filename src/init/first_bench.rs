//! The bench of a package that has none.

/// A criterion bench with the library: it builds as it is, and has a place for a kernel of the user's.
pub const FIRST_BENCH: &str = r#"//! A first bench: the product of two matrices. Put a kernel of your own in its place, and say what
//! one iteration of it does.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tensorprof::{CountingAllocator, ProfileExt, Work};

// Counts what benchmarks allocate, in a pass that is not timed.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

/// The product of two matrices of n rows and n columns.
fn matmul(a: &[f32], b: &[f32], n: usize) -> Vec<f32> {
    let mut product = vec![0.0; n * n];
    for (row, a_row) in product.chunks_exact_mut(n).zip(a.chunks_exact(n)) {
        for (factor, b_row) in a_row.iter().zip(b.chunks_exact(n)) {
            for (sum, value) in row.iter_mut().zip(b_row) {
                *sum += factor * value;
            }
        }
    }
    product
}

fn products(c: &mut Criterion) {
    let mut group = c.profile_group("MatMul");
    for n in [64, 256] {
        let (a, b) = (vec![0.5_f32; n * n], vec![2.0_f32; n * n]);
        // Of one iteration: reports have GFLOP/s and GB/s by it. `Work::none().flops(...)` and the like
        // say other counts.
        let work = Work::matmul::<f32>(n, n, n);
        group.bench(n.to_string(), work, |p| {
            p.iter(|| matmul(black_box(&a), black_box(&b), n))
        });
    }
}

criterion_group!(benches, products);
criterion_main!(benches);
"#;
