//! Each side gets what `cargo bench` would give it where it lies.

use super::contest::{Contest, bench, row, row_of, verdict};
use super::variants::slower_where;

#[test]
fn paths_lead_each_side_to_its_own_files() {
    let files = "exists OUT_DIR\nexists DATA_DIR\nexists CARGO_MANIFEST_PATH\nexists CARGO_MANIFEST_DIR\n";
    let contest = Contest::new("");
    contest.write("build.rs", "fn main() {}\n");
    contest.write("data", "");
    contest.write(".cargo/config.toml", "[env]\nDATA_DIR = { value = \"data\", relative = true }\n");
    contest.plays(&format!("{files}{}", bench([row("g|-|1", 1000.0)])));
    contest.commit("second");
    contest.plays(&format!("{files}{}", bench([row("g|-|1", 1500.0)])));
    assert_eq!(verdict(&contest.json(&["HEAD"]), "g/1"), "regressed");
}

#[test]
fn sides_that_differ_only_in_cargos_configuration_are_measured() {
    let contest = Contest::new(&slower_where("SPEED=slow"));
    contest.write(".cargo/config.toml", "[env]\nSPEED = 'other'\nRAYON_NUM_THREADS = '2'\n");
    contest.commit("fast");
    contest.write(".cargo/config.toml", "[env]\nSPEED = 'slow'\nRAYON_NUM_THREADS = '2'\n");
    let diff = contest.json(&["HEAD"]);
    assert_eq!(verdict(&diff, "g/1"), "regressed", "{}", row_of(&diff, "g/1"));
    assert_eq!(diff["baseline"]["threads"]["RAYON_NUM_THREADS"], "2");
}

#[test]
fn a_runner_of_a_side_starts_its_bench() {
    let contest = Contest::new(&slower_where("SPEED=slow"));
    let runner = |speed: &str| format!("[target.'cfg(all())']\nrunner = ['env', 'SPEED={speed}']\n");
    contest.write(".cargo/config.toml", &runner("other"));
    contest.commit("fast");
    contest.write(".cargo/config.toml", &runner("slow"));
    assert_eq!(verdict(&contest.json(&["HEAD"]), "g/1"), "regressed");
}
