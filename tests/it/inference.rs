//! Benches of models: what is saved of them, and what a bad one costs.

use std::fs;

use crate::replay::{Replay, UNCONTENDED, json_id, json_probes, plain_benchmark};

/// The declaration of a model, as a bench sends it.
const TINY: &str = r#"{"name":"Tiny","parameters":1024,"matrix_parameters":1000,"layers":2,"width":8,"heads":2,"kv_heads":1,"head_size":4,"vocabulary":16,"context":32,"dtype":"f32"}"#;
const INFERENCE: &str = r#"{"phase":"inference","prompt":3,"generated":2}"#;
const FORWARD: &str = r#"{"phase":"forward","tokens":3}"#;
const CREATION: &str = r#"{"phase":"creation"}"#;

/// A benchmark of ten samples whose record has these keys beside its id and its probes.
fn recorded(id: &str, keys: &str) -> String {
    let (plain, id, probes) = (plain_benchmark(id, 1000.0), json_id(id), json_probes(UNCONTENDED));
    format!("{plain}record {{\"message\":\"record\",{id},{probes}{keys}}}\n")
}

fn phase(model: &str, phase: &str) -> String {
    format!(",\"inference\":{{\"model\":{model},\"phase\":{phase}}}")
}

/// Generations of two tokens in two calls of the warm-up and in ten samples.
fn generations() -> String {
    let steps: Vec<String> = (0..12).map(|call| format!("[{},{}]", 600 + call, 400 + call)).collect();
    let count = |bytes| format!(r#"{{"count":3,"bytes":{bytes},"peak":64,"live":32,"net":0}}"#);
    format!(
        ",\"generation\":{{\"steps\":[{}],\"allocation\":[[{},{}],[{},{}]]}}",
        steps.join(","),
        count(96),
        count(64),
        count(96),
        count(72),
    )
}

/// An inference of the tiny model.
pub(crate) fn inference() -> String {
    recorded("Tiny|inference|3+2", &format!("{}{}", phase(TINY, INFERENCE), generations()))
}

/// A bench of these benchmarks.
pub(crate) fn script(benchmarks: &[String]) -> String {
    format!("greet 0.8.2\n{}group Tiny\n", benchmarks.concat())
}

fn saved(replay: &Replay, name: &str) -> String {
    fs::read_to_string(replay.baseline(name)).expect("is saved")
}

/// The tables of one benchmark in a baseline's text.
fn tables<'a>(text: &'a str, function: &str) -> &'a str {
    let key = format!("function = \"{function}\"");
    text.split("[[benchmark]]")
        .find(|table| table.contains(&key))
        .unwrap_or_else(|| panic!("no {key}: {text}"))
}

#[test]
fn models_phases_and_steps_are_saved() {
    let replay = Replay::new();
    let creation = recorded("Tiny|creation", &phase(TINY, CREATION));
    let forward = recorded("Tiny|forward|3", &phase(TINY, FORWARD));
    replay.save("a", &script(&[creation, forward, inference()]));
    let text = saved(&replay, "a");
    assert_eq!(text.matches("[[model]]\nname = \"Tiny\"\nparameters = 1024\n").count(), 1, "{text}");
    let inference = tables(&text, "inference");
    for kept in [
        "model = \"Tiny\"\nphase = \"inference\"\nprompt = 3\ngenerated = 2\n",
        "[benchmark.step-allocation]\ncount = [3, 3]\nbytes = [96, [64, 72]]\n",
        "steps = [[602, 402], [], [], [605, 405], [], [], [608, 408], [], [], [611, 411]]\n",
    ] {
        assert!(inference.contains(kept), "no {kept} in: {inference}");
    }
    assert!(tables(&text, "forward").contains("nested-in = \"Tiny/inference/3+2\""), "{text}");
    assert!(!tables(&text, "creation").contains("nested-in"), "{text}");
    let shown = replay.run(&["show", "a"]).succeeds();
    assert!(shown.stdout.contains("Tiny/inference/3+2"), "{}", shown.stdout);
}

#[test]
fn a_prefill_is_part_of_an_inference_of_the_same_prompt_alone() {
    let replay = Replay::new();
    let prefill = |prompt: u64| {
        let phase = self::phase(TINY, &format!(r#"{{"phase":"prefill","prompt":{prompt},"cached":0}}"#));
        recorded(&format!("Tiny|prefill-{prompt}"), &phase)
    };
    replay.save("a", &script(&[prefill(2), prefill(3), prefill(4), inference()]));
    let text = saved(&replay, "a");
    let nested = [2, 3, 4].map(|prompt| tables(&text, &format!("prefill-{prompt}")).contains("nested-in"));
    assert_eq!(nested, [false, true, false], "{text}");
    let page = replay.run(&["diff", "a", "a", "--format", "json"]).succeeds().json();
    assert_eq!(page["summary"]["nested_rows"], 1, "{page}");
}

#[test]
fn models_that_differ_are_told_apart_by_the_fact_and_one_flag_compares_them() {
    let replay = Replay::new();
    let of = |edit: fn(&str) -> String| script(&[recorded("Tiny|forward|3", &phase(&edit(TINY), FORWARD))]);
    replay.save("f32", &of(str::to_owned));
    replay.save("f16", &of(|model| model.replace("f32", "f16")));
    replay.save("wide", &of(|model| model.replace(r#""layers":2,"width":8"#, r#""layers":4,"width":16"#)));
    replay.save("last", &of(|model| model.replace('}', r#","logits":"last-position"}"#)));
    for (other, facts, flag) in [
        ("f16", "The element type differs (dtype f32 -> f16)", "dtype"),
        ("wide", "The model differs (layers 2 -> 4, width 8 -> 16)", "model"),
        ("last", "The model differs (logits of every position -> of the last position)", "model"),
    ] {
        let refused = replay.run(&["diff", "f32", other]);
        refused.fails(3, "");
        let note = format!("{facts}: times are not compared; `--across {flag}` compares them.");
        assert!(refused.stdout.contains(&note), "`{note}` is not in: {}", refused.stdout);
        replay.run(&["diff", "f32", other, "--across", flag]).succeeds();
    }
    assert!(saved(&replay, "last").contains("dtype = \"f32\"\nlogits = \"last-position\"\n"));
    assert!(
        !saved(&replay, "f32").contains("logits"),
        "what models have that declare nothing is not written"
    );
}

#[test]
fn a_session_is_appended_to_models() {
    let replay = Replay::new();
    replay.save("a", &script(&[inference()]));
    replay.run(&["save", "a", "--append"]).succeeds();
    let text = saved(&replay, "a");
    let counts = ["[[session]]", "[[model]]", "steps = [["].map(|part| text.matches(part).count());
    assert_eq!(counts, [2, 1, 24], "{text}");

    replay.script("default", &script(&[inference().replace("\"layers\":2", "\"layers\":4")]));
    replay.run(&["save", "a", "--append"]).fails(2, "layers of model `Tiny` (2 before, 4 now)");
    assert_eq!(saved(&replay, "a"), text);
}

/// Saves a good inference and a bad benchmark `Tiny/bad`, and checks the exit code, the words, and that the good one
/// is whole. Returns the text of the baseline.
#[track_caller]
fn bad(bad: &str, reason: &str) -> String {
    let replay = Replay::new();
    replay.script("default", &script(&[inference(), bad.to_owned()]));
    let said = replay.run(&["save", "a"]);
    said.fails(101, &format!("in benchmark `Tiny/bad`: {reason}"));
    assert_eq!(said.stderr.matches("in benchmark").count(), 1, "told once: {}", said.stderr);
    let text = saved(&replay, "a");
    assert_eq!(tables(&text, "inference").matches("steps = [[602, 402]").count(), 12, "{text}");
    assert!(tables(&text, "bad").contains(&format!("failure = \"{reason}")), "{text}");
    replay.run(&["show", "a"]).succeeds();
    text
}

/// A benchmark of the model with this failure.
fn failing(id: &str, failure: &str) -> String {
    recorded(id, &format!("{},\"failure\":\"{failure}\"", phase(TINY, INFERENCE)))
}

#[test]
fn a_generation_that_yields_no_token() {
    let text =
        bad(&failing("Tiny|bad", "the generation yielded no token"), "the generation yielded no token");
    assert!(!tables(&text, "bad").contains("[[benchmark.round]]"), "{text}");
    assert!(tables(&text, "bad").contains("phase = \"inference\""), "what failed is known: {text}");
}

#[test]
fn a_generation_of_fewer_tokens_than_declared() {
    let reason = "the generation yielded 1 of 2 tokens";
    bad(&failing("Tiny|bad", reason), reason);
}

#[test]
fn an_error_in_the_middle_of_a_generation() {
    let reason = "step 2: shape mismatch in matmul";
    bad(&failing("Tiny|bad", reason), reason);
}

#[test]
fn a_generation_that_fails_in_one_round_keeps_the_others() {
    let replay = Replay::new();
    replay.script("default", &script(&[inference()]));
    replay.script(2, &script(&[failing("Tiny|inference|3+2", "no token")]));
    replay.run(&["save", "a"]).fails(101, "in benchmark `Tiny/inference/3+2`: no token");
    let text = saved(&replay, "a");
    assert_eq!(text.matches("[[benchmark.round]]").count(), 11, "{text}");
    assert!(text.contains("failure = \"no token\""), "{text}");
}

#[test]
fn a_model_without_facts() {
    let bare = recorded("Tiny|bad", &phase(r#"{"name":"Bare","layers":2,"dtype":"f32"}"#, FORWARD));
    let reason = "its model `Bare` lacks facts: parameters (Model::weights), weights in matrix products";
    let text = bad(&bare, reason);
    assert!(!text.contains("name = \"Bare\""), "{text}");
}

#[test]
fn two_models_of_one_name() {
    let other = TINY.replace("\"layers\":2", "\"layers\":4").replace("\"width\":8", "\"width\":16");
    let reason = "another benchmark declares this model with other facts: layers of model `Tiny` (2 before, 4 now), \
                  width of model `Tiny` (8 before, 16 now); ";
    let text = bad(&recorded("Tiny|bad", &phase(&other, FORWARD)), reason);
    assert_eq!(text.matches("[[model]]").count(), 1, "{text}");
}

#[test]
fn steps_of_another_number_than_declared() {
    let longer = INFERENCE.replace("\"generated\":2", "\"generated\":3");
    let keys = format!("{}{}", phase(TINY, &longer), generations());
    bad(&recorded("Tiny|bad", &keys), "a generation has 2 tokens, but its phase declares 3");
}

#[test]
fn nothing_but_bad_models_saves_nothing() {
    let replay = Replay::new();
    replay.script("default", &script(&[failing("Tiny|bad", "no token")]));
    replay.run(&["save", "a"]).fails(101, "nothing was measured: bench `replay` failed: no token");
    assert!(!replay.baseline("a").exists());
}

/// Saves a model, damages the file and reads it.
#[track_caller]
fn damaged(from: &str, to: &str, reason: &str) {
    let replay = Replay::new();
    replay.save("a", &script(&[inference()]));
    let text = saved(&replay, "a");
    assert!(text.contains(from), "no {from}: {text}");
    fs::write(replay.baseline("a"), text.replacen(from, to, 1)).expect("writes");
    for arguments in [&["show", "a"][..], &["diff", "a", "a"], &["save", "a", "--append"]] {
        replay.run(arguments).fails(2, reason);
    }
}

#[test]
fn a_model_removed_by_hand() {
    let reason = "benchmark `Tiny/inference/3+2`: its model `Tiny` is not in the file";
    damaged("[[model]]", "[[removed]]", reason);
}

#[test]
fn a_step_that_took_no_time() {
    damaged(
        "[[602, 402]",
        "[[602, 0]",
        "benchmark `Tiny/inference/3+2`: round 1: sample 1: step 2 is 0e0 ns",
    );
}
