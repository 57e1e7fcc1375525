//! `[workspace.metadata.tensorprof]` and `[package.metadata.tensorprof]`: work, settings and the gate without code.

use std::fs;
use std::path::PathBuf;

use snapbox::{assert_data_eq, str};

use crate::ab::contest::Contest;
use crate::replay::{Replay, Said, bench, json_id, json_probes, plain_benchmark};

/// A project of its own, whose bench plays scripts, with some metadata.
pub(crate) struct Project {
    pub(crate) replay: Replay,
}

impl Project {
    pub(crate) fn new(metadata: &str) -> Project {
        let project = Project { replay: Replay::new() };
        for folder in ["src", "benches"] {
            fs::create_dir_all(project.path(folder)).expect("makes a folder");
        }
        for file in ["src/lib.rs", "src/own.script", "src/fast.script", "benches/replay.rs"] {
            fs::copy(crate::replay::project().join(file), project.path(file)).expect("copies");
        }
        project.says(metadata);
        project
    }

    /// From now on the metadata are these.
    pub(crate) fn says(&self, metadata: &str) {
        let manifest = "[package]\nname = \"replay\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[features]\nfast = []\n\n\
                        [[bench]]\nname = \"replay\"\nharness = false\n\n[workspace]\n\n";
        fs::write(self.path("Cargo.toml"), format!("{manifest}{metadata}")).expect("writes");
    }

    fn plays(&self, script: &str) {
        self.replay.script("default", script);
    }

    /// Saves `name` in a few rounds from benches that play `script`.
    pub(crate) fn save(&self, name: &str, script: &str) -> Said {
        self.plays(script);
        self.run(&["save", name, "--rounds", "3", "--max-rounds", "3"]).succeeds()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.replay.run_in(&self.path("Cargo.toml"), arguments)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.replay.baseline(name)).expect("is saved")
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.replay.path("project").join(file)
    }
}

/// A bench without the library, with a throughput of criterion's in each benchmark.
fn plain(benchmarks: &[(&str, f64)]) -> String {
    let body: String = benchmarks.iter().map(|(id, ns)| plain_benchmark(id, *ns)).collect();
    format!("greet 0.8.2\nthroughput Elements 4096\n{body}group g\n")
}

const MATMUL: &str = r#"[package.metadata.tensorprof.rows]
"matmul/{m}x{n}x{k}" = { flops = "2*m*n*k", bytes = "dtype_size*(m*k + k*n + m*n)", dtype = "f32" }
"#;

#[test]
fn benches_without_the_library_get_rates_from_their_ids() {
    let project = Project::new(MATMUL);
    let rows = |ns| plain(&[("matmul|-|64x64x64", ns), ("softmax|-|64", 1000.0)]);
    project.save("before", &rows(10_000.0));
    project.save("after", &rows(20_000.0));
    let text = project.text("before");
    let work = "[benchmark.work]\nflops = 524288\nbytes = 49152\ndtype = \"f32\"\nfrom = \"metadata\"\n";
    assert!(text.contains(work), "{text}");
    let shown = project.run(&["show", "before", "--format", "json"]).succeeds().json();
    let gflops = shown["rows"][0]["gflops"].as_f64().expect("is known");
    assert!((gflops / 52.42 - 1.0).abs() < 0.01, "{shown}");
    assert_eq!(shown["rows"][0]["work"]["from"], "metadata");
    let diff = project.run(&["diff", "before", "after"]).succeeds().stdout;
    let row = diff.lines().find(|line| line.starts_with("matmul/64x64x64")).expect("a row");
    assert!(row.contains("GFLOP/s"), "{diff}");
    let page = project.run(&["diff", "before", "after", "--format", "markdown"]).succeeds().stdout;
    assert!(page.contains("GFLOP/s"), "{page}");
}

#[test]
fn show_lists_what_each_row_got_and_from_where() {
    let project = Project::new(MATMUL);
    let declared = "matmul|-|2x2x2";
    let record = format!(
        "record {{\"message\":\"record\",{},\"work\":{{\"flops\":7}},{}}}\n",
        json_id(declared),
        json_probes(40_000.0)
    );
    let matmuls = [plain_benchmark("matmul|-|64x64x64", 1000.0), plain_benchmark(declared, 1000.0), record];
    let others = [plain_benchmark("gelu|-|8", 1000.0), "throughput Elements 4096\n".to_owned()];
    let softmax = plain_benchmark("softmax|-|64", 1000.0);
    let script = format!("greet 0.8.2\n{}{}{softmax}group g\n", matmuls.concat(), others.concat());
    project.save("a", &script);
    project.save("b", &plain(&[("softmax|-|64", 1000.0)]));
    assert_data_eq!(
        project.run(&["show", "a", "--work"]).succeeds().stdout,
        str![[r#"
benchmark        type    FLOPs   bytes  elements  from
gelu/8           -           -       -         -  -
matmul/2x2x2     f32         7       -         -  bench
matmul/64x64x64  f32   524,288  49,152         -  metadata
softmax/64       -           -       -     4,096  criterion's throughput
no work is known of 1 benchmark: declare it in the bench, or by the id in [package.metadata.tensorprof.rows]

"#]]
    );
    let newest = project.run(&["show", "--work"]).succeeds().stdout;
    assert_eq!(newest, project.run(&["show", "b", "--work"]).succeeds().stdout);
    project.run(&["show"]).fails(2, "NAME");
}

#[test]
fn what_the_metadata_would_say_now_is_told_without_a_measurement() {
    let project = Project::new("");
    project.save("a", &plain(&[("matmul|-|2x2x2", 1000.0), ("gelu|-|8", 1000.0)]));
    let warned = || project.run(&["show", "a", "--work"]).succeeds().stderr;
    assert_eq!(warned(), "");
    project.says(MATMUL);
    let said = warned();
    assert!(said.contains("the metadata say other work now of 1 benchmark: `matmul/2x2x2`"), "{said}");
    project.run(&["save", "a", "--append", "--rounds", "3"]).succeeds();
    assert_eq!(warned(), "");
    assert!(project.text("a").contains("flops = 16\n"), "what takes precedence is known now");
}

#[test]
fn a_mistake_is_told_with_its_place_before_anything_runs() {
    let project = Project::new("");
    project.plays(&plain(&[("g|-|1", 1000.0)]));
    for (metadata, said) in [
        (
            "rows.\"g/{n}\" = { flops = \"2*m\" }",
            "Cargo.toml:16:26: `2*m` names `m`, which the pattern `g/{n}` does not capture",
        ),
        ("rows.\"g/{n}\" = { flop = \"n\" }", "Cargo.toml:16:18: unknown field `flop`"),
        ("rounds = 0", "Cargo.toml:16:10: invalid value '0' for '--rounds <N>'"),
        ("threshold = \"wide\"", "Cargo.toml:16:13: invalid value 'wide' for '--threshold <PERCENT>'"),
        ("treshold = 3", "Cargo.toml:16:1: unknown field `treshold`"),
    ] {
        project.says(&format!("[workspace.metadata.tensorprof]\n{metadata}\n"));
        project.run(&["save", "a"]).fails(2, &format!("cannot use the metadata at {said}"));
    }
    assert!(project.replay.calls().is_empty());
}

#[test]
fn a_count_that_is_none_and_a_pattern_without_rows_are_warnings() {
    let metadata = "[package.metadata.tensorprof.rows]\n\"g/{n}\" = { flops = \"n/2\" }\n\"h/{n}\" = { flops = \"n\" }\n";
    let project = Project::new(metadata);
    let script = plain(&[("g|-|5", 1000.0), ("g|-|6", 1000.0)]);
    let said = project.save("a", &script).stderr;
    let fault = "warning: no count for `g/5` by the metadata at Cargo.toml:16:21: `n/2`: it is 5/2, which is no whole number";
    assert!(said.contains(fault), "{said}");
    let idle = "warning: the pattern `h/{n}` of the metadata at Cargo.toml:17:1 matches no benchmark";
    assert!(said.contains(idle), "{said}");
    let text = project.text("a");
    assert!(
        text.contains("elements = 4096\nfrom = \"throughput\"")
            && text.contains("flops = 3\nfrom = \"metadata\""),
        "{text}"
    );
    let part = project.run(&["save", "b", "g/6", "--rounds", "3"]).succeeds().stderr;
    assert!(!part.contains("matches no benchmark"), "only a part was measured: {part}");
}

#[test]
fn flags_come_before_the_metadata_and_what_is_saved_before_both() {
    let project = Project::new(
        "[workspace.metadata.tensorprof]\nrounds = 3\nmax-rounds = 3\nthreads = 1\nsample-size = 20\n",
    );
    project.plays(&bench(&[("g|-|1", 1000.0)]));
    let rounds = |arguments: &[&str]| {
        let before = project.replay.calls().len();
        project.run(arguments).succeeds();
        let calls = project.replay.calls().split_off(before);
        let threads = fs::read_to_string(project.replay.path("scripts/threads")).expect("is noted");
        (calls.len(), threads, calls[0].contains("--sample-size 20"))
    };
    let told = |threads: &str| threads.to_owned();
    assert_eq!(rounds(&["save", "a"]), (3, told("1"), true));
    assert_eq!(rounds(&["save", "b", "--rounds", "2", "--max-rounds", "2"]), (2, told("1"), true));
    assert_eq!(rounds(&["save", "c", "--threads", "2"]), (3, told("2"), true));
    assert_eq!(rounds(&["save", "d", "--quick"]), (5, told("1"), false));
    project.says("[workspace.metadata.tensorprof]\nrounds = 4\nmax-rounds = 4\n");
    assert_eq!(rounds(&["save", "a", "--append"]), (3, told("1"), true), "as the sessions before");
}

#[test]
fn rows_have_thresholds_of_their_own_unless_the_user_gives_one() {
    let metadata = r#"[workspace.metadata.tensorprof]
threshold = 15
rows."g/restless-*" = { threshold = 60 }
"#;
    let project = Project::new(metadata);
    let rows = |[restless, steady, worse]: [f64; 3]| {
        bench(&[("g|-|restless-1", restless), ("g|-|steady", steady), ("g|-|worse", worse)])
    };
    project.save("before", &rows([1000.0; 3]));
    project.save("after", &rows([1300.0, 1080.0, 1300.0]));
    let verdicts = |flags: &[&str]| {
        let diff = project.run(&[&["diff", "before", "after", "--format", "json"], flags].concat());
        let rows = diff.succeeds().json()["rows"].clone();
        let verdict = |id: &str| {
            let mut rows = rows.as_array().expect("rows").iter();
            rows.find(|row| row["id"] == id).expect("a row")["verdict"].clone()
        };
        ["g/restless-1", "g/steady", "g/worse"].map(verdict)
    };
    assert_eq!(verdicts(&[]), ["unchanged", "unchanged", "regressed"]);
    assert_eq!(verdicts(&["--threshold", "2"]), ["regressed"; 3]);
    let page = project.run(&["diff", "before", "after", "--format", "markdown"]).succeeds().stdout;
    for words in ["Judged by a threshold of its own, 60 %.", "threshold is 15 %, or that of a row's own"] {
        assert!(page.contains(words), "{page}");
    }
    assert!(!page.contains("--threshold"), "the metadata say it again: {page}");
}

#[test]
fn a_family_is_marked_by_the_thresholds_of_its_rows() {
    let project = Project::new("[workspace.metadata.tensorprof]\nrows.\"g/*\" = { threshold = 60 }\n");
    project.save("before", &bench(&[("g|-|1", 1000.0), ("g|-|2", 4000.0)]));
    project.save("after", &bench(&[("g|-|1", 1300.0), ("g|-|2", 5200.0)]));
    let family = |flags: &[&str]| {
        let words = ["compare", "before", "after", "--by", "family", "--format", "json"];
        project.run(&[&words[..], flags].concat()).succeeds().json()["families"][0].clone()
    };
    let own = family(&[]);
    assert_eq!(
        (&own["reference"]["fastest"], &own["baselines"][0]["time"]["threshold"]),
        (&false.into(), &0.6.into())
    );
    assert_eq!(own["baselines"][0]["verdicts"], serde_json::json!({"unchanged": 2}));
    assert_eq!(family(&["--threshold", "2"])["reference"]["fastest"], true);
}

#[test]
fn the_gate_looks_at_the_rows_that_the_metadata_leave_it() {
    let project = Project::new("[package.metadata.tensorprof.rows]\n\"g/slow*\" = { gate = false }\n");
    project.save("before", &bench(&[("g|-|slower", 1000.0), ("g|-|steady", 1000.0)]));
    project.save("after", &bench(&[("g|-|slower", 1500.0), ("g|-|steady", 1000.0)]));
    let gate = || project.run(&["diff", "before", "after", "--gate"]);
    let passed = gate().succeeds();
    assert!(passed.stderr.contains("passed; 1 row left out by the metadata"), "{}", passed.stderr);
    project.says(
        "[package.metadata.tensorprof.rows]\n\"*\" = { gate = false }\n\"g/slower\" = { gate = true }\n",
    );
    gate().fails(1, "failed: 1 row slower; 1 row left out by the metadata");
    project.says("[package.metadata.tensorprof.rows]\n\"*\" = { gate = false }\n");
    gate().fails(3, "cannot judge: no row was compared; 2 rows left out by the metadata");
}

#[test]
fn both_sides_of_a_run_in_turn_get_the_work() {
    let contest = Contest::changed_to(1300.0);
    let metadata =
        "[package.metadata.tensorprof.rows]\n\"g/{n}\" = { flops = \"1000*n\", dtype = \"f32\" }\n";
    contest.write("Cargo.toml", &format!("{}\n{metadata}", contest.manifest()));
    let diff = contest.json(&["HEAD"]);
    let gflops = &diff["rows"][0]["gflops"];
    for (side, expected) in [("baseline", 1.0), ("candidate", 1.0 / 1.3)] {
        let rate = gflops[side].as_f64().unwrap_or_else(|| panic!("no {side} in {diff}"));
        assert!((rate / expected - 1.0).abs() < 0.01, "{gflops}");
    }
}
