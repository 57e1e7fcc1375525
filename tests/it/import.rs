//! Baselines that criterion itself has saved.

use std::fs;
use std::path::Path;

use crate::replay::{Replay, bench};

/// Writes what criterion saves of a benchmark whose iterations take so many nanoseconds.
pub(crate) fn saved(folder: &Path, baseline: &str, id: &str, throughput: &str, ns: f64) {
    let parts: Vec<&str> = id.split('/').collect();
    let part = |index: usize| parts.get(index).map_or("null".to_owned(), |part| format!("\"{part}\""));
    let place = folder.join(id).join(baseline);
    fs::create_dir_all(&place).expect("makes a folder");
    let benchmark = format!(
        "{{\"group_id\":{},\"function_id\":{},\"value_str\":{},\"throughput\":{throughput},\"full_id\":\"{id}\",\
         \"directory_name\":\"{id}\",\"title\":\"{id}\"}}",
        part(0),
        part(1),
        part(2)
    );
    fs::write(place.join("benchmark.json"), benchmark).expect("writes");
    let times: Vec<String> = (1..=10).map(|index| (f64::from(index) * ns).to_string()).collect();
    let iterations: Vec<String> = (1..=10).map(|index| format!("{index}.0")).collect();
    let sample = format!(
        "{{\"sampling_mode\":\"Linear\",\"iters\":[{}],\"times\":[{}]}}",
        iterations.join(","),
        times.join(",")
    );
    fs::write(place.join("sample.json"), sample).expect("writes");
    let statistic = |value: f64| {
        format!(
            "{{\"confidence_interval\":{{\"confidence_level\":0.95,\"lower_bound\":{value},\"upper_bound\":{value}}},\
             \"point_estimate\":{value},\"standard_error\":0.0}}"
        )
    };
    let [time, none] = [ns, 0.0].map(statistic);
    let estimates = format!(
        "{{\"mean\":{time},\"median\":{time},\"median_abs_dev\":{none},\"slope\":{time},\"std_dev\":{none}}}"
    );
    fs::write(place.join("estimates.json"), estimates).expect("writes");
}

#[test]
fn a_baseline_of_criterion_is_imported_with_its_throughputs_and_without_what_is_gone() {
    let replay = Replay::new();
    let row = |id: &str| format!("benchmark {id}\n{}end\n", crate::replay::benchmark(id, 1000.0));
    let script: String = ["g|f|1", "g|f|2", "g|f|3", "g|f|4"].into_iter().map(row).collect();
    replay.script("default", &format!("greet 0.8.2\n{script}group g\n"));
    let folder = replay.path("criterion");
    saved(&folder, "before", "g/f/1", "null", 1000.0);
    saved(&folder, "before", "g/f/2", "{\"Bytes\":4096}", 2000.0);
    saved(&folder, "before", "g/f/3", "{\"ElementsAndBytes\":{\"elements\":7,\"bytes\":56}}", 3000.0);
    saved(&folder, "before", "g/f/4", "{\"Bits\":12}", 4000.0);
    saved(&folder, "before", "g/f/gone", "null", 5000.0);
    saved(&folder, "new", "g/f/1", "null", 9000.0);
    let from = folder.to_str().expect("is UTF-8");
    let said = replay.run(&["import", "before", "--from", from]).succeeds();
    assert!(said.stderr.contains("1 benchmark left out, which no bench lists: g/f/gone"), "{}", said.stderr);
    assert!(said.stderr.contains("Saved 4 benchmarks"), "{}", said.stderr);
    let json = replay.run(&["show", "before", "--format", "json"]).succeeds().json();
    let row = |index: usize| &json["rows"][index];
    let times: Vec<f64> =
        (0..4).map(|index| row(index)["time_ns"].as_f64().expect("a time").round()).collect();
    assert_eq!(times, [1000.0, 2000.0, 3000.0, 4000.0]);
    assert_eq!(row(1)["work"]["bytes"], 4096);
    assert_eq!((&row(2)["work"]["elements"], &row(2)["work"]["bytes"]), (&7.into(), &56.into()));
    assert_eq!(row(3)["work"]["bits"], 12);
    let diff = replay.run(&["diff", "before", "--format", "json"]).json();
    assert_eq!(diff["rows"].as_array().map(Vec::len), Some(4));
}

#[test]
fn what_criterion_has_not_saved_is_told() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    let folder = replay.path("criterion");
    let from = ["--from", folder.to_str().expect("is UTF-8")];
    let import = |name: &str| replay.run(&[&["import", name], &from[..]].concat());
    import("before").fails(2, "criterion has saved nothing: there is no folder");
    saved(&folder, "main", "g/1", "null", 1000.0);
    import("before").fails(2, "criterion has saved no baseline `before` in");
    import("before").fails(2, "there is main");
    fs::write(folder.join("g/1/main/sample.json"), "{}").expect("writes");
    import("main").fails(2, "sample.json is not as criterion writes it");
    assert!(!replay.baseline("main").exists());
}

#[test]
fn what_no_bench_has_is_not_imported_and_a_bench_that_fails_has_its_exit_code() {
    let replay = Replay::new();
    let folder = replay.path("criterion");
    saved(&folder, "before", "g/f/gone", "null", 1000.0);
    let from = folder.to_str().expect("is UTF-8");
    let row = format!("benchmark g|f|1\n{}end\n", crate::replay::benchmark("g|f|1", 1000.0));
    replay.script("default", &format!("greet 0.8.2\n{row}group g\n"));
    let import = || replay.run(&["import", "before", "--from", from]);
    let gone = import();
    gone.fails(
        2,
        "cannot import baseline `before`: no bench that is built has a benchmark of it; build others by `-p`",
    );
    saved(&folder, "before", "g/f/1", "null", 1000.0);
    let sample = folder.join("g/f/1/before/sample.json");
    let whole = fs::read_to_string(&sample).expect("is there");
    fs::write(&sample, whole.replace("\"iters\":[1.0,", "\"iters\":[")).expect("writes");
    import().fails(2, "has not one number of iterations for each time");
    fs::write(&sample, &whole).expect("writes");
    replay.script("default", &format!("greet 0.8.2\n{row}group g\npanic\n"));
    import().fails(101, "the bench panics");
    assert!(replay.baseline("before").exists(), "what the bench has listed is imported");
}
