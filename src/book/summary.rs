//! Adds chapters to `SUMMARY.md`, mdBook's table of contents.

/// The summary with one more chapter, after the last numbered one. Chapters without a number may follow that
/// one; mdBook allows no numbered chapter after them.
pub fn with_chapter(summary: &str, title: &str, file: &str) -> String {
    let line_end = if summary.contains("\r\n") { "\r\n" } else { "\n" };
    let last = summary.split_inclusive('\n').scan(0, |end, line| {
        *end += line.len();
        Some((*end, line))
    });
    let last = last.filter(|(_, line)| bullet(line).is_some()).last();
    let (end, line) = last.unwrap_or((summary.len(), ""));
    let before = &summary[..end];
    let gap = match (before.ends_with('\n') || before.is_empty(), bullet(line)) {
        (false, _) => line_end,
        (true, None) if !before.is_empty() => line_end,
        (true, _) => "",
    };
    let mark = bullet(line).unwrap_or('-');
    format!("{before}{gap}{mark} [{}]({file}){line_end}{}", escaped(title), &summary[end..])
}

/// The bullet of a line that is a list item.
fn bullet(line: &str) -> Option<char> {
    let item = line.trim_start();
    item.chars().next().filter(|mark| "-*+".contains(*mark) && item[1..].starts_with([' ', '\t']))
}

/// A title, escaped for the text of a link.
fn escaped(title: &str) -> String {
    title.replace('\\', r"\\").replace('[', r"\[").replace(']', r"\]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(summary: &str) -> String {
        with_chapter(summary, "b [x] a", "a-b.md")
    }

    #[test]
    fn the_chapter_comes_last() {
        let line = "- [b \\[x\\] a](a-b.md)\n";
        assert_eq!(added("# Summary\n\n- [A](a.md)\n"), format!("# Summary\n\n- [A](a.md)\n{line}"));
        assert_eq!(added("- [A](a.md)\n  - [B](b.md)"), format!("- [A](a.md)\n  - [B](b.md)\n{line}"));
        assert_eq!(added(""), line);
        assert_eq!(added("# Summary\n"), format!("# Summary\n\n{line}"));
    }

    #[test]
    fn chapters_without_a_number_stay_behind_it() {
        let text = added("# Summary\r\n\r\n* [A](a.md)\r\n\r\n---\r\n\r\n[Authors](x.md)\r\n");
        let expected =
            "# Summary\r\n\r\n* [A](a.md)\r\n* [b \\[x\\] a](a-b.md)\r\n\r\n---\r\n\r\n[Authors](x.md)\r\n";
        assert_eq!(text, expected);
    }
}
