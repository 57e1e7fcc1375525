//! The workflows of the book: their commands are run, in order, as a forge would run them.
//!
//! A [`Forge`](machine::Forge) has a repository with a change that is to be merged, whose bench plays the script of its
//! commit. Every job gets a fresh machine: a clone as deep as it asks for, and no tool unless it installs one. Expressions,
//! actions, options, keys of YAML and machines that the stand-in does not know fail the test, and so does an artifact that
//! is not made.

mod book;
mod github;
mod gitlab;
mod machine;
mod syntax;

use std::collections::BTreeSet;
use std::fs;

use self::book::{block, blocks};
use self::github::End;
use self::machine::{Forge, Tool};
use self::syntax::{Job, Pipeline, Step, Workflow, parse};
use crate::guide::chapters;

const CHAPTER: &str = "continuous-integration.md";
const SHARED: &str = "GitHub Actions, on shared runners";
const COMMENT: &str = "A comment on the pull request";
const PARTS: &str = "A long suite in several jobs";
const GITLAB: &str = "GitLab";
const OWN_MACHINE: &str = "On a machine of your own";
const SLURM: &str = "Slurm";
const HEAD_TO_HEAD: [&str; 2] = ["head-to-head.md", "In continuous integration"];

/// The step that measures in the workflow of shared runners.
const MEASURES: &str = "Measure the change and compare";
/// Times of the change: the commit that it starts from has 1000 ns.
const FASTER: f64 = 800.0;
const SLOWER: f64 = 1300.0;

fn yaml(heading: &str) -> String {
    block(CHAPTER, heading, "yaml")
}

fn steps(chapter: &str, heading: &str) -> Vec<Step> {
    parse(&block(chapter, heading, "yaml"))
}

/// The workflow of shared runners, with the step behind its others that comments.
fn commented_workflow() -> Workflow {
    let mut workflow: Workflow = parse(&yaml(SHARED));
    job(&mut workflow).steps.extend(steps(CHAPTER, COMMENT));
    workflow
}

fn job(workflow: &mut Workflow) -> &mut Job {
    workflow.jobs.get_mut("compare").expect("the job")
}

fn has_report(forge: &Forge) -> bool {
    ["report.md", "report.json"].iter().all(|file| forge.kept("artifacts/report").join(file).exists())
}

#[test]
fn every_workflow_of_the_book_is_run() {
    let mut found = BTreeSet::new();
    for chapter in chapters() {
        let yaml = blocks(&chapter).into_iter().filter(|block| block.info.contains("yaml"));
        found.extend(yaml.map(|block| (chapter.display().to_string(), block.heading)));
    }
    let of_chapter = [SHARED, COMMENT, PARTS, GITLAB].map(|heading| [CHAPTER, heading]);
    let run = of_chapter.into_iter().chain([HEAD_TO_HEAD]);
    let run: BTreeSet<_> = run.map(|[chapter, heading]| (chapter.to_owned(), heading.to_owned())).collect();
    assert_eq!(found, run, "a workflow that no test of this module runs, or none in its place");
    let scripts: BTreeSet<String> = blocks(CHAPTER.as_ref())
        .into_iter()
        .filter(|block| block.info.starts_with("sh"))
        .map(|block| block.heading)
        .collect();
    assert_eq!(scripts, [OWN_MACHINE, SLURM].map(str::to_owned).into());
}

#[test]
fn the_workflow_runs_on_pull_requests_and_may_comment() {
    let workflow = commented_workflow();
    assert_eq!(
        (workflow.name.as_deref(), workflow.on.as_deref()),
        (Some("performance"), Some("pull_request"))
    );
    let permissions: Vec<(&str, &str)> =
        workflow.permissions.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(permissions, [("contents", "read"), ("pull-requests", "write")]);
}

#[test]
fn a_faster_pull_request_passes_and_is_commented() {
    let forge = Forge::with_change_to(FASTER);
    assert_eq!(github::run(&forge, &commented_workflow())["compare"], [End::Success]);
    assert!(forge.work("baselines/base.toml").exists());
    assert!(has_report(&forge));
    let comment = forge.kept_text("comment.md");
    assert!(comment.starts_with("<!-- tensorprof -->"), "{comment}");
    assert!(comment.contains("4 improved"), "{comment}");
    assert_eq!(comment, fs::read_to_string(forge.work("comment.md")).expect("is made"));
    assert!(forge.kept_text("summary.md").contains("4 improved"));
    let calls = forge.kept_text("gh");
    let asked = "api repos/ada/vectors/issues/7/comments --paginate --jq ";
    assert!(calls.starts_with(asked) && calls.contains("startswith(\"<!-- tensorprof -->\")"), "{calls}");
    let written = "api repos/ada/vectors/issues/7/comments -F body=@comment.md\n";
    assert!(calls.ends_with(written), "{calls}");
}

#[test]
fn a_slower_pull_request_fails_and_its_comment_replaces_the_last() {
    let forge = Forge::with_change_to(SLOWER);
    forge.has_commented("4242");
    assert_eq!(github::run(&forge, &commented_workflow())["compare"], [End::Failure(MEASURES.to_owned(), 1)]);
    assert!(has_report(&forge), "the report of a change that fails is kept");
    assert!(forge.kept_text("comment.md").contains("4 of 4 benchmarks regressed"));
    let calls = forge.kept_text("gh");
    let replaced = "api --method PATCH repos/ada/vectors/issues/comments/4242 -F body=@comment.md\n";
    assert!(calls.ends_with(replaced), "{calls}");
}

#[test]
fn both_sides_of_a_pull_request_are_measured_in_turn() {
    let [chapter, heading] = HEAD_TO_HEAD;
    let mut workflow = commented_workflow();
    let own = &mut job(&mut workflow).steps;
    let first =
        own.iter().position(|step| step.name.as_deref() == Some("Measure where the pull request starts"));
    let last = own.iter().position(|step| step.name.as_deref() == Some(MEASURES));
    let measured = first.expect("a step")..=last.expect("a step");
    let mut in_turn = steps(chapter, heading);
    // It checks out as the others do.
    assert_eq!(in_turn.remove(0).with, own[0].with);
    own.splice(measured, in_turn);
    let forge = Forge::with_change_to(FASTER);
    assert_eq!(github::run(&forge, &workflow)["compare"], [End::Success]);
    assert!(has_report(&forge));
    let comment = forge.kept_text("comment.md");
    assert!(comment.contains("4 improved") && comment.contains("head to head"), "{comment}");
}

#[test]
fn a_merge_request_is_measured_in_turn() {
    let pipeline: Pipeline = parse(&yaml(GITLAB));
    let faster = Forge::with_change_to(FASTER);
    assert_eq!(gitlab::run(&faster, &pipeline["performance"]), 0);
    assert!(has_report(&faster));
    let slower = Forge::with_change_to(SLOWER);
    assert_eq!(gitlab::run(&slower, &pipeline["performance"]), 1);
    assert!(has_report(&slower), "the report of a change that fails is kept");
}

#[test]
fn the_jobs_of_a_long_suite_share_and_join_it() {
    let workflow: Workflow = parse(&yaml(PARTS));
    let forge = Forge::with_change_to(FASTER);
    let ends = github::run(&forge, &workflow);
    assert_eq!(ends["part"], [End::Success, End::Success, End::Success]);
    assert_eq!(ends["whole"], [End::Success]);
    assert_whole(&forge);
}

/// The job has joined all parts and compared them.
fn assert_whole(forge: &Forge) {
    let report = fs::read_to_string(forge.work("report/report.md")).expect("is written");
    assert!(report.contains("0 of 4 benchmarks regressed, 4 improved"), "{report}");
}

#[test]
fn an_array_of_slurm_shares_and_joins_a_long_suite() {
    let forge = Forge::with_change_to(FASTER);
    forge.fresh_machine(Tool::Installed);
    forge.check_out(machine::MERGE, None);
    for script in ["parts.sbatch", "whole.sbatch"] {
        let text = block(CHAPTER, SLURM, &format!("sh,file={script}"));
        fs::write(forge.work(script), text).expect("writes");
    }
    forge.bash(&["-e"], &block(CHAPTER, SLURM, "sh"), &[]).succeeds();
    assert_eq!(forge.kept_text("sbatch"), "--parsable parts.sbatch\n--dependency=afterok:17 whole.sbatch\n");
    assert_whole(&forge);
}

#[test]
fn a_machine_of_ones_own_compares_with_the_baseline_of_the_base() {
    let commands = block(CHAPTER, OWN_MACHINE, "sh");
    for (ns, code) in [(FASTER, 0), (SLOWER, 1)] {
        let forge = Forge::with_change_to(ns);
        forge.fresh_machine(Tool::Installed);
        forge.check_out(machine::MERGE, None);
        // As a change might like to be compared.
        fs::write(forge.work("baselines/main.toml"), "").expect("writes");
        let base = [("BASE".to_owned(), forge.commit("base"))];
        let said = forge.bash(&["-e"], &commands, &base);
        assert_eq!(said.code, Some(code), "{}\n{}", said.stdout, said.stderr);
        assert!(forge.work("report/report.md").exists());
    }
}
