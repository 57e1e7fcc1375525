//! Sides reduced to the samples that had the core to themselves.

use std::collections::BTreeSet;

use crate::model::{Baseline, Benchmark, BenchmarkId, Round};
use crate::stats::{FEWEST_ROUNDS, uncontended_level, uncontended_rounds};

/// A side with the uncontended rounds of each benchmark.
#[derive(Debug, Clone, PartialEq)]
pub struct Uncontended {
    /// The side.
    pub side: Baseline,
    /// Benchmarks that have too few uncontended rounds and keep all of them: not to be judged.
    pub contended: BTreeSet<BenchmarkId>,
}

/// Leaves out what was measured while another hardware thread shared the core.
pub fn uncontended(side: &Baseline) -> Uncontended {
    uncontended_at(side, uncontended_level(&side.benchmarks))
}

/// Several sides of one comparison or history. Where some come from the same machine and compiler, the lowest level is
/// that of all of them: a side that was under contention throughout has no level of its own.
pub(super) fn uncontended_together(sides: &[&Baseline]) -> Vec<Uncontended> {
    let levels: Vec<Option<f64>> = sides.iter().map(|side| uncontended_level(&side.benchmarks)).collect();
    let level = |side: &Baseline| {
        let alike = sides.iter().zip(&levels).filter(|(other, _)| probe_facts(other) == probe_facts(side));
        alike.filter_map(|(_, level)| *level).min_by(f64::total_cmp)
    };
    sides.iter().map(|side| uncontended_at(side, level(side))).collect()
}

/// What decides how long the probes take.
fn probe_facts(side: &Baseline) -> (&str, &str, &[String], &str) {
    let (build, machine) = (&side.environment.build, &side.environment.machine);
    (&build.rustc, &build.target, &build.target_features, &machine.cpu)
}

fn uncontended_at(side: &Baseline, level: Option<f64>) -> Uncontended {
    let mut uncontended = Uncontended { side: without_benchmarks(side), contended: BTreeSet::new() };
    for benchmark in &side.benchmarks {
        let mut rounds = uncontended_rounds(&benchmark.rounds, level);
        if rounds.len() < FEWEST_ROUNDS.min(benchmark.rounds.len()) {
            uncontended.contended.insert(benchmark.id.clone());
            rounds = benchmark.rounds.clone();
        }
        uncontended.side.benchmarks.push(with_rounds(benchmark, rounds));
    }
    uncontended
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

    /// A benchmark with so many rounds of its own and so many under contention.
    fn benchmark(name: &str, uncontended: usize, contention: usize) -> Benchmark {
        let round = |contention: f64| Round {
            session: 0,
            samples: vec![1e4; 4],
            probes: vec![8e4; 4],
            contention: vec![contention; 4],
            steps: vec![],
        };
        let mut benchmark = row(name, &[1.0]);
        benchmark.rounds = vec![round(4e4); uncontended];
        benchmark.rounds.extend(vec![round(7e4); contention]);
        benchmark
    }

    #[test]
    fn company_is_left_out_and_a_row_that_has_nothing_else_is_marked() {
        let uncontended =
            uncontended(&baseline("a", vec![benchmark("quiet", 4, 6), benchmark("contended", 2, 8)]));
        let rounds = |index: usize| uncontended.side.benchmarks[index].rounds.len();
        assert_eq!((rounds(0), rounds(1)), (4, 10));
        assert_eq!(
            uncontended.contended.iter().map(BenchmarkId::path).collect::<Vec<_>>(),
            ["ops/contended"]
        );
    }

    #[test]
    fn a_side_under_contention_throughout_is_measured_by_the_other() {
        let (quiet, contended) =
            (baseline("a", vec![benchmark("row", 4, 0)]), baseline("b", vec![benchmark("row", 0, 4)]));
        assert!(uncontended(&contended).contended.is_empty(), "alone, contention cannot be told");
        let sides = uncontended_together(&[&quiet, &contended]);
        assert_eq!(sides.iter().map(|side| side.contended.len()).collect::<Vec<_>>(), [0, 1]);
    }
}
