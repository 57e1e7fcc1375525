//! Finds the phases of a model that are parts of another benchmark.

use crate::inference::Phase;
use crate::model::Benchmark;

/// A model in a bench: package, target and name.
type ModelKey = (String, String, String);

/// Nests a forward, prefill, decode or token of a model in the inference that it is a part of
/// ([`Phase::is_within`]), unless the benchmark itself names what contains it. Of several such inferences
/// in the same bench the shortest is chosen, and of equally short ones the first.
pub(super) fn nest_phases(benchmarks: &mut [Benchmark]) {
    let containers: Vec<Container> = benchmarks.iter().filter_map(Container::of).collect();
    for benchmark in benchmarks.iter_mut().filter(|benchmark| benchmark.nested_in.is_none()) {
        let containing = containers.iter().filter(|container| container.contains(benchmark));
        benchmark.nested_in = containing
            .min_by_key(|container| container.prompt.saturating_add(container.generated))
            .map(|container| container.path.clone());
    }
}

/// An inference that may contain other benchmarks.
struct Container {
    key: ModelKey,
    /// Tokens of its prompt.
    prompt: u64,
    /// Tokens that it generates.
    generated: u64,
    path: String,
}

impl Container {
    fn of(benchmark: &Benchmark) -> Option<Self> {
        let Phase::Inference { prompt, generated } = phase(benchmark)? else { return None };
        Some(Container { key: key(benchmark)?, prompt, generated, path: benchmark.id.path() })
    }

    fn contains(&self, benchmark: &Benchmark) -> bool {
        phase(benchmark).is_some_and(|phase| phase.is_within(self.prompt, self.generated))
            && key(benchmark).as_ref() == Some(&self.key)
    }
}

fn phase(benchmark: &Benchmark) -> Option<Phase> {
    benchmark.inference.as_ref().map(|inference| inference.phase)
}

fn key(benchmark: &Benchmark) -> Option<ModelKey> {
    let model = benchmark.inference.as_ref()?.model.clone();
    Some((benchmark.id.package.clone(), benchmark.id.target.clone(), model))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::CriterionId;
    use crate::model::{BenchmarkId, Inference};

    fn row(target: &str, path: &str, model: &str, phase: Phase) -> Benchmark {
        let criterion = CriterionId { group: path.to_owned(), function: None, parameter: None };
        Benchmark {
            id: BenchmarkId { package: "p".to_owned(), target: target.to_owned(), criterion },
            work: None,
            nested_in: None,
            inference: Some(Inference { model: model.to_owned(), phase }),
            rounds: vec![],
            allocation: None,
            step_allocation: vec![],
            failure: None,
            not_measured: None,
        }
    }

    fn nested(mut benchmarks: Vec<Benchmark>) -> Vec<Option<String>> {
        nest_phases(&mut benchmarks);
        benchmarks.into_iter().map(|benchmark| benchmark.nested_in).collect()
    }

    const INFERENCE: Phase = Phase::Inference { prompt: 10, generated: 25 };
    const FORWARD: Phase = Phase::Forward { tokens: 10 };

    #[test]
    fn what_an_inference_does_is_a_part_of_it_and_creation_is_not() {
        // It prefills 10 tokens in one pass, and decodes at contexts of 10 to 33.
        let phases = [
            (Phase::Creation, false),
            (FORWARD, true),
            (Phase::Forward { tokens: 32 }, false),
            (Phase::Prefill { prompt: 10, cached: 0 }, true),
            (Phase::Prefill { prompt: 32, cached: 0 }, false),
            (Phase::Decode { generated: 8, cached: 26 }, true),
            (Phase::Decode { generated: 8, cached: 27 }, false),
            (Phase::Token { cached: 33 }, true),
            (Phase::Token { cached: 64 }, false),
            (INFERENCE, false),
        ];
        let rows = phases.map(|(phase, _)| row("t", phase.name(), "Small", phase));
        let parts = nested(rows.into()).into_iter().map(|outer| outer.is_some());
        assert_eq!(parts.collect::<Vec<_>>(), phases.map(|(_, part)| part));
    }

    #[test]
    fn the_shortest_inference_of_the_model_in_the_bench_that_contains_it_counts() {
        let short = Phase::Inference { prompt: 10, generated: 2 };
        let rows = vec![
            row("t", "forward", "Small", FORWARD),
            row("t", "of another prompt", "Small", Phase::Inference { prompt: 11, generated: 2 }),
            row("t", "long", "Small", Phase::Inference { prompt: 10, generated: 99 }),
            row("t", "fitting", "Small", INFERENCE),
            row("t", "as fitting", "Small", INFERENCE),
            row("t", "of another", "Large", short),
            row("elsewhere", "shorter", "Small", short),
        ];
        assert_eq!(nested(rows)[0].as_deref(), Some("fitting"));
    }

    #[test]
    fn without_an_inference_nothing_is_nested() {
        assert_eq!(nested(vec![row("t", "forward", "Small", FORWARD)]), [None]);
        let plain = Benchmark { inference: None, ..row("t", "plain", "", FORWARD) };
        assert_eq!(nested(vec![plain, row("t", "inference", "Small", INFERENCE)]), [None, None]);
    }

    #[test]
    fn what_a_benchmark_declares_itself_is_kept() {
        let own = Benchmark { nested_in: Some("own".to_owned()), ..row("t", "forward", "Small", FORWARD) };
        assert_eq!(nested(vec![own, row("t", "inference", "Small", INFERENCE)])[0].as_deref(), Some("own"));
    }
}
