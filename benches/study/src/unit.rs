//! Units of work of the extended study: what is measured in one go, and in which order.

use clap::ValueEnum;

use crate::plan::{Kind, Save};

/// A bench of the study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Part {
    /// The operations of the suite, on candle.
    Operations,
    /// The models of the suite, on candle.
    Models,
    /// Plain criterion benches of published crates, which the library is not in.
    Plain,
    /// Rows whose threads work, hand over, sleep and wait for a disk, for the rules of CPU time.
    Clock,
}

impl Part {
    /// The name in file names and tables.
    pub fn name(self) -> &'static str {
        match self {
            Part::Operations => "operations",
            Part::Models => "models",
            Part::Plain => "plain",
            Part::Clock => "clock",
        }
    }

    /// Package and bench target.
    pub fn target(self) -> [&'static str; 2] {
        match self {
            Part::Operations => ["tensorprof-suite", "ops"],
            Part::Models => ["tensorprof-suite", "models"],
            Part::Plain => ["tensorprof-study-plain", "plain"],
            Part::Clock => ["tensorprof-study", "clock"],
        }
    }
}

/// A bench with a number of threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// Which bench.
    pub part: Part,
    /// Threads of its pools.
    pub threads: u32,
}

impl Subject {
    /// The title in tables.
    pub fn title(self) -> String {
        match self.threads {
            1 => self.part.name().to_owned(),
            threads => format!("{}, {threads} threads", self.part.name()),
        }
    }
}

/// What is measured in one go: all rows of a bench, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// Of which bench.
    pub subject: Subject,
    /// With which slowdown, and the how many-th time.
    pub save: Save,
}

impl Unit {
    /// The name of its files: `operations-t1-plant5-02`.
    pub fn name(&self) -> String {
        format!("{}-t{}-{}", self.subject.part.name(), self.subject.threads, self.save.name())
    }

    /// The unit whose files have this name, if it is the name of one.
    pub fn of_name(name: &str) -> Option<Unit> {
        let mut words = name.splitn(3, '-');
        let part = Part::from_str(words.next()?, false).ok()?;
        let threads = words.next()?.strip_prefix('t')?.parse().ok()?;
        Some(Unit { subject: Subject { part, threads }, save: Save::of_name(words.next()?)? })
    }
}

/// Units without end. Before each planted slowdown the code is measured as it is, so that identical code has as many units
/// as all slowdowns together and slow changes of the machine affect all kinds equally.
pub fn schedule(subjects: &[Subject], plants: &[u32]) -> impl Iterator<Item = Unit> {
    let in_a_cycle = plants.len().max(1);
    let of_cycle = move |cycle: usize| {
        (0..in_a_cycle).flat_map(move |place| {
            let plain = Save { kind: Kind::Plain, number: cycle * in_a_cycle + place + 1 };
            let planted =
                plants.get(place).map(|&percent| Save { kind: Kind::Planted(percent), number: cycle + 1 });
            [Some(plain), planted].into_iter().flatten()
        })
    };
    let saves = (0..).flat_map(of_cycle);
    saves.flat_map(|save| subjects.iter().map(move |&subject| Unit { subject, save }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBJECTS: [Subject; 2] =
        [Subject { part: Part::Operations, threads: 1 }, Subject { part: Part::Plain, threads: 2 }];

    #[test]
    fn names_tell_the_unit() {
        let names: Vec<String> = schedule(&SUBJECTS, &[5, 3]).take(8).map(|unit| unit.name()).collect();
        let expected = [
            "operations-t1-plain-01",
            "plain-t2-plain-01",
            "operations-t1-plant5-01",
            "plain-t2-plant5-01",
            "operations-t1-plain-02",
            "plain-t2-plain-02",
            "operations-t1-plant3-01",
            "plain-t2-plant3-01",
        ];
        assert_eq!(names, expected);
        for unit in schedule(&SUBJECTS, &[5, 3]).take(100) {
            assert_eq!(Unit::of_name(&unit.name()), Some(unit));
        }
        for other in ["operations-t1-plain-01-a", "operations-1-plain-01", "main", "models-t1"] {
            assert_eq!(Unit::of_name(other), None, "{other}");
        }
    }

    #[test]
    fn no_unit_comes_twice() {
        let mut names: Vec<String> =
            schedule(&SUBJECTS, &[5, 3, 10]).take(600).map(|unit| unit.name()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 600);
        let plain: Vec<usize> = schedule(&SUBJECTS[..1], &[]).take(3).map(|unit| unit.save.number).collect();
        assert_eq!(plain, [1, 2, 3]);
    }
}
