//! The work of operations that ids name, by the counting rules of [`Work`](crate::work::Work).

/// Formulas of one iteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) flops: &'static str,
    pub(super) bytes: &'static str,
}

/// An operation on so many numbers, which patterns call `n`, `m` and `n`, or `m`, `n` and `k`.
struct Operation {
    words: &'static [&'static str],
    numbers: usize,
    /// Its two numbers have to be the same.
    is_square: bool,
    counts: Counts,
}

const MATMUL: &[&str] = &["matmul", "gemm", "sgemm"];
const MATVEC: &[&str] = &["matvec", "gemv", "sgemv"];
const DOT: &[&str] = &["dot", "dotproduct", "innerproduct"];
const AXPY: &[&str] = &["axpy", "saxpy"];
const ELEMENTWISE: &[&str] = &["add", "mul", "sub"];
const GELU: &[&str] = &["gelu"];
const SOFTMAX: &[&str] = &["softmax"];
const LAYER_NORM: &[&str] = &["layernorm"];
const RMS_NORM: &[&str] = &["rmsnorm"];

/// The sum of three products is the same whichever sizes are inner, so that their order does not matter.
const OPERATIONS: [Operation; 17] = [
    operation(MATMUL, 1, "2*n^3", "3*n^2*dtype_size"),
    Operation { is_square: true, ..operation(MATMUL, 2, "2*m*n*n", "3*m*n*dtype_size") },
    operation(MATMUL, 3, "2*m*n*k", "(m*n + n*k + m*k)*dtype_size"),
    operation(MATVEC, 1, "2*n^2", "(n^2 + 2*n)*dtype_size"),
    operation(MATVEC, 2, "2*m*n", "(m*n + m + n)*dtype_size"),
    operation(DOT, 1, "2*n", "2*n*dtype_size"),
    operation(AXPY, 1, "2*n", "3*n*dtype_size"),
    operation(ELEMENTWISE, 1, "n", "3*n*dtype_size"),
    operation(ELEMENTWISE, 2, "m*n", "3*m*n*dtype_size"),
    operation(GELU, 1, "8*n", "2*n*dtype_size"),
    operation(GELU, 2, "8*m*n", "2*m*n*dtype_size"),
    operation(SOFTMAX, 1, "5*n", "2*n*dtype_size"),
    operation(SOFTMAX, 2, "5*m*n", "2*m*n*dtype_size"),
    operation(LAYER_NORM, 1, "7*n", "4*n*dtype_size"),
    operation(LAYER_NORM, 2, "7*m*n", "(2*m*n + 2*n)*dtype_size"),
    operation(RMS_NORM, 1, "4*n", "3*n*dtype_size"),
    operation(RMS_NORM, 2, "4*m*n", "(2*m*n + n)*dtype_size"),
];

const fn operation(
    words: &'static [&'static str],
    numbers: usize,
    flops: &'static str,
    bytes: &'static str,
) -> Operation {
    Operation { words, numbers, is_square: false, counts: Counts { flops, bytes } }
}

/// The work of the first operation that the words of ids name, on so many numbers.
pub(super) fn counts(words: &[String], numbers: usize, are_square: bool) -> Option<Counts> {
    let is_meant = |operation: &&Operation| {
        operation.numbers == numbers
            && (are_square || !operation.is_square)
            && words.iter().any(|word| operation.words.contains(&word.as_str()))
    };
    OPERATIONS.iter().find(is_meant).map(|operation| operation.counts)
}
