//! Limits of the gate.

use std::fs;

use crate::ab::contest::{Contest, rows};
use crate::replay::{
    Replay, Said, UNCONTENDED, bench, json_id, json_probes, plain_benchmark, said, tensorprof,
};

/// `g/1` takes 10 % longer, `g/2` is as it was.
fn saved() -> Replay {
    let replay = Replay::new();
    replay.save("a", &bench(&[("g|-|1", 1000.0), ("g|-|2", 1000.0)]));
    replay.save("b", &bench(&[("g|-|1", 1100.0), ("g|-|2", 1000.0)]));
    replay
}

#[test]
fn a_limit_takes_the_place_of_the_verdict() {
    let replay = saved();
    let gate = |limits: &[&str]| {
        let limits = limits.iter().flat_map(|limit| ["--gate-limit", limit]);
        let arguments: Vec<&str> = ["diff", "a", "b", "--gate"].into_iter().chain(limits).collect();
        replay.run(&arguments)
    };
    gate(&[]).fails(1, "Gate failed: 1 row slower");
    gate(&["time=5%"]).fails(1, "Gate failed: 1 row beyond a limit: g/1 (time=5%)");
    assert!(gate(&["time=20%"]).succeeds().stderr.contains("Gate passed"));
    assert!(gate(&["time=any@^g/1$"]).succeeds().stderr.contains("Gate passed"));
    gate(&["time=20%", "time=5%@/1$"]).fails(1, "g/1 (time=5%@/1$)");
    let open = gate(&["time=10%"]).succeeds();
    assert!(open.stderr.contains("passed, with 1 row inconclusive or suspect"), "{}", open.stderr);
    gate(&["time=10%@g/3"])
        .fails(1, "warning: the limit `time=10%@g/3` holds for no row that has that metric");
}

#[test]
fn a_limit_that_is_none_and_one_without_a_gate_are_refused() {
    let replay = saved();
    replay
        .run(&["diff", "a", "b", "--gate", "--gate-limit", "speed=5%"])
        .fails(2, "`speed` is no metric; there are time,");
    replay.run(&["diff", "a", "b", "--gate-limit", "time=5%"]).fails(2, "--gate");
}

#[test]
fn an_accepted_change_passes_until_a_baseline_has_it() {
    let replay = saved();
    replay.run(&["bless", "g/1", "--reason", "it checks its bounds"]).succeeds();
    let file = replay.path("baselines/accepted");
    let text = fs::read_to_string(&file).expect("reads");
    assert!(text.contains("\ntime=any@^g/1$ -- it checks its bounds\n"), "{text}");
    let said = replay.run(&["diff", "a", "b", "--gate"]).succeeds();
    assert!(said.stderr.contains("Accepted time=any@^g/1$ -- it checks its bounds"), "{}", said.stderr);
    replay.run(&["bless", "g/2", "--limit", "time=5%", "--reason", "why not"]).succeeds();
    replay.run(&["diff", "b", "a", "--gate"]).succeeds();
    fs::write(&file, "time=5%\n").expect("writes");
    replay.run(&["diff", "a", "b", "--gate"]).fails(2, "cannot use line 1 of ");
    replay.run(&["bless", "g/9", "--reason", "none"]).fails(2, "no baseline has a benchmark `g/9`");
}

/// Runs the command in the repository, whose baselines are in it.
fn in_repository(contest: &Contest, arguments: &[&str]) -> Said {
    let repository = contest.path("repository");
    let mut command = tensorprof(&repository.join("Cargo.toml"), arguments);
    command.env("CARGO_TARGET_DIR", repository.join("target")).env("REPLAY", contest.path("scripts"));
    said(command.current_dir(repository).output().expect("starts"))
}

#[test]
fn a_line_accepts_nothing_once_the_commit_of_the_baseline_has_it() {
    let contest = Contest::new(&rows(&[("g|-|1", 1000.0)]));
    let run = |arguments: &[&str]| in_repository(&contest, arguments);
    let save = |name: &str, ns: f64| {
        contest.plays(&rows(&[("g|-|1", ns)]));
        run(&["save", name]).succeeds();
    };
    save("old", 1000.0);
    save("slow", 1300.0);
    run(&["diff", "old", "slow", "--gate"]).fails(1, "Gate failed");
    run(&["bless", "g/1", "--reason", "it checks its bounds"]).succeeds();
    run(&["diff", "old", "slow", "--gate"]).succeeds();
    contest.commit("Check bounds");
    save("accepted", 1300.0);
    save("slower", 1700.0);
    run(&["diff", "accepted", "slower", "--gate"]).fails(1, "Gate failed");
    let file = contest.path("repository/baselines/old.toml");
    let text = fs::read_to_string(&file).expect("reads");
    let line = text.lines().find(|line| line.starts_with("commit = ")).expect("a commit");
    fs::write(&file, text.replace(line, &format!("commit = \"{}\"", "0".repeat(40)))).expect("writes");
    let unknown = run(&["diff", "old", "slow", "--gate"]);
    unknown.fails(1, "commit 0000000000 of baseline `old` is not in this clone");
}

#[test]
fn what_a_line_could_not_say_is_refused() {
    let replay = saved();
    replay.run(&["bless", "g/1", "--reason", "slower -- but safe"]).fails(2, "in one line without ` -- `");
    let other = replay.run(&["bless", "g/1", "--limit", "time=5%@x", "--reason", "safe"]);
    other.fails(2, "give a limit without `@`");
    assert!(!replay.path("baselines/accepted").exists());
}

#[test]
fn the_gate_is_tried_on_made_up_baselines() {
    let replay = Replay::new();
    let said =
        replay.run(&["gate", "--self-test", "--gate-limit", "time=5%", "--gate-limit", "allocations=0@^g/"]);
    let said = said.succeeds();
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert_eq!(lines.len(), 8, "{}", said.stdout);
    assert!(lines.contains(&"ok     passes: time=5%: at the limit"), "{}", said.stdout);
    assert!(lines.contains(&"ok     fails: allocations=0@^g/: beyond the limit"), "{}", said.stdout);
    let never = replay.run(&["gate", "--self-test", "--gate-limit", "tokens-per-s=100%"]);
    never.fails(2, "the gate does not hold: see 2 lines above");
    replay.run(&["gate"]).fails(2, "--self-test");
}

/// A benchmark of 64 tokens that allocates so.
fn allocating(ns: f64, [count, bytes, peak]: [u64; 3]) -> String {
    let id = "g|-|1";
    let (begun, json, probes) = (plain_benchmark(id, ns), json_id(id), json_probes(UNCONTENDED));
    let counts = format!("{{\"count\":{count},\"bytes\":{bytes},\"peak\":{peak},\"net\":0,\"live\":0}}");
    let record = format!(
        "record {{\"message\":\"record\",{json},\"work\":{{\"tokens\":64}},\"allocation\":[{counts}],{probes}}}"
    );
    format!("greet 0.8.2\n{begun}{record}\ngroup g\n")
}

#[test]
fn every_metric_has_limits_and_allocation_is_gated_without() {
    let replay = Replay::new();
    replay.save("a", &allocating(1000.0, [10, 1000, 1000]));
    for (name, ns, counts) in [
        ("one-more", 1000.0, [11, 1000, 1000]),
        ("two-more", 1000.0, [12, 1000, 1000]),
        ("bytes", 1000.0, [10, 1500, 1000]),
        ("peak", 1000.0, [10, 1000, 3000]),
        ("slow", 1300.0, [10, 1000, 1000]),
    ] {
        replay.save(name, &allocating(ns, counts));
    }
    let gate = |candidate: &str, limits: &[&str]| {
        let limits = limits.iter().flat_map(|limit| ["--gate-limit", limit]);
        let diff = ["diff", "a", candidate, "--no-learned", "--gate"];
        replay.run(&diff.into_iter().chain(limits).collect::<Vec<&str>>())
    };
    gate("a", &["allocations=0", "allocated-bytes=0%", "peak-bytes=0B", "time=50%"]).succeeds();
    gate("two-more", &[]).fails(1, "1 row allocating more");
    gate("one-more", &[]).succeeds();
    gate("one-more", &["allocations=0"]).fails(1, "g/1 (allocations=0)");
    gate("one-more", &["allocations=9%"]).fails(1, "g/1 (allocations=9%)");
    for limit in ["allocations=1", "allocations=10%", "allocations=any"] {
        gate("one-more", &[limit]).succeeds();
    }
    gate("bytes", &[]).fails(1, "1 row allocating more");
    gate("bytes", &["allocated-bytes=400B"]).fails(1, "g/1 (allocated-bytes=400B)");
    for limit in ["allocated-bytes=500B", "allocated-bytes=50%", "allocated-bytes=1KiB@^g/1$"] {
        gate("bytes", &[limit]).succeeds();
    }
    gate("peak", &[]).succeeds();
    gate("peak", &["peak-bytes=1kB"]).fails(1, "g/1 (peak-bytes=1kB)");
    gate("peak", &["peak-bytes=2kB"]).succeeds();
    gate("slow", &[]).fails(1, "1 row slower");
    gate("slow", &["tokens-per-s=3%"]).fails(1, "g/1 (tokens-per-s=3%)");
    gate("slow", &["tokens-per-s=50%"]).succeeds();
    gate("slow", &["time=100ns"]).fails(1, "g/1 (time=100ns)");
    gate("slow", &["time=1us"]).succeeds();
}

#[test]
fn every_exit_code_of_a_gate_says_what_it_stands_for() {
    let replay = saved();
    let fine = replay.run(&["diff", "a", "a", "--gate"]).succeeds();
    assert!(fine.stderr.contains("Gate passed"), "{}", fine.stderr);
    replay.run(&["diff", "a", "b", "--gate"]).fails(1, "Gate failed");
    replay.run(&["diff", "a", "c", "--gate"]).fails(2, "baseline `c` not found");
    replay.save("other", &bench(&[("g|-|1", 1000.0)]));
    replay.run(&["diff", "a", "other", "--gate"]).fails(3, "Gate cannot judge");
    replay.script("default", "greet 0.8.2\nbegin g|-|1\npanic\n");
    replay.run(&["diff", "a", "--gate"]).fails(101, "nothing was measured: bench `replay` failed");
    let half = format!("greet 0.8.2\n{}begin g|-|2\npanic\n", crate::replay::benchmark("g|-|1", 1500.0));
    replay.script("default", &half);
    let slower_and_broken = replay.run(&["diff", "a", "--gate"]);
    slower_and_broken.fails(101, "the bench panics");
    assert!(slower_and_broken.stdout.contains("regressed"), "{}", slower_and_broken.stdout);
}
