//! What is compared: revisions, the working tree, filters, identical code.

use super::contest::{Contest, ids, row_of, rows, verdict};

#[test]
fn a_revision_is_compared_with_the_working_tree_and_its_changes() {
    let contest = Contest::changed_to(1200.0);
    let before = contest.state();
    let diff = contest.json(&["HEAD"]);
    assert_eq!(verdict(&diff, "g/1"), "regressed");
    assert_eq!(diff["measured"], "head-to-head");
    assert_eq!(diff["null_arm"], serde_json::json!({ "rows": 1, "changed": 0 }));
    let blocks = row_of(&diff, "g/1")["time"]["blocks"].as_u64().expect("blocks");
    assert!((10..=60).contains(&blocks), "{blocks}");
    assert_eq!(diff["candidate"]["dirty"], true, "{}", diff["candidate"]);
    assert_eq!(contest.state(), before);
}

#[test]
fn two_revisions_are_compared_whatever_the_working_tree_holds() {
    let contest = Contest::new(&rows(&[("g|-|1", 1000.0)]));
    contest.plays(&rows(&[("g|-|1", 900.0)]));
    contest.tag("faster");
    contest.plays("this is no script");
    let diff = contest.json(&["faster~1", "faster"]);
    assert_eq!(verdict(&diff, "g/1"), "improved");
    assert_eq!(diff["candidate"]["dirty"], false);
    // A dot is the working tree, here as what is compared with.
    contest.plays(&rows(&[("g|-|1", 1000.0)]));
    let diff = contest.json(&[".", "faster"]);
    assert_eq!(verdict(&diff, "g/1"), "improved");
    assert_eq!((&diff["baseline"]["dirty"], &diff["candidate"]["dirty"]), (&true.into(), &false.into()));
}

#[test]
fn a_word_that_names_no_revision_is_a_filter() {
    let contest = Contest::new(&rows(&[("g|-|1", 1000.0), ("h|-|1", 1000.0)]));
    contest.git(&["branch", "h"]);
    contest.plays(&rows(&[("g|-|1", 1100.0), ("h|-|1", 1100.0)]));
    contest.tag("slower");
    for (arguments, expected) in [
        (&["h"][..], &["g/1", "h/1"][..]),
        (&["h", "slower", "^h"], &["h/1"]),
        (&["h", "^g"], &["g/1"]),
        (&["h", "--filter", "h"], &["h/1"]),
    ] {
        let said = contest.ab(&[arguments, &["--format", "json", "--budget", "0.1"]].concat()).succeeds();
        assert_eq!(ids(&said.json()), expected, "{arguments:?}");
    }
    let said = contest.ab(&["h", "slower", "^h", "--budget", "0.1"]).succeeds();
    assert!(said.stderr.contains("Comparing h with slower, benchmarks that match `^h`"), "{}", said.stderr);
    contest.ab(&["h", "g", "--filter", "h"]).fails(2, "the filter is given twice");
    contest.ab(&["h", "("]).fails(2, "is not a regular expression");
    contest.ab(&["h", "nothing"]).fails(2, "there is no benchmark to measure that matches `nothing`");
}

#[test]
fn what_is_compared_has_to_be_said() {
    let contest = Contest::changed_to(1100.0);
    contest.ab(&[]).fails(2, "name the revision to compare with");
    contest.ab(&["no-such"]).fails(2, "revision `no-such` does not exist");
    contest.ab(&["HEAD", "no-such", "g"]).fails(2, "revision `no-such` does not exist");
    contest.ab(&["HEAD", "--save", "a", "a"]).fails(2, "two names");
    assert!(contest.calls().is_empty());
}

#[test]
fn of_identical_executables_nothing_is_measured_unless_it_is_asked_for() {
    let contest = Contest::new(&rows(&[("g|-|1", 1000.0), ("h|-|1", 1000.0)]));
    contest.write("README.md", "words");
    let said = contest.ab(&["HEAD"]).succeeds();
    assert!(said.stderr.contains("the same byte for byte: there is nothing to measure"), "{}", said.stderr);
    assert_eq!(contest.calls(), [""; 0]);
    let diff = contest.json(&["HEAD", "--null"]);
    assert_eq!(diff["null_arm"], serde_json::json!({ "rows": 2, "changed": 0 }));
    assert_eq!([verdict(&diff, "g/1"), verdict(&diff, "h/1")], ["unchanged"; 2]);
    let both = contest.json(&["HEAD", "HEAD", "--null"]);
    assert_eq!(both["null_arm"]["rows"], 2);
    let table = contest.ab(&["HEAD", "HEAD", "--null"]).succeeds().stdout;
    assert!(table.contains("Identical code judged changed: 0 of 2"), "{table}");
}
