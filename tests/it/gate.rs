//! Limits of the gate.

use crate::replay::{Replay, bench};

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
    let text = std::fs::read_to_string(&file).expect("reads");
    assert!(text.contains("\ntime=any@^g/1$ -- it checks its bounds\n"), "{text}");
    let said = replay.run(&["diff", "a", "b", "--gate"]).succeeds();
    assert!(said.stderr.contains("Accepted time=any@^g/1$ -- it checks its bounds"), "{}", said.stderr);
    replay.run(&["bless", "g/2", "--limit", "time=5%", "--reason", "why not"]).succeeds();
    replay.run(&["diff", "b", "a", "--gate"]).succeeds();
    std::fs::write(&file, "time=5%\n").expect("writes");
    replay.run(&["diff", "a", "b", "--gate"]).fails(2, "cannot use line 1 of ");
    replay.run(&["bless", "g/9", "--reason", "none"]).fails(2, "no baseline has a benchmark `g/9`");
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
