//! Sides that were measured in turn.

use std::collections::BTreeMap;

use super::super::fixture::{RowBuilder, comparison};
use super::super::terminal::View;
use super::super::{Reproduction, comment, render, terminal};
use crate::compare::{BlockCount, Comparison, Measured, Metric, Verdict, Warning};
use crate::model::NullArm;

/// A comparison whose only row was measured in turn and is open.
fn in_turn() -> Comparison {
    let blocks = BlockCount { used: 17, measured: 18, most: 30 };
    let mut row = RowBuilder::new("row")
        .time(1e5, 1.01e5, 0.02)
        .verdict(Verdict::Inconclusive)
        .note(Warning::LeastVisible { change: 0.0345, blocks })
        .build();
    if let Some(found) = row.measures.get_mut(&Metric::Time).and_then(|time| time.estimation.as_mut()) {
        found.blocks = Some(blocks);
    }
    let null_arm = Some(NullArm { rows: 12, changed: 0 });
    Comparison { measured: Measured::HeadToHead, null_arm, ..comparison(vec![row]) }
}

#[test]
fn every_view_says_that_the_sides_were_measured_in_turn() {
    let comparison = in_turn();
    let said = "Measured head to head. Identical code judged changed: 0 of 12.";
    let reproduction = Reproduction::default();
    let files: BTreeMap<String, String> = render(&comparison, &reproduction).files().collect();
    let page = &files["report.md"];
    let view = View { width: None, all: true, has_report: true };
    let terminal = terminal::table(&comparison, &reproduction, view);
    for text in [&terminal, page, &comment(&comparison, &reproduction, Some("report.md"))] {
        assert!(text.contains(said), "{text}");
    }
    let open = "The smallest change that 17 blocks could have shown is 3.5 %. 1 of 18 measured blocks does not count";
    for text in [open, "The run ended after 18 of at most 30 blocks.", "- **Block**"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let json: serde_json::Value = serde_json::from_str(&files["report.json"]).expect("JSON");
    assert_eq!(json["measured"], "head-to-head");
    assert_eq!(json["null_arm"], serde_json::json!({ "rows": 12, "changed": 0 }));
    assert_eq!(json["rows"][0]["time"]["blocks"], 17);
    assert_eq!(json["rows"][0]["notes"][0]["code"], "least-visible");
}
