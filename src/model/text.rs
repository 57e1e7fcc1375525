//! Texts as they are shown: without what cannot be seen, and within some room.

use unicode_width::UnicodeWidthChar as _;

/// Text in which every character can be seen: control characters, line ends and characters that reorder
/// text are written as escapes. Holds for a terminal, for XML and for markdown alike.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_invisible(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Control characters, line and paragraph separators, zero-width and bidirectional controls, and the
/// noncharacters that XML forbids. All have four hexadecimal digits.
pub(crate) fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200b}'..='\u{200f}'
                | '\u{61c}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fffe}'
                | '\u{ffff}'
        )
}

/// Columns that a text takes on a terminal: two for a character of East Asian width.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(column_count).sum()
}

fn column_count(character: char) -> usize {
    character.width().unwrap_or(0)
}

/// A text of at most so many characters: the end gives way to an ellipsis.
pub(crate) fn clip(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text.to_owned(),
        Some(_) => text.chars().take(longest.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// A text within so many columns: the middle gives way to an ellipsis, since names differ at both ends.
pub fn elide(text: &str, most: usize) -> String {
    if columns(text) <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(1);
    format!("{}…{}", front(text, kept - kept / 2), back(text, kept / 2))
}

/// As much of the beginning as so many columns hold.
pub(crate) fn front(text: &str, most: usize) -> &str {
    let ends = text.char_indices().map(|(start, character)| (start + character.len_utf8(), character));
    &text[..fitting(ends, most).unwrap_or(0)]
}

/// As much of the end as so many columns hold.
pub(crate) fn back(text: &str, most: usize) -> &str {
    &text[fitting(text.char_indices().rev(), most).unwrap_or(text.len())..]
}

/// Where the last of these characters stops that so many columns hold together with those before it.
fn fitting(characters: impl Iterator<Item = (usize, char)>, most: usize) -> Option<usize> {
    let used = characters.scan(0, |used, (stop, character)| {
        *used += column_count(character);
        Some((*used, stop))
    });
    used.take_while(|(used, _)| *used <= most).last().map(|(_, stop)| stop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_invisible_survives() {
        assert_eq!(printable("a\nb\u{1b}[31m\u{202e}"), "a\\nb\\u{1b}[31m\\u{202e}");
    }

    #[test]
    fn long_texts_lose_their_end() {
        assert_eq!(clip("reason", 4), "rea…");
        assert_eq!(clip("reason", 6), "reason");
    }

    #[test]
    fn long_names_lose_their_middle() {
        assert_eq!(elide("MatMul/512x512", 14), "MatMul/512x512");
        assert_eq!(elide("MatMul/512x512", 9), "MatM…x512");
        assert_eq!(elide("ümlautö", 4), "üm…ö");
    }

    #[test]
    fn what_is_twice_as_wide_takes_twice_the_room() {
        assert_eq!(elide("名前/名前", 9), "名前/名前");
        assert_eq!(elide("名前/名前", 8), "名前…前");
        assert_eq!(elide("名前", 0), "…");
    }
}
