//! Joins the parts of a suite that jobs have measured.

use std::collections::{BTreeMap, BTreeSet};

use super::mismatch::enumeration;
use super::{Baseline, BaselineName, BenchmarkId, Mismatch, Partition, count, things};

/// Why baselines are not the parts of one suite.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoWhole {
    /// There is none.
    #[error("there is no part")]
    Nothing,
    /// One was not saved as a part.
    #[error("`{0}` is no part: it was saved without `--partition`")]
    NoPart(BaselineName),
    /// Two are parts of different wholes.
    #[error("`{}` is part {}, and `{}` is part {}: they are not of one suite that was split once", .0.name, .0.words(), .1.name, .1.words())]
    OtherWhole(Box<NamedPart>, Box<NamedPart>),
    /// Two are the same part.
    #[error("`{0}` and `{1}` are both part {2}; give one of them")]
    Twice(BaselineName, BaselineName, Partition),
    /// Parts were not given.
    #[error("{} missing: {}", if .0.len() == 1 { "a part is" } else { "parts are" }, words(.0))]
    Missing(Vec<Partition>),
    /// Two were measured under different conditions.
    #[error("`{name}` was measured differently from the parts before it: {}", enumeration(&.mismatch.facts))]
    Differs {
        /// The part that differs from those before it.
        name: BaselineName,
        /// What differs.
        mismatch: Mismatch,
    },
    /// A benchmark is in two parts.
    #[error("`{0}` and `{1}` both have `{2}`: their benches did not list the same benchmarks")]
    Shared(BaselineName, BaselineName, Box<BenchmarkId>),
    /// Parts have fewer benchmarks than they were to share.
    #[error("the parts have {} of {}: not every part has measured all of its own", count(*.found as u64), things(*.listed as usize, "benchmark"))]
    Lost {
        /// How many they have.
        found: usize,
        /// How many they were to share.
        listed: u32,
    },
}

/// A part with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPart {
    /// The baseline.
    pub name: BaselineName,
    /// Which part it is.
    pub partition: Partition,
}

impl NamedPart {
    fn of(baseline: &Baseline) -> Result<NamedPart, NoWhole> {
        let name = baseline.name.clone();
        match baseline.settings.partition {
            Some(partition) => Ok(NamedPart { name, partition }),
            None => Err(NoWhole::NoPart(name)),
        }
    }

    /// Such as `2/3 of 45 benchmarks`.
    fn words(&self) -> String {
        let all = self.partition.benchmarks.map(|all| format!(" of {}", things(all as usize, "benchmark")));
        format!("{}{}", self.partition, all.unwrap_or_default())
    }
}

fn words(missing: &[Partition]) -> String {
    missing.iter().map(Partition::to_string).collect::<Vec<_>>().join(", ")
}

impl Baseline {
    /// One baseline of all parts of a suite, under a name of its own. Each session of a part is one of it.
    ///
    /// # Errors
    /// They are not all parts of one suite, each once, measured under one set of conditions ([`Baseline::mismatch`]).
    pub fn merge(name: BaselineName, mut parts: Vec<Baseline>) -> Result<Baseline, NoWhole> {
        let mut named = parts.iter().map(NamedPart::of).collect::<Result<Vec<_>, _>>()?;
        named.sort_by_key(|part| part.partition.part);
        let listed = require_every_part(&named)?;
        require_disjoint(&parts)?;
        parts.sort_by_key(|part| part.settings.partition.map(|partition| partition.part));
        let whole =
            parts.into_iter().map(Ok).reduce(|joined, part| joined.and_then(|joined| join(joined, part?)));
        let mut whole = Baseline { name, ..whole.ok_or(NoWhole::Nothing)?? };
        whole.settings.partition = None;
        match listed {
            Some(listed) if whole.unfinished.is_empty() && whole.benchmarks.len() < listed as usize => {
                Err(NoWhole::Lost { found: whole.benchmarks.len(), listed })
            }
            _ => Ok(whole),
        }
    }
}

/// Each part of one whole must be there once. Returns how many benchmarks they share. They are in order.
fn require_every_part(parts: &[NamedPart]) -> Result<Option<u32>, NoWhole> {
    let first = parts.first().ok_or(NoWhole::Nothing)?;
    let whole = |part: &NamedPart| (part.partition.of, part.partition.benchmarks);
    if let Some(other) = parts.iter().find(|part| whole(part) != whole(first)) {
        return Err(NoWhole::OtherWhole(Box::new(first.clone()), Box::new(other.clone())));
    }
    if let Some(pair) = parts.windows(2).find(|pair| pair[0].partition == pair[1].partition) {
        return Err(NoWhole::Twice(pair[0].name.clone(), pair[1].name.clone(), pair[0].partition));
    }
    let given: BTreeSet<u32> = parts.iter().map(|part| part.partition.part).collect();
    let missing = (1..=first.partition.of).filter(|part| !given.contains(part));
    let missing: Vec<Partition> = missing.map(|part| Partition { part, ..first.partition }).collect();
    if missing.is_empty() { Ok(first.partition.benchmarks) } else { Err(NoWhole::Missing(missing)) }
}

/// No benchmark may be in two parts.
fn require_disjoint(parts: &[Baseline]) -> Result<(), NoWhole> {
    let mut seen: BTreeMap<&BenchmarkId, &BaselineName> = BTreeMap::new();
    for part in parts {
        for benchmark in &part.benchmarks {
            if let Some(other) = seen.insert(&benchmark.id, &part.name) {
                let id = Box::new(benchmark.id.clone());
                return Err(NoWhole::Shared(other.clone(), part.name.clone(), id));
            }
        }
    }
    Ok(())
}

/// A part is like another session of the others, but of benchmarks of its own.
fn join(joined: Baseline, mut part: Baseline) -> Result<Baseline, NoWhole> {
    let name = part.name.clone();
    part.settings.partition = joined.settings.partition;
    joined.append(part).map_err(|mismatch| NoWhole::Differs { name, mismatch })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::channel::CriterionId;
    use crate::model::{Benchmark, Environment, Round, Session, Settings};

    /// A part of the benchmarks `0`, `1` and so on, measured at that second.
    fn part(name: &str, partition: &str, all: u32, second: i64) -> Baseline {
        let partition: Partition = partition.parse().expect("a part");
        let partition = Partition { benchmarks: Some(all), ..partition };
        let benchmarks = partition.of_sorted(0..all).map(|index| Benchmark {
            rounds: vec![Round { samples: vec![1.0 + f64::from(index)], ..Round::default() }],
            ..Benchmark::unmeasured(id(index), String::new())
        });
        Baseline {
            name: name.parse().expect("a name"),
            tool_version: "1".to_owned(),
            environment: Environment::default(),
            settings: Settings { partition: Some(partition), ..Settings::default() },
            sessions: vec![Session::new(Timestamp::from_second(second).expect("a date"))],
            benchmarks: benchmarks.map(|benchmark| Benchmark { not_measured: None, ..benchmark }).collect(),
            unfinished: vec![],
            models: vec![],
        }
    }

    fn id(index: u32) -> BenchmarkId {
        let criterion = CriterionId { group: index.to_string(), function: None, parameter: None };
        BenchmarkId { package: "p".to_owned(), target: "t".to_owned(), criterion }
    }

    fn merged(parts: Vec<Baseline>) -> Result<Baseline, String> {
        Baseline::merge("all".parse().expect("a name"), parts).map_err(|error| error.to_string())
    }

    #[test]
    fn all_parts_are_the_whole_in_whatever_order() {
        let all = merged(vec![part("c", "3/3", 7, 30), part("a", "1/3", 7, 10), part("b", "2/3", 7, 20)]);
        let all = all.expect("a whole");
        assert_eq!((all.name.as_str(), all.settings.partition, all.sessions.len()), ("all", None, 3));
        let times: Vec<(String, f64, i64)> = all
            .benchmarks
            .iter()
            .map(|row| {
                let round = &row.rounds[0];
                let session = all.sessions[round.session].started.as_second();
                (row.id.path(), round.samples[0], session)
            })
            .collect();
        let expected =
            (0..7).map(|index| (index.to_string(), 1.0 + f64::from(index), 10 * (1 + i64::from(index) % 3)));
        assert_eq!(times, expected.collect::<Vec<_>>());
    }

    #[test]
    fn what_is_no_whole_is_named() {
        let whole = || vec![part("a", "1/2", 5, 1), part("b", "2/2", 5, 2)];
        let with = |change: &dyn Fn(&mut Vec<Baseline>)| {
            let mut parts = whole();
            change(&mut parts);
            merged(parts).expect_err("no whole")
        };
        assert_eq!(with(&|parts| parts.clear()), "there is no part");
        assert_eq!(with(&|parts| _ = parts.pop()), "a part is missing: 2/2");
        assert_eq!(
            with(&|parts| parts[1].settings.partition = None),
            "`b` is no part: it was saved without `--partition`"
        );
        assert_eq!(
            with(&|parts| parts.push(part("c", "2/2", 5, 3))),
            "`b` and `c` are both part 2/2; give one of them"
        );
        assert_eq!(
            with(&|parts| parts[1] = part("c", "2/2", 6, 3)),
            "`a` is part 1/2 of 5 benchmarks, and `c` is part 2/2 of 6 benchmarks: they are not of one suite that was split \
             once"
        );
        assert_eq!(
            with(&|parts| parts[1].environment.machine.cores = Some(8)),
            "`b` was measured differently from the parts before it: cores (unknown before, 8 now)"
        );
        assert_eq!(
            with(&|parts| parts[1].benchmarks[0].id = id(0)),
            "`a` and `b` both have `0`: their benches did not list the same benchmarks"
        );
        assert_eq!(
            with(&|parts| _ = parts[1].benchmarks.pop()),
            "the parts have 4 of 5 benchmarks: not every part has measured all of its own"
        );
    }
}
