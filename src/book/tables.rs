//! Tables within a page.

use pulldown_cmark::{Event, Parser, Tag};

use super::edit::{Edit, apply};
use super::find::dialect;

/// How tables look: cells as narrow as they can be, names that break, so that a phone shows what decides without scrolling;
/// and where a table is wider than the page, a fading edge, since many systems hide the bar by which it scrolls.
/// `.table-wrapper` is mdBook's box around every table.
pub(super) const STYLE: &str = "<style>\
    .tensorprof td,.tensorprof th{padding:3px 6px}\
    .tensorprof td:first-child{min-width:10em;overflow-wrap:anywhere}\
    .tensorprof .table-wrapper{padding-inline-end:1.5em;\
    mask-image:linear-gradient(to right,#000 calc(100% - 1.5em),transparent)}\
    @media(max-width:600px){.tensorprof table{font-size:.875em}\
    .tensorprof td,.tensorprof th{padding:3px 4px}.tensorprof td:first-child{min-width:7em}}\
    </style>";

const OPEN: &str = "<div class=\"tensorprof\">\n\n";
const CLOSE: &str = "\n</div>\n\n";

/// The markdown with each of its tables in a box, to which [`STYLE`] applies. The same without tables.
pub(super) fn boxed(page: &str) -> String {
    let tables = Parser::new_ext(page, dialect())
        .into_offset_iter()
        .filter_map(|(event, range)| matches!(event, Event::Start(Tag::Table(_))).then_some(range));
    let edits = tables.flat_map(|range| {
        let close = if page[range.clone()].ends_with('\n') { CLOSE.to_owned() } else { format!("\n{CLOSE}") };
        [(range.start..range.start, OPEN.to_owned()), (range.end..range.end, close)]
    });
    apply(page, edits.collect::<Vec<Edit>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_a_box() {
        let table = "| a | b |\n| --- | ---: |\n| c | d |\n";
        let page = format!(
            "a | b\n\n{table}\n1. a note\n\n<details>\n\n{table}\n</details>\n\n{}",
            table.trim_end()
        );
        let boxed = boxed(&page);
        let inside = format!("{OPEN}{table}{CLOSE}");
        let expected =
            format!("a | b\n\n{inside}\n1. a note\n\n<details>\n\n{inside}\n</details>\n\n{inside}");
        assert_eq!(boxed, expected);
    }

    #[test]
    fn a_page_without_tables_is_kept() {
        assert_eq!(boxed("a | b\n\n```\n| a |\n|---|\n```\n"), "a | b\n\n```\n| a |\n|---|\n```\n");
    }
}
