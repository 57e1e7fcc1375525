//! Synthetic baselines for tests.

use jiff::Timestamp;

use super::{Comparison, Options, Rule, compare};
use crate::channel::CriterionId;
use crate::model::{
    Baseline, Benchmark, BenchmarkId, Build, Environment, Machine, Revision, Round, Session, Settings,
};
use crate::store::Store;

/// A baseline of one session on a fully recorded machine.
pub(crate) fn baseline(name: &str, benchmarks: Vec<Benchmark>) -> Baseline {
    Baseline {
        name: name.parse().expect("a plain name"),
        tool_version: "0.1.0".to_owned(),
        environment: environment(),
        settings: settings(),
        sessions: vec![Session { started: Timestamp::UNIX_EPOCH }],
        benchmarks,
        models: vec![],
    }
}

/// The two baselines of the reference figures, `tests/fixtures/reference`, compared as their report was.
pub(crate) fn reference_comparison() -> Comparison {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/reference");
    let [old, new] = ["reference-2026-02-03", "reference-2026-02-04"].map(|name| {
        let name = name.parse().expect("a plain name");
        let loaded = Store::new(folder, folder).load(&name).expect("a readable baseline");
        loaded.baseline
    });
    compare(&old, &new, &Options { rule: Rule::Point, threshold: 0.05, ..Options::default() })
}

/// A benchmark `ops/FUNCTION` whose rounds hold one sample each.
pub(crate) fn row(function: &str, times: &[f64]) -> Benchmark {
    Benchmark {
        id: BenchmarkId {
            package: "suite".to_owned(),
            target: "ops".to_owned(),
            criterion: CriterionId {
                group: "ops".to_owned(),
                function: Some(function.to_owned()),
                parameter: None,
            },
        },
        work: None,
        nested_in: None,
        inference: None,
        rounds: times
            .iter()
            .map(|&time| Round {
                session: 0,
                samples: vec![time],
                probes: vec![],
                contention: vec![],
                steps: vec![],
            })
            .collect(),
        allocation: None,
        failure: None,
        step_allocation: vec![],
    }
}

fn environment() -> Environment {
    Environment {
        revision: Some(Revision { commit: "c0ffee".to_owned(), branch: None, dirty: false }),
        build: Build {
            rustc: "rustc 1.90.0".to_owned(),
            target: "x86_64-unknown-linux-gnu".to_owned(),
            profile: "bench".to_owned(),
            target_features: vec!["fxsr".to_owned(), "sse2".to_owned()],
            ..Build::default()
        },
        machine: Machine {
            cpu: "Example CPU".to_owned(),
            cores: Some(2),
            hardware_threads: Some(4),
            memory: Some(16 << 30),
            kernel: "Linux 6.1.0".to_owned(),
            ..Machine::default()
        },
        threads: [("RAYON_NUM_THREADS".to_owned(), "1".to_owned())].into(),
    }
}

fn settings() -> Settings {
    Settings {
        rounds: 5,
        warm_up: 0.15,
        measurement: 0.5,
        samples: 20,
        filter: None,
        bench_arguments: vec![],
        cargo_arguments: vec![],
    }
}
