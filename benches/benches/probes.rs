//! Compares candidates for the probes: which of them predicts best how fast an operation runs at a moment?
//! Takes samples of operations with every candidate before and after them, in one process over a minute. The
//! table has the spread between rounds of the raw times, of the times divided by each probe, and of the
//! samples without contention alone, raw and divided by the clock probe.

use std::env;
use std::hint::black_box;
use std::time::{Duration, Instant};

use candle_core::Tensor;
use candle_nn::ops::softmax_last_dim;
use tensorprof::channel::PORT_VARIABLE;
use tensorprof::probe;
use tensorprof_suite::Inputs;

const ROUNDS: usize = 40;
const SAMPLES: usize = 15;
const SAMPLE_TIME: Duration = Duration::from_millis(10);

/// Fixed work whose time depends on the state of the core.
struct Probe {
    name: &'static str,
    run: fn(&Memory),
}

const PROBES: [Probe; 5] = [
    Probe { name: "/ clock (dependent chain)", run: |_| keep(probe::clock()) },
    Probe { name: "/ contention (independent tangents)", run: |_| keep(probe::contention()) },
    Probe { name: "/ vector arithmetic", run: |_| vectors() },
    Probe { name: "/ reads within L2", run: |memory| sum(&memory.small, 8) },
    Probe { name: "/ reads beyond L2", run: |memory| sum(&memory.large, 1) },
];
const CLOCK: usize = 0;
const CONTENTION: usize = 1;

/// As in the library: a sample is contended where its contention probe lies above the uncontended level by more than this
/// factor.
const CONTENDED: f64 = 1.15;

/// The memory that the reading probes read.
struct Memory {
    small: Vec<u64>,
    large: Vec<u64>,
}

/// A sample: nanoseconds per iteration, the lesser of each probe before and after, and the greater contention
/// probe.
struct Sample {
    time: f64,
    probes: [f64; PROBES.len()],
    contention: f64,
}

fn main() {
    // Not a criterion bench, so `cargo tensorprof` must not wait for it. Nor does `cargo test` need the whole
    // minute.
    if env::var_os(PORT_VARIABLE).is_some() || !env::args().any(|argument| argument == "--bench") {
        return;
    }
    let memory = Memory { small: (0..16 << 10).collect(), large: (0..512 << 10).collect() };
    let divided = PROBES.map(|probe| probe.name);
    print_row(
        "operation",
        ["contended", "raw"].into_iter().chain(divided).chain(["uncontended", "uncontended / clock"]),
    );
    print_row("---", ["--:"; PROBES.len() + 4]);
    for (name, operation) in operations() {
        let rounds: Vec<Vec<Sample>> = (0..ROUNDS).map(|_| round(&*operation, &memory)).collect();
        print_row(name, cells(rounds));
    }
}

fn cells(rounds: Vec<Vec<Sample>>) -> Vec<String> {
    let percent = |share: f64| format!("{:.2} %", 100.0 * share);
    let all: usize = rounds.iter().map(Vec::len).sum();
    let mut cells: Vec<String> = [None]
        .into_iter()
        .chain((0..PROBES.len()).map(Some))
        .map(|probe| percent(spread(&rounds, probe)))
        .collect();
    let own = uncontended(rounds);
    let kept: usize = own.iter().map(Vec::len).sum();
    cells.extend([None, Some(CLOCK)].map(|probe| percent(spread(&own, probe))));
    cells.insert(0, percent(1.0 - kept as f64 / all as f64));
    cells
}

/// The samples without contention. Rounds that keep fewer than three of them are dropped.
fn uncontended(rounds: Vec<Vec<Sample>>) -> Vec<Vec<Sample>> {
    let contention = sorted(rounds.iter().flatten().map(|sample| sample.contention).collect());
    let level = contention[contention.len() / 50];
    let own = |round: Vec<Sample>| -> Vec<Sample> {
        round.into_iter().filter(|sample| sample.contention <= level * CONTENDED).collect()
    };
    rounds.into_iter().map(own).filter(|round| round.len() >= 3).collect()
}

type Operation = Box<dyn Fn()>;

fn keep(result: f64) {
    black_box(result);
}

/// Operations whose time is arithmetic, cache traffic, and a mixture.
fn operations() -> Vec<(&'static str, Operation)> {
    let tensor = |shape: (usize, usize)| Inputs::new(1).tensor::<f32>(shape).expect("memory for an input");
    let (small, large) = ((tensor((64, 64)), tensor((64, 64))), (tensor((256, 256)), tensor((256, 256))));
    let (line, rows) = (tensor((1, 1000)), tensor((32, 512)));
    let (left, right) = (tensor((1, 10_000)), tensor((1, 10_000)));
    let fits = "operands that fit";
    let keep = |result: candle_core::Result<Tensor>| drop(black_box(result.expect(fits)));
    vec![
        ("MatMul/f32/64x64", Box::new(move || keep(small.0.matmul(&small.1)))),
        ("MatMul/f32/256x256", Box::new(move || keep(large.0.matmul(&large.1)))),
        ("GELU/1000", Box::new(move || keep(line.gelu()))),
        ("Softmax/512", Box::new(move || keep(softmax_last_dim(&rows)))),
        ("TensorAdd/10000", Box::new(move || keep(left.add(&right)))),
    ]
}

fn round(operation: &dyn Fn(), memory: &Memory) -> Vec<Sample> {
    let start = Instant::now();
    operation();
    let iterations =
        (SAMPLE_TIME.as_secs_f64() / start.elapsed().as_secs_f64()).ceil().clamp(1.0, 1e6) as u32;
    (0..SAMPLES).map(|_| sample(operation, iterations, memory)).collect()
}

/// Uses the lesser of the probes before and after, as the library does.
fn sample(operation: &dyn Fn(), iterations: u32, memory: &Memory) -> Sample {
    let before = PROBES.map(|probe| nanoseconds(|| (probe.run)(memory)));
    let time = nanoseconds(|| (0..iterations).for_each(|_| operation())) / f64::from(iterations);
    let after = PROBES.map(|probe| nanoseconds(|| (probe.run)(memory)));
    let probes = std::array::from_fn(|index| before[index].min(after[index]));
    Sample { time, probes, contention: before[CONTENTION].max(after[CONTENTION]) }
}

fn nanoseconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e9
}

/// Standard deviation of the lower quartiles of ln time over the lower half of the rounds, after division by
/// the probe. Not a number for fewer than four rounds.
fn spread(rounds: &[Vec<Sample>], probe: Option<usize>) -> f64 {
    let of_sample = |sample: &Sample| sample.time.ln() - probe.map_or(0.0, |probe| sample.probes[probe].ln());
    let location = |round: &Vec<Sample>| {
        let values = sorted(round.iter().map(of_sample).collect());
        values[values.len() / 4]
    };
    let locations = sorted(rounds.iter().map(location).collect());
    let kept = &locations[..locations.len() / 2];
    if kept.len() < 2 {
        return f64::NAN;
    }
    let mean = kept.iter().sum::<f64>() / kept.len() as f64;
    (kept.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (kept.len() - 1) as f64).sqrt()
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

fn print_row(first: &str, cells: impl IntoIterator<Item = impl Into<String>>) {
    let cells: Vec<String> = cells.into_iter().map(Into::into).collect();
    println!("| {first} | {} |", cells.join(" | "));
}

/// Throughput of the vector units.
fn vectors() {
    let (factor, term) = (black_box(0.999f32), black_box(0.001f32));
    let mut lanes = black_box([0.5f32; 64]);
    for _ in 0..6_000 {
        lanes.iter_mut().for_each(|lane| *lane = *lane * factor + term);
    }
    black_box(lanes);
}

fn sum(words: &[u64], passes: usize) {
    for _ in 0..passes {
        black_box(
            black_box(words).iter().fold(0u64, |sum, word| sum.wrapping_add(word ^ sum.rotate_left(1))),
        );
    }
}
