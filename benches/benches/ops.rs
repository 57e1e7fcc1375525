//! The operations of the reference report, on candle.

use candle_core::{Result, Tensor, WithDType};
use candle_nn::ops::softmax_last_dim;
use criterion::{Criterion, criterion_group, criterion_main};
use half::{bf16, f16};
use tensorprof::{CountingAllocator, Element, ProfileExt, ProfileGroup, ProfileId, Work};
use tensorprof_suite::{Inputs, plant};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

fn matmul(c: &mut Criterion) {
    let mut group = c.profile_group("MatMul");
    matmul_of::<f32>(&mut group);
    matmul_of::<f16>(&mut group);
    matmul_of::<bf16>(&mut group);
}

fn matmul_of<T: Element + WithDType>(group: &mut ProfileGroup<'_>) {
    for n in [64, 128, 256, 512] {
        let [a, b] = inputs::<T, 2>((n, n));
        let id = (<T as Element>::DTYPE.name(), format!("{n}x{n}"));
        operation(group, id, Work::matmul::<T>(n, n, n), [a], |[a]| a.matmul(&b));
    }
}

fn gelu(c: &mut Criterion) {
    let mut group = c.profile_group("GELU");
    for n in [1_000, 10_000, 100_000, 1_000_000] {
        operation(&mut group, n.to_string(), Work::gelu::<f32>(n), inputs::<f32, 1>(n), |[x]| x.gelu());
    }
}

/// Rows of a softmax: the attention heads of a model of the suite's size in a batch of eight.
const SOFTMAX_ROWS: usize = 32;

fn softmax(c: &mut Criterion) {
    let mut group = c.profile_group("Softmax");
    for n in [256, 512, 1024, 2048] {
        let (work, operands) = (Work::softmax::<f32>(SOFTMAX_ROWS, n), inputs::<f32, 1>((SOFTMAX_ROWS, n)));
        operation(&mut group, n.to_string(), work, operands, |[x]| softmax_last_dim(x));
    }
}

fn elementwise(c: &mut Criterion) {
    let n = 10_000;
    let mut group = c.profile_group("TensorAdd");
    operation(&mut group, n.to_string(), Work::add::<f32>(n), inputs::<f32, 2>(n), |[a, b]| a.add(b));
    group.finish();
    let mut group = c.profile_group("TensorMul");
    operation(&mut group, n.to_string(), Work::mul::<f32>(n), inputs::<f32, 2>(n), |[a, b]| a.mul(b));
}

fn broadcast(c: &mut Criterion) {
    let (rows, cols) = (100, 100);
    let mut group = c.profile_group("BroadcastAdd");
    let ([x], [bias]) = (inputs::<f32, 1>((rows, cols)), inputs::<f32, 1>(cols));
    let id = format!("{rows}x{cols}");
    operation(&mut group, id, Work::broadcast_add::<f32>(rows, cols), [x], |[x]| x.broadcast_add(&bias));
}

/// Benchmarks `run` on `operands`, with the slowdown of [`plant`] if one is requested.
fn operation<const N: usize>(
    group: &mut ProfileGroup<'_>,
    id: impl Into<ProfileId>,
    work: Work,
    operands: [Tensor; N],
    run: impl Fn(&[Tensor; N]) -> Result<Tensor>,
) {
    let pieces = operands.each_ref().map(|operand| plant::piece(operand).expect("rows to take"));
    let run = |operands| run(operands).expect("operands that fit");
    let mut planted = plant::Planted::new(plant::share(), || run(&operands), || run(&pieces));
    group.bench(id, work, |p| {
        planted.calibrate();
        p.iter(|| planted.run());
    });
}

fn inputs<T: WithDType, const N: usize>(shape: impl Into<candle_core::Shape>) -> [Tensor; N] {
    let (shape, mut inputs) = (shape.into(), Inputs::new(0));
    std::array::from_fn(|_| inputs.tensor::<T>(shape.clone()).expect("memory for an input"))
}

criterion_group!(benches, matmul, gelu, softmax, elementwise, broadcast);
criterion_main!(benches);
