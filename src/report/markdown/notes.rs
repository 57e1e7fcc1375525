//! What a reader of the whole should know.

use crate::compare::{Comparison, Warning};
use crate::report::escape::code;
use crate::report::footnotes;

/// Notes.
pub(super) fn section(comparison: &Comparison) -> String {
    if comparison.warnings.is_empty() {
        return String::new();
    }
    format!("## Notes\n\n{}", list(comparison, &comparison.warnings))
}

/// Some of its warnings, one an item.
pub(super) fn list(comparison: &Comparison, warnings: &[Warning]) -> String {
    warnings.iter().map(|warning| format!("- {}\n", footnotes::text(warning, comparison, code))).collect()
}
