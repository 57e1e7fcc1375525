//! The models of the reference report, on candle.

use std::cell::OnceCell;

use candle_core::{Tensor, WithDType};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use half::f16;
use tensorprof::{CountingAllocator, Element, ModelGroup, Phase, ProfileExt};
use tensorprof_suite::model::{KV_CACHE, Runtime, Sequence, Size, Weights};
use tensorprof_suite::plant::{self, Lengthened};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

/// Lengths of prompts.
const PROMPTS: [u64; 2] = [16, 64];
/// Lengths of the context at which tokens are generated.
const DEPTHS: [u64; 3] = [16, 64, 128];
/// Tokens generated at each depth.
const GENERATED: u64 = 8;

fn single(c: &mut Criterion) {
    for size in Size::ALL {
        let (weights, mut group) = model::<f32>(c, size);
        let runtime = Runtime::new(&weights, KV_CACHE).expect("weights of the model");
        forward(&mut group, &weights);
        prefill(&mut group, &runtime);
        tokens(&mut group, &runtime);
    }
}

fn half(c: &mut Criterion) {
    // A model in half precision takes only single tokens, so it needs the cache.
    if KV_CACHE {
        for size in Size::ALL {
            let (weights, mut group) = model::<f16>(c, size);
            tokens(&mut group, &Runtime::new(&weights, KV_CACHE).expect("weights of the model"));
        }
    }
}

/// Opens the group of a model, with its creation.
fn model<T: Element + WithDType>(c: &mut Criterion, size: Size) -> (Weights, ModelGroup<'_>) {
    let weights = Weights::new::<T>(size).expect("memory for weights");
    let name = format!("{}-{}", size.name(), <T as Element>::DTYPE.name());
    let mut group = c.model_group(weights.facts::<T>(&name));
    let plant = Lengthened::new(plant::share());
    group.bench(Phase::Creation, |p| {
        plant.calibrate(1, || drop(weights.model().expect("weights of the model")));
        p.iter(|| {
            plant.run();
            weights.model().expect("weights of the model")
        });
    });
    (weights, group)
}

/// A sequence of 32 tokens at once, without a cache.
fn forward(group: &mut ModelGroup<'_>, weights: &Weights) {
    let runtime = Runtime::new(weights, false).expect("weights of the model");
    process(group, &runtime, Phase::Forward { tokens: 32 }, 32);
}

fn prefill(group: &mut ModelGroup<'_>, runtime: &Runtime) {
    for prompt in PROMPTS {
        process(group, runtime, Phase::Prefill { prompt, cached: 0 }, prompt as usize);
    }
}

/// Processes a prompt of so many tokens at once.
fn process(group: &mut ModelGroup<'_>, runtime: &Runtime, phase: Phase, tokens: usize) {
    let plant = Lengthened::new(plant::share());
    group.bench(phase, |p| {
        plant.calibrate(1, || drop(logits(&mut runtime.prompt(tokens))));
        let run = |sequence: &mut Sequence| {
            plant.run();
            logits(sequence)
        };
        p.iter_batched_ref(|| runtime.prompt(tokens), run, BatchSize::PerIteration);
    });
}

fn logits(sequence: &mut Sequence) -> Tensor {
    sequence.logits().expect("a prompt that fits")
}

/// The phases that generate tokens.
fn tokens(group: &mut ModelGroup<'_>, runtime: &Runtime) {
    for cached in DEPTHS {
        generate_at(group, runtime, Phase::Decode { generated: GENERATED, cached }, GENERATED, cached);
    }
    generate_at(group, runtime, Phase::Token { cached: 64 }, 1, 64);
    let (prompt, generated) = (10, 25);
    generate(group, Phase::Inference { prompt, generated }, generated, || runtime.prompt(prompt as usize));
}

fn generate_at(group: &mut ModelGroup<'_>, runtime: &Runtime, phase: Phase, generated: u64, cached: u64) {
    // Filled once, and only if the benchmark runs.
    let context = OnceCell::new();
    let context =
        || context.get_or_init(|| runtime.context(cached as usize).expect("a prompt that fits")).clone();
    generate(group, phase, generated, context);
}

/// Generates so many tokens from where a sequence stands.
fn generate(group: &mut ModelGroup<'_>, phase: Phase, tokens: u64, from: impl Fn() -> Sequence) {
    let plant = Lengthened::new(plant::share());
    let step = |sequence: &mut Sequence| sequence.next_token().expect("a prompt that fits");
    group.bench(phase, |p| {
        plant.calibrate(tokens, || {
            let mut sequence = from();
            for _ in 0..tokens {
                step(&mut sequence);
            }
        });
        p.generate(&from, |sequence| {
            plant.run();
            sequence.next_token()
        });
    });
}

criterion_group!(benches, single, half);
criterion_main!(benches);
