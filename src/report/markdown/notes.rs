//! What a reader of the whole should know.

use crate::compare::Comparison;
use crate::report::escape::code;
use crate::report::footnotes;

/// Notes.
pub(super) fn section(comparison: &Comparison) -> String {
    if comparison.warnings.is_empty() {
        return String::new();
    }
    let notes: String = comparison
        .warnings
        .iter()
        .map(|warning| format!("- {}\n", footnotes::text(warning, comparison, code)))
        .collect();
    format!("## Notes\n\n{notes}")
}
