//! Peaks: when they are measured, where they are kept, and who sees them. Values are this machine's
//! own, so that only their shape is known.

use std::fs;
use std::process::Stdio;

use serde_json::Value;

use crate::replay::{Replay, Said, bench, said};

/// Runs a command that may measure peaks.
fn run(replay: &Replay, arguments: &[&str]) -> Said {
    let mut command = replay.command(arguments);
    command.env_remove("TENSORPROF_NO_PEAKS").stdin(Stdio::null());
    said(command.output().expect("starts"))
}

fn replay() -> Replay {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    replay
}

fn peaks(replay: &Replay, name: &str) -> Value {
    run(replay, &["show", name, "--format", "json"]).succeeds().json()["baseline"]["peaks"].clone()
}

/// The file in which the peaks of this machine are kept.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn known(replay: &Replay) -> Vec<String> {
    let Ok(files) = fs::read_dir(replay.path("cache/tensorprof/peaks")) else { return Vec::new() };
    let names = files.map(|file| file.expect("a file").path());
    let kept = names.filter(|path| path.extension().is_some_and(|end| end == "toml"));
    kept.map(|path| fs::read_to_string(path).expect("is text")).collect()
}

/// Nothing else used the cores for so long that a peak is missing.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn is_complete(said: &Said) -> bool {
    !said.stderr.contains("could not be measured")
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
#[test]
fn a_save_measures_what_is_not_known_and_the_next_one_reuses_it() {
    let replay = replay();
    let saved = run(&replay, &["save", "a", "--threads", "1"]).succeeds();
    assert!(saved.stderr.contains("Measuring the peaks of this machine on 1 thread\n"), "{}", saved.stderr);
    let measured = peaks(&replay, "a");
    for of_one in measured.as_array().into_iter().flatten() {
        assert_eq!(of_one["threads"], 1);
        for (list, rate) in [("arithmetic", "gflops"), ("bandwidth", "gb_per_s")] {
            for peak in of_one[list].as_array().expect("a list") {
                let half_width = peak["half_width"].as_f64();
                assert!(peak[rate].as_f64() > Some(0.0) && half_width >= Some(0.0), "{peak}");
            }
        }
    }
    // Others may have used the cores throughout.
    assert!(!measured.is_null() || !is_complete(&saved), "{}", saved.stderr);
    assert_eq!(known(&replay).len(), usize::from(!measured.is_null()), "{}", saved.stderr);
    if !measured.is_null() {
        assert_eq!(measured.as_array().map(Vec::len), Some(1), "{measured}");
        let again = run(&replay, &["save", "b", "--threads", "1"]).succeeds();
        assert!(!again.stderr.contains("the peaks"), "{}", again.stderr);
        assert_eq!(peaks(&replay, "b"), measured);
    }
}

/// Peaks in place of those that this machine would be measured to have.
fn keep_peaks(replay: &Replay) {
    // Where they are is known from what a session keeps beside them.
    let sessions = fs::read_dir(replay.path("cache/tensorprof/sessions")).expect("a session was kept");
    let machine =
        sessions.filter_map(|file| file.ok()?.path().file_stem()?.to_str().map(str::to_owned)).next();
    let folder = replay.path("cache/tensorprof/peaks");
    fs::create_dir_all(&folder).expect("a folder");
    let of_threads = |threads: u32| {
        format!("[[peaks]]\nthreads = {threads}\n[peaks.gflops.f32]\navx2 = [{threads}00.5, 0.01]\n")
    };
    let text: String = (1..=512).map(of_threads).collect();
    let file = folder.join(machine.expect("a machine")).with_extension("toml");
    fs::write(file, format!("tool-version = \"{}\"\n{text}", env!("CARGO_PKG_VERSION"))).expect("is written");
}

#[test]
fn known_peaks_are_those_of_one_thread_and_of_the_threads_of_the_benches() {
    let replay = replay();
    replay.run(&["save", "a"]).succeeds();
    assert_eq!(peaks(&replay, "a"), Value::Null, "the tests want none");
    keep_peaks(&replay);
    let threads = |name: &str| -> Vec<u64> {
        let peaks = peaks(&replay, name);
        peaks
            .as_array()
            .expect("a list")
            .iter()
            .map(|peaks| peaks["threads"].as_u64().expect("a number"))
            .collect()
    };
    let saved = run(&replay, &["save", "b", "--threads", "1"]).succeeds();
    assert!(!saved.stderr.contains("the peaks"), "{}", saved.stderr);
    assert_eq!(threads("b"), [1]);
    run(&replay, &["save", "c"]).succeeds();
    let all = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    assert_eq!(threads("c"), if all == 1 { vec![1] } else { vec![1, all] });
    // A session that is appended adds none that are there.
    run(&replay, &["save", "a", "--append"]).succeeds();
    assert_eq!(threads("a"), threads("c"));
    run(&replay, &["save", "d", "--no-peaks"]).succeeds();
    assert_eq!(peaks(&replay, "d"), Value::Null);
}

#[test]
fn diff_measures_no_peaks_and_keeps_those_that_are_known() {
    let replay = replay();
    replay.run(&["save", "a"]).succeeds();
    let diff = run(&replay, &["diff", "a", "--save", "b"]).succeeds();
    assert!(!diff.stderr.contains("the peaks"), "{}", diff.stderr);
    assert_eq!(peaks(&replay, "b"), Value::Null);
    keep_peaks(&replay);
    run(&replay, &["diff", "a", "--save", "c"]).succeeds();
    assert_eq!(peaks(&replay, "c")[0]["arithmetic"][0]["gflops"], 100.5);
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
#[test]
fn doctor_shows_peaks_measured_now() {
    let replay = replay();
    replay.run(&["save", "a"]).succeeds();
    keep_peaks(&replay);
    let mut command = replay.command(&["doctor", "--seconds", "0.2"]);
    command.env_remove("TENSORPROF_NO_PEAKS").env("RAYON_NUM_THREADS", "1");
    let found = said(command.output().expect("starts")).succeeds();
    assert!(found.stderr.contains("Measuring the peaks of this machine on 1 thread\n"), "{}", found.stderr);
    let words = ["peak of arithmetic", "peak of bandwidth", "f64", "memory"];
    for word in words.into_iter().filter(|_| is_complete(&found)) {
        assert!(found.stdout.contains(word), "`{word}` is not in {}", found.stdout);
    }
}
