//! A job of GitLab's, run as in the pipeline of a merge request.

use super::machine::{BRANCH, Forge, Tool};
use super::syntax::{PipelineJob, text};

/// The commits that a runner of GitLab's fetches unless it is told otherwise.
const DEPTH: u64 = 20;

/// Runs a job, and gives its exit status.
pub(super) fn run(forge: &Forge, job: &PipelineJob) -> i32 {
    assert_eq!(job.image, "rust", "the image has cargo and git");
    assert!(!job.rules.is_empty());
    for rule in &job.rules {
        assert_eq!(rule.condition, "$CI_PIPELINE_SOURCE == \"merge_request_event\"");
    }
    forge.fresh_machine(Tool::Missing);
    let depth = job.variables.get("GIT_DEPTH").map_or(DEPTH, |depth| text(depth).parse().expect("a number"));
    forge.check_out(BRANCH, (depth > 0).then_some(depth));
    let own = job.variables.iter().map(|(name, value)| (name.clone(), text(value)));
    let variables: Vec<(String, String)> = of_gitlab(forge).into_iter().chain(own).collect();
    let said = forge.bash(&["-eo", "pipefail"], &job.script.join("\n"), &variables);
    let code = said.code.expect("an exit status");
    if code == 0 || job.artifacts.when == "always" {
        job.artifacts.paths.iter().for_each(|path| forge.keep(path, path));
    }
    code
}

fn of_gitlab(forge: &Forge) -> Vec<(String, String)> {
    [
        ("CI", "true".to_owned()),
        ("GITLAB_CI", "true".to_owned()),
        ("CI_PIPELINE_SOURCE", "merge_request_event".to_owned()),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", forge.commit("base")),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}
