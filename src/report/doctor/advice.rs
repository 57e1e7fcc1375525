//! What would make smaller changes visible on a machine, the most effective first.

use super::Examination;
use crate::report::footnotes::plain_percent;
use crate::report::quantity::share;

/// Something to do about what was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Advice {
    /// For programs.
    pub(super) code: &'static str,
    pub(super) text: String,
    /// About how much of a change it stands for, as a fraction: what orders the list.
    weight: f64,
}

/// A share of the time that other programs or machines take, below which nothing is worth doing.
const LEAST_LOST: f64 = 0.02;

/// The same of readings beside a neighbour on the core.
const LEAST_CONTENDED: f64 = 0.1;

/// A clock that spreads by more than this is not steady.
const UNSTEADY: f64 = 0.005;

/// A difference between changes that is not worth a word.
const LEAST_GAIN: f64 = 0.001;

/// What can be done, the most effective first.
pub(super) fn advice(found: &Examination) -> Vec<Advice> {
    let all = [programs, steal, neighbour, battery, governor, turbo, head_to_head, rounds, sessions, threads];
    let mut list: Vec<Advice> = all.iter().filter_map(|of| of(found)).collect();
    // The sort is stable: what weighs the same stays in this order.
    list.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    list
}

fn programs(found: &Examination) -> Option<Advice> {
    let lost = found.lost()?;
    let load = found.conditions.load.map(|load| format!(" (load {load:.1})")).unwrap_or_default();
    (lost >= LEAST_LOST).then(|| Advice {
        code: "close-programs",
        text: format!(
            "Close other programs{load}: of one CPU they, or the hypervisor, had {} of the time of the probes.",
            share(lost)
        ),
        weight: lost,
    })
}

fn steal(found: &Examination) -> Option<Advice> {
    let stolen = found.stolen.filter(|&stolen| stolen >= LEAST_LOST)?;
    Some(Advice {
        code: "stolen-time",
        text: format!(
            "Use a machine whose cores are its own: the hypervisor gives {} of the time to other machines.",
            share(stolen)
        ),
        weight: stolen,
    })
}

fn neighbour(found: &Examination) -> Option<Advice> {
    let contended = found.contended().filter(|&contended| contended >= LEAST_CONTENDED)?;
    Some(Advice {
        code: "shared-core",
        text: format!(
            "Measure when less else runs, or turn simultaneous multithreading off: another hardware thread was busy on the \
             core in {} of the readings of one CPU. Such samples are left out, so that fewer are left.",
            share(contended)
        ),
        // Samples beside a neighbour cost their number, not their value.
        weight: contended / 10.0,
    })
}

fn battery(found: &Examination) -> Option<Advice> {
    (found.conditions.on_battery?).then(|| Advice {
        code: "on-battery",
        text: "Plug in the power: on its battery, a machine lowers its clock.".to_owned(),
        weight: found.clock_spread().unwrap_or_default().max(UNSTEADY),
    })
}

fn governor(found: &Examination) -> Option<Advice> {
    found.machine.governor.as_ref().filter(|governor| *governor != "performance")?;
    Some(Advice {
        code: "governor",
        text: "Set the CPU frequency governor to `performance`: `sudo cpupower frequency-set --governor performance`."
            .to_owned(),
        weight: found.clock_spread().unwrap_or_default().max(UNSTEADY),
    })
}

fn turbo(found: &Examination) -> Option<Advice> {
    let spread = found.clock_spread().filter(|&spread| spread >= UNSTEADY)?;
    (found.conditions.turbo?).then(|| Advice {
        code: "turbo",
        text: format!(
            "Turn turbo off while you measure: the clock of one CPU spreads by {}, and less of that would be left to the \
             clock probe.",
            share(spread)
        ),
        weight: spread / 2.0,
    })
}

fn head_to_head(found: &Examination) -> Option<Advice> {
    let code = found.identical_code?;
    let gain = code.stored - code.head_to_head;
    (gain > LEAST_GAIN).then(|| Advice {
        code: "head-to-head",
        text: format!(
            "Compare head to head, `cargo tensorprof ab REV`: in the same time a change of {} would be seen instead of {}.",
            change(code.head_to_head),
            change(code.stored)
        ),
        weight: gain,
    })
}

fn rounds(found: &Examination) -> Option<Advice> {
    let code = found.identical_code?;
    let gain = code.stored - code.stored_with_more;
    (gain > LEAST_GAIN).then(|| Advice {
        code: "more-rounds",
        text: format!(
            "Save with more rounds: with `--rounds {}`, four times as many, a change of {} would be seen instead of {}.",
            4 * code.effort.rounds,
            change(code.stored_with_more),
            change(code.stored)
        ),
        // At four times the price.
        weight: gain / 4.0,
    })
}

fn sessions(found: &Examination) -> Option<Advice> {
    let code = found.identical_code.filter(|code| !code.session_sd_learned)?;
    Some(Advice {
        code: "learn-sessions",
        text: format!(
            "Save the same code four times, at different hours: what sessions differ by is then learned, instead of assumed \
             to be {}.",
            share(code.session_sd)
        ),
        weight: 0.0,
    })
}

fn threads(found: &Examination) -> Option<Advice> {
    (found.conditions.instruments.affinity && found.conditions.usable_cpus > 1).then(|| Advice {
        code: "one-thread",
        text: "Measure benches whose work is on one thread with `--threads 1`: it pins them to one CPU, where the probes \
               see what they see."
            .to_owned(),
        weight: 0.0,
    })
}

/// The size of a change.
pub(super) fn change(fraction: f64) -> String {
    if fraction >= 1.0 { format!("more than {}", plain_percent(1.0)) } else { share(fraction) }
}
