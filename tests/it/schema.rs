//! Every JSON document of ours is as the published schema says, and the schema says no more than that.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};
use tensorprof::Dtype;
use tensorprof::compare::{Fact, Metric, Verdict};

use crate::committed::committed;
use crate::published::root;
use crate::replay::{Replay, Said, bench, said, tensorprof};

/// What the formats of our own documents begin with, and their definitions in the schema.
const OWN: &str = "tensorprof-";

static SCHEMA: LazyLock<Value> =
    LazyLock::new(|| read(&root().join("book/src/schema/tensorprof-1.schema.json")));

/// The schema of one format each: the errors of a choice among all say little.
static FORMATS: LazyLock<BTreeMap<&str, Validator>> = LazyLock::new(|| {
    let formats = definitions().keys().filter(|name| name.starts_with(OWN));
    let of = |format: &'static String| {
        let mut schema = SCHEMA.clone();
        let parts = schema.as_object_mut().expect("an object");
        parts.remove("oneOf");
        parts.insert("$ref".to_owned(), json!(format!("#/$defs/{format}")));
        (format.as_str(), validator(&schema))
    };
    formats.map(of).collect()
});

fn validator(schema: &Value) -> Validator {
    jsonschema::validator_for(schema).unwrap_or_else(|error| panic!("{error}"))
}

fn definitions() -> &'static serde_json::Map<String, Value> {
    SCHEMA["$defs"].as_object().expect("definitions")
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The schema of a document; `None` of one in the format of another tool.
fn of(document: &Value) -> Option<&'static Validator> {
    let format = document.get("format")?.as_str().filter(|format| format.starts_with(OWN))?;
    Some(FORMATS.get(format).unwrap_or_else(|| panic!("{format} has no schema")))
}

/// Asserts that a document of ours is as its schema says.
#[track_caller]
pub(crate) fn assert_described(document: &Value) {
    let Some(validator) = of(document) else { return };
    let errors = validator.iter_errors(document);
    let errors: Vec<String> = errors.map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}:\n{}", document["format"], errors.join("\n"));
}

/// Where documents are in the repository.
const GOLDEN: &str = "tests/golden";
const PUBLISHED: &str = "book/src/reports";

/// The documents in a folder of the repository, at any depth.
fn documents(folder: &str) -> Vec<Value> {
    let mut folders = vec![root().join(folder)];
    let mut files: Vec<PathBuf> = vec![];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let paths = entries.map(|entry| entry.expect("is readable").path());
        let (inner, found): (Vec<_>, Vec<_>) = paths.partition(|path| path.is_dir());
        folders.extend(inner);
        files
            .extend(found.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "json")));
    }
    files.iter().map(|file| read(file)).collect()
}

/// What a command prints of the committed baselines.
fn of_committed(arguments: &[&str]) -> Value {
    let mut command = tensorprof(&committed().join("Cargo.toml"), arguments);
    let said: Said = said(command.args(["--format", "json"]).output().expect("starts"));
    said.succeeds().json()
}

#[test]
fn every_document_in_the_repository_is_described() {
    let documents = [documents(GOLDEN), documents(PUBLISHED)].concat();
    let whole = validator(&SCHEMA);
    for document in &documents {
        assert_described(document);
        assert!(whole.is_valid(document), "{} is one of all", document["format"]);
    }
    let formats: BTreeSet<&str> = documents.iter().filter_map(|found| found["format"].as_str()).collect();
    let expected = ["baseline", "diff", "doctor", "history", "list"].map(|name| format!("{OWN}{name}"));
    assert_eq!(formats, expected.iter().map(String::as_str).collect());
}

#[test]
fn what_commands_print_of_the_committed_baselines_is_described() {
    for (format, arguments) in [
        ("list", &["list"][..]),
        ("baseline", &["export", "kv-cache"]),
        ("diff", &["export", "no-cache", "kv-cache"]),
        ("diff", &["export", "one-thread", "two-threads", "--across", "threads"]),
        ("compare", &["compare", "ops-1", "ops-2", "ops-3-planted"]),
        ("history", &["history", "--only", "ops-*"]),
    ] {
        assert_eq!(of_committed(arguments)["format"], format!("{OWN}{format}"));
    }
}

/// A pointer to a value for every place that values of a document have, whichever items of lists they are in.
fn places(document: &Value) -> Vec<String> {
    fn walk(value: &Value, pointer: &str, place: &str, found: &mut BTreeMap<String, String>) {
        found.entry(place.to_owned()).or_insert_with(|| pointer.to_owned());
        match value {
            Value::Object(keys) => {
                for (key, value) in keys {
                    walk(value, &format!("{pointer}/{key}"), &format!("{place}/{key}"), found);
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    walk(value, &format!("{pointer}/{index}"), &format!("{place}/*"), found);
                }
            }
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    walk(document, "", "", &mut found);
    found.into_values().collect()
}

#[test]
fn no_document_has_a_key_that_is_not_described_or_a_value_of_another_kind() {
    let comparison = of_committed(&["compare", "ops-1", "ops-2", "--filter", "MatMul"]);
    for document in documents(GOLDEN).into_iter().chain([comparison]) {
        let validator = of(&document).expect("a schema");
        let refuses = |pointer: &str, change: &dyn Fn(&mut Value)| {
            let mut changed = document.clone();
            change(changed.pointer_mut(pointer).expect("a place"));
            assert!(!validator.is_valid(&changed), "{}: {pointer}", document["format"]);
        };
        for pointer in places(&document) {
            refuses(&pointer, &|value| *value = json!({ "unheard-of": {} }));
            if document.pointer(&pointer).is_some_and(Value::is_object) {
                refuses(&pointer, &|value| value["unheard-of"] = json!({}));
            }
        }
    }
}

#[test]
fn a_document_without_a_key_that_it_always_has_is_refused() {
    let replay = Replay::new();
    replay.save("a", &bench(&[("g|a|1", 1000.0)]));
    let document = replay.run(&["export", "a", "--format", "json"]).succeeds().json();
    let validator = of(&document).expect("a schema");
    for (place, key) in [
        ("", "format_version"),
        ("/baseline", "commit"),
        ("/baseline/machine", "cpu"),
        ("/rows/0", "id"),
        ("/rows/0", "time_low_ns"),
    ] {
        let mut without = document.clone();
        let keys = without.pointer_mut(place).and_then(Value::as_object_mut).expect("an object");
        keys.remove(key).unwrap_or_else(|| panic!("{key} is not there"));
        assert!(!validator.is_valid(&without), "{key}");
    }
}

/// Every part of the schema that has keys, with a name for messages.
fn with_keys<'a>(part: &'a Value, name: &str) -> Vec<(String, &'a serde_json::Map<String, Value>)> {
    let own = part.get("properties").and_then(Value::as_object).map(|keys| (name.to_owned(), keys));
    let inner: Vec<(String, &Value)> = match part {
        Value::Object(parts) => parts.iter().map(|(key, part)| (format!("{name}/{key}"), part)).collect(),
        Value::Array(parts) => parts.iter().map(|part| (name.to_owned(), part)).collect(),
        _ => vec![],
    };
    let inner = inner.into_iter().flat_map(|(name, part)| with_keys(part, &name));
    own.into_iter().chain(inner).collect()
}

#[test]
fn every_key_has_a_description() {
    let has = |part: &Value| part["description"].as_str().is_some_and(|words| words.ends_with('.'));
    let is_described = |key: &Value| {
        let definition =
            key["$ref"].as_str().and_then(|name| definitions().get(name.strip_prefix("#/$defs/")?));
        has(key) || definition.is_some_and(has)
    };
    // A choice has conditions on keys that stand elsewhere.
    let keys = with_keys(&SCHEMA, "").into_iter().filter(|(name, _)| !name.ends_with("/oneOf"));
    for (name, keys) in keys {
        for (key, part) in keys {
            assert!(is_described(part), "{name}: {key}");
        }
    }
    for (name, definition) in definitions() {
        assert!(has(definition), "{name}");
    }
}

#[test]
fn names_are_those_of_the_code() {
    let listed = |definition: &str| {
        let names = SCHEMA["$defs"][definition]["enum"].as_array().expect("names");
        names.iter().filter_map(Value::as_str).collect::<BTreeSet<_>>()
    };
    assert_eq!(listed("verdict"), Verdict::ALL.map(Verdict::name).into());
    assert_eq!(listed("fact"), Fact::ALL.map(Fact::name).into());
    assert_eq!(listed("dtype"), Dtype::ALL.map(Dtype::name).into());
    let keys = SCHEMA["$defs"]["row"]["properties"].as_object().expect("keys");
    assert!(Metric::ALL.iter().all(|metric| keys.contains_key(metric.key())));
}
