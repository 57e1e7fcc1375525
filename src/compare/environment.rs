//! What differs between the environments of two baselines, and which of it makes times incomparable.

use std::collections::BTreeSet;

use super::{Difference, Fact};
use crate::model::{Baseline, Build, Machine};

/// The environments of two baselines, compared.
pub(super) struct Environments {
    /// Facts recorded differently, in a fixed order.
    pub(super) differences: Vec<Difference>,
    /// How many facts are recorded on both sides and agree.
    pub(super) agreeing: usize,
}

impl Environments {
    pub(super) fn of(baseline: &Baseline, candidate: &Baseline) -> Self {
        let names = Names::of(&[baseline, candidate]);
        let [old, new] = [baseline, candidate].map(|side| recorded(side, &names));
        let mut environments = Environments { differences: Vec::new(), agreeing: 0 };
        for (old, new) in old.into_iter().zip(new) {
            environments.add(old, new);
        }
        environments
    }

    /// Those that are known on both sides and make times incomparable.
    pub(super) fn required(&self) -> impl Iterator<Item = Difference> {
        self.differences.iter().filter(|difference| difference.fact.is_some()).cloned()
    }

    fn add(&mut self, old: Recorded, new: Recorded) {
        if old.value != new.value {
            self.differences.push(difference(old, new));
        } else if old.value.is_some() {
            self.agreeing += 1;
        }
    }
}

/// The facts of a baseline that decide whether its times are comparable to those of others.
pub(super) struct RequiredFacts(Vec<(Fact, Option<String>)>);

/// Of each of these baselines, in the same order.
pub(super) fn required_facts(baselines: &[&Baseline]) -> Vec<RequiredFacts> {
    let names = Names::of(baselines);
    let of = |baseline: &&Baseline| {
        let recorded = recorded(baseline, &names).into_iter();
        RequiredFacts(recorded.filter_map(|fact| Some((fact.fact?, fact.value))).collect())
    };
    baselines.iter().map(of).collect()
}

impl RequiredFacts {
    /// Facts that are known on both sides and differ.
    pub(super) fn differing(&self, other: &RequiredFacts) -> BTreeSet<Fact> {
        let pairs = self.0.iter().zip(&other.0);
        let differ = pairs.filter(|((_, old), (_, new))| old.is_some() && new.is_some() && old != new);
        differ.map(|((fact, _), _)| *fact).collect()
    }
}

fn difference(old: Recorded, new: Recorded) -> Difference {
    let unknown = || "unknown".to_owned();
    // What was not recorded on one side (imported data) cannot be shown to differ.
    let known = old.value.is_some() && new.value.is_some();
    Difference {
        name: old.name,
        baseline: old.value.unwrap_or_else(unknown),
        candidate: new.value.unwrap_or_else(unknown),
        fact: old.fact.filter(|_| known),
    }
}

/// A fact of one side; no value where it was not recorded.
struct Recorded {
    name: String,
    value: Option<String>,
    fact: Option<Fact>,
}

impl Recorded {
    fn new(name: &str, value: Option<String>) -> Self {
        Recorded { name: name.to_owned(), value: value.filter(|value| !value.is_empty()), fact: None }
    }

    fn required(self, fact: Fact) -> Self {
        Recorded { fact: Some(fact), ..self }
    }
}

/// Names of variables that some of several baselines record.
struct Names<'a> {
    threads: BTreeSet<&'a String>,
    others: BTreeSet<&'a String>,
}

impl<'a> Names<'a> {
    fn of(baselines: &[&'a Baseline]) -> Names<'a> {
        let environments = || baselines.iter().map(|baseline| &baseline.environment);
        Names {
            threads: environments().flat_map(|environment| environment.threads.keys()).collect(),
            others: environments().flat_map(|environment| environment.variables.keys()).collect(),
        }
    }
}

/// Every fact of a baseline, in the order of reports; the same facts for every baseline.
fn recorded(baseline: &Baseline, names: &Names<'_>) -> Vec<Recorded> {
    let mut facts = source(baseline);
    facts.extend(build(&baseline.environment.build));
    facts.extend(machine(&baseline.environment.machine));
    facts.extend(names.threads.iter().map(|name| threads(baseline, name)));
    facts.extend(names.others.iter().map(|name| variable(baseline, name)));
    facts.extend(settings(baseline));
    facts
}

fn source(baseline: &Baseline) -> Vec<Recorded> {
    let revision = baseline.environment.revision.as_ref();
    let commit = revision.map(|revision| match revision.dirty {
        true => format!("{} with changes", revision.commit),
        false => revision.commit.clone(),
    });
    vec![
        Recorded::new("commit", commit),
        Recorded::new("branch", revision.and_then(|revision| revision.branch.clone())),
        Recorded::new("tensorprof", Some(baseline.tool_version.clone())),
    ]
}

fn build(build: &Build) -> Vec<Recorded> {
    // An empty list of a recorded build is a statement, one of an unrecorded build is not.
    let listed = |words: &[String]| is_recorded(build).then(|| or_none(words.join(" ")));
    let rustflags = is_recorded(build).then(|| or_none(build.rustflags.clone()));
    vec![
        Recorded::new("rustc", Some(build.rustc.clone())),
        Recorded::new("target", Some(build.target.clone())).required(Fact::TargetFeatures),
        Recorded::new("target features", listed(&build.target_features)).required(Fact::TargetFeatures),
        Recorded::new("profile", Some(build.profile.clone())).required(Fact::Profile),
        Recorded::new("features", listed(&build.features)),
        Recorded::new("RUSTFLAGS", rustflags),
        Recorded::new("Cargo.lock", build.lock_hash.clone()),
        Recorded::new("criterion", build.criterion.clone()),
    ]
}

fn is_recorded(build: &Build) -> bool {
    !build.rustc.is_empty() || !build.target.is_empty()
}

fn or_none(text: String) -> String {
    if text.is_empty() { "none".to_owned() } else { text }
}

/// Only what decides about speed refuses a comparison: a kernel patch, or memory that differs by what the
/// firmware keeps for itself, does not.
fn machine(machine: &Machine) -> Vec<Recorded> {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let system = machine.kernel.split_whitespace().next().map(str::to_owned);
    let caches: Vec<_> =
        machine.caches.iter().map(|(level, bytes)| format!("{level} {}", kib(*bytes))).collect();
    vec![
        Recorded::new("CPU", Some(words(&machine.cpu))).required(Fact::Machine),
        Recorded::new("cores", machine.cores.map(|cores| cores.to_string())).required(Fact::Machine),
        Recorded::new("hardware threads", machine.hardware_threads.map(|threads| threads.to_string()))
            .required(Fact::Machine),
        Recorded::new("operating system", system).required(Fact::Machine),
        Recorded::new("kernel", Some(words(&machine.kernel))),
        Recorded::new("caches", Some(caches.join(", "))),
        Recorded::new("instruction sets", Some(machine.instruction_sets.join(" "))),
        Recorded::new("memory", machine.memory.map(gib)),
        Recorded::new("governor", machine.governor.clone()),
        Recorded::new("virtual machine", machine.virtual_machine.map(|yes| yes_or_no(yes).to_owned())),
    ]
}

fn kib(bytes: u64) -> String {
    format!("{} KiB", bytes / 1024)
}

fn gib(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / (1u64 << 30) as f64)
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn threads(baseline: &Baseline, name: &str) -> Recorded {
    let environment = &baseline.environment;
    // A variable that is not set means all threads, but only where variables were looked at.
    let looked = is_recorded(&environment.build) || !environment.machine.cpu.is_empty();
    let unset = looked.then(|| "not set".to_owned());
    Recorded::new(name, environment.threads.get(name).cloned().or(unset)).required(Fact::Threads)
}

fn variable(baseline: &Baseline, name: &str) -> Recorded {
    let looked = is_recorded(&baseline.environment.build);
    let unset = looked.then(|| "not set or not recorded".to_owned());
    Recorded::new(name, baseline.environment.variables.get(name).cloned().or(unset))
}

fn settings(baseline: &Baseline) -> Vec<Recorded> {
    let settings = &baseline.settings;
    let list = |words: &[String]| Some(or_none(words.join(" ")));
    vec![
        Recorded::new("rounds per session", Some(settings.rounds.to_string())),
        Recorded::new("warm-up", Some(format!("{} s", settings.warm_up))),
        Recorded::new("measurement", Some(format!("{} s", settings.measurement))),
        Recorded::new("samples", Some(settings.samples.to_string())),
        Recorded::new("filter", Some(settings.filter.clone().unwrap_or_else(|| "none".to_owned()))),
        Recorded::new("part", settings.partition.map(|partition| partition.to_string())),
        Recorded::new("bench arguments", list(&settings.bench_arguments)),
        Recorded::new("cargo arguments", list(&settings.cargo_arguments)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixtures::baseline;

    /// What differs after `edit` of an otherwise equal candidate.
    fn differing(edit: impl FnOnce(&mut Baseline)) -> (Vec<String>, BTreeSet<Fact>) {
        let old = baseline("old", vec![]);
        let mut new = old.clone();
        edit(&mut new);
        let environments = Environments::of(&old, &new);
        (environments.differences.iter().map(|d| d.name.clone()).collect(), facts(&environments))
    }

    fn facts(environments: &Environments) -> BTreeSet<Fact> {
        environments.required().filter_map(|difference| difference.fact).collect()
    }

    #[test]
    fn facts_that_decide_about_speed_refuse() {
        type Edit = fn(&mut Baseline);
        let cases: [(Fact, Edit); 6] = [
            (Fact::Machine, |b| b.environment.machine.cpu = "Other".to_owned()),
            (Fact::Machine, |b| b.environment.machine.kernel = "Darwin 23.1".to_owned()),
            (Fact::Threads, |b| b.environment.threads.clear()),
            (Fact::Profile, |b| b.environment.build.profile = "dev".to_owned()),
            (Fact::TargetFeatures, |b| b.environment.build.target_features.clear()),
            (Fact::TargetFeatures, |b| b.environment.build.target = "wasm32-wasip1".to_owned()),
        ];
        for (fact, edit) in cases {
            assert_eq!(differing(edit).1, BTreeSet::from([fact]));
        }
    }

    #[test]
    fn facts_that_do_not_are_only_listed() {
        let (names, facts) = differing(|b| {
            b.environment.machine.kernel = "Linux 6.9.9".to_owned();
            b.environment.machine.memory = Some(8 << 30);
            b.environment.build.rustc = "rustc 2.0.0".to_owned();
            b.settings.filter = Some("MatMul".to_owned());
        });
        assert_eq!(names, ["rustc", "kernel", "memory", "filter"]);
        assert_eq!(facts, BTreeSet::new());
    }

    #[test]
    fn variables_that_are_recorded_are_listed() {
        let (names, facts) = differing(|b| {
            b.environment.variables = [("MODE".to_owned(), "fast".to_owned())].into();
        });
        assert_eq!((names, facts), (vec!["MODE".to_owned()], BTreeSet::new()));
    }

    #[test]
    fn a_few_bytes_of_memory_and_spaces_in_a_cpu_name_are_no_difference() {
        let (names, _) = differing(|b| {
            b.environment.machine.memory = b.environment.machine.memory.map(|bytes| bytes - 4096);
            b.environment.machine.cpu = b.environment.machine.cpu.replace(' ', "  ");
        });
        assert_eq!(names, [""; 0]);
    }

    #[test]
    fn facts_of_many_baselines_differ_as_those_of_two() {
        let first = baseline("a", vec![]);
        let mut second = first.clone();
        second.environment.threads = [("OMP_NUM_THREADS".to_owned(), "2".to_owned())].into();
        second.environment.build.profile = String::new();
        let third = Baseline { environment: crate::model::Environment::default(), ..first.clone() };
        let baselines = [&first, &second, &third];
        let required = required_facts(&baselines);
        for (old, old_facts) in baselines.iter().zip(&required) {
            for (new, new_facts) in baselines.iter().zip(&required) {
                let pair = Environments::of(old, new);
                assert_eq!(old_facts.differing(new_facts), facts(&pair));
            }
        }
        assert_eq!(required[0].differing(&required[1]), BTreeSet::from([Fact::Threads]));
    }

    #[test]
    fn the_unrecorded_differs_from_nothing() {
        let (names, facts) = differing(|b| b.environment = crate::model::Environment::default());
        assert!(names.contains(&"CPU".to_owned()) && names.contains(&"RAYON_NUM_THREADS".to_owned()));
        assert_eq!(facts, BTreeSet::new());
    }
}
