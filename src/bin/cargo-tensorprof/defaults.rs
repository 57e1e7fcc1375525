//! Flags that the metadata of the project give in place of the user, by the rules of the flags themselves.

use anyhow::{Context as _, Result};
use clap::Parser;
use tensorprof::compare::Limit;
use tensorprof::metadata::Flag;

use crate::cli::{InconclusivePolicy, RoundOptions, SmallestChangeOptions};

/// How to measure and to judge where the user says nothing.
#[derive(Debug, Parser)]
#[command(no_binary_name = true)]
pub(crate) struct Defaults {
    #[command(flatten)]
    pub(crate) rounds: RoundOptions,
    #[command(flatten)]
    pub(crate) smallest: SmallestChangeOptions,
    /// As the flag, without `--gate`.
    #[arg(long, value_name = "POLICY")]
    pub(crate) gate_inconclusive: Option<InconclusivePolicy>,
    /// As the flag, without `--gate`.
    #[arg(long, value_name = "METRIC=LIMIT[@REGEX]")]
    pub(crate) gate_limit: Vec<Limit>,
}

impl Defaults {
    /// What these keys of the metadata say.
    ///
    /// # Errors
    /// The first whose value its flag does not take.
    pub(crate) fn of(flags: &[Flag]) -> Result<Defaults> {
        let word = |flag: &Flag| format!("--{}={}", flag.name, flag.value);
        for flag in flags {
            let parsed = Defaults::try_parse_from([word(flag)]).map_err(|error| reason(&error));
            parsed.map(drop).with_context(|| format!("cannot use the metadata at {}", flag.place))?;
        }
        Defaults::try_parse_from(flags.iter().map(word)).map_err(|error| reason(&error))
    }
}

/// The first line of what clap says, which names the flag and its value, and what values there are.
pub(crate) fn reason(error: &clap::Error) -> anyhow::Error {
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim);
    let first = lines.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    let values = lines.find(|line| line.starts_with("[possible values")).map(|values| format!(" {values}"));
    anyhow::Error::msg(first + &values.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_none_is_told_with_those_that_are() {
        let error = Defaults::try_parse_from(["--gate-inconclusive=maybe"]).expect_err("is no policy");
        let said = reason(&error).to_string();
        assert!(said.contains("'maybe'") && said.ends_with("[possible values: pass, fail]"), "{said}");
        let error = Defaults::try_parse_from(["--rounds=0"]).expect_err("is too few");
        assert!(!reason(&error).to_string().contains("possible values"));
    }
}
