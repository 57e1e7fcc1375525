//! Cargo's own flags: what is built, and how cargo builds it.

use std::path::PathBuf;

use clap::{Args, Parser};
use tensorprof::runner::build::BuildRequest;
use tensorprof::runner::toolchain::BuildChoices;

use super::PROJECT;
use super::target_kinds::TargetKinds;

const SELECTION: &str = "Package and target selection";
const FEATURES: &str = "Feature selection";
const COMPILATION: &str = "Compilation options";

/// Cargo's own flags, with the meaning that they have for `cargo bench`.
#[derive(Debug, Clone, Default, PartialEq, Args)]
pub(crate) struct CargoFlags {
    #[command(flatten)]
    selection: BuildSelection,
    #[command(flatten)]
    invocation: Invocation,
    #[command(flatten)]
    kinds: TargetKinds,
}

/// What is built. A baseline records it, and a later measurement of the same baseline uses it again.
#[derive(Debug, Clone, Default, PartialEq, Args)]
struct BuildSelection {
    /// Package whose benches to run (see `cargo help pkgid`)
    #[arg(short, long = "package", value_name = "SPEC", help_heading = SELECTION)]
    packages: Vec<String>,
    /// Build the benches of all packages in the workspace
    #[arg(long, alias = "all", help_heading = SELECTION)]
    workspace: bool,
    /// Exclude this package
    #[arg(long, value_name = "SPEC", help_heading = SELECTION)]
    exclude: Vec<String>,
    /// Run only this bench target
    #[arg(long = "bench", value_name = "NAME", help_heading = SELECTION)]
    benches: Vec<String>,
    /// Build this bench target, but do not run it; PACKAGE::NAME is that of one package
    #[arg(long = "exclude-bench", value_name = "NAME", help_heading = SELECTION)]
    excluded_benches: Vec<String>,
    /// Space or comma separated list of features to activate
    #[arg(short = 'F', long, value_name = "FEATURES", help_heading = FEATURES)]
    features: Vec<String>,
    /// Activate all available features
    #[arg(long, help_heading = FEATURES)]
    all_features: bool,
    /// Do not activate the `default` feature
    #[arg(long, help_heading = FEATURES)]
    no_default_features: bool,
    /// Build with this profile [default: bench]
    #[arg(long, value_name = "NAME", help_heading = COMPILATION)]
    profile: Option<String>,
    /// Build for this target triple
    #[arg(long, value_name = "TRIPLE", help_heading = COMPILATION)]
    target: Option<String>,
    /// Override a configuration value
    #[arg(long, value_name = "KEY=VALUE|PATH", help_heading = COMPILATION)]
    config: Vec<String>,
}

/// How cargo builds in this run. Not recorded.
#[derive(Debug, Clone, Default, PartialEq, Args)]
struct Invocation {
    /// Folder of what cargo builds
    #[arg(long, value_name = "DIR", help_heading = COMPILATION)]
    target_dir: Option<String>,
    /// Number of parallel build jobs
    #[arg(short, long, value_name = "N", help_heading = COMPILATION)]
    jobs: Option<String>,
    /// Assert that Cargo.lock stays unchanged
    #[arg(long, help_heading = PROJECT)]
    locked: bool,
    /// Run without network access
    #[arg(long, help_heading = PROJECT)]
    offline: bool,
    /// Equivalent to --locked and --offline
    #[arg(long, help_heading = PROJECT)]
    frozen: bool,
}

impl BuildSelection {
    /// As arguments of this command, which a baseline records.
    fn recorded(&self) -> Vec<String> {
        let mut arguments = self.for_cargo();
        valued(&mut arguments, "--exclude-bench", &self.excluded_benches);
        arguments
    }

    /// As arguments for cargo. Every field is named, so that a new flag cannot be forgotten.
    fn for_cargo(&self) -> Vec<String> {
        let BuildSelection { packages, workspace, exclude, benches, excluded_benches: _, features, .. } =
            self;
        let BuildSelection { all_features, no_default_features, profile, target, config, .. } = self;
        let mut arguments = Vec::new();
        valued(&mut arguments, "--package", packages);
        valued(&mut arguments, "--exclude", exclude);
        valued(&mut arguments, "--bench", benches);
        valued(&mut arguments, "--features", features);
        valued(&mut arguments, "--profile", profile.as_slice());
        valued(&mut arguments, "--target", target.as_slice());
        valued(&mut arguments, "--config", config);
        switches(&mut arguments, &[("--workspace", workspace), ("--all-features", all_features)]);
        switches(&mut arguments, &[("--no-default-features", no_default_features)]);
        arguments
    }

    /// Whether a baseline may bring this selection back. Only names may: cargo runs programs that `--config` names, a
    /// target may be the path of a file that names a linker, and a word that begins with `-` is another flag.
    fn may_come_from_a_file(&self) -> bool {
        let BuildSelection { packages, workspace: _, exclude, benches, excluded_benches, features, .. } =
            self;
        let BuildSelection { all_features: _, no_default_features: _, profile, target, config, .. } = self;
        config.is_empty()
            && packages.iter().chain(exclude).all(|spec| is_name(spec, "*?[]!@.+"))
            && benches.iter().all(|bench| is_name(bench, "*?[]!."))
            && excluded_benches.iter().all(|bench| is_name(bench, "*?[]!.:"))
            && features.iter().all(|features| is_name(features, "+./,? "))
            && profile.iter().all(|profile| is_name(profile, ""))
            && target.iter().all(|triple| is_name(triple, ".") && !triple.ends_with(".json"))
    }
}

/// Whether a text consists of letters, digits, `_`, `-` and these marks, and does not begin as a flag does.
fn is_name(text: &str, marks: &str) -> bool {
    let belongs = |character: char| {
        character.is_alphanumeric() || "_-".contains(character) || marks.contains(character)
    };
    !text.is_empty() && !text.starts_with('-') && text.chars().all(belongs)
}

impl Invocation {
    fn to_arguments(&self) -> Vec<String> {
        let Invocation { target_dir, jobs, locked, offline, frozen } = self;
        let mut arguments = Vec::new();
        valued(&mut arguments, "--target-dir", target_dir.as_slice());
        valued(&mut arguments, "--jobs", jobs.as_slice());
        switches(&mut arguments, &[("--locked", locked), ("--offline", offline), ("--frozen", frozen)]);
        arguments
    }
}

fn valued(arguments: &mut Vec<String>, flag: &str, values: &[String]) {
    for value in values {
        arguments.extend([flag.to_owned(), value.clone()]);
    }
}

fn switches(arguments: &mut Vec<String>, flags: &[(&str, &bool)]) {
    arguments.extend(flags.iter().filter(|(_, on)| **on).map(|(flag, _)| (*flag).to_owned()));
}

impl CargoFlags {
    /// The arguments that a baseline records: those that select what is built.
    pub(crate) fn recorded(&self) -> Vec<String> {
        self.selection.recorded()
    }

    /// The arguments that say how cargo builds in this run, which no baseline records.
    pub(crate) fn of_invocation(&self) -> Vec<String> {
        self.invocation.to_arguments()
    }

    /// The user gave no flag that selects what is built.
    pub(crate) fn select_nothing(&self) -> bool {
        self.selection == BuildSelection::default()
    }

    /// These flags with the selection that a baseline recorded. `None` where its words are no selection, or one that a file
    /// must not make.
    pub(crate) fn with_recorded(&self, recorded: &[String]) -> Option<CargoFlags> {
        #[derive(Parser)]
        #[command(no_binary_name = true)]
        struct Recorded {
            #[command(flatten)]
            selection: BuildSelection,
        }
        let Recorded { selection } = Recorded::try_parse_from(recorded).ok()?;
        let invocation = self.invocation.clone();
        selection.may_come_from_a_file().then_some(CargoFlags { selection, invocation, kinds: TargetKinds })
    }

    /// The request for `cargo bench`, from a program that is `recorder`. `output` are the flags for what cargo prints.
    pub(crate) fn request(
        &self,
        variables: Vec<(String, String)>,
        output: Vec<String>,
        recorder: PathBuf,
    ) -> BuildRequest {
        let arguments = [self.selection.for_cargo(), self.invocation.to_arguments()].concat();
        let BuildSelection { benches, excluded_benches, .. } = self.selection.clone();
        let names_benches = !benches.is_empty();
        BuildRequest { arguments, output, names_benches, excluded_benches, variables, recorder }
    }

    /// What a baseline records of the build.
    pub(crate) fn choices(&self) -> BuildChoices {
        let BuildSelection { features, all_features, no_default_features, profile, target, config, .. } =
            self.selection.clone();
        let mut features = features;
        features.extend(all_features.then(|| "--all-features".to_owned()));
        features.extend(no_default_features.then(|| "--no-default-features".to_owned()));
        BuildChoices { profile, target, features, config }
    }

    /// The flags that `cargo metadata` takes as well.
    pub(crate) fn for_metadata(&self) -> Vec<String> {
        let Invocation { locked, offline, frozen, .. } = &self.invocation;
        let mut arguments = Vec::new();
        switches(&mut arguments, &[("--locked", locked), ("--offline", offline), ("--frozen", frozen)]);
        valued(&mut arguments, "--config", &self.selection.config);
        arguments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_recorded_selection_parses_back() {
        let line = "--package a@1.0 --exclude b-* --bench c --features d,e/f --profile g --target \
                    wasm32-wasip1 --workspace --all-features --no-default-features --exclude-bench h --exclude-bench a::h";
        let flags = CargoFlags::default().with_recorded(&words(line)).expect("is a selection of names");
        assert_eq!(flags.recorded(), words(line));
    }

    #[test]
    fn benches_that_are_left_out_are_no_matter_of_cargos() {
        let flags =
            CargoFlags::default().with_recorded(&words("--bench a --exclude-bench b")).expect("names");
        let request = flags.request(vec![], vec![], PathBuf::new());
        assert_eq!((request.arguments, request.excluded_benches), (words("--bench a"), words("b")));
    }

    #[test]
    fn a_file_selects_by_name_alone() {
        let refused = [
            "--config build.rustc-wrapper='x'",
            "--config=x.toml",
            "--config x.toml",
            "--jobs 2",
            "--target-dir x",
            "--manifest-path x",
            "-Zunstable",
            "+nightly",
            "--target ./x.json",
            "--target x.json",
            "--target=--config=x",
            "--bench=--config=x",
            "--bench=../x",
            "--exclude-bench=--config=x",
            "--package=--config=x",
            "--package=path+file:///x",
            "--exclude=--config=x",
            "--features=--config=x",
            "--profile=../x",
            "--profile=",
            "-- --config x",
        ];
        for line in refused {
            assert_eq!(CargoFlags::default().with_recorded(&words(line)), None, "{line}");
        }
    }

    #[test]
    fn flags_of_the_invocation_leave_the_selection_to_the_baseline() {
        #[derive(Parser)]
        struct Line {
            #[command(flatten)]
            flags: CargoFlags,
        }
        let Line { flags } = Line::parse_from(["", "--offline", "--jobs", "2"]);
        assert!(flags.select_nothing());
        let again = flags.with_recorded(&words("--bench ops")).expect("is a selection of names");
        let request = again.request(vec![], vec![], PathBuf::new());
        assert_eq!(request.arguments, ["--bench", "ops", "--jobs", "2", "--offline"]);
        assert!(request.names_benches);
    }
}
