//! Facts that must hold for all sessions of a baseline, and what differs in them.

use std::collections::BTreeMap;
use std::fmt;

use super::{Baseline, Environment, Settings};

/// Facts that must hold for all sessions of a baseline, and do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Each fact with its older and its newer value, in the order of the file. Never empty.
    pub facts: Vec<MismatchedFact>,
}

/// A fact with two values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MismatchedFact {
    /// Its name.
    pub name: String,
    /// What the saved sessions have.
    pub saved: String,
    /// What the new session has.
    pub new: String,
}

impl fmt::Display for MismatchedFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} before, {} now)", self.name, self.saved, self.new)
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "its sessions were measured differently: {}", enumeration(&self.facts))
    }
}

/// Facts in one line.
pub(crate) fn enumeration(facts: &[MismatchedFact]) -> String {
    facts.iter().map(MismatchedFact::to_string).collect::<Vec<_>>().join(", ")
}

impl std::error::Error for Mismatch {}

impl Mismatch {
    /// The error of these facts, where there are any.
    pub(super) fn unless_empty(facts: Vec<MismatchedFact>) -> Result<(), Mismatch> {
        if facts.is_empty() { Ok(()) } else { Err(Mismatch { facts }) }
    }
}

impl Baseline {
    /// Why a session measured under these conditions cannot be appended. A baseline has one environment for
    /// all sessions, so whatever it records of source, build, machine, threads and durations must agree.
    /// What may differ: the branch that leads to the commit, the memory (which moves a little between
    /// boots), the number of rounds and the filter.
    pub fn mismatch(&self, environment: &Environment, settings: &Settings) -> Option<Mismatch> {
        let saved = environment_facts(&self.environment).into_iter().chain(setting_facts(&self.settings));
        let new = environment_facts(environment).into_iter().chain(setting_facts(settings));
        Mismatch::unless_empty(differing(saved, new)).err()
    }
}

/// Of two lists of the same facts, those with different values.
pub(super) fn differing<'a>(
    saved: impl IntoIterator<Item = (&'a str, String)>,
    new: impl IntoIterator<Item = (&'a str, String)>,
) -> Vec<MismatchedFact> {
    let pairs = saved.into_iter().zip(new).filter(|(saved, new)| saved != new);
    pairs.map(|((name, saved), (_, new))| MismatchedFact { name: name.to_owned(), saved, new }).collect()
}

fn environment_facts(environment: &Environment) -> Vec<(&'static str, String)> {
    // Peaks are measurements, which differ each time.
    let Environment { revision, build, machine, threads, variables, peaks: _ } = environment;
    vec![
        ("commit", optional(revision.as_ref().map(|revision| &revision.commit))),
        ("dirty", optional(revision.as_ref().map(|revision| revision.dirty))),
        ("rustc", text(&build.rustc)),
        ("target", text(&build.target)),
        ("profile", text(&build.profile)),
        ("features", list(&build.features)),
        ("RUSTFLAGS", text(&build.rustflags)),
        ("target features", list(&build.target_features)),
        ("Cargo.lock", optional(build.lock_hash.as_ref())),
        ("criterion", optional(build.criterion.as_ref())),
        ("CPU", text(&machine.cpu)),
        ("cores", optional(machine.cores)),
        ("hardware threads", optional(machine.hardware_threads)),
        ("caches", pairs(&machine.caches)),
        ("instruction sets", list(&machine.instruction_sets)),
        ("governor", optional(machine.governor.as_ref())),
        ("virtual machine", optional(machine.virtual_machine)),
        ("kernel", text(&machine.kernel)),
        ("threads", pairs(threads)),
        ("variables", pairs(variables)),
    ]
}

fn setting_facts(settings: &Settings) -> Vec<(&'static str, String)> {
    vec![
        ("warm-up", format!("{} s", settings.warm_up)),
        ("measurement", format!("{} s", settings.measurement)),
        ("samples", settings.samples.to_string()),
        ("part", settings.partition.map_or_else(|| "all".to_owned(), |partition| partition.to_string())),
        ("bench arguments", list(&settings.bench_arguments)),
        ("cargo arguments", list(&settings.cargo_arguments)),
    ]
}

fn text(value: &str) -> String {
    if value.is_empty() { "unknown".to_owned() } else { value.to_owned() }
}

fn optional(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "unknown".to_owned(), |value| value.to_string())
}

fn pairs(values: &BTreeMap<String, impl fmt::Display>) -> String {
    list(&values.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>())
}

pub(super) fn list(values: &[String]) -> String {
    if values.is_empty() { "none".to_owned() } else { values.join(" ") }
}
