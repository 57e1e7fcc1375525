//! Tests of the store as a whole: what is written, what is refused, what survives.

mod bad_files;
mod bad_models;
mod folder;
mod golden;
mod limits;
mod mutated;
mod other_forms;
mod roundtrip;
mod saving;

use std::collections::BTreeMap;

use tempfile::TempDir;

use super::Store;
use crate::Dtype;
use crate::channel::CriterionId;
use crate::inference::{Model, Phase};
use crate::model::{
    Access, Allocation, ArithmeticPeak, BandwidthPeak, Baseline, BaselineName, Benchmark, BenchmarkId, Build,
    CpuTime, Environment, Inference, MEMORY, Machine, PeakRate, Peaks, Range, Revision, Round, Session,
    Settings, StepAllocation, UnfinishedBench,
};
use crate::work::{Bytes, CONVENTION, Elements, Flops, Work};

/// A store in a folder of its own, which is removed with it.
struct TempStore {
    folder: TempDir,
    store: Store,
}

impl TempStore {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::new(folder.path().join("baselines"), folder.path().join("locks"));
        TempStore { folder, store }
    }

    /// Puts a file among the baselines as an editor would.
    fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::create_dir_all(self.store.folder()).expect("a folder");
        std::fs::write(self.store.file(&named(name)), content).expect("a file");
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.store.file(&named(name))).expect("a file")
    }

    /// Names of all files in the folder of baselines, hidden ones too. None where there is no folder.
    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.store.folder());
        let mut files: Vec<String> = entries
            .into_iter()
            .flatten()
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        files.sort();
        files
    }

    /// An error's text with the folder of the test left out of it.
    fn message(&self, error: &super::StoreError) -> String {
        error.to_string().replace(&format!("{}/", self.folder.path().display()), "")
    }
}

fn named(name: &str) -> BaselineName {
    name.parse().expect("a name")
}

/// A small baseline with two sessions, an exact and a varying allocation, a failure, a model and every fact
/// known.
fn example() -> Baseline {
    Baseline {
        name: named("main"),
        tool_version: "0.1.0".to_owned(),
        environment: environment(),
        settings: Settings {
            rounds: 1,
            max_rounds: Some(3),
            warm_up: 0.15,
            measurement: 0.5,
            samples: 10,
            filter: Some("MatMul|Softmax".to_owned()),
            bench_arguments: vec![],
            cargo_arguments: vec!["--features".to_owned(), "mkl".to_owned()],
            partition: None,
        },
        sessions: vec![session("2026-02-03T10:11:12Z"), session("2026-02-04T09:08:07Z")],
        unfinished: vec![UnfinishedBench {
            package: "suite".to_owned(),
            target: "tensor".to_owned(),
            reason: "panicked at benches/tensor.rs:12:5: out of memory".to_owned(),
        }],
        benchmarks: vec![failed(), matmul(), softmax(), inference()],
        models: vec![tiny()],
    }
}

fn session(started: &str) -> Session {
    Session::new(started.parse().expect("a date"))
}

fn environment() -> Environment {
    let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
    Environment {
        revision: Some(Revision {
            commit: "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567".to_owned(),
            branch: Some("main".to_owned()),
            dirty: false,
        }),
        build: Build {
            rustc: "rustc 1.89.0 (29483883e 2025-08-04)".to_owned(),
            target: "x86_64-unknown-linux-gnu".to_owned(),
            profile: "bench".to_owned(),
            features: texts(&["mkl"]),
            rustflags: "-C target-cpu=x86-64-v3".to_owned(),
            target_features: texts(&["avx2", "fma"]),
            lock_hash: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned()),
            criterion: Some("0.8.2".to_owned()),
        },
        machine: Machine {
            cpu: "AMD Ryzen 7 5800X 8-Core Processor".to_owned(),
            cores: Some(8),
            hardware_threads: Some(16),
            caches: [("L1d", 32 << 10), ("L2", 512 << 10), ("L3", 32 << 20)]
                .map(|(level, size)| (level.to_owned(), size))
                .into(),
            instruction_sets: texts(&["avx", "avx2", "f16c", "fma", "sse4.2"]),
            memory: Some(32 << 30),
            governor: Some("performance".to_owned()),
            virtual_machine: Some(false),
            kernel: "Linux 6.12.8".to_owned(),
        },
        threads: BTreeMap::from([("RAYON_NUM_THREADS".to_owned(), "8".to_owned())]),
        variables: BTreeMap::from([("MKL_CBWR".to_owned(), "AVX2".to_owned())]),
        peaks: vec![peaks()],
    }
}

/// On as many threads as the variable of [`environment`] says.
fn peaks() -> Peaks {
    let rate = |value, half_width| PeakRate { value, half_width };
    let arithmetic = |set: &str, value| ArithmeticPeak {
        dtype: Dtype::F32,
        instruction_set: set.to_owned(),
        rate: rate(value, 0.0021),
    };
    let bandwidth = |access, level: &str, working_set, value| BandwidthPeak {
        access,
        level: level.to_owned(),
        working_set,
        rate: rate(value, 0.0134),
    };
    Peaks {
        threads: 8,
        arithmetic: vec![arithmetic("avx2", 1036.4), arithmetic("sse2", 518.02)],
        bandwidth: vec![
            bandwidth(Access::Read, "L1d", 131_072, 2011.9),
            bandwidth(Access::Read, MEMORY, 134_217_728, 41.75),
            bandwidth(Access::StreamingWrite, MEMORY, 134_217_728, 26.08),
        ],
    }
}

fn benchmark(group: &str, function: Option<&str>, parameter: Option<&str>) -> Benchmark {
    let criterion = CriterionId {
        group: group.to_owned(),
        function: function.map(str::to_owned),
        parameter: parameter.map(str::to_owned),
    };
    Benchmark {
        id: BenchmarkId { package: "suite".to_owned(), target: "tensor".to_owned(), criterion },
        work: None,
        nested_in: None,
        inference: None,
        rounds: vec![],
        allocation: None,
        failure: None,
        not_measured: None,
        step_allocation: vec![],
    }
}

fn failed() -> Benchmark {
    Benchmark {
        failure: Some("panicked at benches/tensor.rs:12:5: out of memory".to_owned()),
        ..benchmark("MatMul", None, Some("16384x16384"))
    }
}

fn matmul() -> Benchmark {
    let sample = |first: f64, step: u32| first + 13.7 * f64::from(step);
    // In the second session, another program took the core during the fifth sample.
    let cpu = |session, first, step| {
        let (wall, lost) = (sample(first, step), if session == 1 && step == 4 { 4_000.0 } else { 0.0 });
        let preemptions = u32::from(lost > 0.0);
        CpuTime {
            wall,
            outside: 0.0,
            thread: wall - lost,
            process: wall - lost,
            delay: lost,
            waits: 0,
            preemptions,
        }
    };
    let round = |session, first: f64| Round {
        session,
        samples: (0..10).map(|step| sample(first, step)).collect(),
        cpu: (0..10).map(|step| cpu(session, first, step)).collect(),
        probes: (0..10).map(|step| 101_350.0 + 7.0 * f64::from(step)).collect(),
        contention: (0..10).map(|step| 41_350.0 + 9.0 * f64::from(step)).collect(),
        ..Round::default()
    };
    Benchmark {
        work: Some(Work {
            flops: Some(Flops(524_288)),
            bytes: Some(Bytes(49_152)),
            elements: Some(Elements(4_096)),
            dtype: Some(crate::Dtype::F32),
            convention: Some(CONVENTION.to_owned()),
            ..Work::default()
        }),
        allocation: Some(Allocation {
            count: Some(Range::exact(2)),
            bytes: Range::exact(16_448),
            peak: Some(Range::exact(16_448)),
            live: Some(Range::exact(16_384)),
            net: Some(Range::exact(0)),
        }),
        rounds: vec![round(0, 21_345.6), round(1, 21_398.1)],
        ..benchmark("MatMul", None, Some("64x64"))
    }
}

fn softmax() -> Benchmark {
    let samples = (0..10).map(|step| 843.217 + 0.31 * f64::from(step)).collect();
    Benchmark {
        work: Some(Work {
            flops: Some(Flops(1_280)),
            nominal: true,
            elements: Some(Elements(256)),
            ..Work::default()
        }),
        nested_in: Some("Model/forward".to_owned()),
        allocation: Some(Allocation {
            count: Some(Range { low: 1, high: 3 }),
            bytes: Range { low: 1_024, high: 3_072 },
            peak: Some(Range::exact(1_024)),
            live: Some(Range::exact(1_024)),
            net: Some(Range { low: -64, high: 0 }),
        }),
        rounds: vec![Round {
            session: 0,
            samples,
            probes: vec![],
            contention: vec![],
            steps: vec![],
            ..Round::default()
        }],
        ..benchmark("Softmax", Some("last axis"), Some("256"))
    }
}

fn tiny() -> Model {
    Model {
        name: "Tiny-f32".to_owned(),
        parameters: 461_440,
        matrix_parameters: 428_032,
        layers: 2,
        width: 128,
        heads: 4,
        kv_heads: 4,
        head_size: 32,
        vocabulary: 256,
        context: 256,
        dtype: Some(crate::Dtype::F32),
        logits: crate::Logits::EveryPosition,
    }
}

/// Four tokens from a prompt of three; the steps of every third sample.
fn inference() -> Benchmark {
    let phase = Phase::Inference { prompt: 3, generated: 4 };
    let steps = |sample: u32| match sample % 3 {
        0 => [612_340.0, 204_120.0, 204_390.0, 204_710.0].map(|ns| ns + 10.0 * f64::from(sample)).to_vec(),
        _ => vec![],
    };
    let step = |count, bytes| StepAllocation { count: Range::exact(count), bytes };
    Benchmark {
        work: Some(tiny().work(&phase)),
        inference: Some(Inference { model: "Tiny-f32".to_owned(), phase }),
        step_allocation: vec![
            step(214, Range::exact(91_648)),
            step(182, Range::exact(40_448)),
            step(182, Range { low: 41_472, high: 41_600 }),
            step(182, Range::exact(42_496)),
        ],
        rounds: vec![Round {
            session: 0,
            samples: (0..10).map(|step| 1_226_300.0 + 130.0 * f64::from(step)).collect(),
            steps: (0..10).map(steps).collect(),
            ..Round::default()
        }],
        ..benchmark("Tiny-f32", Some("inference"), Some("3+4"))
    }
}
