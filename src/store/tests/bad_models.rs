//! Files with impossible models, phases or steps.

use super::bad_files::edited;

#[track_caller]
fn refused(from: &str, to: &str, reason: &str) {
    let message = edited(from, to);
    assert!(message.contains(reason), "`{reason}` is not in: {message}");
}

#[test]
fn a_model_without_a_fact() {
    for fact in ["parameters", "matrix-parameters", "layers", "kv-heads", "head-size", "context"] {
        refused(&format!("\n{fact} = "), &format!("\nother-{fact} = "), &format!("missing field `{fact}`"));
    }
    refused("\nlayers = 2", "\nlayers = 0", "main.toml: model `Tiny-f32`: layers is 0, not within 1 to");
    refused("\nheads = 4", "\nheads = -4", "line 81, column 9: ");
    refused("\nname = \"Tiny-f32\"", "\nname = \"\"", "a model has no name");
    refused("context = 256\ndtype = \"f32\"", "context = 256", "model `Tiny-f32` has no dtype");
    refused("context = 256", "context = 256\nlogits = \"first\"", "unknown variant `first`");
}

#[test]
fn a_model_that_is_there_twice_or_not_at_all() {
    let twin = "[[model]]\nname = \"Tiny-f32\"\nparameters = 1\nmatrix-parameters = 1\nlayers = 1\nwidth = 1\nheads = 1\n\
                kv-heads = 1\nhead-size = 1\nvocabulary = 1\ncontext = 1\ndtype = \"f16\"\n\n[[model]]";
    refused("[[model]]", twin, "model `Tiny-f32` occurs twice");
    let reason = "benchmark `Tiny-f32/inference/3+4`: its model `Tiny-f32` is not in the file";
    refused("[[model]]", "[[other]]", reason);
    refused("\nname = \"Tiny-f32\"", "\nname = \"Tiny-f16\"", reason);
}

#[test]
fn a_phase_that_is_none() {
    refused("phase = \"inference\"", "phase = \"training\"", "unknown variant `training`");
    refused("phase = \"inference\"", "phase = \"decode\"", "missing field `cached`");
    refused("\nprompt = 3", "", "missing field `prompt`");
    refused("prompt = 3", "prompt = -3", "invalid value: integer `-3`");
    refused("prompt = 3", "prompt = 0", "its phase `inference 0+4` has no tokens");
    refused("generated = 4", "generated = 9223372036854775807", "has more than 9223372036854775807 tokens");
}

#[test]
fn steps_that_do_not_fit() {
    let round = "benchmark `Tiny-f32/inference/3+4`: round 1: ";
    refused("steps = [", "steps = [[], ", &format!("{round}it has 10 samples and 11 lists of steps"));
    refused("[612340, ", "[", &format!("{round}sample 1 has 3 steps, but its phase has 4"));
    refused("generated = 4", "generated = 5", "the allocation has 4 steps, but its phase has 5");
    for time in ["nan", "-204150.0", "0.0", "inf", "1e300"] {
        let reason = format!("{round}sample 4: step 2 is ");
        refused("[612370, 204150,", &format!("[612370, {time},"), &reason);
    }
    let creation = ("phase = \"inference\"", "phase = \"creation\"");
    refused(creation.0, creation.1, "the allocation has 4 steps, but its phase generates no tokens");
}

#[test]
fn steps_of_no_model() {
    let table =
        "[benchmark.inference]\nmodel = \"Tiny-f32\"\nphase = \"inference\"\nprompt = 3\ngenerated = 4\n";
    refused(table, "", "the allocation has 4 steps, but its phase generates no tokens");
}

#[test]
fn allocation_of_steps_that_cannot_be() {
    refused("count = [214, ", "count = [", "count has 3 steps and bytes 4");
    refused("count = [214, ", "count = [-1, ", "-1 is out of range");
    refused("bytes = [91648, ", "bytes = [[2, 1], ", "allocation bytes is [2, 1], greatest before least");
    let from = "count = [214, 182, 182, 182]\nbytes = [91648, 40448, [41472, 41600], 42496]";
    refused(from, "count = [214]\nbytes = [91648]", "the allocation has 1 step, but its phase has 4");
    refused(from, "count = [214]", "missing field `bytes`");
}
