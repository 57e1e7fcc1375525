//! The tables of a manifest, as TOML has them.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::formula::Formula;
use crate::dtype::Dtype;

/// What a manifest may say of the workspace and of its package.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ManifestTables {
    workspace: Holder,
    package: Holder,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Holder {
    metadata: Tools,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Tools {
    tensorprof: Table,
}

impl ManifestTables {
    /// `[workspace.metadata.tensorprof]` and `[package.metadata.tensorprof]`.
    pub(super) fn into_tables(self) -> [Table; 2] {
        [self.workspace.metadata.tensorprof, self.package.metadata.tensorprof]
    }
}

/// One such table.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Table {
    pub(super) baselines: Option<Spanned<String>>,
    pub(super) record_env: Option<Spanned<VariableNames>>,
    rounds: Option<Spanned<toml::Value>>,
    max_rounds: Option<Spanned<toml::Value>>,
    warm_up_time: Option<Spanned<toml::Value>>,
    measurement_time: Option<Spanned<toml::Value>>,
    sample_size: Option<Spanned<toml::Value>>,
    threads: Option<Spanned<toml::Value>>,
    threshold: Option<Spanned<toml::Value>>,
    floor_ns: Option<Spanned<toml::Value>>,
    gate_inconclusive: Option<Spanned<toml::Value>>,
    gate_limit: Vec<Spanned<toml::Value>>,
    /// By pattern of their ids.
    pub(super) rows: BTreeMap<Spanned<String>, RowTable>,
}

impl Table {
    /// The keys that stand for flags, with the name of the flag of each.
    pub(super) fn flags(&self) -> impl Iterator<Item = (&'static str, &Spanned<toml::Value>)> {
        let flags = [
            ("rounds", &self.rounds),
            ("max-rounds", &self.max_rounds),
            ("warm-up-time", &self.warm_up_time),
            ("measurement-time", &self.measurement_time),
            ("sample-size", &self.sample_size),
            ("threads", &self.threads),
            ("threshold", &self.threshold),
            ("floor", &self.floor_ns),
            ("gate-inconclusive", &self.gate_inconclusive),
        ];
        let limits = self.gate_limit.iter().map(|limit| ("gate-limit", limit));
        flags.into_iter().filter_map(|(flag, value)| Some((flag, value.as_ref()?))).chain(limits)
    }

    /// Where the first key stands that says something of the whole workspace.
    pub(super) fn of_workspace(&self) -> Option<usize> {
        let named = [self.baselines.as_ref().map(Spanned::span), self.record_env.as_ref().map(Spanned::span)];
        let flags = self.flags().map(|(_, value)| value.span());
        named.into_iter().flatten().chain(flags).map(|span| span.start).min()
    }
}

/// What is said of the rows that a pattern matches.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RowTable {
    pub(super) flops: Option<Spanned<Formula>>,
    pub(super) bytes: Option<Spanned<Formula>>,
    pub(super) elements: Option<Spanned<Formula>>,
    pub(super) tokens: Option<Spanned<Formula>>,
    pub(super) dtype: Option<DtypeName>,
    pub(super) threshold: Option<Percent>,
    pub(super) gate: Option<bool>,
}

/// The name of an element type.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct DtypeName(pub(super) Dtype);

impl TryFrom<String> for DtypeName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let names = Dtype::ALL.map(Dtype::name).join(", ");
        name.parse().map(DtypeName).map_err(|unknown| format!("{unknown}; expected one of {names}"))
    }
}

/// A share in percent, as a fraction.
#[derive(Deserialize)]
#[serde(try_from = "f64")]
pub(super) struct Percent(pub(super) f64);

impl TryFrom<f64> for Percent {
    type Error = String;

    fn try_from(percent: f64) -> Result<Self, String> {
        let valid = (0.0..=1000.0).contains(&percent);
        valid
            .then_some(Percent(percent / 100.0))
            .ok_or_else(|| format!("{percent} is no percentage from 0 to 1000"))
    }
}

/// Names of environment variables.
#[derive(Deserialize)]
#[serde(try_from = "toml::Value")]
pub(super) struct VariableNames(pub(super) Vec<String>);

impl TryFrom<toml::Value> for VariableNames {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, String> {
        let is_variable = |name: &&str| !name.is_empty() && !name.contains(['=', '\0']);
        let name = |item: &toml::Value| item.as_str().filter(is_variable).map(str::to_owned);
        let names = value.as_array().and_then(|list| list.iter().map(name).collect::<Option<Vec<_>>>());
        names.map(VariableNames).ok_or_else(|| {
            format!(
                "`record-env = {value}` is no list of names of variables, such as `record-env = [\"MODE\"]`"
            )
        })
    }
}
