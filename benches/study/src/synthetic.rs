//! Synthetic baselines: for tests, and for a bench of the comparison itself.

use jiff::Timestamp;
use tensorprof::channel::CriterionId;
use tensorprof::model::{
    Allocation, Baseline, Benchmark, BenchmarkId, Environment, HeadToHead, Range, Round, Session, Settings,
};
use tensorprof::work::{Bytes, Flops, Work};

const ROUNDS: u32 = 10;
const SAMPLES: u32 = 15;

/// A baseline of `rows` rows, each with 10 rounds of 15 probed samples, every time multiplied by `slowdown`.
/// Samples scatter by 0.1 %; the same seed gives the same numbers.
///
/// # Panics
/// If `name` is not a baseline name.
pub fn baseline(name: &str, rows: usize, slowdown: f64, seed: u64) -> Baseline {
    let mut random = Uniform(seed);
    Baseline {
        name: name.parse().expect("a plain name"),
        tool_version: "0.1.0".to_owned(),
        environment: Environment::default(),
        settings: settings(),
        sessions: vec![Session::new(Timestamp::UNIX_EPOCH)],
        unfinished: vec![],
        benchmarks: (0..rows).map(|row| benchmark(row, slowdown, &mut random)).collect(),
        models: vec![],
    }
}

/// Two sides that one run measured in turn: the names end in `-a` and `-b`, and the second takes `slowdown` times as long.
///
/// # Panics
/// If `name` is not the beginning of a baseline name.
pub fn in_turn(name: &str, rows: usize, slowdown: f64, seed: u64) -> [Baseline; 2] {
    let run = HeadToHead::new(seed, ROUNDS);
    [("a", 1.0, 2 * seed), ("b", slowdown, 2 * seed + 1)].map(|(side, slowdown, seed)| {
        let mut side = baseline(&format!("{name}-{side}"), rows, slowdown, seed);
        side.sessions[0].head_to_head = Some(run);
        for benchmark in &mut side.benchmarks {
            for (block, round) in (1..).zip(&mut benchmark.rounds) {
                round.block = Some(block);
            }
        }
        side
    })
}

fn settings() -> Settings {
    Settings {
        rounds: ROUNDS,
        max_rounds: None,
        warm_up: 0.05,
        measurement: 0.15,
        samples: SAMPLES,
        filter: None,
        partition: None,
        bench_arguments: vec![],
        cargo_arguments: vec![],
    }
}

fn benchmark(row: usize, slowdown: f64, random: &mut Uniform) -> Benchmark {
    let criterion =
        CriterionId { group: "MatMul".to_owned(), function: None, parameter: Some(format!("{row:05}")) };
    let ns = 1e5 * (1.0 + row as f64 / 100.0) * slowdown;
    Benchmark {
        id: BenchmarkId { package: "suite".to_owned(), target: "ops".to_owned(), criterion },
        work: Some(Work { flops: Some(Flops(2_000_000)), bytes: Some(Bytes(120_000)), ..Work::default() }),
        nested_in: None,
        inference: None,
        rounds: (0..ROUNDS).map(|_| round(ns, random)).collect(),
        allocation: Some(allocation()),
        failure: None,
        not_measured: None,
        step_allocation: vec![],
    }
}

fn round(ns: f64, random: &mut Uniform) -> Round {
    let mut around = |value: f64| (0..SAMPLES).map(|_| value * (1.0 + 0.001 * random.next())).collect();
    Round {
        session: 0,
        samples: around(ns),
        probes: around(1e5),
        contention: around(4e4),
        ..Round::default()
    }
}

fn allocation() -> Allocation {
    let exact = Range::exact(40_000);
    Allocation {
        count: Some(Range::exact(3)),
        bytes: exact,
        peak: Some(exact),
        live: None,
        net: Some(Range::exact(0)),
    }
}

/// SplitMix64 (Steele, Lea & Flood 2014), as numbers in [-1, 1).
struct Uniform(u64);

impl Uniform {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) as i64 as f64 / (1u64 << 63) as f64
    }
}
