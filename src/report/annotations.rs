//! Rows that became worse, and what the gate says, as annotations of a job on GitHub: its workflow commands, a line each.

use super::change::effect;
use super::escape::printable;
use super::order::report_order;
use super::quantity::{Precision, Time, bytes, sides, things};
use crate::compare::{Comparison, Metric, Row, Sides, Verdict};

const WARNING: &str = "warning";

/// Most annotations of a step that GitHub shows, of one kind.
const MOST: usize = 10;

/// A command for each row that is slower or allocates more, the clearest change first, and for those that GitHub would not
/// show one that counts them.
pub fn annotations(comparison: &Comparison) -> Vec<String> {
    let gated = report_order(&comparison.rows).into_iter().filter(|row| comparison.options.is_gated(&row.id));
    let all: Vec<String> = gated.filter_map(annotation).collect();
    let shown = if all.len() > MOST { MOST - 1 } else { all.len() };
    let more = all.len() - shown;
    let rest = (more > 0)
        .then(|| command(WARNING, "More", &format!("{} became worse", things(more, "more benchmark"))));
    all.into_iter().take(shown).chain(rest).collect()
}

/// The command for what the gate says where it does not pass.
pub fn gate_annotation(message: &str) -> String {
    command("error", "Gate", message)
}

fn annotation(row: &Row) -> Option<String> {
    let slower = (row.verdict == Verdict::Regressed).then(|| time(row)).flatten();
    let more = (row.allocation_verdict() == Some(Verdict::Regressed)).then(|| allocation(row)).flatten();
    let (title, text) = match (slower, more) {
        (Some(time), Some(allocation)) => ("slower, allocates more", format!("{time}; {allocation}")),
        (Some(time), None) => ("slower", time),
        (None, Some(allocation)) => ("allocates more", allocation),
        (None, None) => return None,
    };
    Some(command(WARNING, &format!("{}: {title}", row.label), &text))
}

/// Such as `100.4 ns -> 120.1 ns, +19.6 % [+18.2, +21.0]`.
fn time(row: &Row) -> Option<String> {
    let change = row.time_change()?;
    let times = Time::pair(Sides::of(|side| row.time_ns(side)), Precision::of(Some(&change)));
    Some(format!("{}, {}", sides(times, "->", |time| time.to_string()), effect(&change)))
}

/// Such as `0 B -> 64 B, 0 -> 2 allocations`.
fn allocation(row: &Row) -> Option<String> {
    let counts = |metric| Some(row.measure(metric)?.values().map(|value| value.map(|value| value as u64)));
    let size = sides(counts(Metric::AllocatedBytes)?, "->", bytes);
    let number = counts(Metric::Allocations).map(|counts| sides(counts, "->", |count| count.to_string()));
    Some(number.map_or_else(|| size.clone(), |number| format!("{size}, {number} allocations")))
}

/// A workflow command. GitHub ends a property at `,` and `:`, and a command at the end of its line.
/// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
fn command(kind: &str, title: &str, text: &str) -> String {
    let text = printable(text).replace('%', "%25");
    let title = printable(title).replace('%', "%25").replace(':', "%3A").replace(',', "%2C");
    format!("::{kind} title={title}::{text}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{RowBuilder, comparison};

    #[test]
    fn rows_that_became_worse_are_annotated_and_no_others() {
        let rows = vec![
            RowBuilder::new("MatMul,f32: 64").time(100.0, 120.0, 0.01).verdict(Verdict::Regressed).build(),
            RowBuilder::new("Better").time(100.0, 80.0, 0.01).verdict(Verdict::Improved).build(),
            RowBuilder::new("Same").time(100.0, 100.0, 0.01).verdict(Verdict::Unchanged).build(),
        ];
        assert_eq!(
            annotations(&comparison(rows)),
            ["::warning title=MatMul%2Cf32%3A 64%3A slower::100.0 ns -> 120.0 ns, +20.0 %25 [+18.8, +21.2]"]
        );
    }

    #[test]
    fn there_are_no_more_than_are_shown() {
        let row = |index: usize| {
            let row = RowBuilder::new(&format!("row{index}")).time(100.0, 120.0, 0.01);
            row.verdict(Verdict::Regressed).build()
        };
        for (rows, lines) in [(9, 9), (10, 10), (11, 10), (400, 10)] {
            let all = annotations(&comparison((0..rows).map(row).collect()));
            assert_eq!(all.len(), lines);
            let last = all.last().map(String::as_str).unwrap_or_default();
            assert_eq!(last.contains("more benchmarks became worse"), rows > 10, "{last}");
        }
        let last = annotations(&comparison((0..400).map(row).collect())).pop();
        assert_eq!(last.as_deref(), Some("::warning title=More::391 more benchmarks became worse"));
    }
}
