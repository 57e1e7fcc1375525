//! What the marks of a chart mean, in as many lines as its width asks for.

use plotters::prelude::*;

use super::marker::{Marker, arrow};
use super::palette::INK;
use super::theme::{
    Anchor, Canvas, Drawn, Place, Type, bar, curve, dashed, limit, line, plain_width, shade, write,
};
use super::whisker::Whisker;
use crate::compare::{Comparison, Side};
use crate::report::escape::{elide, printable};

/// Height of the middle of the first line, and from one line to the next, pixels.
const TOP: i32 = 42;
const LINE: i32 = 20;
/// Left edge, and room between two entries, pixels.
const LEFT: i32 = 8;
const GAP: i32 = 18;
/// Longest name of a side, characters.
const LONGEST_NAME: usize = 24;

/// What an entry explains.
#[derive(Debug, Clone, Copy)]
pub(super) enum Symbol {
    /// Nothing: words on the whole chart.
    None,
    Mark(Marker),
    /// A line of that side with the mark of its points.
    Curve(Side, Marker),
    Interval(RGBColor),
    /// A line that nothing of that side lies beyond.
    Limit(Side),
    Area,
    /// The middle of a strip of samples.
    Middle,
    /// An arrow at the edge of a plot.
    Beyond,
    /// A dashed line from top to bottom.
    Break,
}

impl Symbol {
    /// Pixels.
    fn width(self) -> i32 {
        match self {
            Symbol::None => 0,
            Symbol::Mark(_) | Symbol::Beyond => 12,
            Symbol::Middle | Symbol::Break => 4,
            Symbol::Area | Symbol::Interval(_) | Symbol::Limit(_) => 20,
            Symbol::Curve(..) => 32,
        }
    }

    fn draw(self, canvas: &Canvas<'_>, (x, y): Place) -> Drawn {
        let middle = x + self.width() / 2;
        match self {
            Symbol::None => Ok(()),
            Symbol::Mark(mark) => mark.draw(canvas, (middle, y)),
            Symbol::Curve(side, mark) => {
                curve(canvas, vec![(x, y), (x + self.width(), y)], side, mark.colour)?;
                mark.draw(canvas, (middle, y))
            }
            Symbol::Interval(colour) => Whisker::whole([x, x + self.width()]).horizontal(canvas, y, colour),
            Symbol::Limit(side) => limit(canvas, [(x, y), (x + self.width(), y)], side),
            Symbol::Area => bar(canvas, (x, y - 6), (x + self.width(), y + 6), shade()),
            Symbol::Middle => line(canvas, (middle, y - 5), (middle, y + 5), INK.stroke_width(2)),
            Symbol::Beyond => arrow(canvas, (x + self.width(), y), 1, INK),
            Symbol::Break => dashed(canvas, middle, [y - 8, y + 8]),
        }
    }
}

/// A symbol and what it means.
pub(super) type Entry = (Symbol, String);

/// Entries from left to right, and from line to line.
pub(super) struct Legend {
    entries: Vec<Entry>,
    /// Their left edges, and the middles of their lines.
    places: Vec<Place>,
}

impl Legend {
    /// A legend of a chart of that width, pixels.
    pub(super) fn new(width: i32, entries: impl IntoIterator<Item = Entry>) -> Self {
        Legend::beginning(TOP, width, entries)
    }

    /// The same with the middle of its first line at that height, pixels.
    pub(super) fn beginning(top: i32, width: i32, entries: impl IntoIterator<Item = Entry>) -> Self {
        let entries: Vec<Entry> = entries.into_iter().collect();
        let mut place = (LEFT, top);
        let next = |entry: &Entry| {
            let right = place.0 + extent(entry);
            if right > width - LEFT && place.0 > LEFT {
                place = (LEFT, place.1 + LINE);
            }
            let here = place;
            place.0 += extent(entry) + GAP;
            here
        };
        let places = entries.iter().map(next).collect();
        Legend { entries, places }
    }

    /// Where the chart may begin below it, pixels.
    pub(super) fn bottom(&self) -> i32 {
        self.places.last().map_or(TOP - LINE, |(_, y)| *y) + LINE
    }

    pub(super) fn draw(&self, canvas: &Canvas<'_>) -> Drawn {
        self.entries.iter().zip(&self.places).try_for_each(|((symbol, words), (x, y))| {
            symbol.draw(canvas, (*x, *y))?;
            write(canvas, words, (x + words_begin(*symbol), *y), Anchor::Start, Type::Plain)
        })
    }
}

/// From the left edge of an entry to its words, pixels.
fn words_begin(symbol: Symbol) -> i32 {
    if symbol.width() > 0 { symbol.width() + 7 } else { 0 }
}

/// Width of an entry, pixels.
fn extent((symbol, words): &Entry) -> i32 {
    words_begin(*symbol) + plain_width(words)
}

/// The sides by their names; a single one by its name alone.
pub(super) fn sides(comparison: &Comparison, symbol: impl Fn(Side) -> Symbol) -> Vec<Entry> {
    let name = |side: Side| name(comparison, side, LONGEST_NAME);
    if comparison.is_alone() {
        return vec![(symbol(Side::Candidate), name(Side::Candidate))];
    }
    Side::BOTH.map(|side| (symbol(side), format!("{}: {}", side.name(), name(side)))).into()
}

/// How the sides are told apart, where there are two, to end a description.
pub(super) fn apart(comparison: &Comparison, baseline: &str) -> String {
    if comparison.is_alone() { ".".to_owned() } else { format!("; baseline {baseline}, candidate filled.") }
}

/// The name of a side in at most so many characters.
pub(super) fn name(comparison: &Comparison, side: Side, longest: usize) -> String {
    elide(&printable(comparison.sides[side].baseline.name.as_str()), longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_begins_a_line() {
        let long = "words that fill more than half of a line, twice".to_owned();
        let words = ["short".to_owned(), long.clone(), long.clone(), "short".to_owned()];
        let legend = Legend::new(480, words.map(|words| (Symbol::None, words)));
        let next = |words: &str| LEFT + plain_width(words) + GAP;
        let expected = [(LEFT, TOP), (next("short"), TOP), (LEFT, TOP + LINE), (next(&long), TOP + LINE)];
        assert_eq!(legend.places, expected);
        assert_eq!(legend.bottom(), TOP + 2 * LINE);
    }

    #[test]
    fn a_legend_of_nothing_takes_no_room() {
        assert_eq!(Legend::new(480, []).bottom(), TOP);
    }
}
