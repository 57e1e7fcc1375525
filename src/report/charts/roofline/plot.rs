//! The benchmarks of one number of threads below the ceilings of their machine, each thing at its place.

use std::collections::BTreeSet;

use plotters::style::Color as _;

use super::axes::Axes;
use super::ceiling::{Ceiling, ceilings, words};
use super::families::Families;
use super::point::Point;
use crate::compare::{Side, Sides};
use crate::estimate::Ceilings;
use crate::model::{Environment, columns, cut};
use crate::report::charts::area::{Area, Line, Room, outside};
use crate::report::charts::legend::{Legend, Symbol};
use crate::report::charts::marker::pointer;
use crate::report::charts::palette::INK;
use crate::report::charts::panel::WIDTH;
use crate::report::charts::theme::{
    Anchor, Canvas, Drawn, Place, Type, line, name_characters, name_width, write,
};
use crate::report::escape::{elide, printable};

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
/// Middle of the first line on the ceilings, pixels.
const TOLD: i32 = 32;

/// A word at its place, of a benchmark or of a ceiling.
struct Word {
    area: Area,
    text: String,
    kind: Type,
}

pub(super) struct Plot<'a> {
    /// The ceilings in words.
    told: Legend,
    axes: Axes,
    ceilings: Vec<Line>,
    points: Vec<Point<'a>>,
    words: Vec<Word>,
    /// Names that stand below the plot, by their numbers.
    numbered: Vec<&'a str>,
}

impl<'a> Plot<'a> {
    /// That of points with as many threads. `None` where the environment has no peaks on them.
    pub(super) fn new(mut points: Vec<Point<'a>>, environment: &Environment) -> Option<Self> {
        let dtypes: BTreeSet<_> = points.iter().filter_map(|point| point.dtype).collect();
        let found = Ceilings::of(environment, points.first()?.threads, &dtypes)?;
        let told = words(&found).into_iter().map(|words| (Symbol::None, words));
        let told = Legend::beginning(TOLD, WIDTH, told);
        let axes = Axes::new(&found, &points, told.bottom());
        let ceilings = ceilings(&found, &axes);
        let taken =
            points.iter().flat_map(|point| places(point, &axes)).map(|at| Area::around(at, [MARK, MARK]));
        let arrows = points.iter().filter_map(|point| arrow(point, &axes)).map(Area::between);
        let mut room = Room::new(axes.area(), taken.chain(arrows).collect());
        let mut words = names_of(&ceilings, &mut room);
        // Where room is scarce, the names of the most changed are shown.
        points.sort_by(|first, second| second.strength.total_cmp(&first.strength));
        let lines: Vec<Line> = ceilings.into_iter().flat_map(|ceiling| ceiling.lines).collect();
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
        Some(Plot { told, axes, ceilings: lines, points, words, numbered })
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
        self.told.draw(canvas)?;
        let areas: Vec<Area> = self.words.iter().map(|word| word.area).collect();
        for [from, to] in self.ceilings.iter().flat_map(|ceiling| outside(*ceiling, &areas)) {
            line(canvas, from, to, INK.mix(0.8).stroke_width(1))?;
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

/// Where the marks of a point are.
fn places(point: &Point<'_>, axes: &Axes) -> Vec<Place> {
    arrow(point, axes).map_or_else(|| vec![axes.at(point.latest())], |ends| ends.to_vec())
}

/// From the baseline to the candidate, where they lie so far apart that it is seen.
fn arrow(point: &Point<'_>, axes: &Axes) -> Option<Line> {
    let Sides { baseline, candidate } = point.sides.both()?.map(|side| axes.at(side));
    let [along, down] = [candidate.0 - baseline.0, candidate.1 - baseline.1].map(f64::from);
    (along.hypot(down) >= APART).then_some([baseline, candidate])
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
    let size = [name_width(name) + ENDS, HEIGHT];
    let [across, down] = [MARK + size[0], MARK + size[1]].map(|apart| apart / 2);
    let all = || AROUND.into_iter().map(|(h, v)| Area::around((x + h * across / 2, y + v * down / 2), size));
    let clear = all().filter(|area| !lines.iter().any(|line| area.is_crossed_by(*line)));
    room.first(clear.chain(all()))
}
