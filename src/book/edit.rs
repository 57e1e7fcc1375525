//! Replaces parts of a text.

use std::ops::Range;

/// A range of a text, and what replaces it.
pub(super) type Edit = (Range<usize>, String);

/// The text with all of these edits, which do not overlap.
pub(super) fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut edited = String::with_capacity(text.len());
    let mut position = 0;
    for (range, replacement) in edits {
        edited.push_str(&text[position..range.start]);
        edited.push_str(&replacement);
        position = range.end;
    }
    edited.push_str(&text[position..]);
    edited
}
