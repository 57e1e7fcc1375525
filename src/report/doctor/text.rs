//! The findings on a terminal and on a page of markdown. The caller strips the styles where the output is no terminal.

use anstyle::Style;

use super::Examination;
use super::advice::{advice, change};
use crate::compare::{IdenticalCode, LearnedSession};
use crate::estimate::CoreState;
use crate::model::{Conditions, Instruments};
use crate::report::quantity::{Precision, Time, bytes, share, things};
use crate::report::table::{Form, Table, Text, parts};
use crate::report::{Chart, peaks};

const UNKNOWN: &str = "not known";
const RECOMMENDED: &str = "What would let smaller changes be seen, the most effective first";

/// Most CPUs that have a line of their own: on a machine of many, those that are least fit.
const MOST_CORES: usize = 16;

/// All that was found, for a terminal of that width.
pub fn text(found: &Examination, width: Option<usize>) -> String {
    let medium = Medium::Terminal(width);
    let peaks = peaks::tables(&found.peaks, width);
    parts(
        "",
        [
            facts(found, medium),
            cores(found, medium),
            peaks,
            noise(found, medium),
            recommendations(found, medium),
        ],
    )
}

/// All that was found, as a page with these charts.
pub(super) fn page(found: &Examination, charts: &[Chart]) -> String {
    let medium = Medium::Page;
    let sections = [
        facts(found, medium),
        parts("## CPUs\n\n", [cores(found, medium)]),
        parts("## Which Changes Would Be Seen\n\n", [noise(found, medium)]),
        recommendations(found, medium),
        peaks::page(&found.peaks),
    ];
    parts("# This Machine\n\n", sections.into_iter().chain(charts.iter().map(Chart::figure)))
}

/// Where the findings are shown.
#[derive(Clone, Copy)]
enum Medium {
    /// On a terminal of that width.
    Terminal(Option<usize>),
    Page,
}

/// What is known, by its name.
type Fact = (&'static str, Text);

impl Medium {
    fn table<T>(self, table: &Table<'_, T>) -> String {
        match self {
            Medium::Terminal(width) => table.terminal(width, ""),
            Medium::Page => table.page(),
        }
    }

    /// Names on the left, what is known on the right.
    fn facts(self, facts: impl IntoIterator<Item = Fact>) -> String {
        let line = |(name, value): Fact| match self {
            Medium::Terminal(_) => format!("{name:>12}  {}\n", value.write(Form::Terminal)),
            Medium::Page => format!("- {name}: {}\n", value.write(Form::Page)),
        };
        facts.into_iter().map(line).collect()
    }

    /// A sentence of its own.
    fn sentence(self, sentence: &str) -> String {
        match self {
            Medium::Terminal(_) => format!("{sentence}\n"),
            Medium::Page => format!("\n{sentence}.\n"),
        }
    }
}

fn facts(found: &Examination, medium: Medium) -> String {
    let (machine, now) = (&found.machine, &found.conditions);
    let known = |text: &str| if text.is_empty() { UNKNOWN.into() } else { Text::foreign(text) };
    let virtual_machine = match machine.virtual_machine {
        Some(true) => ", virtual machine",
        _ => "",
    };
    medium.facts([
        ("processor", known(&machine.cpu)),
        ("threads", threads(found).into()),
        ("system", Text::line([known(&machine.kernel), virtual_machine.into()])),
        ("memory", memory(found).into()),
        ("governor", known(machine.governor.as_deref().unwrap_or_default())),
        ("turbo", either(now.turbo, ["on", "off"]).into()),
        ("power", either(now.on_battery, ["battery", "mains"]).into()),
        ("load", load(now).into()),
        ("stolen time", found.stolen.map_or_else(|| UNKNOWN.to_owned(), share).into()),
        ("instruments", instruments(now.instruments).into()),
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

fn cores(found: &Examination, medium: Medium) -> String {
    let mut worst: Vec<&CoreState> = found.cores.iter().collect();
    let badness = |core: &CoreState| core.lost.unwrap_or_default() + core.contended;
    worst.sort_by(|a, b| badness(b).total_cmp(&badness(a)));
    worst.truncate(MOST_CORES);
    worst.sort_by_key(|core| core.cpu);
    let left_out = found.cores.len() - worst.len();
    let below = match left_out {
        0 => String::new(),
        _ => medium.sentence(&format!("{} that are fitter are not shown", things(left_out, "CPU"))),
    };
    if worst.is_empty() {
        return String::new();
    }
    let table = Table::of(&worst)
        .left("CPU", |core| core.cpu.map_or_else(|| "any".to_owned(), |cpu| cpu.to_string()))
        .on_terminal("CPU")
        .right("Clock probe", |core| Time::new(core.clock, Precision::ROUGH))
        .right("Clock spreads by", |core| format!("{:.2} %", 100.0 * core.clock_spread))
        .right("Beside a neighbour", |core| share(core.contended))
        .right("Lost", |core| core.lost.map(share))
        .right("Readings", |core| Text::count(core.readings))
        .drop_priority(1);
    medium.table(&table) + &below
}

/// A way to compare.
struct Way {
    name: &'static str,
    effort: String,
    noise: String,
    seen: f64,
}

fn noise(found: &Examination, medium: Medium) -> String {
    let Some(code) = found.identical_code else {
        return "Too few of the processes that ran the same code could be used to tell what would be seen.\n"
            .to_owned();
    };
    let ways = ways(&code);
    let table = Table::of(&ways)
        .left("In 10 s a benchmark", |way| way.name)
        .right("Measured", |way| way.effort.clone())
        .right("Identical code differs by", |way| way.noise.clone())
        .right("Change seen", |way| change(way.seen));
    let facts = [("sessions", sessions(found, &code).into()), ("null arms", null_arms(found).into())];
    medium.table(&table) + "\n" + &medium.facts(facts)
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

fn recommendations(found: &Examination, medium: Medium) -> String {
    let advice = advice(found);
    if advice.is_empty() {
        return String::new();
    }
    let bold = Style::new().bold();
    let (heading, width) = match medium {
        Medium::Terminal(_) => (format!("{bold}{RECOMMENDED}{bold:#}\n"), 3),
        Medium::Page => (format!("## {RECOMMENDED}\n\n"), 0),
    };
    let numbered = (1..).zip(&advice).map(|(number, advice)| format!("{number:>width$}. {}\n", advice.text));
    heading + &numbered.collect::<String>()
}
