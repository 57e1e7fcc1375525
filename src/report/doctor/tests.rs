//! Golden files of findings. `SNAPSHOTS=overwrite cargo test` refreshes them; then look at them.

use snapbox::assert_data_eq;

use super::advice::advice;
use super::*;
use crate::compare::fixtures::peaks_of;
use crate::compare::{Effort, LearnedSession};
use crate::dtype::Dtype;
use crate::estimate::SampleCounts;
use crate::model::{Access, Instruments, MEMORY, NullArmSpread};
use crate::report::tests::{assert_whole_tables, golden, plain};

fn core(cpu: usize, contended: f64, lost: f64) -> CoreState {
    CoreState {
        cpu: Some(cpu),
        readings: 4_321,
        clock: 98_200.0,
        clock_spread: 0.0042,
        contended,
        lost: Some(lost),
    }
}

fn peaks(threads: u32, factor: f64) -> Peaks {
    let arithmetic = [(Dtype::F64, "avx2", 67.3), (Dtype::F32, "avx2", 134.6), (Dtype::F32, "sse2", 33.6)];
    let bandwidth = [
        (Access::Read, "L1d", 16 << 10, 268.4),
        (Access::Read, MEMORY, 128 << 20, 21.7),
        (Access::Write, "L1d", 16 << 10, 134.1),
        (Access::Write, MEMORY, 128 << 20, 9.87),
        (Access::StreamingWrite, MEMORY, 128 << 20, 17.2),
    ];
    peaks_of(
        threads,
        0.0043,
        &arithmetic.map(|(dtype, set, value)| (dtype, set, factor * value)),
        &bandwidth.map(|(access, level, working_set, value)| (access, level, working_set, factor * value)),
    )
}

/// A quiet machine that has learned.
fn fit() -> Examination {
    let instruments =
        Instruments { cpu_clock: true, context_switches: true, affinity: true, probes_from_outside: true };
    let learned = LearnedSession { sd: 0.0021, df: 11.0, sessions: 9, rows: 165 };
    Examination {
        machine: Machine {
            cpu: "Example CPU @ 3.0 GHz".to_owned(),
            cores: Some(4),
            hardware_threads: Some(8),
            memory: Some(16 << 30),
            governor: Some("performance".to_owned()),
            virtual_machine: Some(false),
            kernel: "Linux 6.1.0".to_owned(),
            ..Machine::default()
        },
        conditions: Conditions {
            usable_cpus: 2,
            turbo: Some(true),
            on_battery: Some(false),
            available_memory: Some(9 << 30),
            load: Some(0.24),
            instruments,
        },
        cores: vec![core(0, 0.012, 0.001), core(1, 0.0, 0.0)],
        stolen: Some(0.0),
        peaks: vec![peaks(1, 1.0), peaks(2, 2.0)],
        identical_code: Some(IdenticalCode {
            round_sd: 0.004,
            block_sd: 0.003,
            session_sd: 0.0021,
            session_sd_learned: true,
            samples: SampleCounts { taken: 900, corrected: 3, left_out: 20 },
            effort: Effort { rounds: 25, blocks: 25 },
            stored: 0.0275,
            stored_with_more: 0.027,
            head_to_head: 0.0214,
        }),
        learned: LearnedSessions { probed: Some(learned), unprobed: None },
        sessions: 12,
        null_arms: NullArms { runs: 5, rows: 60, changed: 1 },
    }
}

/// A laptop on its battery, in a virtual machine, beside a build; a system that tells little.
fn unfit() -> Examination {
    let fit = fit();
    Examination {
        machine: Machine {
            cpu: String::new(),
            cores: None,
            hardware_threads: None,
            memory: None,
            governor: Some("power`save\u{1b}[2J".to_owned()),
            virtual_machine: Some(true),
            ..fit.machine
        },
        conditions: Conditions {
            usable_cpus: 24,
            turbo: Some(true),
            on_battery: Some(true),
            available_memory: None,
            load: Some(7.5),
            instruments: Instruments { cpu_clock: true, ..Instruments::default() },
        },
        cores: (0..24)
            .map(|cpu| CoreState { clock_spread: 0.03, ..core(cpu, 0.01 * cpu as f64, 0.02 * cpu as f64) })
            .collect(),
        stolen: Some(0.031),
        peaks: vec![],
        identical_code: fit.identical_code.map(|code| IdenticalCode {
            session_sd: 0.005,
            session_sd_learned: false,
            stored: 1.4,
            stored_with_more: 0.71,
            head_to_head: 0.031,
            ..code
        }),
        learned: LearnedSessions::default(),
        sessions: 1,
        null_arms: NullArms::default(),
    }
}

/// A system that tells nothing, where nothing could be measured.
fn unknown() -> Examination {
    Examination {
        machine: Machine::default(),
        conditions: Conditions { usable_cpus: 1, ..Conditions::default() },
        cores: vec![],
        stolen: None,
        peaks: vec![],
        identical_code: None,
        learned: LearnedSessions::default(),
        sessions: 0,
        null_arms: NullArms::default(),
    }
}

#[test]
fn findings_as_text_and_as_json() {
    for (name, found) in [("fit", fit()), ("unfit", unfit()), ("unknown", unknown())] {
        assert_data_eq!(plain(&text(&found, Some(80))), golden(&format!("doctor/{name}.txt")));
        assert_data_eq!(json(&found), golden(&format!("doctor/{name}.json")));
        assert_data_eq!(files(&found)[0].1.clone(), golden(&format!("doctor/{name}.md")));
    }
}

fn codes(found: &Examination) -> Vec<&'static str> {
    advice(found).iter().map(|advice| advice.code).collect()
}

#[test]
fn what_takes_most_comes_first_and_what_is_fine_is_not_mentioned() {
    assert_eq!(codes(&unfit())[..3], ["head-to-head", "close-programs", "more-rounds"]);
    assert_eq!(codes(&fit()), ["head-to-head", "one-thread"]);
    assert_eq!(codes(&unknown()), [""; 0]);
    let loaded = Examination { cores: vec![core(0, 0.0, 0.3)], ..fit() };
    assert_eq!(codes(&loaded)[0], "close-programs");
}

#[test]
fn null_arms_add_up() {
    let arm = |rows, changed| {
        let null_arm = Some(NullArmSpread { rows, changed, block_sd: None });
        CodeSession { started: jiff::Timestamp::UNIX_EPOCH, rows: [].into(), null_arm }
    };
    let none = CodeSession { null_arm: None, ..arm(0, 0) };
    let found = NullArms::of(&[arm(3, 1), none, arm(8, 0)]);
    assert_eq!(found, NullArms { runs: 2, rows: 11, changed: 1 });
}

#[test]
fn the_page_shows_the_charts_beside_it() {
    let names = |found: &Examination| files(found).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let all: Vec<&str> = std::iter::once(MARKDOWN_FILE).chain(chart_files()).collect();
    assert_eq!(names(&fit()), all);
    assert_eq!(names(&unfit()), [MARKDOWN_FILE], "it has no peaks");
    let [page, without] = [fit(), unfit()].map(|found| files(&found)[0].1.clone());
    for file in chart_files() {
        assert!(page.contains(&format!("]({file})")) && !without.contains(file), "{page}");
    }
    assert!(!without.contains("Peaks"), "no empty heading: {without}");
    assert_whole_tables(&page);
}
