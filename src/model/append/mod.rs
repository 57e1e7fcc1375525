//! One more session of an existing baseline.

use std::collections::BTreeMap;

use crate::inference::Model;
use crate::work::Work;

use super::completeness::still_unfinished;
use super::facts::differences;
use super::mismatch::list;
use super::{Allocation, Baseline, Benchmark, BenchmarkId, Mismatch, MismatchedFact, StepAllocation};

impl Baseline {
    /// This baseline with the sessions of a later one. A benchmark on one side only keeps what it has; one
    /// on both has the rounds of both, the union of its allocation ranges, and the failure of the later one,
    /// if any. Peaks are those of the later one, if it has any.
    ///
    /// # Errors
    /// The conditions differ ([`Baseline::mismatch`]), or the facts of a model, or what a benchmark measures.
    pub fn append(mut self, later: Baseline) -> Result<Baseline, Mismatch> {
        if let Some(mismatch) = self.mismatch(&later.environment, &later.settings) {
            return Err(mismatch);
        }
        self.unfinished = still_unfinished(&self, &later);
        self.models = join_models(self.models, later.models)?;
        let first = self.sessions.len();
        let mut benchmarks: BTreeMap<BenchmarkId, Benchmark> =
            self.benchmarks.into_iter().map(|benchmark| (benchmark.id.clone(), benchmark)).collect();
        for mut benchmark in later.benchmarks {
            benchmark.rounds.iter_mut().for_each(|round| round.session += first);
            let joined = match benchmarks.remove(&benchmark.id) {
                Some(saved) => join(saved, benchmark)?,
                None => benchmark,
            };
            benchmarks.insert(joined.id.clone(), joined);
        }
        self.benchmarks = benchmarks.into_values().collect();
        self.sessions.extend(later.sessions);
        // An interrupted session had fewer than were asked for, which the next one adds.
        self.settings.rounds = self.settings.rounds.max(later.settings.rounds);
        self.settings.filter = either_filter(self.settings.filter, later.settings.filter);
        self.tool_version = later.tool_version;
        if !later.environment.peaks.is_empty() {
            self.environment.peaks = later.environment.peaks;
        }
        Ok(self)
    }
}

/// The models of both, by name.
fn join_models(saved: Vec<Model>, later: Vec<Model>) -> Result<Vec<Model>, Mismatch> {
    let mut models: BTreeMap<String, Model> =
        saved.into_iter().map(|model| (model.name.clone(), model)).collect();
    let mut facts = Vec::new();
    for model in later {
        match models.get(&model.name) {
            Some(saved) => facts.extend(differences(saved, &model)),
            None => _ = models.insert(model.name.clone(), model),
        }
    }
    Mismatch::unless_empty(facts)?;
    Ok(models.into_values().collect())
}

fn join(mut saved: Benchmark, later: Benchmark) -> Result<Benchmark, Mismatch> {
    Mismatch::unless_empty(contradictions(&saved, &later))?;
    saved.work = [saved.work, later.work].into_iter().flatten().min_by_key(|work| work.from);
    saved.nested_in = saved.nested_in.or(later.nested_in);
    saved.inference = saved.inference.or(later.inference);
    saved.rounds.extend(later.rounds);
    saved.allocation = either(saved.allocation, later.allocation, Allocation::union);
    saved.step_allocation = join_steps(saved.step_allocation, later.step_allocation);
    saved.failure = later.failure;
    saved.not_measured = later.not_measured.filter(|_| saved.rounds.is_empty() && saved.failure.is_none());
    Ok(saved)
}

/// What two sessions say differently of one benchmark.
fn contradictions(saved: &Benchmark, later: &Benchmark) -> Vec<MismatchedFact> {
    type Fact = fn(&Benchmark) -> Option<String>;
    const WORK: &str = "work";
    let facts: [(&str, Fact); 3] = [
        (WORK, |benchmark| benchmark.work.as_ref().map(work_text)),
        ("phase", |benchmark| benchmark.inference.as_ref().map(ToString::to_string)),
        ("steps", |benchmark| steps_text(&benchmark.step_allocation)),
    ];
    let contradiction = |(name, fact): (&str, Fact)| {
        let (saved_text, new) = (fact(saved)?, fact(later)?);
        let name = format!("{name} of `{}`", saved.id);
        (saved_text != new).then_some(MismatchedFact { name, saved: saved_text, new })
    };
    // Of work from two places, one gives way.
    let source = |benchmark: &Benchmark| benchmark.work.as_ref().map(|work| work.from);
    let applies = |(name, _): &(&str, Fact)| *name != WORK || source(saved) == source(later);
    facts.into_iter().filter(applies).filter_map(contradiction).collect()
}

/// One of them, or both joined.
fn either<T>(saved: Option<T>, later: Option<T>, join: impl FnOnce(T, T) -> T) -> Option<T> {
    match (saved, later) {
        (Some(saved), Some(later)) => Some(join(saved, later)),
        (saved, later) => saved.or(later),
    }
}

/// Steps of equally long generations, of which either may not have been counted.
fn join_steps(saved: Vec<StepAllocation>, later: Vec<StepAllocation>) -> Vec<StepAllocation> {
    let counted = |steps: Vec<StepAllocation>| (!steps.is_empty()).then_some(steps);
    let union = |saved: Vec<StepAllocation>, later| {
        saved.into_iter().zip(later).map(|(saved, later)| saved.union(later)).collect()
    };
    either(counted(saved), counted(later), union).unwrap_or_default()
}

/// The filter that lets through what either does; none where either is none.
fn either_filter(saved: Option<String>, later: Option<String>) -> Option<String> {
    let (saved, later) = (saved?, later?);
    if saved == later {
        return Some(saved);
    }
    Some(format!("(?:{saved})|(?:{later})"))
}

fn work_text(work: &Work) -> String {
    let counts = [
        ("FLOPs", work.flops.map(|count| count.0)),
        ("bytes", work.bytes.map(|count| count.0)),
        ("bits", work.bits.map(|count| count.0)),
        ("elements", work.elements.map(|count| count.0)),
        ("tokens", work.tokens.map(|count| count.0)),
        ("FLOPs counted before", work.counted_before.map(|count| count.0)),
    ];
    let counts = counts.into_iter().filter_map(|(unit, count)| Some(format!("{} {unit}", count?)));
    let kind = if work.nominal { "nominal" } else { "exact" };
    let rules = [Some(kind.to_owned()), work.dtype.map(|dtype| dtype.to_string()), work.convention.clone()];
    list(&counts.chain(rules.into_iter().flatten()).collect::<Vec<_>>())
}

fn steps_text(steps: &[StepAllocation]) -> Option<String> {
    (!steps.is_empty()).then(|| steps.len().to_string())
}

#[cfg(test)]
mod tests;
