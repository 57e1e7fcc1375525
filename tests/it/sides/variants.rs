//! Sides that differ by something else than their code.

use super::lab::{Lab, MANIFEST, both_say, revision, working_tree};

#[test]
fn features_variables_and_flags_of_one_side() {
    let lab = Lab::new();
    lab.write(
        "src/lib.rs",
        "pub fn answer() -> String {\n    format!(\"{} {:?} {:?} {}\", cfg!(feature = \"fast\"), option_env!(\"VARIANT\"), \
         std::env::var(\"VARIANT\").ok(), cfg!(flagged))\n}\n",
    );
    lab.write(
        "Cargo.toml",
        &format!("{MANIFEST}\n[lints.rust]\nunexpected_cfgs = {{ level = \"allow\" }}\n"),
    );
    lab.write(".cargo/config.toml", "[build]\nrustflags = [\"-C\", \"opt-level=1\"]\n");
    let mut candidate = working_tree();
    candidate.features.push("fast".to_owned());
    candidate.variables.insert("VARIANT".to_owned(), "v".to_owned());
    candidate.rustflags = vec!["--cfg".to_owned(), "flagged".to_owned()];
    let sides = lab.prepare(&working_tree(), &candidate).expect("builds");
    let says = both_say(&sides);
    assert_eq!(says.0, "false None None false");
    assert_eq!(says.1, "true Some(\"v\") Some(\"v\") true");
    assert_eq!(sides.candidate.build.features, ["fast"]);
    assert_eq!(sides.baseline.build.rustflags, "-C opt-level=1");
    assert_eq!(sides.candidate.build.rustflags, "-C opt-level=1 --cfg flagged");
}

#[test]
fn a_toolchain_that_is_not_installed_is_named() {
    let lab = Lab::new();
    let mut candidate = working_tree();
    candidate.toolchain = Some("+no-such-toolchain".to_owned());
    let error = format!("{:#}", lab.refuses(&working_tree(), &candidate));
    assert!(error.contains("rustup toolchain install no-such-toolchain"), "{error}");
}

/// A project that depends on `dep`, of which a local registry has two versions.
fn with_versions() -> Lab {
    let lab = Lab::new();
    for (version, answer) in [("1.0.0", 10), ("2.0.0", 20)] {
        let folder = format!("vendor/dep-{version}");
        let manifest = format!("[package]\nname = \"dep\"\nversion = \"{version}\"\nedition = \"2021\"\n");
        lab.write(&format!("{folder}/Cargo.toml"), &manifest);
        lab.write(&format!("{folder}/src/lib.rs"), &format!("pub fn answer() -> u32 {{ {answer} }}\n"));
        lab.write(&format!("{folder}/.cargo-checksum.json"), "{\"files\":{},\"package\":null}");
    }
    let sources = "[source.crates-io]\nreplace-with = \"vendor\"\n[source.vendor]\ndirectory = \"vendor\"\n";
    lab.write(".cargo/config.toml", sources);
    lab.write("Cargo.toml", &MANIFEST.replace("[dependencies]\n", "[dependencies]\ndep = \"1\"\n"));
    lab.write("src/lib.rs", "pub use dep::answer;\n");
    lab.commit("with a dependency");
    lab
}

#[test]
fn a_dependency_in_another_version_on_one_side() {
    let lab = with_versions();
    let before = lab.state();
    let mut candidate = revision("HEAD");
    candidate.versions.insert("dep".to_owned(), "2.0.0".to_owned());
    let sides = lab.prepare(&revision("HEAD"), &candidate).expect("builds");
    assert_eq!(both_say(&sides), ("10".to_owned(), "20".to_owned()));
    assert_ne!(sides.baseline.build.lock_hash, sides.candidate.build.lock_hash);
    drop(sides);
    assert_eq!(lab.state(), before);
    candidate.versions.insert("dep".to_owned(), "3.0.0".to_owned());
    let error = format!("{:#}", lab.refuses(&revision("HEAD"), &candidate));
    assert!(error.contains("cannot set dependency `dep` to version 3.0.0"), "{error}");
    assert!(error.contains("cargo info dep"), "{error}");
    assert_eq!(lab.state(), before);
}
