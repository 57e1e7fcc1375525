//! The marks of families: no two have both colour and shape in common.

use std::collections::BTreeMap;

use super::point::Point;
use crate::compare::Side;
use crate::report::charts::legend::{Entry, Symbol};
use crate::report::charts::marker::{Marker, Shape};
use crate::report::charts::palette::{FAMILY, INK, SHAPES, of_family};
use crate::report::escape::{elide, printable};
use crate::report::order::strongest;

/// Most families with a mark of their own.
pub(super) const MOST: usize = 12;
/// Longest name in the legend, characters.
const LONGEST_NAME: usize = 24;

/// The families of a chart, by name.
pub(super) struct Families<'a> {
    names: Vec<&'a str>,
    /// There are more, which share a mark.
    others: bool,
}

impl<'a> Families<'a> {
    /// Those of these points; of too many, the largest.
    pub(super) fn of(points: impl IntoIterator<Item = &'a Point<'a>>) -> Self {
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        for point in points {
            *sizes.entry(&point.family).or_default() += 1;
        }
        let others = sizes.len() > MOST;
        let largest = strongest(sizes.into_iter().collect(), MOST, |(_, size)| *size as f64);
        Families { names: largest.into_iter().map(|(name, _)| name).collect(), others }
    }

    /// The mark of a side of a point.
    pub(super) fn mark(&self, point: &Point<'_>, side: Side) -> Marker {
        mark(self.names.iter().position(|name| *name == point.family), side)
    }

    /// What the marks are.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry> {
        let entry = |place, name: &str| {
            (Symbol::Mark(mark(place, Side::Candidate)), elide(&printable(name), LONGEST_NAME))
        };
        let named = self.names.iter().enumerate().map(move |(place, name)| entry(Some(place), name));
        named.chain(self.others.then(|| entry(None, "others")))
    }
}

/// Neighbours differ in colour and in shape. Those that share a colour, as many apart as there are colours, differ in shape.
fn mark(place: Option<usize>, side: Side) -> Marker {
    let Some(place) = place else { return of_family(side, Shape::Circle, INK) };
    let (colours, shapes) = (FAMILY.len(), SHAPES.len());
    of_family(side, SHAPES[(place + place / colours) % shapes], FAMILY[place % colours])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn look(place: usize) -> (Shape, [u8; 3]) {
        let Marker { shape, colour, .. } = mark(Some(place), Side::Candidate);
        (shape, [colour.0, colour.1, colour.2])
    }

    #[test]
    fn families_differ_in_shape_or_colour_and_neighbours_in_both() {
        let looks: BTreeSet<(Shape, [u8; 3])> = (0..MOST).map(look).collect();
        assert_eq!(looks.len(), MOST);
        for (one, next) in (1..MOST).map(|place| (look(place - 1), look(place))) {
            assert!(one.0 != next.0 && one.1 != next.1, "{one:?} {next:?}");
        }
    }

    #[test]
    fn the_smallest_of_too_many_share_a_mark() {
        let point = |family: usize| Point { family: format!("family {family:02}"), ..Point::default() };
        let points: Vec<Point<'_>> = (0..20).chain(5..17).map(point).collect();
        let families = Families::of(&points);
        let words: Vec<String> = families.entries().map(|(_, words)| words).collect();
        assert_eq!((words[0].as_str(), words[MOST - 1].as_str()), ("family 05", "family 16"));
        assert_eq!((words.len(), words[MOST].as_str()), (MOST + 1, "others"));
        assert_eq!(families.mark(&points[0], Side::Candidate).colour, INK);
        assert!(!families.mark(&points[6], Side::Baseline).filled);
        let few = Families::of(&points[..3]);
        assert_eq!(few.entries().count(), 3);
    }
}
