use super::*;
use crate::channel::CriterionId;
use crate::dtype::Dtype;
use crate::model::{Benchmark, BenchmarkId};
use crate::work::{Work, WorkSource};

/// The manifest of a workspace with a package `a`.
fn root(text: &str) -> ManifestText {
    ManifestText {
        file: "Cargo.toml".to_owned(),
        text: text.to_owned(),
        package: Some("a".to_owned()),
        is_root: true,
    }
}

/// That of a package `b` in a folder of its own.
fn member(text: &str) -> ManifestText {
    ManifestText {
        file: "b/Cargo.toml".to_owned(),
        package: Some("b".to_owned()),
        is_root: false,
        ..root(text)
    }
}

fn metadata(manifests: &[ManifestText]) -> Metadata {
    Metadata::of(manifests).unwrap_or_else(|error| panic!("{error}"))
}

fn error(manifest: ManifestText) -> String {
    Metadata::of(&[manifest]).expect_err("cannot be used").to_string()
}

fn benchmark(package: &str, group: &str, parameter: &str, work: Option<Work>) -> Benchmark {
    let criterion =
        CriterionId { group: group.to_owned(), function: None, parameter: Some(parameter.to_owned()) };
    let id = BenchmarkId { package: package.to_owned(), target: "bench".to_owned(), criterion };
    Benchmark { work, not_measured: None, ..Benchmark::unmeasured(id, String::new()) }
}

/// What one benchmark of package `a` gets.
fn completed(rows: &Rows, group: &str, parameter: &str, work: Option<Work>) -> Work {
    let mut benchmarks = [benchmark("a", group, parameter, work)];
    assert_eq!(rows.complete(&mut benchmarks), []);
    let [benchmark] = benchmarks;
    benchmark.work.unwrap_or_default()
}

const MATMUL: &str = r#"
[workspace.metadata.tensorprof.rows]
"matmul/{m}x{n}x{k}" = { flops = "2*m*n*k", bytes = "dtype_size*(m*k + k*n + m*n)", dtype = "f32" }
"#;

#[test]
fn rows_get_the_work_that_their_ids_say() {
    let rows = metadata(&[root(MATMUL)]).rows;
    let expected = Work { from: WorkSource::Metadata, ..Work::none().flops(48).bytes(104).dtype::<f32>() };
    assert_eq!(completed(&rows, "matmul", "2x3x4", None), expected);
    assert_eq!(completed(&rows, "matmul", "2x3", None), Work::none());
}

#[test]
fn the_bench_comes_before_the_metadata_and_these_before_the_throughput() {
    let rows = metadata(&[root(MATMUL)]).rows;
    let get = |work: Work| completed(&rows, "matmul", "2x3x4", Some(work));
    let declared = Work::none().elements(7);
    assert_eq!(get(declared.clone()), declared.clone().dtype::<f32>());
    let typed = get(Work::none().dtype::<f64>());
    assert_eq!((typed.flops.map(|count| count.0), typed.bytes.map(|count| count.0)), (Some(48), Some(208)));
    assert_eq!(typed.dtype, Some(Dtype::F64));
    let throughput = get(Work { from: WorkSource::Throughput, ..declared });
    assert_eq!((throughput.from, throughput.elements), (WorkSource::Metadata, None));
}

#[test]
fn an_element_type_alone_leaves_the_throughput() {
    let rows = metadata(&[root("[package.metadata.tensorprof.rows]\n\"*\" = { dtype = \"f16\" }\n")]).rows;
    let throughput = Work { from: WorkSource::Throughput, ..Work::none().elements(7) };
    assert_eq!(completed(&rows, "g", "1", Some(throughput.clone())), throughput.dtype::<half::f16>());
}

#[test]
fn of_each_key_the_most_precise_pattern_counts_that_has_it() {
    let text = r#"
[workspace.metadata.tensorprof.rows]
"*" = { dtype = "f64", threshold = 4, gate = false }
"*/{n}" = { flops = "n", bytes = "8*n" }
"softmax/{n}" = { flops = "5*n", threshold = 3 }
"softmax/{rows}" = { flops = "7*rows", gate = true }
"#;
    let metadata = metadata(&[root(text)]);
    let expected = Work { from: WorkSource::Metadata, ..Work::none().flops(50).bytes(80).dtype::<f64>() };
    assert_eq!(completed(&metadata.rows, "softmax", "10", None), expected, "of equals, the first");
    let options = crate::compare::Options { rows: metadata.rows.judging(), ..Default::default() };
    let judged = |group: &str| {
        let id = benchmark("a", group, "10", None).id;
        (options.threshold_of(&id), options.is_gated(&id))
    };
    assert_eq!((judged("softmax"), judged("gelu")), ((0.03, true), (0.04, false)));
}

#[test]
fn rows_of_a_package_are_those_of_its_benches_and_come_first() {
    let of_all = "[workspace.metadata.tensorprof.rows]\n\"g/{n}\" = { flops = \"n\" }\n";
    let of_b =
        "[package.metadata.tensorprof.rows]\n\"g/{n}\" = { flops = \"2*n\" }\n\"h\" = { gate = true }\n";
    let rows = metadata(&[root(of_all), member(of_b)]).rows;
    let mut benchmarks = ["a", "b"].map(|package| benchmark(package, "g", "3", None));
    assert_eq!(rows.complete(&mut benchmarks), []);
    let flops = benchmarks.each_ref().map(|benchmark| benchmark.work.as_ref().and_then(|work| work.flops));
    assert_eq!(flops.map(|count| count.map(|count| count.0)), [Some(3), Some(6)]);
    let idle = |benchmarks: &[Benchmark]| {
        let idle = rows.idle(benchmarks.iter().map(|benchmark| &benchmark.id));
        idle.into_iter().map(|(place, pattern)| format!("{place} {pattern}")).collect::<Vec<_>>()
    };
    assert_eq!(idle(&benchmarks), ["b/Cargo.toml:3:1 h"]);
    assert_eq!(idle(&benchmarks[..1]), [""; 0], "of `b`, nothing was measured");
}

#[test]
fn a_count_that_a_row_cannot_have_is_told_with_its_place() {
    let rows = metadata(&[root(
        "[workspace.metadata.tensorprof.rows]\n\"g/{n}\" = { flops = \"n/2\", bytes = \"n*n\" }\n",
    )])
    .rows;
    let mut benchmarks = [benchmark("a", "g", "3000000001", None), benchmark("a", "g", "4000000000", None)];
    let said: Vec<String> = rows.complete(&mut benchmarks).iter().map(ToString::to_string).collect();
    let places = [
        "Cargo.toml:2:21: `n/2`: it is 3000000001/2, which is no whole number",
        "Cargo.toml:2:36: bytes of 16000000000000000000 is above 9223372036854775807",
    ];
    for (said, expected) in said.iter().zip(places) {
        assert!(said.starts_with("no count for `") && said.ends_with(expected), "{said}");
    }
    assert_eq!(said.len(), 2);
    let [odd, large] = benchmarks.map(|benchmark| benchmark.work.unwrap_or_default());
    assert_eq!((odd.flops, odd.bytes.map(|count| count.0)), (None, Some(9_000_000_006_000_000_001)));
    assert_eq!((large.flops.map(|count| count.0), large.bytes), (Some(2_000_000_000), None));
}

#[test]
fn what_cannot_be_used_is_told_with_its_place() {
    let of_row = |row: &str| {
        error(root(&format!("[workspace.metadata.tensorprof.rows]\n\"g/{{n}}\" = {{ {row} }}\n")))
    };
    for (row, place, why) in [
        ("flop = \"n\"", "2:13", "unknown field `flop`"),
        (
            "flops = \"2*m\"",
            "2:21",
            "`2*m` names `m`, which the pattern `g/{n}` does not capture; it captures `n`",
        ),
        ("flops = \"2*\"", "2:21", "`2*` is no formula of numbers, names that the pattern captures"),
        ("flops = 2.5", "2:21", "2.5 is no formula"),
        ("dtype = \"f8\"", "2:21", "unknown element type `f8`; expected one of f64, f32"),
        ("threshold = -1", "2:25", "-1 is no percentage from 0 to 1000"),
        ("gate = \"no\"", "2:20", "invalid type"),
    ] {
        let said = of_row(row);
        assert!(said.starts_with(&format!("cannot use the metadata at Cargo.toml:{place}: {why}")), "{said}");
    }
    let said = error(root("\n[package.metadata.tensorprof]\nrows.\"g/{n\" = { flops = \"n\" }\n"));
    assert_eq!(
        said,
        "cannot use the metadata at Cargo.toml:3:6: `g/{n` is no pattern of ids: a `{` is not closed"
    );
    let said = error(root("[workspace.metadata.tensorprof]\nround = 3\n"));
    assert!(said.starts_with("cannot use the metadata at Cargo.toml:2:1: unknown field `round`"), "{said}");
}

#[test]
fn settings_are_those_of_the_workspace_or_else_of_its_package() {
    let text = "[workspace.metadata.tensorprof]\nrounds = 20\n\n[package.metadata.tensorprof]\nrounds = 5\nfloor-ns = 0.5\n";
    let flags = metadata(&[root(text)]).flags;
    let flags: Vec<String> =
        flags.iter().map(|flag| format!("{} --{}={}", flag.place, flag.name, flag.value)).collect();
    assert_eq!(flags, ["Cargo.toml:2:10 --rounds=20", "Cargo.toml:6:12 --floor=0.5"]);
    let text = "[workspace.metadata.tensorprof]\ngate-inconclusive = \"fail\"\ngate-limit = [\"time=5%\", \"allocations=0\"]\n";
    let said = metadata(&[root(text)]).flags;
    let said: Vec<String> =
        said.iter().map(|flag| format!("{} {} {}", flag.place, flag.name, flag.value)).collect();
    let expected = [
        "Cargo.toml:2:21 gate-inconclusive fail",
        "Cargo.toml:3:15 gate-limit time=5%",
        "Cargo.toml:3:26 gate-limit allocations=0",
    ];
    assert_eq!(said, expected);
    let said = error(member("[package.metadata.tensorprof]\nthreads = 1\n"));
    assert!(
        said.starts_with("cannot use the metadata at b/Cargo.toml:2:11: this key is of the whole workspace"),
        "{said}"
    );
}
