//! Which phases of a model are parts of another benchmark.

use std::collections::BTreeMap;

use crate::inference::Phase;
use crate::model::Benchmark;

/// A model within a bench: package, target and name.
type Place = (String, String, String);

/// Nests forward, prefill, decode and token of a model in its inference, of which they are parts, where they do not
/// say themselves what contains them. Of several inferences in the same bench it is the one of most tokens, and of
/// equal ones the first.
pub(super) fn nest_phases(benchmarks: &mut [Benchmark]) {
    let whole = inferences(benchmarks);
    for benchmark in benchmarks.iter_mut().filter(|benchmark| benchmark.nested_in.is_none()) {
        if phase(benchmark).is_some_and(is_part) {
            benchmark.nested_in = place(benchmark).and_then(|place| Some(whole.get(&place)?.path.clone()));
        }
    }
}

/// The inference that stands for all of a model.
struct Whole {
    tokens: u64,
    path: String,
}

fn inferences(benchmarks: &[Benchmark]) -> BTreeMap<Place, Whole> {
    let mut longest: BTreeMap<Place, Whole> = BTreeMap::new();
    for benchmark in benchmarks {
        let (Some(tokens), Some(place)) = (phase(benchmark).and_then(all_tokens), place(benchmark)) else {
            continue;
        };
        if longest.get(&place).is_none_or(|other| tokens > other.tokens) {
            longest.insert(place, Whole { tokens, path: benchmark.id.path() });
        }
    }
    longest
}

fn phase(benchmark: &Benchmark) -> Option<Phase> {
    benchmark.inference.as_ref().map(|inference| inference.phase)
}

fn place(benchmark: &Benchmark) -> Option<Place> {
    let model = benchmark.inference.as_ref()?.model.clone();
    Some((benchmark.id.package.clone(), benchmark.id.target.clone(), model))
}

/// Tokens of an inference, those of its prompt too.
fn all_tokens(phase: Phase) -> Option<u64> {
    match phase {
        Phase::Inference { prompt, generated } => Some(prompt.saturating_add(generated)),
        _ => None,
    }
}

/// Creation is none: it happens once, before any inference.
fn is_part(phase: Phase) -> bool {
    match phase {
        Phase::Forward { .. } | Phase::Prefill { .. } | Phase::Decode { .. } | Phase::Token { .. } => true,
        Phase::Creation | Phase::Inference { .. } => false,
    }
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
        }
    }

    fn nested(mut benchmarks: Vec<Benchmark>) -> Vec<Option<String>> {
        nest_phases(&mut benchmarks);
        benchmarks.into_iter().map(|benchmark| benchmark.nested_in).collect()
    }

    const INFERENCE: Phase = Phase::Inference { prompt: 10, generated: 25 };
    const FORWARD: Phase = Phase::Forward { tokens: 10 };

    #[test]
    fn all_phases_but_creation_are_parts_of_the_inference() {
        let rows = [
            Phase::Creation,
            FORWARD,
            Phase::Prefill { prompt: 10, cached: 0 },
            Phase::Decode { generated: 8, cached: 64 },
            Phase::Token { cached: 0 },
            INFERENCE,
        ];
        let rows = rows.map(|phase| row("t", phase.name(), "Small", phase));
        let part = Some("inference".to_owned());
        assert_eq!(nested(rows.into()), [None, part.clone(), part.clone(), part.clone(), part, None]);
    }

    #[test]
    fn the_longest_inference_of_the_model_in_the_bench_counts() {
        let other = Phase::Inference { prompt: 20, generated: 15 };
        let rows = vec![
            row("t", "forward", "Small", FORWARD),
            row("t", "short", "Small", Phase::Inference { prompt: 1, generated: 2 }),
            row("t", "long", "Small", INFERENCE),
            row("t", "as long", "Small", other),
            row("t", "of another", "Large", Phase::Inference { prompt: 99, generated: 99 }),
            row("elsewhere", "longer", "Small", Phase::Inference { prompt: 99, generated: 99 }),
        ];
        assert_eq!(nested(rows)[0].as_deref(), Some("long"));
    }

    #[test]
    fn without_an_inference_nothing_is_nested() {
        assert_eq!(nested(vec![row("t", "forward", "Small", FORWARD)]), [None]);
        let plain = Benchmark { inference: None, ..row("t", "plain", "", FORWARD) };
        assert_eq!(nested(vec![plain, row("t", "inference", "Small", INFERENCE)]), [None, None]);
    }

    #[test]
    fn what_a_benchmark_says_itself_holds() {
        let own = Benchmark { nested_in: Some("own".to_owned()), ..row("t", "forward", "Small", FORWARD) };
        assert_eq!(nested(vec![own, row("t", "inference", "Small", INFERENCE)])[0].as_deref(), Some("own"));
    }
}
