//! The bench of a package that has none.

/// What a bench calls the crates that it uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crates {
    /// Criterion.
    pub criterion: String,
    /// The library.
    pub library: String,
    /// They have to be declared: imports of the edition of 2015 do not find them.
    pub are_declared: bool,
}

/// A criterion bench with the library: it builds as it is, and has a place for a kernel of the user's.
pub fn first_bench(crates: &Crates) -> String {
    let Crates { criterion, library, are_declared } = crates;
    let named = BENCH
        .replace("use criterion::", &format!("use {criterion}::"))
        .replace("use tensorprof::", &format!("use {library}::"));
    match named.split_once("use std") {
        Some((documentation, rest)) if *are_declared => {
            format!("{documentation}extern crate {criterion};\nextern crate {library};\n\nuse std{rest}")
        }
        _ => named,
    }
}

const BENCH: &str = r#"//! A first bench: the product of two matrices. Put a kernel of your own in its place, and say what
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bench_calls_its_crates_as_the_package_does() {
        let crates = |criterion: &str, library: &str, are_declared| Crates {
            criterion: criterion.to_owned(),
            library: library.to_owned(),
            are_declared,
        };
        assert_eq!(first_bench(&crates("criterion", "tensorprof", false)), BENCH);
        let renamed = first_bench(&crates("crit", "tp", true));
        let declared =
            "does.\n\nextern crate crit;\nextern crate tp;\n\nuse std::hint::black_box;\n\nuse crit::{";
        assert!(renamed.contains(declared) && renamed.contains("\nuse tp::{"), "{renamed}");
        assert!(!renamed.contains("tensorprof") && !renamed.contains("criterion::"), "{renamed}");
    }
}
