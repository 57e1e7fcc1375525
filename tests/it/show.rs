//! `show`: the page on one baseline, in every form; and shares of peaks, there and in `diff`.

use std::fs;
use std::path::Path;

use crate::inference::{inference, script};
use crate::replay::{Replay, UNCONTENDED, json_id, json_probes, plain_benchmark};

/// Peaks of a machine that does 100 GFLOP/s and reads 100 GB/s.
const PEAKS: &str = "\
[[peaks]]
threads = 1

[peaks.gflops.f32]
avx2 = [100.0, 0.01]

[peaks.gb-per-s.read]
memory = [134217728, 100.0, 0.01]

";

/// A product of two matrices of `n` times `n`.
fn matmul(n: u64, ns: f64) -> String {
    let (flops, bytes) = (2 * n * n * n, 12 * n * n);
    let id = format!("MatMul|-|{n}");
    let work = format!(
        "\"work\":{{\"flops\":{flops},\"bytes\":{bytes},\"dtype\":\"f32\",\"convention\":\"tensorprof-1\"}}"
    );
    let (plain, id, probes) = (plain_benchmark(&id, ns), json_id(&id), json_probes(UNCONTENDED));
    format!("{plain}record {{\"message\":\"record\",{id},{probes},{work}}}\n")
}

/// Baselines of three products and an inference, by how much slower the smallest product is.
fn saved(baselines: &[(&str, f64)]) -> Replay {
    let replay = Replay::new();
    for (name, slower) in baselines {
        let products = [matmul(64, slower * 1e4), matmul(128, 6e4), matmul(256, 3e5)];
        replay.save(name, &script(&[products.concat(), inference()]));
        let file = replay.baseline(name);
        let text = fs::read_to_string(&file).expect("is saved");
        fs::write(file, text.replacen("[[session]]", &format!("{PEAKS}[[session]]"), 1)).expect("writes");
    }
    replay
}

fn shown(replay: &Replay, arguments: &[&str]) -> String {
    replay.run(&[&["show", "a"], arguments].concat()).succeeds().stdout
}

#[test]
fn a_terminal_has_times_with_intervals_shares_of_peaks_and_tokens() {
    let text = shown(&saved(&[("a", 1.0)]), &[]);
    for words in ["95 % CI", "of peak", "bound by", "ttft", "decode tokens/s", "bandwidth of memory"] {
        assert!(text.to_lowercase().contains(&words.to_lowercase()), "no {words}: {text}");
    }
    let line = |name: &str| text.lines().find(|line| line.starts_with(name)).expect("a row");
    // 524,288 FLOPs at 100 a nanosecond take 5.2 µs.
    assert!(line("MatMul/64 ").contains(" 52 %  arithmetic (avx2)"), "{text}");
    let beyond = line("MatMul/256 ");
    assert!(beyond.contains(" 112 %  arithmetic (avx2)") && beyond.ends_with("(1)"), "{text}");
    assert!(text.contains("\n(1) More than 100 % means that less is done than declared"), "{text}");
    assert!(!text.contains("->") && !text.contains("candidate"), "there is one side: {text}");
}

#[test]
fn a_page_on_standard_output_is_whole_without_charts() {
    let page = shown(&saved(&[("a", 1.0)]), &["--format", "markdown"]);
    assert!(page.starts_with("# Baseline `a`\n\nBaseline `a`: 4 benchmarks, "), "{page}");
    let headings = [
        "Benchmarks",
        "Model Size Comparison",
        "Scaling Analysis",
        "Inference Throughput",
        "Operations",
        "Efficiency",
        "Peaks of the Machine",
        "Definitions",
        "Reproduction",
    ];
    let found: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(found, headings, "{page}");
    let command = page.lines().find(|line| line.starts_with("cargo tensorprof show a "));
    assert!(command.is_some_and(|line| line.contains(" --baselines ")), "{page}");
    for words in ["andidate", "- →", ".svg", "report.json", "**Status**", "**Change**"] {
        assert!(!page.contains(words), "{words} is of no single baseline without a folder: {page}");
    }
}

#[test]
fn programs_get_times_with_intervals_families_models_and_shares() {
    let replay = saved(&[("a", 1.0)]);
    let json = replay.run(&["show", "a", "--format", "json"]).succeeds().json();
    let number = |value: &serde_json::Value| value.as_f64().unwrap_or_else(|| panic!("{value}: {json}"));
    let row = &json["rows"][0];
    assert_eq!(row["id"], "MatMul/128");
    let [low, time, high] = ["time_low_ns", "time_ns", "time_high_ns"].map(|key| number(&row[key]));
    assert!(low <= time && time <= high && (time / 6e4 - 1.0).abs() < 0.01, "{row}");
    assert!((number(&row["efficiency"]["share"]) - 0.699).abs() < 0.002, "{row}");
    let family = &json["families"][0];
    assert_eq!((&family["label"], family["rows"].as_array().map(Vec::len)), (&"MatMul".into(), Some(3)));
    assert!((number(&family["expected_exponent"]) - 3.0).abs() < 1e-6, "{family}");
    let model = &json["models"][0];
    assert_eq!(model["rows"][0], "Tiny/inference/3+2", "{model}");
    assert!((number(&model["generations"][0]["per_token_ns"]) - 405.0).abs() < 5.0, "{model}");
    let of_token = &json["rows"][3]["token_efficiency"];
    assert_eq!(of_token["bound"]["level"], "memory", "{json}");
    assert_eq!(of_token["bound"]["bytes"], 4256.0, "4,000 of weights and 4 times 64: {of_token}");

    let csv = shown(&replay, &["--format", "csv"]);
    let head = "id,label,package,target,group,function,parameter,metric,unit,value,low,high,bound,notes\n";
    assert!(csv.starts_with(&format!("{head}MatMul/128,MatMul/128,")), "{csv}");
    let share = csv.lines().find(|line| line.contains(",efficiency,share,0.69"));
    assert!(share.is_some_and(|line| line.ends_with(",arithmetic,")), "{csv}");
}

#[test]
fn a_roofline_has_the_ceilings_of_both_machines() {
    let replay = saved(&[("a", 1.0), ("b", 0.5)]);
    let file = replay.baseline("b");
    let text = fs::read_to_string(&file).expect("is saved");
    let faster = PEAKS.replace("threads = 1", "threads = 2").replace("avx2 = [100.0", "avx2 = [200.0");
    fs::write(file, text.replacen(PEAKS, &faster, 1)).expect("writes");
    let folder = replay.path("report");
    replay.run(&["diff", "a", "b", "--output", folder.to_str().expect("is UTF-8")]).succeeds();
    let chart = fs::read_to_string(folder.join("roofline.svg")).expect("is written");
    for words in ["1 → 2 threads", "GFLOP/s: f32 avx2 200", "GFLOP/s: f32 avx2 100", "GB/s: memory 100"] {
        assert_eq!(chart.matches(words).count(), 1, "{words}: {chart}");
    }
    let page = fs::read_to_string(folder.join("report.md")).expect("is written");
    assert!(page.contains("dashed: those of the baseline, where they differ"), "{page}");
}

/// The charts that a page shows.
fn charts(page: &str) -> Vec<&str> {
    page.split(['(', ')']).filter(|text| text.ends_with(".svg")).collect()
}

#[test]
fn a_folder_gets_the_page_its_charts_and_its_twin() {
    let replay = saved(&[("a", 1.0)]);
    let folder = replay.path("page");
    let output = folder.to_str().expect("is UTF-8");
    let json = shown(&replay, &["--format", "json", "--output", output]);
    assert_eq!(fs::read_to_string(folder.join("report.json")).expect("is written"), json);
    let page = |folder: &Path| fs::read_to_string(folder.join("report.md")).expect("is written");
    let whole = page(&folder);
    let shown_charts = charts(&whole);
    assert!(shown_charts.contains(&"rates.svg"), "{whole}");
    for file in &shown_charts {
        let svg = fs::read_to_string(folder.join(file)).expect("is written");
        assert!(!svg.contains("baseline hollow") && !svg.contains("candidate"), "{file} has two sides");
    }
    // Another page takes the place of all of it.
    shown(&replay, &["Tiny", "--output", output]);
    assert!(!page(&folder).contains("MatMul") && !folder.join("rates.svg").exists());
    let own = replay.path("own");
    fs::create_dir(&own).expect("makes a folder");
    fs::write(own.join("report.md"), "mine").expect("writes");
    let refused = replay.run(&["show", "a", "--output", own.to_str().expect("is UTF-8")]);
    refused.fails(2, "cannot write the report to");
    assert_eq!(page(&own), "mine");
}

#[test]
fn a_comparison_holds_each_side_against_its_own_peaks() {
    let replay = saved(&[("a", 1.0), ("b", 0.8)]);
    let diff = |arguments: &[&str]| replay.run(&[&["diff", "a", "b"], arguments].concat()).succeeds().stdout;
    let table = diff(&[]);
    assert!(table.contains("of peak") && table.contains("52 % -> 66 %"), "{table}");
    let page = diff(&["--format", "markdown"]);
    assert!(page.contains("\n## Efficiency\n") && page.contains("arithmetic (`avx2`), 1 thread"), "{page}");
    assert!(diff(&["--format", "csv"]).lines().any(|line| line.ends_with(",arithmetic,")));
    // A machine that does twice as much.
    let file = replay.baseline("b");
    let text = fs::read_to_string(&file).expect("is saved");
    fs::write(&file, text.replacen("avx2 = [100.0,", "avx2 = [200.0,", 1)).expect("writes");
    assert!(diff(&[]).contains("52 % -> 33 %"), "{}", diff(&[]));
    // Baselines without peaks, as earlier versions saved them.
    for name in ["a", "b"] {
        let text = fs::read_to_string(replay.baseline(name)).expect("is saved");
        let text = text.replace(PEAKS, "").replace(&PEAKS.replacen("100.0", "200.0", 1), "");
        fs::write(replay.baseline(name), text).expect("writes");
    }
    let without = diff(&[]);
    assert!(!without.contains("of peak") && !without.contains("bound by"), "{without}");
}

#[test]
fn charts_of_peaks_are_drawn_where_peaks_are_known() {
    let replay = saved(&[("a", 1.0), ("b", 0.8)]);
    let folder = replay.path("charts");
    let output = folder.to_str().expect("is UTF-8");
    let of_page = |command: &[&str]| {
        replay.run(&[command, &["--output", output]].concat()).succeeds();
        let page = fs::read_to_string(folder.join("report.md")).expect("is written");
        let shown = charts(&page).into_iter().map(str::to_owned);
        shown.inspect(|file| assert!(folder.join(file).exists(), "{file}")).collect::<Vec<String>>()
    };
    let has = |shown: &[String], files: &[&str]| {
        files.iter().all(|file| shown.iter().any(|shown| shown == file) && folder.join(file).exists())
    };
    let (reached, peaks) =
        (["efficiency.svg", "roofline.svg"], ["peak-arithmetic.svg", "peak-bandwidth.svg"]);
    let one = of_page(&["show", "a"]);
    assert!(has(&one, &reached) && has(&one, &peaks), "{one:?}");
    let both = of_page(&["diff", "a", "b"]);
    assert!(has(&both, &reached), "{both:?}");
    assert!(peaks.iter().all(|file| !folder.join(file).exists()), "those of the page before");
    for name in ["a", "b"] {
        let text = fs::read_to_string(replay.baseline(name)).expect("is saved");
        fs::write(replay.baseline(name), text.replace(PEAKS, "")).expect("writes");
    }
    let without = of_page(&["diff", "a", "b"]);
    assert!(!without.is_empty() && reached.iter().all(|file| !folder.join(file).exists()), "{without:?}");
}
