//! Models, phases and the steps of generations.

use std::collections::BTreeSet;

use super::numbers::{check_counts, check_times};
use crate::inference::Model;
use crate::model::{Benchmark, Round, check_model, check_phase, things};

/// Checks the models of a baseline.
pub(super) fn check_models(models: &[Model]) -> Result<(), String> {
    let mut names = BTreeSet::new();
    models.iter().try_for_each(|model| {
        check_model(model)?;
        if names.insert(&model.name) {
            return Ok(());
        }
        Err(format!("model `{}` occurs twice", model.name))
    })
}

/// Checks that the model of a benchmark is among these.
pub(super) fn check_model_of(benchmark: &Benchmark, models: &[Model]) -> Result<(), String> {
    match &benchmark.inference {
        Some(inference) if !models.iter().any(|model| model.name == inference.model) => {
            Err(format!("its model `{}` is not in the file", inference.model))
        }
        _ => Ok(()),
    }
}

/// Checks what a benchmark measures of a model, and the allocation of its steps.
pub(super) fn check_inference(benchmark: &Benchmark) -> Result<(), String> {
    benchmark.inference.as_ref().map_or(Ok(()), |inference| check_phase(&inference.phase))?;
    let steps = &benchmark.step_allocation;
    if !steps.is_empty() {
        check_length("the allocation", steps.len(), benchmark)?;
    }
    steps.iter().try_for_each(|step| check_counts([("count", &step.count), ("bytes", &step.bytes)]))
}

/// Checks the steps of a round against its samples and the phase of its benchmark.
pub(super) fn check_steps(round: &Round, benchmark: &Benchmark) -> Result<(), String> {
    if round.steps.is_empty() {
        return Ok(());
    }
    if round.steps.len() != round.samples.len() {
        return Err(format!(
            "it has {} and {} of steps",
            things(round.samples.len(), "sample"),
            things(round.steps.len(), "list")
        ));
    }
    let kept = round.steps.iter().enumerate().filter(|(_, steps)| !steps.is_empty());
    for (sample, steps) in kept {
        let sample = sample + 1;
        check_length(&format!("sample {sample}"), steps.len(), benchmark)?;
        check_times(&format!("sample {sample}: step"), steps)?;
    }
    Ok(())
}

/// A generation has as many steps as its phase says.
fn check_length(what: &str, found: usize, benchmark: &Benchmark) -> Result<(), String> {
    let declared = benchmark.inference.as_ref().and_then(|inference| inference.phase.generated());
    if declared == Some(found as u64) {
        return Ok(());
    }
    let found = things(found, "step");
    match declared {
        Some(declared) => Err(format!("{what} has {found}, but its phase has {declared}")),
        None => Err(format!("{what} has {found}, but its phase generates no tokens")),
    }
}
