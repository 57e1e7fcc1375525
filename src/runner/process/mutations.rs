//! What a bench sends, with bytes changed: whatever arrives is read without a panic, and what is kept of it can be saved.

use std::io::Cursor;
use std::time::Duration;

use ciborium::Value;
use ciborium::value::Value::Null;

use super::activity::{Activity, Outcome};
use super::{Ending, ProcessReport};
use crate::channel::Message;
use crate::compare::fixtures;
use crate::runner::build::BenchExecutable;
use crate::runner::channel::next_message;
use crate::runner::criterion::tests::Peer;
use crate::runner::criterion::{self, Event};
use crate::runner::dialect::Dialect;
use crate::runner::invocation::Invocation;
use crate::runner::observer::Observed;
use crate::runner::results::Results;
use crate::stats::random::Random;
use crate::store::{Mode, Store};

/// Baselines of mutated conversations, each seeded by its number.
const BASELINES: u64 = 40;
/// Bench processes of each.
const PROCESSES: usize = 16;

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(entries.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

fn id(function: &str) -> Value {
    let throughput = map([("ElementsAndBytes", map([("elements", 3.into()), ("bytes", 8.into())]))]);
    map([
        ("group_id", "Tiny".into()),
        ("function_id", function.into()),
        ("value_str", Null),
        ("throughput", Value::Array(vec![throughput])),
    ])
}

fn frame(message: &Value) -> Vec<u8> {
    let mut body = Vec::new();
    ciborium::into_writer(message, &mut body).expect("a vector takes all");
    [&(body.len() as u32).to_be_bytes()[..], &body].concat()
}

/// Criterion's messages of two benchmarks, with the answers to the runner's questions where they are due.
fn frames() -> Vec<Vec<u8>> {
    let numbers = |of: f64| Value::Array((1..=12).map(|sample| (of * f64::from(sample)).into()).collect());
    let benchmark = |function: &str| {
        [
            map([("BeginningBenchmark", map([("id", id(function))]))]),
            map([("MeasurementStart", map([("id", id(function)), ("estimate_ns", 1e6.into())]))]),
            map([(
                "MeasurementComplete",
                map([("id", id(function)), ("iters", numbers(10.0)), ("times", numbers(12_345.6))]),
            )]),
            map([(
                "ScaledValues",
                map([("scaled_values", Value::Array(vec![1.0.into()])), ("unit", "ns".into())]),
            )]),
        ]
    };
    let skipped = map([("SkippingBenchmark", map([("id", id("skipped"))]))]);
    let end = map([("FinishedBenchmarkGroup", map([("group", "Tiny".into())]))]);
    let all = benchmark("plain").into_iter().chain(benchmark("inference")).chain([skipped, end]);
    all.map(|message| frame(&message)).collect()
}

/// The lines of the same benchmarks.
fn lines() -> Vec<Vec<u8>> {
    let reading = r#"{"clock":65000.5,"contention":40000.25}"#;
    let probes = vec![format!("[{reading},{reading}]"); 14].join(",");
    let cpu = r#"{"wall":1000.0,"thread":990.5,"process":1200.0,"delay":0.5,"waits":2,"preemptions":1}"#;
    let cpu = vec![cpu; 14].join(",");
    let count = r#"{"count":3,"bytes":96,"peak":64,"live":32,"net":-8}"#;
    let steps = vec!["[600.5,400.25]"; 14].join(",");
    let model = r#"{"name":"Tiny","parameters":1024,"matrix_parameters":1000,"layers":2,"width":8,"heads":2,"kv_heads":1,"head_size":4,"vocabulary":16,"context":32,"dtype":"f32"}"#;
    let record = |function: &str, keys: &str| {
        let id = format!(r#"{{"group":"Tiny","function":"{function}"}}"#);
        format!(
            "{{\"message\":\"record\",\"id\":{id},\"probes\":[{probes}],\"cpu\":[{cpu}],\
             \"allocation\":[{count},{count}]{keys}}}\n"
        )
        .into_bytes()
    };
    let plain = r#","work":{"flops":524288,"bytes":49152,"dtype":"f32","convention":"tensorprof-1"}"#;
    let inference = format!(
        ",\"inference\":{{\"model\":{model},\"phase\":{{\"phase\":\"inference\",\"prompt\":3,\"generated\":2}}}},\
         \"generation\":{{\"steps\":[{steps}],\"allocation\":[[{count},{count}]]}},\"nested_in\":\"Tiny/plain\""
    );
    vec![record("plain", plain), b"{\"message\":\"turn\"}\n".to_vec(), record("inference", &inference)]
}

/// Values at the edges of what a field holds.
const EDGES: [&[u8]; 10] = [
    b"0",
    b"-1",
    b"1e308",
    b"1e400",
    b"18446744073709551615",
    b"9007199254740993",
    b"null",
    b"[]",
    b"\"\\u202e\\u0000\"",
    b"\xf9\x7e\x00",
];

/// Changes a conversation in one to four places.
fn mutate(messages: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut messages = messages.to_vec();
    let mut below = |bound: usize| (random.uniform() * bound as f64) as usize;
    for _ in 0..=below(4) {
        let message = below(messages.len());
        let bytes = &mut messages[message];
        let at = below(bytes.len().max(1));
        let end = (at + 1 + below(12)).min(bytes.len());
        match below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << below(8),
            1 if at < bytes.len() => bytes[at] = below(256) as u8,
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at.min(end)..end)),
            4 => _ = bytes.splice(at..at, EDGES[below(EDGES.len())].iter().copied()),
            5 => replace_number(bytes, at, EDGES[below(EDGES.len())]),
            6 => {
                let copy = messages[message].clone();
                messages.insert(below(messages.len()), copy);
            }
            _ => {
                let other = below(messages.len());
                messages.swap(message, other);
            }
        }
    }
    messages.concat()
}

/// Replaces the first number of a text from there on.
fn replace_number(bytes: &mut Vec<u8>, from: usize, by: &[u8]) {
    let Some(start) = bytes.iter().skip(from).position(u8::is_ascii_digit).map(|at| from + at) else {
        return;
    };
    let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    bytes.splice(start..start + length, by.iter().copied());
}

/// What is kept of a conversation, up to what cannot be read.
fn kept(frames: Vec<u8>, lines: Vec<u8>) -> ProcessReport {
    let mut activity = Activity::new(Duration::from_secs(60));
    let mut peer = Peer(Cursor::new(frames));
    while let Ok(Some(event)) = criterion::read_event(&mut peer) {
        match event {
            Event::Measured(measured) => {
                let unit = criterion::ask_unit(&mut peer);
                let observed = Observed { measured, cpu: None, probes: None };
                activity.keep(observed, unit.as_deref().ok(), &mut |_| {});
            }
            event => activity.handle(event, &mut |_| {}),
        }
    }
    let mut lines = lines.as_slice();
    while let Ok(Some(message)) = next_message(&mut lines) {
        if let Message::Record(record) = message {
            activity.records.push(*record);
        }
    }
    let reason = activity.failure(Outcome::Silent(Duration::from_secs(1)));
    ProcessReport {
        criterion: None,
        records: activity.records,
        measured: activity.measured,
        skipped: activity.skipped,
        refused: activity.refused,
        unfinished: activity.current,
        hung: false,
        ending: Ending::Failed { reason: reason.expect("is said"), output: String::new() },
    }
}

fn executable(number: usize) -> BenchExecutable {
    BenchExecutable {
        package: "p".into(),
        target: format!("bench-{number}"),
        label: format!("bench-{number}"),
        path: "t".into(),
        invocation: Invocation::default(),
        libraries: vec![],
        dialect: Dialect::of_library(),
    }
}

#[test]
fn the_conversation_is_understood_as_it_is() {
    let report = kept(frames().concat(), lines().concat());
    assert_eq!((report.measured.len(), report.records.len(), report.skipped.len()), (2, 2, 1));
}

#[test]
fn whatever_a_bench_sends_is_read_and_what_is_kept_can_be_saved() {
    let folder = tempfile::TempDir::new().expect("makes a folder");
    let store = Store::new(folder.path(), folder.path());
    let (frames, lines) = (frames(), lines());
    for case in 0..BASELINES {
        let mut random = Random(case);
        let mut results = Results::new(0, case % 2 == 0);
        for process in 0..PROCESSES {
            let report = kept(mutate(&frames, &mut random), mutate(&lines, &mut random));
            // Two rounds of each bench.
            results.add(&executable(process / 2), report, &mut |_| {});
        }
        let measured = results.finish();
        let mut baseline = fixtures::baseline(&format!("mutated-{case}"), measured.benchmarks);
        baseline.models = measured.models;
        if let Err(error) = store.save(&baseline, Mode::New) {
            panic!("case {case} cannot be saved: {error}\n{baseline:#?}");
        }
        store.load(&baseline.name).unwrap_or_else(|error| panic!("case {case} cannot be read: {error}"));
    }
}
