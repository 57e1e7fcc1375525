//! How far what replaces a directive has to be indented, so that it stays in the list item, footnote or definition that the
//! directive stands in.

use pulldown_cmark::{Event, Parser, Tag};

use super::find::dialect;

/// The white space for every line of a block that replaces what begins at `start`, alone on its line: that of this line, or
/// as much of it as does not make code of the block. `None` where such a block would lie elsewhere than the line, which can
/// only be so where the line goes on with a paragraph without its indentation.
pub(super) fn indentation(text: &str, start: usize) -> Option<&str> {
    let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
    let own = &text[line..start];
    if own.is_empty() {
        return Some(own);
    }
    let place = containers(&format!("{}x", &text[..start]))?;
    let shorter = (0..=own.len()).rev().filter_map(|length| own.get(..length));
    let mut fitting = shorter.filter(|indent| {
        containers(&format!("{}\n{indent}x", &text[..line])).is_some_and(|containers| containers == place)
    });
    fitting.next()
}

/// Where the containers begin that the last character of a text lies in, from the outside in. `None` in code.
fn containers(text: &str) -> Option<Vec<usize>> {
    let last = text.len() - 1;
    let mut containers = vec![];
    for (event, range) in Parser::new_ext(text, dialect()).into_offset_iter() {
        match event {
            _ if !range.contains(&last) => {}
            Event::Start(Tag::CodeBlock(_)) => return None,
            Event::Start(
                Tag::Item | Tag::FootnoteDefinition(_) | Tag::DefinitionListDefinition | Tag::BlockQuote(_),
            ) => containers.push(range.start),
            _ => {}
        }
    }
    Some(containers)
}

/// A block with every line indented that is not empty.
pub(super) fn indented(block: &str, indentation: &str) -> String {
    let line = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("{indentation}{line}\n") };
    block.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<&str> {
        indentation(text, text.find('@').expect("a place"))
    }

    #[test]
    fn a_block_stays_in_what_its_line_is_part_of() {
        for (text, expected) in [
            ("@", ""),
            ("  @", "  "),
            ("1. a\n\n   @\n\n   b\n", "   "),
            ("- a\n\n    @\n", "    "),
            ("- a\n  @\n", "  "),
            ("- a\n  - b\n\n    @\n", "    "),
            ("- a\n  - b\n\n  @\n", "  "),
            ("-\ta\n\n\t@\n", "\t"),
            ("[^n]: a\n\n    @\n\nb[^n]\n", "    "),
            ("a\n: b\n\n  @\n", "  "),
        ] {
            assert_eq!(of(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_would_become_code_is_indented_less() {
        assert_eq!(of("a\n      @\n"), Some("   "));
        assert_eq!(of("- a\n          @\n"), Some("     "));
    }

    #[test]
    fn a_line_that_goes_on_with_an_item_without_its_indentation_has_no_place_for_a_block() {
        assert_eq!(of("1. a\n  @\n"), None);
        assert_eq!(of("> a\n  @\n"), None);
        assert_eq!(of("1. a\n@\n"), Some(""), "which ends the list");
    }

    #[test]
    fn empty_lines_stay_empty() {
        assert_eq!(indented("a\n\n b\n", "  "), "  a\n\n   b\n");
    }
}
