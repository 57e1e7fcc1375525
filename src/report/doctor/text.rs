//! The findings on a terminal. The caller strips the styles where the output is no terminal.

use anstyle::Style;

use super::Examination;
use super::advice::{advice, change};
use crate::compare::{IdenticalCode, LearnedSession};
use crate::estimate::CoreState;
use crate::model::{Conditions, Instruments};
use crate::report::escape::printable;
use crate::report::peaks;
use crate::report::quantity::{Precision, Time, bytes, share, things};
use crate::report::table::{Table, Text, parts};

const UNKNOWN: &str = "not known";

/// Most CPUs that have a line of their own: on a machine of many, those that are least fit.
const MOST_CORES: usize = 16;

/// All that was found, for a terminal of that width.
pub fn text(found: &Examination, width: Option<usize>) -> String {
    let peaks = peaks::tables(&found.peaks, width);
    parts("", [facts(found), cores(found, width), peaks, noise(found, width), recommendations(found)])
}

/// Names on the left, what is known on the right.
fn lines<'a>(facts: impl IntoIterator<Item = (&'a str, String)>) -> String {
    facts.into_iter().map(|(name, value)| format!("{name:>12}  {value}\n")).collect()
}

fn facts(found: &Examination) -> String {
    let (machine, now) = (&found.machine, &found.conditions);
    let known = |text: &str| if text.is_empty() { UNKNOWN.to_owned() } else { printable(text) };
    let virtual_machine = match machine.virtual_machine {
        Some(true) => ", virtual machine",
        _ => "",
    };
    lines([
        ("processor", known(&machine.cpu)),
        ("threads", threads(found)),
        ("system", known(&machine.kernel) + virtual_machine),
        ("memory", memory(found)),
        ("governor", machine.governor.as_deref().map_or_else(|| UNKNOWN.to_owned(), printable)),
        ("turbo", either(now.turbo, ["on", "off"])),
        ("power", either(now.on_battery, ["battery", "mains"])),
        ("load", load(now)),
        ("stolen time", found.stolen.map_or_else(|| UNKNOWN.to_owned(), share)),
        ("instruments", instruments(now.instruments)),
    ])
}

fn either(known: Option<bool>, [yes, no]: [&str; 2]) -> String {
    known.map_or(UNKNOWN, |known| if known { yes } else { no }).to_owned()
}

fn threads(found: &Examination) -> String {
    let usable = found.conditions.usable_cpus as usize;
    match (found.machine.cores, found.machine.hardware_threads) {
        (Some(cores), Some(threads)) => format!(
            "{}, {}, {usable} of them usable",
            things(cores as usize, "core"),
            things(threads as usize, "hardware thread")
        ),
        _ => format!("{} usable", things(usable, "hardware thread")),
    }
}

fn memory(found: &Examination) -> String {
    let total = found.machine.memory.map_or_else(|| UNKNOWN.to_owned(), bytes);
    let available = found.conditions.available_memory.map(|left| format!(", {} available", bytes(left)));
    total + &available.unwrap_or_default()
}

fn load(now: &Conditions) -> String {
    now.load.map_or_else(|| UNKNOWN.to_owned(), |load| format!("{load:.1}, averaged over a minute"))
}

/// Those that there are, and those that are missing.
fn instruments(found: Instruments) -> String {
    let Instruments { cpu_clock, context_switches, affinity, probes_from_outside } = found;
    let all = [
        ("probes", true),
        ("probes of plain benches", probes_from_outside),
        ("CPU clock", cpu_clock),
        ("context switches", context_switches),
        ("pinning", affinity),
    ];
    let named = |wanted: bool| {
        let names = all.iter().filter(|(_, there)| *there == wanted).map(|(name, _)| *name);
        names.collect::<Vec<_>>().join(", ")
    };
    let missing = named(false);
    if missing.is_empty() { named(true) } else { format!("{}; missing: {missing}", named(true)) }
}

fn cores(found: &Examination, width: Option<usize>) -> String {
    let mut worst: Vec<&CoreState> = found.cores.iter().collect();
    let badness = |core: &CoreState| core.lost.unwrap_or_default() + core.contended;
    worst.sort_by(|a, b| badness(b).total_cmp(&badness(a)));
    worst.truncate(MOST_CORES);
    worst.sort_by_key(|core| core.cpu);
    let left_out = found.cores.len() - worst.len();
    let below = match left_out {
        0 => String::new(),
        _ => format!("{} that are fitter are not shown\n", things(left_out, "CPU")),
    };
    if worst.is_empty() {
        return String::new();
    }
    Table::of(&worst)
        .left("CPU", |core| core.cpu.map_or_else(|| "any".to_owned(), |cpu| cpu.to_string()))
        .on_terminal("CPU")
        .right("Clock probe", |core| Time::new(core.clock, Precision::ROUGH))
        .right("Clock spreads by", |core| format!("{:.2} %", 100.0 * core.clock_spread))
        .right("Beside a neighbour", |core| share(core.contended))
        .right("Lost", |core| core.lost.map(share))
        .right("Readings", |core| Text::count(core.readings))
        .drop_priority(1)
        .terminal(width, &below)
}

/// A way to compare.
struct Way {
    name: &'static str,
    effort: String,
    noise: String,
    seen: f64,
}

fn noise(found: &Examination, width: Option<usize>) -> String {
    let Some(code) = found.identical_code else {
        return "Too few of the processes that ran the same code could be used to tell what would be seen.\n"
            .to_owned();
    };
    let ways = ways(&code);
    let table = Table::of(&ways)
        .left("In 10 s a benchmark", |way| way.name)
        .right("Measured", |way| way.effort.clone())
        .right("Identical code differs by", |way| way.noise.clone())
        .right("Change seen", |way| change(way.seen))
        .terminal(width, "");
    table + "\n" + &lines([("sessions", sessions(found, &code)), ("null arms", null_arms(found))])
}

fn ways(code: &IdenticalCode) -> [Way; 2] {
    let percent = |sd: f64| format!("{:.2} %", 100.0 * sd);
    [
        Way {
            name: "stored baselines",
            effort: format!("{} a side", things(code.effort.rounds, "round")),
            noise: format!("{} a round, {} a session", percent(code.round_sd), percent(code.session_sd)),
            seen: code.stored,
        },
        Way {
            name: "head to head",
            effort: things(code.effort.blocks, "block"),
            noise: format!("{} a block", percent(code.block_sd)),
            seen: code.head_to_head,
        },
    ]
}

fn sessions(found: &Examination, code: &IdenticalCode) -> String {
    let of_kind = |learned: Option<LearnedSession>, kind: &str| {
        let LearnedSession { sd, sessions, rows, .. } = learned?;
        let from = format!("{} and {}", things(sessions, "session"), things(rows, "benchmark"));
        Some(format!("{:.2} % {kind} probes, learned from {from}", 100.0 * sd))
    };
    let learned = [of_kind(found.learned.probed, "with"), of_kind(found.learned.unprobed, "without")];
    let learned = learned.into_iter().flatten().collect::<Vec<_>>().join("; ");
    if learned.is_empty() {
        return format!(
            "{:.2} % is assumed; {} kept",
            100.0 * code.session_sd,
            things(found.sessions, "session")
        );
    }
    learned
}

fn null_arms(found: &Examination) -> String {
    match found.null_arms.runs {
        0 => "no head-to-head run so far".to_owned(),
        runs => format!(
            "{} of {} of identical code judged changed, in {}",
            found.null_arms.changed,
            things(usize::try_from(found.null_arms.rows).unwrap_or(usize::MAX), "benchmark"),
            things(runs, "head-to-head run")
        ),
    }
}

fn recommendations(found: &Examination) -> String {
    let advice = advice(found);
    if advice.is_empty() {
        return String::new();
    }
    let bold = Style::new().bold();
    let list =
        advice.iter().enumerate().map(|(index, advice)| format!("{:>3}. {}\n", index + 1, advice.text));
    format!(
        "{bold}What would let smaller changes be seen, the most effective first{bold:#}\n{}",
        list.collect::<String>()
    )
}
