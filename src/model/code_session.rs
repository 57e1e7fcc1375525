//! What one session measured of code that is known by its executables: sessions of identical code tell what sessions
//! differ by.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::{Baseline, BenchmarkId};

/// SHA-256 of bench executables, by package and bench target.
pub type Digests = BTreeMap<(String, String), String>;

/// One session of some executables, without anything of their project: neither names nor ids, only hashes.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeSession {
    /// When it began.
    pub started: Timestamp,
    /// The uncontended rounds of each benchmark, by [`row_key`].
    pub rows: BTreeMap<String, Vec<CodeRound>>,
    /// What a head-to-head run found of identical code, where it measured some.
    pub null_arm: Option<NullArmSpread>,
}

/// A round in logarithms of nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CodeRound {
    /// Its time, per iteration.
    pub time: f64,
    /// Its clock probe, where it has one.
    pub clock: Option<f64>,
    /// Of the samples that locate it, the share whose time was corrected.
    pub corrected: f64,
}

/// How identical code compared with itself in one run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NullArmSpread {
    /// Benchmarks that were compared.
    pub rows: u32,
    /// Those judged changed. None has changed.
    pub changed: u32,
    /// Standard deviation between blocks of ln(copy / baseline), the median over benchmarks.
    pub block_sd: Option<f64>,
}

/// The key of a benchmark of an executable that was run with the settings, threads and variables of `baseline`: the same for whatever
/// could only chance make different. `None` where the executable is not known.
pub fn row_key(baseline: &Baseline, digests: &Digests, id: &BenchmarkId) -> Option<String> {
    let executable = digests.get(&(id.package.clone(), id.target.clone()))?;
    let settings = &baseline.settings;
    let variables = &baseline.environment.variables;
    let variables = if variables.is_empty() { String::new() } else { format!("\n{variables:?}") };
    let in_turn = baseline.sessions.iter().any(|session| session.head_to_head.is_some());
    let text = format!(
        "{executable}\n{:?}\n{} {} {}\n{:?}\n{:?}\n{in_turn}{variables}",
        id.criterion,
        settings.warm_up,
        settings.measurement,
        settings.samples,
        settings.bench_arguments,
        baseline.environment.threads,
    );
    Some(short_hash(text))
}

/// 64 bits of SHA-256 as hexadecimal digits.
pub fn short_hash(content: impl AsRef<[u8]>) -> String {
    Sha256::digest(content).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixtures::{baseline, row};

    #[test]
    fn a_key_is_that_of_code_and_conditions_and_of_nothing_else() {
        let side = baseline("a", vec![row("gelu", &[1.0]), row("add", &[1.0])]);
        let digests =
            |text: &str| -> Digests { [(("suite".to_owned(), "ops".to_owned()), text.to_owned())].into() };
        let [gelu, add] = [0, 1].map(|row: usize| &side.benchmarks[row].id);
        let key = row_key(&side, &digests("c0ffee"), gelu).expect("is known");
        assert_eq!(key.len(), 16);
        let mut other = side.clone();
        other.name = "b".parse().expect("a name");
        other.environment.revision = None;
        other.settings.rounds += 1;
        assert_eq!(row_key(&other, &digests("c0ffee"), gelu).as_ref(), Some(&key));
        other.settings.samples += 1;
        assert_ne!(row_key(&other, &digests("c0ffee"), gelu).as_ref(), Some(&key));
        assert_ne!(row_key(&side, &digests("c0ffee"), add).as_ref(), Some(&key));
        assert_ne!(row_key(&side, &digests("decade"), gelu).as_ref(), Some(&key));
        assert_eq!(row_key(&side, &Digests::new(), gelu), None);
    }
}
