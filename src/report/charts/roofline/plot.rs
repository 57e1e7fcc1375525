//! The benchmarks of one number of threads a side below the ceilings of their machines, each thing at its place.

use std::collections::BTreeSet;

use super::axes::Axes;
use super::ceiling::{Bound, Ceiling, bounds, ceilings, words};
use super::families::Families;
use super::point::Point;
use crate::compare::{Side, Sides};
use crate::estimate::Ceilings;
use crate::model::{Environment, columns, cut};
use crate::report::charts::area::{Area, Line, Room, outside};
use crate::report::charts::legend::{Legend, Symbol};
use crate::report::charts::marker::pointer;
use crate::report::charts::panel::WIDTH;
use crate::report::charts::theme::{
    Anchor, Canvas, Drawn, Place, Type, limit, name_characters, name_width, write,
};
use crate::report::escape::{elide, printable};
use crate::report::quantity::things;

/// Marks of the two sides that lie nearer to each other are one, pixels.
const APART: f64 = 15.0;
/// What a mark takes, pixels.
const MARK: i32 = 12;
/// Height of the name of a point, and what is free at its ends, pixels.
const HEIGHT: i32 = 14;
const ENDS: i32 = 4;
/// Longest name beside a point, characters.
const LONGEST_NAME: usize = 20;
/// Most points whose names stand below the plot.
const MOST_NUMBERED: usize = 24;
/// Where the name of a point may be, the best place first: from its mark to the right and down, in halves of the distance at
/// which they do not overlap.
const AROUND: [Place; 12] = [
    (2, 0),
    (-2, 0),
    (0, -2),
    (0, 2),
    (2, -1),
    (2, 1),
    (-2, -1),
    (-2, 1),
    (1, -2),
    (-1, -2),
    (1, 2),
    (-1, 2),
];
/// Height of a line below the plot; from the left edge of a column there to where its numbers end and names begin, pixels.
const LINE: i32 = 16;
const NUMBER: i32 = 28;
const NAME: i32 = 36;
/// Pieces of a ceiling between words that are shorter are not drawn, pixels.
const STUB: f64 = 8.0;
/// Middle of the first line on the ceilings, pixels.
const TOLD: i32 = 32;

/// A word at its place, of a benchmark or of a ceiling.
struct Word {
    area: Area,
    text: String,
    kind: Type,
}

pub(super) struct Plot<'a> {
    /// The ceilings in words, each set in lines of its own.
    told: Vec<Legend>,
    axes: Axes,
    ceilings: Vec<(Side, Line)>,
    points: Vec<Point<'a>>,
    words: Vec<Word>,
    /// Names that stand below the plot, by their numbers.
    numbered: Vec<&'a str>,
}

impl<'a> Plot<'a> {
    /// That of points whose sides are held against the peaks of their machines on so many threads.
    pub(super) fn new(
        mut points: Vec<Point<'a>>,
        threads: Sides<u32>,
        environments: Sides<&Environment>,
    ) -> Self {
        let found = held_against(&points, threads, environments);
        let bounds = bounds(&found);
        let told = told(&bounds);
        let top = told.last().map_or(TOLD, Legend::bottom);
        let axes = Axes::new(&found, title(threads), &points, top);
        let ceilings = ceilings(&bounds, &axes);
        let taken =
            points.iter().flat_map(|point| places(point, &axes)).map(|at| Area::around(at, [MARK, MARK]));
        let arrows = points.iter().filter_map(|point| arrow(point, &axes)).map(Area::between);
        let mut room = Room::new(axes.area(), taken.chain(arrows).collect());
        let mut words = names_of(&ceilings, &mut room);
        // Where room is scarce, the names of the most changed are shown.
        points.sort_by(|first, second| second.strength.total_cmp(&first.strength));
        let lines: Vec<Line> = ceilings.iter().flat_map(|ceiling| ceiling.lines.clone()).collect();
        let mut numbered: Vec<&str> = vec![];
        for point in &points {
            let at = axes.at(point.latest());
            let name = elide(&printable(&point.short), LONGEST_NAME);
            let number = (numbered.len() + 1).to_string();
            if let Some(area) = beside(at, &name, &lines, &mut room) {
                words.push(Word { area, text: name, kind: Type::Name });
            } else if numbered.len() < MOST_NUMBERED
                && let Some(area) = beside(at, &number, &lines, &mut room)
            {
                words.push(Word { area, text: number, kind: Type::Name });
                numbered.push(point.name);
            }
        }
        let ceilings = ceilings
            .into_iter()
            .flat_map(|Ceiling { side, lines, .. }| lines.into_iter().map(move |line| (side, line)));
        Plot { told, axes, ceilings: ceilings.collect(), points, words, numbered }
    }

    /// The sides have different ceilings.
    pub(super) fn has_two_sets(&self) -> bool {
        self.told.len() > 1
    }

    /// Pixels, with what stands below it.
    pub(super) fn height(&self) -> i32 {
        self.axes.bottom + LINE * self.numbered.len().div_ceil(self.columns()) as i32
    }

    /// Points whose names stand below the plot.
    pub(super) fn numbered(&self) -> usize {
        self.numbered.len()
    }

    /// Points without a name or a number.
    pub(super) fn nameless(&self) -> usize {
        let named = self.words.iter().filter(|word| matches!(word.kind, Type::Name)).count();
        self.points.len() - named
    }

    pub(super) fn draw(&self, canvas: &Canvas<'_>, families: &Families<'_>) -> Drawn {
        self.axes.draw(canvas)?;
        self.told.iter().try_for_each(|told| told.draw(canvas))?;
        let areas: Vec<Area> = self.words.iter().map(|word| word.area).collect();
        for (side, ceiling) in &self.ceilings {
            let mut pieces = outside(*ceiling, &areas).into_iter().filter(|piece| length(*piece) >= STUB);
            pieces.try_for_each(|piece| limit(canvas, piece, *side))?;
        }
        for point in self.points.iter().rev() {
            self.draw_point(canvas, point, families)?;
        }
        for Word { area, text, kind } in &self.words {
            write(canvas, text, area.middle(), Anchor::Middle, *kind)?;
        }
        self.list(canvas)
    }

    /// An arrow from the baseline to the candidate, where they lie apart.
    fn draw_point(&self, canvas: &Canvas<'_>, point: &Point<'_>, families: &Families<'_>) -> Drawn {
        let latest = if point.sides.candidate.is_some() { Side::Candidate } else { Side::Baseline };
        if let Some(ends) = arrow(point, &self.axes) {
            pointer(canvas, ends, families.mark(point, Side::Candidate).colour)?;
            families.mark(point, Side::Baseline).draw(canvas, ends[0])?;
        }
        families.mark(point, latest).draw(canvas, self.axes.at(point.latest()))
    }

    /// Columns of the names below the plot: as many as hold them whole, two at most.
    fn columns(&self) -> usize {
        let narrow = name_characters(WIDTH / 2 - NAME - ENDS);
        if self.numbered.iter().all(|name| columns(name) <= narrow) { 2 } else { 1 }
    }

    /// The names that had no room in the plot.
    fn list(&self, canvas: &Canvas<'_>) -> Drawn {
        let names: Vec<String> = self.numbered.iter().map(|name| (*name).to_owned()).collect();
        let columns = self.columns();
        let width = WIDTH / columns as i32;
        let lines = names.len().div_ceil(columns).max(1);
        for (index, name) in cut(&names, name_characters(width - NAME - ENDS)).iter().enumerate() {
            let left = width * (index / lines) as i32;
            let y = self.axes.bottom + LINE * (index % lines) as i32;
            write(canvas, &(index + 1).to_string(), (left + NUMBER, y), Anchor::End, Type::Name)?;
            write(canvas, name, (left + NAME, y), Anchor::Start, Type::Name)?;
        }
        Ok(())
    }
}

/// The ceilings of the sides that have a place among these points.
fn held_against<'a>(
    points: &[Point<'_>],
    threads: Sides<u32>,
    environments: Sides<&'a Environment>,
) -> Sides<Option<Ceilings<'a>>> {
    let dtypes: BTreeSet<_> = points.iter().filter_map(|point| point.dtype).collect();
    Sides::of(|side| {
        let has_place = points.iter().any(|point| point.sides[side].is_some());
        has_place.then(|| Ceilings::of(environments[side], threads[side], &dtypes)).flatten()
    })
}

/// `2 threads`, `1 → 2 threads`.
fn title(Sides { baseline, candidate }: Sides<u32>) -> String {
    let before = if baseline == candidate { String::new() } else { format!("{baseline} → ") };
    format!("{before}{}", things(candidate as usize, "thread"))
}

/// The ceilings in words, with their lines where there are two kinds of these.
fn told(bounds: &Sides<Vec<Bound>>) -> Vec<Legend> {
    let sides = || [Side::Candidate, Side::Baseline].into_iter().filter(|side| !bounds[*side].is_empty());
    let several = sides().count() > 1;
    let mut told: Vec<Legend> = vec![];
    for side in sides() {
        let line = several.then(|| (Symbol::Limit(side), side.name().to_owned()));
        let words = words(&bounds[side]).into_iter().map(|words| (Symbol::None, words));
        let top = told.last().map_or(TOLD, Legend::bottom);
        told.push(Legend::beginning(top, WIDTH, line.into_iter().chain(words)));
    }
    told
}

/// Pixels.
fn length([from, to]: Line) -> f64 {
    f64::from(to.0 - from.0).hypot(f64::from(to.1 - from.1))
}

/// Where the marks of a point are.
fn places(point: &Point<'_>, axes: &Axes) -> Vec<Place> {
    arrow(point, axes).map_or_else(|| vec![axes.at(point.latest())], |ends| ends.to_vec())
}

/// From the baseline to the candidate, where they lie so far apart that it is seen.
fn arrow(point: &Point<'_>, axes: &Axes) -> Option<Line> {
    let ends = point.sides.both()?.map(|side| axes.at(side)).into_array();
    (length(ends) >= APART).then_some(ends)
}

/// The names of the ceilings that have room for them.
fn names_of(ceilings: &[Ceiling], room: &mut Room) -> Vec<Word> {
    let place = |(index, ceiling): (usize, &Ceiling)| {
        let others = ceilings.iter().enumerate().filter(|(other, _)| *other != index);
        let others: Vec<Line> = others.flat_map(|(_, other)| other.lines.clone()).collect();
        let (area, name) = ceiling.place(&others, room)?;
        Some(Word { area, text: name.to_owned(), kind: Type::Plain })
    };
    ceilings.iter().enumerate().filter_map(place).collect()
}

/// The first free area for a name beside a mark, on no line if there is such a one.
fn beside((x, y): Place, name: &str, lines: &[Line], room: &mut Room) -> Option<Area> {
    // Halves of an even size are whole, so that no side of a mark is a pixel too near to its name.
    let width = name_width(name) + ENDS;
    let size = [width + width % 2, HEIGHT];
    let [across, down] = [MARK + size[0], MARK + size[1]].map(|apart| apart / 2);
    let all = || AROUND.into_iter().map(|(h, v)| Area::around((x + h * across / 2, y + v * down / 2), size));
    let clear = all().filter(|area| !lines.iter().any(|line| area.is_crossed_by(*line)));
    room.first(clear.chain(all()))
}
