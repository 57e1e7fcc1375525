//! What to ask of cargo instead, where it finds nothing to build: which of the packages and benches that were named are not
//! there, as far as names tell.

use std::collections::BTreeSet;

use super::cargo::values_of;
use crate::model::{first_names, nearest, things};

/// A package of the workspace and its benches.
#[derive(Debug)]
pub(super) struct Offer {
    pub(super) package: String,
    pub(super) benches: Vec<String>,
    /// Cargo selects it where no package is named.
    pub(super) is_default: bool,
}

/// Most names in a message.
const NAMES_SHOWN: usize = 10;

/// The next step of who asked for the benches that these arguments of `cargo bench` select, which cargo refuses. Where names do
/// not tell, cargo itself has told.
pub(super) fn advice(offers: &[Offer], arguments: &[String]) -> String {
    let benches: Vec<&str> = values_of(arguments, "--bench").collect();
    selected(offers, arguments)
        .map_or_else(Some, |selected| missing_bench(offers, &selected, &benches))
        .unwrap_or_else(|| "see what cargo says above".to_owned())
}

/// The packages that are selected; of one that is not there, what to do. All of them where only cargo can tell.
fn selected<'a>(offers: &'a [Offer], arguments: &[String]) -> Result<Vec<&'a Offer>, String> {
    let named: Vec<&str> = values_of(arguments, "--package").map(name_of).collect();
    let unknown = |name: &&&str| is_plain(name) && !offers.iter().any(|offer| offer.package == **name);
    if let Some(name) = named.iter().find(unknown) {
        let packages = offers.iter().map(|offer| offer.package.as_str()).collect();
        return Err(format!("the workspace has no package `{name}`; {}", instead(name, packages)));
    }
    let excluded: Vec<&str> = values_of(arguments, "--exclude").map(name_of).collect();
    let all = arguments.iter().any(|argument| argument == "--workspace")
        || !named.iter().all(|name| is_plain(name));
    let is_selected = |offer: &&Offer| {
        let name = offer.package.as_str();
        let is_asked = if named.is_empty() { offer.is_default } else { named.contains(&name) };
        (all || is_asked) && !excluded.contains(&name)
    };
    Ok(offers.iter().filter(is_selected).collect())
}

/// What to do where selected packages have none of the benches that are asked for.
fn missing_bench(offers: &[Offer], selected: &[&Offer], benches: &[&str]) -> Option<String> {
    let names: Vec<String> = selected.iter().map(|offer| format!("`{}`", offer.package)).collect();
    let have = match names.as_slice() {
        [] => return Some("no package is selected; name one by `-p`".to_owned()),
        [name] => format!("package {name} has"),
        several if several.len() <= NAMES_SHOWN => format!("packages {} have", several.join(", ")),
        several => format!("the {} that are selected have", things(several.len(), "package")),
    };
    let is_missing = |bench: &&&str| is_plain(bench) && !selected.iter().any(|offer| offer.has(bench));
    if let Some(bench) = benches.iter().find(is_missing) {
        let elsewhere = flags_of(offers, |offer| offer.has(bench));
        let known = selected.iter().flat_map(|offer| &offer.benches).map(String::as_str).collect();
        let next =
            elsewhere.map_or_else(|| instead(bench, known), |flags| format!("it is selected by {flags}"));
        return Some(format!("{have} no bench `{bench}`; {next}"));
    }
    let has_none = benches.is_empty() && selected.iter().all(|offer| offer.benches.is_empty());
    let others = flags_of(offers, |offer| !offer.benches.is_empty()).filter(|_| has_none)?;
    Some(format!("{have} no benches; those with benches are selected by {others}"))
}

/// The flags that select the packages of which this holds, if there are any.
fn flags_of(offers: &[Offer], holds: impl Fn(&Offer) -> bool) -> Option<String> {
    let of = |offer: &Offer| holds(offer).then(|| format!("`-p {}`", offer.package));
    let flags: Vec<String> = offers.iter().filter_map(of).collect();
    (!flags.is_empty()).then(|| first_names(&flags, NAMES_SHOWN))
}

impl Offer {
    fn has(&self, bench: &str) -> bool {
        self.benches.iter().any(|name| name == bench)
    }
}

/// What there is instead of a name.
fn instead(name: &str, known: BTreeSet<&str>) -> String {
    match nearest(name, known.iter().copied()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None if known.is_empty() => "there is none".to_owned(),
        None => {
            let known: Vec<String> = known.into_iter().map(str::to_owned).collect();
            format!("there are: {}", first_names(&known, NAMES_SHOWN))
        }
    }
}

/// The name of a package in a specification such as `name@1.0`.
fn name_of(specification: &str) -> &str {
    specification.split_once('@').map_or(specification, |(name, _)| name)
}

/// A name, and neither a pattern nor a URL.
fn is_plain(name: &str) -> bool {
    name.chars().all(|character| character.is_alphanumeric() || "-_".contains(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> String {
        let offer = |package: &str, benches: &[&str], is_default| Offer {
            package: package.to_owned(),
            benches: benches.iter().map(|name| (*name).to_owned()).collect(),
            is_default,
        };
        let offers = [
            offer("kernels", &["matmul", "softmax"], true),
            offer("model", &["token"], false),
            offer("bare", &[], true),
        ];
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        advice(&offers, &arguments)
    }

    #[test]
    fn what_is_not_there_is_named_with_what_is() {
        for (arguments, expected) in [
            ("--package kernel", "the workspace has no package `kernel`; did you mean `kernels`?"),
            ("--package other", "the workspace has no package `other`; there are: bare, kernels, model"),
            (
                "--package bare",
                "package `bare` has no benches; those with benches are selected by `-p kernels`, `-p model`",
            ),
            ("--bench matmull", "packages `kernels`, `bare` have no bench `matmull`; did you mean `matmul`?"),
            ("--package model@0.1.0 --bench other", "package `model` has no bench `other`; there are: token"),
            (
                "--bench token",
                "packages `kernels`, `bare` have no bench `token`; it is selected by `-p model`",
            ),
            ("--package bare --bench other", "package `bare` has no bench `other`; there is none"),
            (
                "--workspace --exclude kernels --exclude model",
                "package `bare` has no benches; those with benches are selected by `-p kernels`, `-p model`",
            ),
            (
                "--workspace --exclude kernels --exclude model --exclude bare",
                "no package is selected; name one by `-p`",
            ),
        ] {
            assert_eq!(said(arguments), expected, "{arguments}");
        }
    }

    #[test]
    fn what_names_do_not_tell_cargo_has_told() {
        let arguments = [
            "",
            "--package kernels --bench matmul",
            "--workspace --bench token",
            "--package k* --bench s*",
            "--package file:///kernels",
            "--features none",
        ];
        for arguments in arguments {
            assert_eq!(said(arguments), "see what cargo says above", "{arguments}");
        }
    }
}
