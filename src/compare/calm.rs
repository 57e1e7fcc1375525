//! Sides reduced to the samples that had the core to themselves.

use std::collections::BTreeSet;

use crate::model::{Baseline, Benchmark, BenchmarkId, Round};
use crate::stats::{FEWEST_ROUNDS, calm_rounds, own_core_level};

/// A side with the calm rounds of each benchmark.
#[derive(Debug, Clone, PartialEq)]
pub struct Calm {
    /// The side.
    pub side: Baseline,
    /// Benchmarks that have too few calm rounds and keep all of them: not to be judged.
    pub crowded: BTreeSet<BenchmarkId>,
}

/// Leaves out what was measured while another hardware thread shared the core.
pub fn calm(side: &Baseline) -> Calm {
    calm_at(side, own_core_level(&side.benchmarks))
}

/// Several sides of one comparison or history. Where some come from the same machine and compiler, the lowest level is
/// that of all of them: a side that was in company throughout has no level of its own.
pub(super) fn calm_together(sides: &[&Baseline]) -> Vec<Calm> {
    let levels: Vec<Option<f64>> = sides.iter().map(|side| own_core_level(&side.benchmarks)).collect();
    let level = |side: &Baseline| {
        let alike = sides.iter().zip(&levels).filter(|(other, _)| probe_facts(other) == probe_facts(side));
        alike.filter_map(|(_, level)| *level).min_by(f64::total_cmp)
    };
    sides.iter().map(|side| calm_at(side, level(side))).collect()
}

/// What decides how long the probes take.
fn probe_facts(side: &Baseline) -> (&str, &str, &[String], &str) {
    let (build, machine) = (&side.environment.build, &side.environment.machine);
    (&build.rustc, &build.target, &build.target_features, &machine.cpu)
}

fn calm_at(side: &Baseline, level: Option<f64>) -> Calm {
    let mut calm = Calm { side: without_benchmarks(side), crowded: BTreeSet::new() };
    for benchmark in &side.benchmarks {
        let mut rounds = calm_rounds(&benchmark.rounds, level);
        if rounds.len() < FEWEST_ROUNDS.min(benchmark.rounds.len()) {
            calm.crowded.insert(benchmark.id.clone());
            rounds = benchmark.rounds.clone();
        }
        calm.side.benchmarks.push(with_rounds(benchmark, rounds));
    }
    calm
}

fn with_rounds(benchmark: &Benchmark, rounds: Vec<Round>) -> Benchmark {
    Benchmark {
        id: benchmark.id.clone(),
        work: benchmark.work.clone(),
        nested_in: benchmark.nested_in.clone(),
        inference: benchmark.inference.clone(),
        rounds,
        allocation: benchmark.allocation,
        step_allocation: benchmark.step_allocation.clone(),
        failure: benchmark.failure.clone(),
    }
}

/// A side without its benchmarks.
pub(super) fn without_benchmarks(side: &Baseline) -> Baseline {
    Baseline {
        name: side.name.clone(),
        tool_version: side.tool_version.clone(),
        environment: side.environment.clone(),
        settings: side.settings.clone(),
        sessions: side.sessions.clone(),
        benchmarks: Vec::new(),
        models: side.models.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixtures::{baseline, row};

    /// A benchmark with so many rounds of its own and so many in company.
    fn benchmark(name: &str, calm: usize, company: usize) -> Benchmark {
        let round = |issue: f64| Round {
            session: 0,
            samples: vec![1e4; 4],
            probes: vec![8e4; 4],
            issue: vec![issue; 4],
            steps: vec![],
        };
        let mut benchmark = row(name, &[1.0]);
        benchmark.rounds = vec![round(4e4); calm];
        benchmark.rounds.extend(vec![round(7e4); company]);
        benchmark
    }

    #[test]
    fn company_is_left_out_and_a_row_that_has_nothing_else_is_marked() {
        let calm = calm(&baseline("a", vec![benchmark("quiet", 4, 6), benchmark("crowded", 2, 8)]));
        let rounds = |index: usize| calm.side.benchmarks[index].rounds.len();
        assert_eq!((rounds(0), rounds(1)), (4, 10));
        assert_eq!(calm.crowded.iter().map(BenchmarkId::path).collect::<Vec<_>>(), ["ops/crowded"]);
    }

    #[test]
    fn a_side_in_company_throughout_is_measured_by_the_other() {
        let (quiet, crowded) =
            (baseline("a", vec![benchmark("row", 4, 0)]), baseline("b", vec![benchmark("row", 0, 4)]));
        assert!(calm(&crowded).crowded.is_empty(), "alone, company cannot be told");
        let sides = calm_together(&[&quiet, &crowded]);
        assert_eq!(sides.iter().map(|side| side.crowded.len()).collect::<Vec<_>>(), [0, 1]);
    }
}
