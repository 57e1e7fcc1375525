//! Rectangles of a chart: what overlaps, and what is left of a line that gives way to them.

use super::theme::Place;

/// A straight line between two places.
pub(super) type Line = [Place; 2];

/// A rectangle, pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl Area {
    /// That between two corners.
    pub(super) fn between([(x, y), (other_x, other_y)]: Line) -> Self {
        Area { left: x.min(other_x), top: y.min(other_y), right: x.max(other_x), bottom: y.max(other_y) }
    }

    /// That of a width and a height around a place.
    pub(super) fn around((x, y): Place, [width, height]: [i32; 2]) -> Self {
        let (left, top) = (x - width / 2, y - height / 2);
        Area { left, top, right: left + width, bottom: top + height }
    }

    pub(super) fn middle(&self) -> Place {
        (self.left.midpoint(self.right), self.top.midpoint(self.bottom))
    }

    pub(super) fn overlaps(&self, other: &Area) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    pub(super) fn holds(&self, other: &Area) -> bool {
        self.left <= other.left
            && other.right <= self.right
            && self.top <= other.top
            && other.bottom <= self.bottom
    }

    pub(super) fn is_crossed_by(&self, line: Line) -> bool {
        self.part(line).is_some()
    }

    /// Where a line enters and leaves it, as shares of its length (Liang & Barsky 1984).
    fn part(&self, [(x, y), (to_x, to_y)]: Line) -> Option<[f64; 2]> {
        let [mut enters, mut leaves] = [0.0, 1.0];
        for (from, to, low, high) in [(x, to_x, self.left, self.right), (y, to_y, self.top, self.bottom)] {
            if from == to {
                if !(low..=high).contains(&from) {
                    return None;
                }
                continue;
            }
            let [first, second] = [low, high].map(|end| f64::from(end - from) / f64::from(to - from));
            enters = first.min(second).max(enters);
            leaves = first.max(second).min(leaves);
        }
        (enters < leaves).then_some([enters, leaves])
    }
}

/// What is left of a line outside of all areas.
pub(super) fn outside(line: Line, areas: &[Area]) -> Vec<Line> {
    let [(x, y), (to_x, to_y)] = line;
    let at = |share: f64| {
        let along = |from: i32, to: i32| from + (share * f64::from(to - from)).round() as i32;
        (along(x, to_x), along(y, to_y))
    };
    let mut hidden: Vec<[f64; 2]> = areas.iter().filter_map(|area| area.part(line)).collect();
    hidden.sort_by(|first, second| first[0].total_cmp(&second[0]));
    let (mut left, mut free) = (vec![], 0.0);
    for [enters, leaves] in hidden.into_iter().chain([[1.0, 1.0]]) {
        if enters > free {
            left.push([at(free), at(enters)]);
        }
        free = leaves.max(free);
    }
    left
}

/// Room for texts, none of which overlaps another or what is there already.
pub(super) struct Room {
    /// Where they have to stay.
    within: Area,
    taken: Vec<Area>,
}

impl Room {
    pub(super) fn new(within: Area, taken: Vec<Area>) -> Self {
        Room { within, taken }
    }

    /// Takes the first of these areas that is free.
    pub(super) fn first(&mut self, areas: impl IntoIterator<Item = Area>) -> Option<Area> {
        let free =
            |area: &Area| self.within.holds(area) && !self.taken.iter().any(|taken| taken.overlaps(area));
        let found = areas.into_iter().find(free)?;
        self.taken.push(found);
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn area(left: i32, top: i32, right: i32, bottom: i32) -> Area {
        Area::between([(left, top), (right, bottom)])
    }

    #[test]
    fn a_line_gives_way_to_what_lies_on_it() {
        let line = [(0, 0), (100, 100)];
        assert_eq!(outside(line, &[]), [line]);
        assert_eq!(outside(line, &[area(40, 30, 60, 50)]), [[(0, 0), (40, 40)], [(50, 50), (100, 100)]]);
        assert_eq!(outside(line, &[area(60, 0, 90, 50)]), [line], "beside it");
        let overlapping = [area(50, 0, 90, 99), area(-9, -9, 9, 9), area(20, 20, 60, 60)];
        assert_eq!(outside(line, &overlapping), [[(9, 9), (20, 20)], [(90, 90), (100, 100)]]);
        assert_eq!(outside(line, &[area(-1, -1, 101, 101)]), [[(0, 0); 2]; 0]);
        assert_eq!(
            outside([(0, 5), (100, 5)], &[area(40, 0, 60, 9)]),
            [[(0, 5), (40, 5)], [(60, 5), (100, 5)]]
        );
    }

    #[test]
    fn what_has_been_taken_is_not_free() {
        let mut room = Room::new(area(0, 0, 100, 20), vec![area(0, 0, 10, 20)]);
        let row = || (0..=90).map(|left| area(left, 2, left + 30, 16));
        let places = [(); 4].map(|()| room.first(row()));
        assert_eq!(
            places,
            [Some(area(10, 2, 40, 16)), Some(area(40, 2, 70, 16)), Some(area(70, 2, 100, 16)), None]
        );
    }

    fn any_area() -> impl Strategy<Value = Area> {
        [0..200, 0..200, 0..200, 0..200].prop_map(|[x, y, z, w]| Area::between([(x, y), (z, w)]))
    }

    proptest! {
        #[test]
        fn no_piece_of_a_line_crosses_an_area(
            areas in proptest::collection::vec(any_area(), 0..6),
            ends in [0..200, 0..200, 0..200, 0..200],
        ) {
            let [x, y, to_x, to_y] = ends;
            // A pixel is lost to rounding at either end.
            let inner = |area: &Area| area.right - area.left > 4 && area.bottom - area.top > 4;
            let shrunk = |area: &Area| Area::around(area.middle(), [area.right - area.left - 4, area.bottom - area.top - 4]);
            for piece in outside([(x, y), (to_x, to_y)], &areas) {
                for area in areas.iter().filter(|area| inner(area)) {
                    prop_assert!(!shrunk(area).is_crossed_by(piece), "{piece:?} {area:?}");
                }
            }
        }
    }
}
