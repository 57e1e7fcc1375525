//! The gate in words.

use super::escape::printable;
use super::quantity::things;
use crate::compare::{Gate, Outcome};
use crate::model::first_names;

/// Most rows that a message names.
const MOST_NAMED: usize = 3;

/// What the gate came to, with the rows that decided and those that it let pass.
pub fn gate_message(gate: &Gate) -> String {
    let counted = |rows: usize, what: &str| (rows > 0).then(|| format!("{} {what}", things(rows, "row")));
    let regressed = [
        counted(gate.slower, "slower"),
        counted(gate.allocating_more, "allocating more"),
        (!gate.beyond.is_empty()).then(|| beyond(gate)),
    ];
    let open = [
        counted(gate.unjudged, "not comparable, failed or missing"),
        counted(gate.inconclusive, "inconclusive or suspect"),
        (gate.unfinished > 0).then(|| unfinished(gate.unfinished)),
    ];
    let list =
        |parts: &[Option<String>]| parts.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ");
    let message = match gate.outcome {
        Outcome::Passed if gate.inconclusive == 0 => "passed".to_owned(),
        Outcome::Passed => {
            format!(
                "passed, with {} (with `--gate-inconclusive fail`, this would be exit code 3)",
                list(&open)
            )
        }
        Outcome::Regressed => format!("failed: {}", list(&regressed)),
        Outcome::CannotJudge if open.iter().all(Option::is_none) => {
            "cannot judge: no row was compared".to_owned()
        }
        Outcome::CannotJudge => format!("cannot judge: {}", list(&open)),
    };
    match gate.left_out {
        0 => message,
        rows => format!("{message}; {} left out by the metadata", things(rows, "row")),
    }
}

/// The first rows that are beyond a limit, each with it.
fn beyond(gate: &Gate) -> String {
    let rows = gate.beyond.iter().map(|(row, limit)| format!("{} ({})", printable(row), printable(limit)));
    let names = first_names(&rows.collect::<Vec<_>>(), MOST_NAMED);
    format!("{} beyond a limit: {names}", things(gate.beyond.len(), "row"))
}

fn unfinished(benches: usize) -> String {
    match benches {
        1 => "a bench that did not come to its end, so that rows may be missing".to_owned(),
        _ => format!("{benches} benches that did not come to their end, so that rows may be missing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_what_decided_and_counts_what_passed() {
        let gate = |outcome, slower, allocating_more, unjudged, inconclusive| {
            let (beyond, idle) = (Vec::new(), Vec::new());
            gate_message(&Gate {
                outcome,
                slower,
                allocating_more,
                beyond,
                idle,
                unjudged,
                inconclusive,
                unfinished: 0,
                left_out: 0,
            })
        };
        assert_eq!(gate(Outcome::Passed, 0, 0, 0, 0), "passed");
        assert_eq!(
            gate(Outcome::Passed, 0, 0, 0, 4),
            "passed, with 4 rows inconclusive or suspect (with `--gate-inconclusive fail`, this would be exit code 3)"
        );
        assert_eq!(gate(Outcome::Regressed, 1, 2, 3, 4), "failed: 1 row slower, 2 rows allocating more");
        assert_eq!(
            gate(Outcome::CannotJudge, 0, 0, 1, 2),
            "cannot judge: 1 row not comparable, failed or missing, 2 rows inconclusive or suspect"
        );
        assert_eq!(gate(Outcome::CannotJudge, 0, 0, 0, 0), "cannot judge: no row was compared");
        let left_out = Gate {
            outcome: Outcome::Regressed,
            slower: 1,
            allocating_more: 0,
            beyond: Vec::new(),
            idle: Vec::new(),
            unjudged: 0,
            inconclusive: 0,
            unfinished: 0,
            left_out: 2,
        };
        assert_eq!(gate_message(&left_out), "failed: 1 row slower; 2 rows left out by the metadata");
    }
}
