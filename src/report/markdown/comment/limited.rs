//! A text of limited length, to which parts are added while there is room.

use crate::report::quantity::{count, things};
use crate::report::table::details;

/// Most bytes of a text: GitHub states a limit of 65,536 characters, which are at most as many as their bytes.
const MOST_BYTES: usize = 65_535;
/// Bytes kept for the last paragraph: what was left out, and where the whole report lies.
const LAST_PARAGRAPH: usize = 2_048;
/// Most items of a folded list: nobody reads more in a comment, and the parts after it are to have room.
const MOST_FOLDED: usize = 100;

/// A text under construction. A part comes whole, or is a list of whole items: no tag and no row of a table is cut.
#[derive(Debug)]
pub(super) struct Limited {
    text: String,
    left_out: Vec<String>,
}

impl Limited {
    /// A text that begins so. The beginning must be shorter than the limit.
    pub(super) fn new(head: &str) -> Self {
        Limited { text: head.to_owned(), left_out: vec![] }
    }

    /// A list, of as many items from the first as there is room for.
    pub(super) fn list<T>(&mut self, singular: &str, items: &[T], write: impl Fn(&[T]) -> String) {
        self.add(singular, items, items.len(), write);
    }

    /// The same folded, of at most [`MOST_FOLDED`] items.
    pub(super) fn fold<T>(&mut self, singular: &str, items: &[T], write: impl Fn(&[T]) -> String) {
        let all = things(items.len(), singular);
        self.add(singular, items, items.len().min(MOST_FOLDED), |shown| {
            let some = if shown.len() < items.len() {
                format!("{} of ", count(shown.len() as u64))
            } else {
                String::new()
            };
            details(&format!("{some}{all}"), &write(shown))
        });
    }

    /// A folded text, if there is room for it.
    pub(super) fn details(&mut self, heading: &str, body: &str) {
        let part = format!("\n{}", details(heading, body));
        if part.len() <= self.room() {
            self.text.push_str(&part);
        } else {
            self.left_out.push(heading.to_lowercase());
        }
    }

    /// The text with its last paragraph: what was left out, and where the whole report lies, if there is one.
    pub(super) fn finish(self, report: Option<&str>) -> String {
        let Limited { text, left_out } = self;
        let left_out = (!left_out.is_empty()).then(|| format!("Left out: {}.", left_out.join(", ")));
        let whole = report.map(|report| format!("The whole report: {report}."));
        let last: Vec<String> = left_out.into_iter().chain(whole).collect();
        if last.is_empty() { text } else { format!("{text}\n{}\n", last.join(" ")) }
    }

    fn add<T>(&mut self, singular: &str, items: &[T], most: usize, write: impl Fn(&[T]) -> String) {
        let part = |length: usize| format!("\n{}", write(&items[..length]));
        let room = self.room();
        let shown = longest(most, |length| part(length).len() <= room);
        if shown > 0 {
            self.text.push_str(&part(shown));
        }
        if shown < items.len() {
            self.left_out.push(things(items.len() - shown, singular));
        }
    }

    fn room(&self) -> usize {
        (MOST_BYTES - LAST_PARAGRAPH).saturating_sub(self.text.len())
    }
}

/// The greatest length up to `most` that fits, by bisection: what is longer than one that does not fit does not fit. 0
/// always fits.
fn longest(most: usize, fits: impl Fn(usize) -> bool) -> usize {
    let (mut fitting, mut too_long) = (0, most + 1);
    while too_long - fitting > 1 {
        let middle = fitting.midpoint(too_long);
        if fits(middle) {
            fitting = middle;
        } else {
            too_long = middle;
        }
    }
    fitting
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_that_fits_is_found() {
        for most in 0..9 {
            for limit in 0..12 {
                assert_eq!(longest(most, |length| length <= limit), most.min(limit), "{most} {limit}");
            }
        }
    }

    #[test]
    fn what_has_no_room_is_left_out_by_whole_items_and_named() {
        let items = vec!["x".repeat(1_000); 99];
        let mut text = Limited::new("head\n");
        text.fold("item", &items, |items| items.join("\n"));
        text.details("The Rest", &items[0]);
        let text = text.finish(Some("`report.md`"));
        let (start, rest) = text.split_once('x').expect("items");
        assert_eq!(start, "head\n\n<details>\n<summary>63 of 99 items</summary>\n\n");
        let (items, end) = rest.rsplit_once('x').expect("items");
        assert_eq!(items.len() + 2, 63 * 1_001 - 1);
        assert_eq!(end, "\n</details>\n\nLeft out: 36 items, the rest. The whole report: `report.md`.\n");
        assert!(text.len() <= MOST_BYTES);
    }

    #[test]
    fn without_a_report_none_is_named() {
        assert_eq!(Limited::new("head\n").finish(None), "head\n");
    }
}
