//! Cargo's configuration as a build sees it: variables, files, and what the user says by `--config` and `--target`.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use cargo_config2::{Config, ResolveOptions};
use toml::{Table, Value};

use super::cargo::Cargo;
use super::toolchain::BuildChoices;

/// If one of these is set, cargo takes no flags from its configuration.
const FLAG_VARIABLES: [&str; 2] = ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS"];

/// The target that stands for the host.
const HOST: &str = "host-tuple";

/// Cargo's configuration as a build sees it.
pub(super) struct Configuration {
    /// Of variables and files.
    pub(super) config: Config,
    /// What `--config` says besides.
    overrides: Vec<Table>,
    /// The target, as rustc is told: a triple, or the path of its description.
    pub(super) target: String,
}

impl Configuration {
    /// That of a build by `cargo` with these choices.
    ///
    /// # Errors
    /// When it cannot be read, it names several targets, or rustc cannot be run.
    pub(super) fn of(cargo: &Cargo, choices: &BuildChoices) -> Result<Configuration> {
        let options = ResolveOptions::default().cargo(cargo.program()).env(cargo.environment());
        Configuration::resolved(options, cargo.directory(), choices)
    }

    fn resolved(options: ResolveOptions, directory: &Path, choices: &BuildChoices) -> Result<Configuration> {
        let folder = std::path::absolute(directory).context("cannot find the current folder")?;
        let config =
            Config::load_with_options(&folder, options).context("cannot read cargo's configuration")?;
        let overrides: Vec<Table> =
            choices.config.iter().filter_map(|value| override_of(value, &folder)).collect();
        let targets = match &choices.target {
            Some(target) => vec![target.clone()],
            None => targets(&config, &overrides)?,
        };
        let target = only_target(targets)?.filter(|target| target != HOST);
        let target = target.map_or_else(|| config.host_triple().map(str::to_owned), Ok);
        let target = target.context("cannot get the host of rustc")?;
        Ok(Configuration { config, overrides, target })
    }

    /// The name by which cargo's configuration knows the target.
    pub(super) fn triple(&self) -> String {
        let target = Path::new(&self.target);
        let name = target.file_stem().filter(|_| target.extension().is_some_and(|end| end == "json"));
        name.map_or_else(|| self.target.clone(), |name| name.to_string_lossy().into_owned())
    }

    /// The flags for rustc that cargo would take.
    pub(super) fn flags(&self, cargo: &Cargo) -> Result<Vec<String>> {
        let flags = self.config.rustflags(self.target.as_str()).context("cannot read rustc's flags")?;
        let mut flags = flags.unwrap_or_default().flags;
        if !FLAG_VARIABLES.iter().any(|name| cargo.variable(name).is_some()) {
            let triple = self.triple();
            flags.extend(self.overrides.iter().flat_map(|table| flags_in(table, &triple)));
        }
        Ok(flags)
    }
}

/// What a value of `--config` says, which may be the path of a file. Cargo refuses what cannot be read.
fn override_of(value: &str, folder: &Path) -> Option<Table> {
    std::fs::read_to_string(folder.join(value)).unwrap_or_else(|_| value.to_owned()).parse().ok()
}

/// The targets of `build.target`. A text of `--config` replaces what a variable or a file says, a list adds to it.
fn targets(config: &Config, overrides: &[Table]) -> Result<Vec<String>> {
    let mut targets = config.build_target_for_cli(None::<&str>).context("cannot read cargo's targets")?;
    for table in overrides {
        match table.get("build").and_then(|build| build.get("target")) {
            Some(Value::String(target)) => targets = vec![target.clone()],
            Some(Value::Array(more)) => {
                targets.extend(more.iter().filter_map(|target| target.as_str().map(str::to_owned)));
            }
            _ => {}
        }
    }
    Ok(targets)
}

/// The one among these; a baseline is of one.
fn only_target(targets: Vec<String>) -> Result<Option<String>> {
    let targets: BTreeSet<String> = targets.into_iter().collect();
    if targets.len() > 1 {
        let names: Vec<&str> = targets.iter().map(String::as_str).collect();
        bail!("cargo builds for several targets ({}); choose one by `--target`", names.join(", "));
    }
    Ok(targets.into_iter().next())
}

/// Flags for rustc in a value of `--config`, such as `build.rustflags=["-C", "target-cpu=native"]`.
fn flags_in(config: &Table, target: &str) -> Vec<String> {
    let build = config.get("build");
    let of_target = config.get("target").and_then(|targets| targets.get(target));
    match of_target.or(build).and_then(|table| table.get("rustflags")) {
        Some(Value::String(flags)) => flags.split_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(flags)) => {
            flags.iter().filter_map(|flag| flag.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The configuration of a build with this file, this variable and these values of `--config`, and nothing of the user's.
    fn configured(file: &str, variable: Option<&str>, values: &[&str]) -> Result<Configuration> {
        let folder = tempfile::TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join(".cargo")).unwrap();
        std::fs::write(folder.path().join(".cargo/config.toml"), file).unwrap();
        std::fs::write(folder.path().join("more.toml"), "build.target = 'of-a-file'").unwrap();
        let variables = variable.map(|target| ("CARGO_BUILD_TARGET", target));
        let options = ResolveOptions::default().cargo(Cargo::default().program()).env(variables);
        let config = values.iter().map(|&value| value.to_owned()).collect();
        let choices = BuildChoices { config, ..BuildChoices::default() };
        Configuration::resolved(options.cargo_home(None), folder.path(), &choices)
    }

    #[test]
    fn the_target_is_that_of_the_place_that_wins() {
        let target = |file, variable, values: &[&str]| configured(file, variable, values).unwrap().triple();
        let file = "build.target = 'configured'";
        assert_eq!(target(file, None, &[]), "configured");
        assert_eq!(target(file, Some("of-a-variable"), &[]), "of-a-variable");
        assert_eq!(target(file, Some("of-a-variable"), &["build.target='said'"]), "said");
        assert_eq!(target(file, None, &["build.target='said'", "more.toml"]), "of-a-file");
        assert_eq!(target(file, None, &["build.target='./made/up.json'"]), "up");
        assert_eq!(target("build.target = 'host-tuple'", None, &[]), target("", None, &[]));
    }

    #[test]
    fn several_targets_are_refused() {
        let (list, two) = ("build.target = ['a', 'b']", ["build.target = ['b', 'c']"]);
        for (file, values) in [(list, &[][..]), ("build.target = ['a']", &two[..])] {
            let error = configured(file, None, values).err().expect("is refused").to_string();
            assert!(error.contains("several targets (a, b") && error.contains("`--target`"), "{error}");
        }
        assert_eq!(configured("build.target = ['a', 'a']", None, &[]).unwrap().triple(), "a");
    }

    #[test]
    fn flags_are_found_in_config_values() {
        let flags = |value| flags_in(&override_of(value, Path::new("/none")).unwrap(), "a-b-c").join(" ");
        assert_eq!(flags(r#"build.rustflags=["-C", "target-cpu=native"]"#), "-C target-cpu=native");
        assert_eq!(flags(r#"target.a-b-c.rustflags="-C a=b""#), "-C a=b");
        assert_eq!(flags("target.wasm32-wasip1.rustflags='-C a=b'"), "");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(override_of("some/config.toml", folder), None);
        assert!(override_of("Cargo.toml", folder).is_some_and(|file| file.contains_key("package")));
    }
}
