//! Arbitrary models, and benchmarks that measure them.

use proptest::array::{uniform3, uniform9};
use proptest::collection::btree_map;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{range, text};
use crate::Dtype;
use crate::inference::{Logits, Model, Phase};
use crate::model::{Benchmark, Inference, StepAllocation};

/// Most tokens of a generation.
pub(super) const LONGEST: usize = 3;

fn phase() -> impl Strategy<Value = Phase> {
    let tokens = || prop_oneof![1..1000u64, 1..=i64::MAX as u64 / 2];
    let cached = || prop_oneof![0..1000u64, 0..=i64::MAX as u64 / 2];
    let generated = || 1..=LONGEST as u64;
    prop_oneof![
        Just(Phase::Creation),
        tokens().prop_map(|tokens| Phase::Forward { tokens }),
        (tokens(), cached()).prop_map(|(prompt, cached)| Phase::Prefill { prompt, cached }),
        (generated(), cached()).prop_map(|(generated, cached)| Phase::Decode { generated, cached }),
        cached().prop_map(|cached| Phase::Token { cached }),
        (tokens(), generated()).prop_map(|(prompt, generated)| Phase::Inference { prompt, generated }),
    ]
}

pub(super) fn models() -> impl Strategy<Value = Vec<Model>> {
    let name = text().prop_filter("a model has a name", |name| !name.is_empty());
    let fact = || 1..=i64::MAX as u64;
    let facts = uniform9(fact());
    let logits = select(vec![Logits::EveryPosition, Logits::LastPosition]);
    btree_map(name, (facts, select(Dtype::ALL.to_vec()), logits), 0..3).prop_map(|models| {
        let model = |(name, (facts, dtype, logits))| {
            let [
                parameters,
                matrix_parameters,
                layers,
                width,
                heads,
                kv_heads,
                head_size,
                vocabulary,
                context,
            ] = facts;
            Model {
                name,
                parameters,
                matrix_parameters,
                layers,
                width,
                heads,
                kv_heads,
                head_size,
                vocabulary,
                context,
                dtype: Some(dtype),
                logits,
            }
        };
        models.into_iter().map(model).collect()
    })
}

/// What a benchmark measures of a model, if it measures one.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    inference: Option<Inference>,
    step_allocation: [StepAllocation; LONGEST],
}

pub(super) fn measured_of(models: &[Model]) -> impl Strategy<Value = Measured> + use<> {
    let names: Vec<String> = models.iter().map(|model| model.name.clone()).collect();
    let counts = || prop_oneof![0..3u64, 0..=i64::MAX as u64].boxed();
    let step = (range(counts()), range(counts())).prop_map(|(count, bytes)| StepAllocation { count, bytes });
    (any::<Index>(), phase(), uniform3(step)).prop_map(move |(index, phase, step_allocation)| {
        // One index more than there are models: no model.
        let name = names.get(index.index(names.len() + 1));
        let inference = name.map(|name| Inference { model: name.clone(), phase });
        Measured { inference, step_allocation }
    })
}

/// The benchmark, its generations cut to as many steps as its phase has.
pub(super) fn measuring(measured: Measured, mut benchmark: Benchmark) -> Benchmark {
    let Measured { inference, step_allocation } = measured;
    match inference.as_ref().and_then(|inference| inference.phase.generated()) {
        None => benchmark.rounds.iter_mut().for_each(|round| round.steps.clear()),
        Some(steps) => {
            let generations = benchmark.rounds.iter_mut().flat_map(|round| &mut round.steps);
            generations.for_each(|generation| generation.truncate(steps as usize));
            benchmark.step_allocation = step_allocation[..steps as usize].to_vec();
        }
    }
    Benchmark { inference, ..benchmark }
}
