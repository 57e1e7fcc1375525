//! What it costs a sample that two processes take turns: from the end of one side's sample to the start of the other's, less
//! what lies between two samples of a process that is alone (probes, criterion). Prints both and the difference:
//!
//! ```sh
//! cargo bench -p tensorprof-study --bench turns
//! ```
//!
//! The bench is also what it measures: under the runner it is a bench whose samples log when they begin and end.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use criterion::Criterion;
use nix::time::{ClockId, clock_gettime};
use tensorprof::channel::PORT_VARIABLE;
use tensorprof::compare::{Options, Sides};
use tensorprof::model::Settings;
use tensorprof::runner::build::BenchExecutable;
use tensorprof::runner::dialect::Dialect;
use tensorprof::runner::head_to_head::{self, HeadToHeadOptions, NullRows};
use tensorprof::runner::invocation::Invocation;
use tensorprof::runner::rounds::{self, RunOptions};
use tensorprof::{ProfileExt as _, Work};

/// Names the file to which the samples are appended.
const LOG: &str = "TURNS_LOG";
/// Samples of a process.
const SAMPLES: u32 = 100;
/// How long a sample computes.
const SAMPLE: Duration = Duration::from_micros(200);
/// Processes that are alone.
const ROUNDS: u32 = 10;

fn main() {
    if std::env::var_os(PORT_VARIABLE).is_some() {
        bench();
        return;
    }
    let folder = tempfile::TempDir::new().expect("makes a folder");
    let alone = alone(&folder.path().join("alone"));
    let in_turn = in_turn(&folder.path().join("in-turn"));
    for (what, gaps) in [("alone", &alone), ("in turn", &in_turn)] {
        println!("{what:>8}: {} gaps, median {:.1} us, mean {:.1} us", gaps.len(), median(gaps), mean(gaps));
    }
    println!(
        "taking turns costs {:.1} us a sample (difference of the medians; of the means {:.1} us)",
        median(&in_turn) - median(&alone),
        mean(&in_turn) - mean(&alone)
    );
}

/// A benchmark whose samples take the same time.
fn bench() {
    static SAMPLES: Mutex<String> = Mutex::new(String::new());
    let mut criterion = Criterion::default().configure_from_args();
    criterion.profile_group("turns").bench("sample", Work::none(), |p| {
        p.iter_custom(|iterations| {
            let start = now();
            let clock = Instant::now();
            while clock.elapsed() < SAMPLE {}
            let line = format!("{} {start} {}\n", std::process::id(), now());
            SAMPLES.lock().expect("one thread").push_str(&line);
            // As if an iteration took so long that a sample is one.
            Duration::from_millis(iterations)
        });
    });
    let path = std::env::var_os(LOG).expect("names the log");
    let mut log = OpenOptions::new().create(true).append(true).open(path).expect("opens the log");
    log.write_all(SAMPLES.lock().expect("one thread").as_bytes()).expect("writes the log");
}

/// Nanoseconds by the clock that processes share.
fn now() -> i64 {
    let time = clock_gettime(ClockId::CLOCK_MONOTONIC).expect("there is a clock");
    time.tv_sec() * 1_000_000_000 + time.tv_nsec()
}

fn settings() -> Settings {
    let measurement = f64::from(SAMPLES) * 1e-3;
    Settings {
        samples: SAMPLES,
        warm_up: 0.01,
        measurement,
        rounds: ROUNDS,
        max_rounds: Some(ROUNDS),
        ..Settings::default()
    }
}

fn executable() -> BenchExecutable {
    BenchExecutable {
        package: "turns".to_owned(),
        target: "turns".to_owned(),
        label: "turns".to_owned(),
        path: std::env::current_exe().expect("is known"),
        invocation: Invocation::plain(PathBuf::from(".")),
        libraries: Vec::new(),
        dialect: Dialect::of_library(),
    }
}

fn variables(log: &Path) -> Vec<(String, String)> {
    vec![(LOG.to_owned(), log.display().to_string())]
}

/// Microseconds between samples of a process that is alone.
fn alone(log: &Path) -> Vec<f64> {
    let options =
        RunOptions { variables: variables(log), one_cpu: true, timeout: Duration::from_secs(60), session: 0 };
    rounds::measure(&[executable()], &settings(), &options, &mut |_| {}).expect("measures");
    let processes = by_process(log);
    processes.values().flat_map(|samples| gaps(samples)).collect()
}

/// Microseconds between a sample and the next of the other process.
fn in_turn(log: &Path) -> Vec<f64> {
    let (variables, settings) = (variables(log), settings());
    let options = HeadToHeadOptions {
        settings: &settings,
        variables: Sides::new(&variables, &variables),
        one_cpu: true,
        timeout: Duration::from_secs(60),
        budget: Duration::from_secs(1),
        null_rows: NullRows::None,
        judging: &Options::default(),
    };
    let bench = [executable()];
    head_to_head::measure(Sides::new(&bench, &bench), &options, &mut |_| {}).expect("measures");
    let mut samples: Vec<[i64; 3]> = by_process(log).into_values().flatten().collect();
    samples.sort_unstable_by_key(|[_, start, _]| *start);
    // A process's own samples follow each other where two pairs meet.
    let of_both = samples.windows(2).filter(|two| two[0][0] != two[1][0]);
    // Beyond that another pair of processes begins.
    of_both.flat_map(gaps).filter(|gap| *gap < 5_000.0).collect()
}

/// Process, start and end of the samples after the warm-up.
fn by_process(log: &Path) -> BTreeMap<i64, Vec<[i64; 3]>> {
    let text = fs::read_to_string(log).expect("is written");
    let mut processes: BTreeMap<i64, Vec<[i64; 3]>> = BTreeMap::new();
    for line in text.lines() {
        let numbers: Vec<i64> = line.split(' ').map(|word| word.parse().expect("a number")).collect();
        processes.entry(numbers[0]).or_default().push([numbers[0], numbers[1], numbers[2]]);
    }
    for samples in processes.values_mut() {
        samples.drain(..samples.len() - SAMPLES as usize);
    }
    processes
}

fn gaps(samples: &[[i64; 3]]) -> Vec<f64> {
    samples.windows(2).map(|two| (two[1][1] - two[0][2]) as f64 / 1e3).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
