//! Jobs of GitHub Actions, run as GitHub would run them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::machine::{Forge, MERGE, NUMBER, Tool};
use super::syntax::{Job, Step, Variables, Workflow, text};

/// How a job ended.
#[derive(Debug, PartialEq)]
pub(super) enum End {
    Success,
    /// The step that failed first, and its exit status.
    Failure(String, i32),
}

/// One job, with a value for each name of its matrix.
struct Run<'a> {
    forge: &'a Forge,
    matrix: BTreeMap<&'a str, String>,
}

/// Runs the jobs of a workflow, each after those that it needs, one for each part of its matrix.
pub(super) fn run(forge: &Forge, workflow: &Workflow) -> BTreeMap<String, Vec<End>> {
    let mut ends = BTreeMap::new();
    let mut waiting: BTreeSet<&String> = workflow.jobs.keys().collect();
    while let Some(name) = waiting
        .iter()
        .copied()
        .find(|name| workflow.jobs[*name].needs.as_ref().is_none_or(|needed| !waiting.contains(needed)))
    {
        waiting.remove(name);
        let job = &workflow.jobs[name];
        assert!(job.needs.iter().all(|needed| ends.contains_key(needed)), "{name} needs an unknown job");
        ends.insert(name.clone(), parts(job).into_iter().map(|matrix| run_job(forge, job, matrix)).collect());
    }
    assert!(waiting.is_empty(), "jobs that wait for each other: {waiting:?}");
    ends
}

/// The values of a matrix, which has one name at most.
fn parts(job: &Job) -> Vec<BTreeMap<&str, String>> {
    let mut names = job.strategy.matrix.iter();
    let Some((name, values)) = names.next() else { return vec![BTreeMap::new()] };
    assert!(names.next().is_none(), "a matrix of several names");
    values.iter().map(|value| BTreeMap::from([(name.as_str(), text(value))])).collect()
}

/// The tool is installed on machines of one's own alone.
fn tool_on(machine: &Value) -> Tool {
    match machine {
        Value::String(label) if label == "ubuntu-latest" => Tool::Missing,
        Value::Array(labels) if labels.first().is_some_and(|label| label == "self-hosted") => Tool::Installed,
        other => panic!("no such machine: {other}"),
    }
}

fn run_job(forge: &Forge, job: &Job, matrix: BTreeMap<&str, String>) -> End {
    forge.fresh_machine(tool_on(&job.runs_on));
    let run = Run { forge, matrix };
    let mut end = End::Success;
    for step in &job.steps {
        if is_due(step, end == End::Success)
            && let Some(failed) = run.step(step, &job.env)
            && end == End::Success
        {
            end = failed;
        }
    }
    end
}

fn is_due(step: &Step, succeeded: bool) -> bool {
    match step.condition.as_deref() {
        None => succeeded,
        Some("${{ !cancelled() }}") => true,
        Some(other) => panic!("unknown condition `{other}`"),
    }
}

impl Run<'_> {
    /// Runs a step, and tells how it failed.
    fn step(&self, step: &Step, of_job: &Variables) -> Option<End> {
        match (&step.uses, &step.run) {
            (Some(action), None) => {
                self.action(action, &self.values(&step.with));
                None
            }
            (None, Some(script)) => self.script(step, script, of_job),
            _ => panic!("a step either uses an action or runs a script: {step:?}"),
        }
    }

    fn script(&self, step: &Step, script: &str, of_job: &Variables) -> Option<End> {
        let mut variables = self.of_github();
        variables.extend(self.values(of_job));
        variables.extend(self.values(&step.env));
        // Without `pipefail`, as GitHub starts bash where a step names no shell.
        let variables: Vec<(String, String)> = variables.into_iter().collect();
        let said = self.forge.bash(&["-e"], &self.substituted(script), &variables);
        let code = said.code.expect("an exit status");
        let name = step.name.clone().unwrap_or_else(|| script.to_owned());
        (code != 0).then_some(End::Failure(name, code))
    }

    fn of_github(&self) -> BTreeMap<String, String> {
        let kept = |name: &str| self.forge.kept(name).display().to_string();
        BTreeMap::from(
            [
                ("CI", "true".to_owned()),
                ("GITHUB_ACTIONS", "true".to_owned()),
                ("GITHUB_REPOSITORY", "ada/vectors".to_owned()),
                ("GITHUB_SHA", self.forge.commit(MERGE)),
                ("GITHUB_STEP_SUMMARY", kept("summary.md")),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        )
    }

    fn action(&self, action: &str, with: &BTreeMap<String, String>) {
        let option = |name: &str| with.get(name).map(String::as_str);
        let known = |names: &[&str]| {
            let unknown = with.keys().find(|name| !names.contains(&name.as_str()));
            assert!(unknown.is_none(), "{action} has no option {unknown:?}");
        };
        let needed = |name: &str| option(name).unwrap_or_else(|| panic!("{action} needs `{name}`"));
        match action {
            "actions/checkout@v4" => {
                known(&["fetch-depth"]);
                let depth = option("fetch-depth").map_or(1, |depth| depth.parse().expect("a number"));
                self.forge.check_out(MERGE, (depth > 0).then_some(depth));
            }
            "actions/upload-artifact@v4" => {
                known(&["name", "path"]);
                self.forge.keep(needed("name"), needed("path"));
            }
            "actions/download-artifact@v4" => {
                known(&["path", "merge-multiple"]);
                self.forge.give_back(needed("path"), option("merge-multiple") == Some("true"));
            }
            other => panic!("unknown action `{other}`"),
        }
    }

    fn values(&self, variables: &Variables) -> BTreeMap<String, String> {
        variables.iter().map(|(name, value)| (name.clone(), self.substituted(&text(value)))).collect()
    }

    /// A text with the values of its expressions.
    fn substituted(&self, text: &str) -> String {
        let mut parts = text.split("${{");
        let mut known = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (expression, rest) = part.split_once("}}").expect("an expression ends");
            known += &self.value(expression.trim());
            known += rest;
        }
        known
    }

    fn value(&self, expression: &str) -> String {
        match expression {
            "github.event.pull_request.base.sha" => self.forge.commit("base"),
            "github.event.number" => NUMBER.to_owned(),
            "github.token" => "a-token".to_owned(),
            other => {
                let of_matrix = other.strip_prefix("matrix.").and_then(|name| self.matrix.get(name));
                of_matrix.cloned().unwrap_or_else(|| panic!("unknown expression `{other}`"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::syntax::{Strategy, parse};
    use super::*;

    fn run_steps(steps: &str) -> (Forge, End) {
        let forge = Forge::without_change();
        let job = Job {
            runs_on: "ubuntu-latest".into(),
            needs: None,
            env: Variables::new(),
            strategy: Strategy::default(),
            steps: parse(steps),
        };
        let end = run_job(&forge, &job, BTreeMap::from([("part", "2".to_owned())]));
        (forge, end)
    }

    #[test]
    fn steps_see_expressions_and_run_until_one_fails() {
        let (forge, end) = run_steps(
            "- run: touch ${{ matrix.part }}\n- name: second\n  run: exit 3\n- run: touch never\n\
             - if: ${{ !cancelled() }}\n  run: touch always; exit 4\n",
        );
        assert_eq!(end, End::Failure("second".to_owned(), 3));
        assert_eq!(["2", "never", "always"].map(|file| forge.work(file).exists()), [true, false, true]);
    }

    #[test]
    #[should_panic(expected = "unknown expression `matrix.whole`")]
    fn an_expression_that_github_does_not_know_fails_the_test() {
        run_steps("- run: echo ${{ matrix.whole }}\n");
    }

    #[test]
    #[should_panic(expected = "the job has made no `report`")]
    fn an_artifact_that_is_not_made_fails_the_test() {
        run_steps("- uses: actions/upload-artifact@v4\n  with: { name: a, path: report }\n");
    }

    #[test]
    fn a_shared_runner_has_no_tool_and_installs_only_this_one() {
        for command in ["cargo tensorprof list", "cargo install --git https://example.com/other.git"] {
            let (_, end) = run_steps(&format!("- run: {command}\n"));
            assert_eq!(end, End::Failure(command.to_owned(), 101));
        }
    }
}
