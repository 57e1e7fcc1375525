//! The ceilings of a roofline as lines with their names, and in words.

use super::axes::Axes;
use super::point::Coordinates;
use crate::estimate::Ceilings;
use crate::model::ArithmeticPeak;
use crate::report::charts::area::{Area, Line, Room};
use crate::report::charts::theme::plain_width;
use crate::report::escape::{elide, printable};
use crate::report::quantity::{Precision, significant};

/// Ceilings that lie nearer to each other share their name, pixels.
const NEAR: f64 = 14.0;
/// Height of a text with some room around it, and what is free at its ends, pixels.
const HEIGHT: i32 = 14;
const ENDS: i32 = 8;
/// From one place that is tried for a name to the next, pixels.
const STEP: i32 = 6;
/// Longest name of an instruction set or a level, characters.
const LONGEST_NAME: usize = 16;

/// Ceilings that lie so near to each other that they share their name.
#[derive(Debug, Clone)]
pub(super) struct Ceiling {
    /// From the end where the name is best.
    pub(super) lines: Vec<Line>,
    name: String,
}

/// A ceiling by its numbers.
struct Bound {
    name: String,
    /// GFLOP/s or GB/s.
    rate: f64,
    ends: [Coordinates; 2],
}

/// Those of a plot: arithmetic from the right edge to where the nearest level is as fast, each level from the left or the
/// lower edge to the fastest arithmetic.
pub(super) fn ceilings(found: &Ceilings<'_>, axes: &Axes) -> Vec<Ceiling> {
    let ([[left, right], [_, top]], fastest) = (axes.ends(), found.arithmetic.first());
    let nearest = found.bandwidth.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
    let arithmetic = found.arithmetic.iter().map(|peak| {
        let rate = peak.rate.value;
        let ridge = if nearest > 0.0 { rate / nearest } else { left };
        Bound { name: kernel(peak), rate, ends: [[right, rate], [ridge.max(left), rate]] }
    });
    let highest = fastest.map_or(top, |peak| peak.rate.value.min(top));
    let mut levels: Vec<(&str, f64)> = found.bandwidth.clone();
    levels.sort_by(|first, second| second.1.total_cmp(&first.1));
    let levels = levels.into_iter().map(|(name, rate)| Bound {
        name: short(name),
        rate,
        ends: slanted(rate, axes.ends(), highest),
    });
    [together(arithmetic.collect(), axes), together(levels.collect(), axes)].concat()
}

/// The part of a line of that many FLOP/s a FLOP/B that lies on the plot and below a rate.
fn slanted(slope: f64, [[left, right], [bottom, _]]: [[f64; 2]; 2], highest: f64) -> [Coordinates; 2] {
    let at = |intensity: f64| [intensity, slope * intensity];
    [at(left.max(bottom / slope)), at(right.min(highest / slope))]
}

/// The ceilings with their rates in words, with a unit before the first of each kind.
pub(super) fn words(found: &Ceilings<'_>) -> Vec<String> {
    let arithmetic = found.arithmetic.iter().map(|peak| (kernel(peak), peak.rate.value));
    let levels = found.bandwidth.iter().map(|(name, rate)| (short(name), *rate));
    let told = |unit: &str, all: &mut dyn Iterator<Item = (String, f64)>| -> Vec<String> {
        let before = std::iter::once(format!("{unit}: ")).chain(std::iter::repeat(String::new()));
        let word = |(before, (name, rate))| format!("{before}{name} {}", significant(rate, Precision::ROUGH));
        before.zip(all).map(word).collect()
    };
    [told("GB/s", &mut { levels }), told("GFLOP/s", &mut { arithmetic })].concat()
}

/// Element type and instruction set.
fn kernel(peak: &ArithmeticPeak) -> String {
    format!("{} {}", peak.dtype.name(), short(&peak.instruction_set))
}

fn short(name: &str) -> String {
    elide(&printable(name), LONGEST_NAME)
}

/// The bounds that have a part on the plot, neighbours together. They are sorted.
fn together(mut bounds: Vec<Bound>, axes: &Axes) -> Vec<Ceiling> {
    bounds.retain(|bound| bound.ends.into_iter().all(|end| axes.holds(end)));
    let near = |one: &Bound, next: &Bound| axes.height_of(one.rate / next.rate) < NEAR;
    let ceiling = |bounds: &[Bound]| Ceiling {
        lines: bounds.iter().map(|bound| bound.ends.map(|end| axes.at(end))).collect(),
        name: bounds.iter().map(|bound| bound.name.as_str()).collect::<Vec<_>>().join(", "),
    };
    bounds.chunk_by(near).map(ceiling).collect()
}

impl Ceiling {
    /// Its name on the first place along a line that is free, and not on a line of another ceiling if there is such a place.
    pub(super) fn place<'a>(&'a self, others: &[Line], room: &mut Room) -> Option<(Area, &'a str)> {
        let size = [plain_width(&self.name) + ENDS, HEIGHT];
        let all = || self.lines.iter().flat_map(|line| along(*line, size));
        let clear = all().filter(|area| !others.iter().any(|other| area.is_crossed_by(*other)));
        Some((room.first(clear.chain(all()))?, &self.name))
    }
}

/// Areas of that size around places on a line, from one end to the other.
fn along([(x, y), (to_x, to_y)]: Line, size: [i32; 2]) -> impl Iterator<Item = Area> {
    let steps = ((to_x - x).abs().max((to_y - y).abs()) / STEP).max(1);
    (0..=steps)
        .map(move |step| Area::around((x + (to_x - x) * step / steps, y + (to_y - y) * step / steps), size))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Sides;
    use crate::dtype::Dtype;
    use crate::report::charts::roofline::point::Point;
    use crate::report::fixture::roofline::environment;

    fn point(coordinates: Coordinates) -> Point<'static> {
        Point {
            name: "",
            family: String::new(),
            short: String::new(),
            dtype: Some(Dtype::F32),
            threads: 1,
            sides: Sides::new(None, Some(coordinates)),
            strength: 0.0,
        }
    }

    /// Those of a plot with the points of two benchmarks.
    fn found(check: impl Fn(&Axes, Vec<Ceiling>)) {
        let environment = environment();
        let found = Ceilings::of(&environment, 1, &[Dtype::F32].into()).expect("peaks");
        let axes = Axes::new(&found, &[point([0.1, 2.0]), point([50.0, 100.0])], 30);
        check(&axes, ceilings(&found, &axes));
    }

    #[test]
    fn ceilings_are_those_of_arithmetic_and_of_every_level() {
        found(|_, ceilings| {
            let names: Vec<&str> = ceilings.iter().map(|ceiling| ceiling.name.as_str()).collect();
            assert_eq!(names, ["f32 avx512f", "f32 avx2", "L1d, L2", "L3", "memory"]);
            let lines: Vec<usize> = ceilings.iter().map(|ceiling| ceiling.lines.len()).collect();
            assert_eq!(lines, [1, 1, 2, 1, 1], "those of the two nearest levels lie too near to each other");
        });
    }

    #[test]
    fn rates_are_told_with_their_unit() {
        let environment = environment();
        let found = Ceilings::of(&environment, 1, &[Dtype::F32].into()).expect("peaks");
        let expected =
            ["GB/s: L1d 270", "L2 245", "L3 117", "memory 33.3", "GFLOP/s: f32 avx512f 270", "f32 avx2 135"];
        assert_eq!(words(&found), expected);
    }

    #[test]
    fn a_level_ends_where_the_fastest_arithmetic_begins() {
        found(|axes, ceilings| {
            let [from, to] = ceilings[4].lines[0];
            assert_eq!(to, axes.at([270.0 / 33.3, 270.0]));
            let [_, ridge] = ceilings[0].lines[0];
            assert_eq!(ridge, axes.at([1.0, 270.0]), "where the first level is as fast");
            assert!(from.0 < to.0 && from.1 > to.1, "{from:?} {to:?}");
            assert!(ceilings[0].lines[0][0].0 > ridge.0, "from the right edge");
        });
    }

    #[test]
    fn a_name_lies_on_its_own_line_and_on_no_other() {
        found(|axes, ceilings| {
            let lines: Vec<Vec<Line>> = ceilings.iter().map(|ceiling| ceiling.lines.clone()).collect();
            let mut room = Room::new(axes.area(), vec![]);
            for (index, ceiling) in ceilings.iter().enumerate() {
                let others: Vec<Line> = [&lines[..index], &lines[index + 1..]].concat().concat();
                let (area, _) = ceiling.place(&others, &mut room).expect("room");
                assert!(ceiling.lines.iter().any(|line| area.is_crossed_by(*line)), "{ceiling:?} {area:?}");
                assert!(!others.iter().any(|line| area.is_crossed_by(*line)), "{ceiling:?} {area:?}");
            }
        });
    }
}
