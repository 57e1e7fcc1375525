//! The benches of a package that criterion runs.

use anyhow::Result;
use tensorprof::runner::member::{BenchTarget, CriterionDependency, Member};

use crate::commands::files::read;

/// What a bench has that criterion runs: its `main`, or one of the user's own.
const MAINS: [&str; 2] = ["criterion_main!", "configure_from_args"];

/// A bench on criterion, with its text.
pub(super) struct CriterionBench<'a> {
    pub(super) target: &'a BenchTarget,
    pub(super) text: String,
    /// It is on another criterion than the library.
    pub(super) other_criterion: Option<&'a str>,
}

/// The benches of a package that depends on criterion which criterion runs: others are of other harnesses.
pub(super) fn criterion_benches(member: &Member) -> Result<Vec<CriterionBench<'_>>> {
    if member.criterion == CriterionDependency::None {
        return Ok(Vec::new());
    }
    let mut benches = Vec::new();
    for target in &member.benches {
        let text = read(&target.source)?;
        if MAINS.iter().any(|main| text.contains(main)) {
            let others = member.other_criterions.iter().map(String::as_str);
            let other_criterion = others.into_iter().find(|other| has_word(&text, other));
            benches.push(CriterionBench { target, text, other_criterion });
        }
    }
    Ok(benches)
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|character: char| !character.is_alphanumeric() && character != '_').any(|part| part == word)
}
