//! What is known of how a bench measures before it runs: its criterion, and other harnesses that it may be of.

use std::path::Path;

use cargo_metadata::semver::{Comparator, Op, Version, VersionReq};
use regex::bytes::Regex;

use super::criterion::PORT_VARIABLE;

/// Oldest criterion that speaks the runner protocol.
const OLDEST_CRITERION: Version = Version::new(0, 3, 3);

/// Oldest criterion that takes fractions of a second for the times of its options.
const TAKES_FRACTIONS: Version = Version::new(0, 4, 0);

/// Packages that speak its protocol: criterion, and one that takes its place.
pub(super) const CRITERION: [&str; 2] = ["criterion", "codspeed-criterion-compat"];

/// Other benchmark harnesses, by package.
const HARNESSES: [&str; 9] = [
    "bencher",
    "brunch",
    "codspeed-divan-compat",
    "diol",
    "divan",
    "gungraun",
    "iai",
    "iai-callgrind",
    "tango-bench",
];

/// The benchmark harnesses that the package of a bench depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dialect {
    criterion: Option<Version>,
    others: Vec<String>,
}

impl Dialect {
    /// Of a package with these dependencies.
    pub(super) fn of<'a>(dependencies: impl Iterator<Item = (&'a str, &'a Version)>) -> Dialect {
        let mut dialect = Dialect::default();
        for (name, version) in dependencies {
            if CRITERION.contains(&name) {
                dialect.criterion = Some(version.clone());
            } else if HARNESSES.contains(&name) {
                dialect.others.push(name.to_owned());
            }
        }
        dialect.others.sort();
        dialect
    }

    /// With the criterion of another, which packages in between hand on.
    pub(super) fn with_criterion_of(self, other: Dialect) -> Dialect {
        Dialect { criterion: other.criterion, ..self }
    }

    /// A requirement that a criterion can meet on which the library is built.
    pub fn has_library(required: &VersionReq) -> bool {
        let is_bound = |part: &Comparator| matches!(part.op, Op::Less | Op::LessEq);
        let is_of_library = |part: &Comparator| !is_bound(part) && (part.major, part.minor) == (0, Some(8));
        required.matches(&Version::new(0, 8, 2)) || required.comparators.iter().any(is_of_library)
    }

    /// Of a bench with the library.
    pub fn of_library() -> Dialect {
        Dialect { criterion: Some(Version::new(0, 8, 0)), others: Vec::new() }
    }

    /// The criterion, if it is too old for the runner protocol.
    pub(super) fn too_old(&self) -> Option<&Version> {
        self.criterion.as_ref().filter(|version| **version < OLDEST_CRITERION)
    }

    /// Whether the package depends on criterion, which does not say so of each of its benches.
    pub(super) fn has_criterion(&self) -> bool {
        self.criterion.is_some()
    }

    /// Seconds as the criterion takes them: whole ones, at least one, before 0.4.
    pub(super) fn seconds(&self, seconds: f64) -> f64 {
        if self.whole_seconds().is_some() { seconds.ceil().max(1.0) } else { seconds }
    }

    fn whole_seconds(&self) -> Option<&Version> {
        self.criterion.as_ref().filter(|version| **version < TAKES_FRACTIONS)
    }

    /// What a user should know of how long its benchmarks take.
    pub fn note(&self) -> Option<String> {
        let version = self.whole_seconds()?;
        Some(format!(
            "criterion {version} takes whole seconds, so its warm-up and measurement times are rounded up; 0.4 and later take \
             fractions"
        ))
    }

    /// The other harnesses that its bench may be of, in parentheses behind a blank. Empty without any.
    pub(super) fn other_harnesses(&self) -> String {
        match self.others.as_slice() {
            [] => String::new(),
            others => format!(" (its package depends on {})", others.join(", ")),
        }
    }
}

/// Whether criterion may be in an executable or a library: it names the variable of its port. A file that cannot be read or
/// searched may be anything.
pub(super) fn may_hold_criterion(file: &Path) -> bool {
    let bytes = std::fs::read(file);
    let name = Regex::new(PORT_VARIABLE);
    bytes.ok().zip(name.ok()).is_none_or(|(bytes, name)| name.is_match(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(dependencies: &[(&str, &str)]) -> Dialect {
        let versions: Vec<(&str, Version)> =
            dependencies.iter().map(|(name, version)| (*name, version.parse().unwrap())).collect();
        Dialect::of(versions.iter().map(|(name, version)| (*name, version)))
    }

    #[test]
    fn criterion_takes_fractions_of_a_second_from_0_4_on() {
        let old = dialect(&[("criterion", "0.3.6"), ("serde", "1.0.0")]);
        assert_eq!([0.05, 1.0, 1.5].map(|seconds| old.seconds(seconds)), [1.0, 1.0, 2.0]);
        assert!(old.note().is_some_and(|note| note.contains("criterion 0.3.6")));
        for new in [dialect(&[("criterion", "0.4.0")]), dialect(&[])] {
            assert_eq!((new.seconds(0.05), new.note()), (0.05, None));
        }
        assert!(dialect(&[("criterion", "0.3.2")]).too_old().is_some());
        assert_eq!(dialect(&[("criterion", "0.3.3")]).too_old(), None);
    }

    #[test]
    fn requirements_for_the_library_are_told() {
        let has = |text: &str| Dialect::has_library(&text.parse().expect("is one"));
        assert!(["0.8", "0.8.2", "^0.8.9", "=0.8.1", "*", ">=0.5", "0.8.*"].into_iter().all(has));
        assert!(!["0.5", "0.7.0", "0.9", "1", "<0.8"].into_iter().any(has));
    }

    #[test]
    fn other_harnesses_are_named() {
        let both = dialect(&[("gungraun", "0.17.0"), ("criterion", "0.8.2"), ("diol", "0.1.0")]);
        assert_eq!(both.other_harnesses(), " (its package depends on diol, gungraun)");
        assert_eq!(dialect(&[]).other_harnesses(), "");
    }

    #[test]
    fn only_a_file_that_names_its_port_holds_criterion() {
        let folder = tempfile::tempdir().unwrap();
        let written = |name: &str, bytes: &[u8]| {
            std::fs::write(folder.path().join(name), bytes).unwrap();
            folder.path().join(name)
        };
        let (with, without) =
            (written("with", b"\0\xffCARGO_CRITERION_PORT\0"), written("without", b"\0\xff"));
        assert_eq!([&with, &without].map(|file| may_hold_criterion(file)), [true, false]);
        assert!(may_hold_criterion(&folder.path().join("unreadable")));
    }
}
