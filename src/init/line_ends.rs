//! The line ends of a text that was edited by what knows one kind of them alone.

use similar::{ChangeTag, TextDiff};

/// `edited` with the line ends that its lines have in `original`. New lines get that of the first one.
pub(super) fn with_line_ends_of(original: &str, edited: &str) -> String {
    let (original_lines, plain) = (lines(original), original.replace("\r\n", "\n"));
    if plain == original {
        return edited.to_owned();
    }
    let first = original_lines.first().is_some_and(|line| line.ends_with("\r\n"));
    let edited = edited.replace("\r\n", "\n");
    let diff = TextDiff::configure().diff_slices(&lines(&plain), &lines(&edited));
    let changes = diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Delete);
    let with_its_end = changes.map(|change| match change.old_index().and_then(|at| original_lines.get(at)) {
        Some(line) => (*line).to_owned(),
        None if first => change.value().replace('\n', "\r\n"),
        None => change.value().to_owned(),
    });
    with_its_end.collect()
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_keeps_its_end() {
        for (original, edited, expected) in [
            ("a\nb\n", "a\nnew\nb\n", "a\nnew\nb\n"),
            ("a\r\nb\r\n", "a\nnew\nb\n", "a\r\nnew\r\nb\r\n"),
            ("a\r\nb\nc\r\n", "a\nnew\nb\nc\n", "a\r\nnew\r\nb\nc\r\n"),
            ("a\nb\r\n", "a\nb\nnew\n", "a\nb\r\nnew\n"),
            ("a\r\nb", "a\nb\nnew\n", "a\r\nb\r\nnew\r\n"),
        ] {
            assert_eq!(with_line_ends_of(original, edited), expected, "{original:?}");
        }
    }
}
