//! Reports of models.

use super::{assert_golden, matmul, regressed, unchanged};
use crate::compare::{Comparison, Row};
use crate::dtype::Dtype;
use crate::report::fixture::models::{family, models, sizes};
use crate::work::{Flops, Work};

/// Products of which one was counted where four were timed.
fn products() -> Vec<Row> {
    let product = |n: u64| Work { counted_before: Some(Flops(n * n * n / 2)), ..matmul(n) };
    vec![
        unchanged("MatMul/64x64", [21_400.0, 21_350.0], 0.004).work(matmul(64)).build(),
        regressed("MatMul/128x128", [104_000.0, 131_000.0], 0.01).work(product(128)).build(),
        regressed("MatMul/256x256", [792_000.0, 955_000.0], 0.008).work(product(256)).build(),
    ]
}

/// Two sizes without a cache and with one, beside a family of operations.
fn cache() -> Comparison {
    let mut comparison = models(&sizes(Dtype::F32), products());
    comparison.families = vec![family(&comparison, "MatMul")];
    comparison
}

#[test]
fn report_of_models() {
    assert_golden("models", &cache());
}
