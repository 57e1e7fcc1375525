//! Long tables: what is not shown in the open.

use crate::report::quantity::things;

/// Longest table in the open, rows.
pub(super) const LONGEST: usize = 40;

/// A body that is shown on demand.
pub(in crate::report) fn details(summary: &str, body: &str) -> String {
    format!("<details>\n<summary>{summary}</summary>\n\n{body}\n</details>\n")
}

/// The table of the first items, and that of the others folded below it.
pub(super) fn long<T>(items: &[T], singular: &str, table: impl Fn(&[T]) -> String) -> String {
    let (open, folded) = items.split_at(items.len().min(LONGEST));
    if folded.is_empty() {
        return table(open);
    }
    let summary = things(folded.len(), &format!("more {singular}"));
    format!("{}\n{}", table(open), details(&summary, &table(folded)))
}
