//! As much of the files of GitHub Actions and of GitLab as the book uses. A key that is not here fails the test.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::machine::ADDRESS;

/// What a file of YAML in the book is.
pub(super) fn parse<T: DeserializeOwned>(text: &str) -> T {
    // By way of JSON, which knows the types of values that have no type of ours.
    let value: Value = serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    serde_json::from_value(value).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}

/// Names and values. A value that is left open, for the reader to fill in, is the address of this tool.
pub(super) type Variables = BTreeMap<String, Value>;

/// The text of a value of YAML.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => ADDRESS.to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A workflow of GitHub's, or the jobs of one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Workflow {
    pub(super) name: Option<String>,
    pub(super) on: Option<String>,
    #[serde(default)]
    pub(super) permissions: BTreeMap<String, String>,
    pub(super) jobs: BTreeMap<String, Job>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Job {
    #[serde(rename = "runs-on")]
    pub(super) runs_on: Value,
    pub(super) needs: Option<String>,
    #[serde(default)]
    pub(super) env: Variables,
    #[serde(default)]
    pub(super) strategy: Strategy,
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Strategy {
    #[serde(default)]
    pub(super) matrix: BTreeMap<String, Vec<Value>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub(super) name: Option<String>,
    pub(super) uses: Option<String>,
    #[serde(default)]
    pub(super) with: Variables,
    pub(super) run: Option<String>,
    #[serde(rename = "if")]
    pub(super) condition: Option<String>,
    #[serde(default)]
    pub(super) env: Variables,
}

/// The jobs of a pipeline of GitLab's.
pub(super) type Pipeline = BTreeMap<String, PipelineJob>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PipelineJob {
    pub(super) image: String,
    pub(super) rules: Vec<Rule>,
    pub(super) variables: Variables,
    pub(super) script: Vec<String>,
    pub(super) artifacts: Artifacts,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    #[serde(rename = "if")]
    pub(super) condition: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Artifacts {
    pub(super) when: String,
    pub(super) paths: Vec<String>,
}
