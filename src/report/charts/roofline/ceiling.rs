//! The ceilings of a roofline as lines with their names, and in words.

use super::axes::Axes;
use super::point::Coordinates;
use crate::compare::{Side, Sides};
use crate::estimate::Ceilings;
use crate::model::{ArithmeticPeak, PeakRate};
use crate::report::charts::area::{Area, Line, Room};
use crate::report::charts::theme::plain_width;
use crate::report::escape::{elide, printable};
use crate::report::quantity::{Precision, significant};

/// Peaks of one machine that were measured twice lie no further apart (the aim in book/src/evidence.md, "Peaks"), as a
/// difference of logarithms.
const REPEATS: f64 = 0.06;
/// Ceilings that lie nearer to each other share their name, pixels.
const NEAR: f64 = 14.0;
/// Height of a text with some room around it, and what is free at its ends, pixels.
const HEIGHT: i32 = 14;
const ENDS: i32 = 8;
/// From one place that is tried for a name to the next, pixels.
const STEP: i32 = 6;
/// Longest name of an instruction set or a level, characters.
const LONGEST_NAME: usize = 16;

/// Ceilings of a side that lie so near to each other that they share their name.
#[derive(Debug, Clone)]
pub(super) struct Ceiling {
    /// How they are drawn: as those of that side.
    pub(super) side: Side,
    /// From the end where the name is best.
    pub(super) lines: Vec<Line>,
    name: String,
}

/// What a ceiling is that of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Arithmetic,
    Bandwidth,
}

/// A ceiling by its numbers.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    kind: Kind,
    name: String,
    /// GFLOP/s or GB/s.
    rate: PeakRate,
    /// The fastest of the other kind, at which its line ends.
    until: f64,
}

/// The ceilings of both sides. Of the baseline, those alone that are not the candidate's as well: the candidate has no such
/// peak, or another one by more than peaks repeat.
pub(super) fn bounds(found: &Sides<Option<Ceilings<'_>>>) -> Sides<Vec<Bound>> {
    let own = found.as_ref().map(|side| side.as_ref().map(own).unwrap_or_default());
    let Sides { mut baseline, mut candidate } = own;
    baseline.retain(|bound| match candidate.iter_mut().find(|other| other.is_as(bound)) {
        Some(shared) => {
            shared.until = shared.until.max(bound.until);
            false
        }
        None => true,
    });
    Sides { baseline, candidate }
}

/// Arithmetic, the fastest first, and then the levels, the nearest first.
fn own(found: &Ceilings<'_>) -> Vec<Bound> {
    let greatest = |rates: &mut dyn Iterator<Item = f64>| rates.reduce(f64::max).unwrap_or(f64::INFINITY);
    let fastest = greatest(&mut found.arithmetic.iter().map(|peak| peak.rate.value));
    let nearest = greatest(&mut found.bandwidth.iter().map(|(_, rate)| rate.value));
    let arithmetic = found.arithmetic.iter().map(|peak| Bound {
        kind: Kind::Arithmetic,
        name: kernel(peak),
        rate: peak.rate,
        until: nearest,
    });
    let levels = found.bandwidth.iter().map(|(name, rate)| Bound {
        kind: Kind::Bandwidth,
        name: short(name),
        rate: *rate,
        until: fastest,
    });
    arithmetic.chain(levels).collect()
}

impl Bound {
    /// The same as that of another side, as well as peaks repeat.
    fn is_as(&self, other: &Bound) -> bool {
        let apart = (self.rate.value / other.rate.value).ln().abs();
        let noise = self.rate.half_width.hypot(other.rate.half_width);
        self.kind == other.kind && self.name == other.name && apart <= noise.max(REPEATS)
    }

    /// Its ends: of arithmetic the right edge and where the nearest level is as fast, of a level the left or the lower edge
    /// and the fastest arithmetic.
    fn ends(&self, [[left, right], [bottom, top]]: [[f64; 2]; 2]) -> [Coordinates; 2] {
        let rate = self.rate.value;
        match self.kind {
            Kind::Arithmetic => [[right, rate], [left.max(rate / self.until), rate]],
            Kind::Bandwidth => {
                let at = |intensity: f64| [intensity, rate * intensity];
                [at(left.max(bottom / rate)), at(right.min(self.until.min(top) / rate))]
            }
        }
    }
}

/// Those of a plot as lines, the candidate's first. The baseline's say whose they are, beside others.
pub(super) fn ceilings(bounds: &Sides<Vec<Bound>>, axes: &Axes) -> Vec<Ceiling> {
    let kinds = [Kind::Arithmetic, Kind::Bandwidth];
    let all = [Side::Candidate, Side::Baseline].into_iter().flat_map(|side| kinds.map(|kind| (side, kind)));
    all.flat_map(|(side, kind)| {
        let of_kind = bounds[side].iter().filter(|bound| bound.kind == kind);
        together(of_kind, axes, drawn_as(bounds, side))
    })
    .collect()
}

/// The side that the ceilings of one are drawn as: a side without another stands for itself.
fn drawn_as(bounds: &Sides<Vec<Bound>>, side: Side) -> Side {
    if bounds.candidate.is_empty() { Side::Candidate } else { side }
}

/// The ceilings of a side with their rates in words, with a unit before the first of each kind.
pub(super) fn words(bounds: &[Bound]) -> Vec<String> {
    let told = |(kind, unit): (Kind, &str)| -> Vec<String> {
        let before = std::iter::once(format!("{unit}: ")).chain(std::iter::repeat(String::new()));
        let of_kind = bounds.iter().filter(|bound| bound.kind == kind);
        let word = |(before, Bound { name, rate, .. }): (String, &Bound)| {
            format!("{before}{name} {}", significant(rate.value, Precision::ROUGH))
        };
        before.zip(of_kind).map(word).collect()
    };
    [(Kind::Bandwidth, "GB/s"), (Kind::Arithmetic, "GFLOP/s")].map(told).concat()
}

/// Element type and instruction set.
fn kernel(peak: &ArithmeticPeak) -> String {
    format!("{} {}", peak.dtype.name(), short(&peak.instruction_set))
}

fn short(name: &str) -> String {
    elide(&printable(name), LONGEST_NAME)
}

/// The bounds that have a part on the plot, neighbours together.
fn together<'a>(bounds: impl Iterator<Item = &'a Bound>, axes: &Axes, side: Side) -> Vec<Ceiling> {
    let ends = bounds.map(|bound| (bound, bound.ends(axes.ends())));
    let mut shown: Vec<(&Bound, [Coordinates; 2])> =
        ends.filter(|(_, ends)| ends.iter().all(|end| axes.holds(*end))).collect();
    shown.sort_by(|(first, _), (second, _)| second.rate.value.total_cmp(&first.rate.value));
    let chunks =
        shown.chunk_by(|(one, _), (next, _)| axes.height_of(one.rate.value / next.rate.value) < NEAR);
    let ceiling = |group: &[(&Bound, [Coordinates; 2])]| {
        let names: Vec<&str> = group.iter().map(|(bound, _)| bound.name.as_str()).collect();
        let whose = if side == Side::Baseline { " (baseline)" } else { "" };
        Ceiling {
            side,
            lines: group.iter().map(|(_, ends)| ends.map(|end| axes.at(end))).collect(),
            name: format!("{}{whose}", names.join(", ")),
        }
    };
    chunks.map(ceiling).collect()
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
    use crate::dtype::Dtype;
    use crate::model::Environment;
    use crate::report::charts::roofline::point::Point;
    use crate::report::fixture::roofline::environment;

    fn point(coordinates: Coordinates) -> Point<'static> {
        let sides = Sides::new(None, Some(coordinates));
        Point { dtype: Some(Dtype::F32), sides, ..Point::default() }
    }

    /// What work in single precision is held against on so many threads.
    fn found(environment: &Environment, threads: u32) -> Option<Ceilings<'_>> {
        Ceilings::of(environment, threads, &[Dtype::F32].into())
    }

    /// Those of a plot with the points of two benchmarks.
    fn drawn(check: impl Fn(&Axes, Vec<Ceiling>)) {
        let environment = environment();
        let found = Sides::new(None, found(&environment, 1));
        let axes = Axes::new(&found, String::new(), &[point([0.1, 2.0]), point([50.0, 100.0])], 30);
        check(&axes, ceilings(&bounds(&found), &axes));
    }

    #[test]
    fn ceilings_are_those_of_arithmetic_and_of_every_level() {
        drawn(|_, ceilings| {
            let names: Vec<&str> = ceilings.iter().map(|ceiling| ceiling.name.as_str()).collect();
            assert_eq!(names, ["f32 avx512f", "f32 avx2", "L1d, L2", "L3", "memory"]);
            let lines: Vec<usize> = ceilings.iter().map(|ceiling| ceiling.lines.len()).collect();
            assert_eq!(lines, [1, 1, 2, 1, 1], "those of the two nearest levels lie too near to each other");
        });
    }

    #[test]
    fn rates_are_told_with_their_unit() {
        let environment = environment();
        let bounds = bounds(&Sides::new(None, found(&environment, 1)));
        let expected =
            ["GB/s: L1d 270", "L2 245", "L3 117", "memory 33.3", "GFLOP/s: f32 avx512f 270", "f32 avx2 135"];
        assert_eq!(words(&bounds.candidate), expected);
        assert_eq!(words(&bounds.baseline), [""; 0]);
    }

    #[test]
    fn a_ceiling_of_both_sides_is_one_and_reaches_as_far_as_either() {
        let environment = environment();
        let names = |bounds: &[Bound]| bounds.iter().map(|bound| bound.name.clone()).collect::<Vec<_>>();
        let [one, two] = [1, 2].map(|threads| found(&environment, threads));
        let same = bounds(&Sides::new(one.clone(), one.clone()));
        assert_eq!((same.baseline.len(), same.candidate.len()), (0, 6));
        for sides in [Sides::new(one.clone(), two.clone()), Sides::new(two.clone(), one.clone())] {
            let Sides { baseline, candidate } = bounds(&sides);
            assert_eq!(
                names(&baseline),
                ["f32 avx512f", "f32 avx2", "L1d", "L2", "L3"],
                "memory is the same"
            );
            assert_eq!(candidate[5].until, 540.2, "{candidate:?}");
        }
    }

    #[test]
    fn what_peaks_repeat_by_is_no_difference() {
        let bound = |value: f64, half_width: f64| Bound {
            kind: Kind::Bandwidth,
            name: "L3".to_owned(),
            rate: PeakRate { value, half_width },
            until: 270.0,
        };
        let as_before = |value: f64, half_width: f64| bound(100.0, 0.0).is_as(&bound(value, half_width));
        assert_eq!(
            [100.0, 94.5, 106.0, 93.0, 108.0].map(|value| as_before(value, 0.01)),
            [true, true, true, false, false]
        );
        assert!(as_before(85.0, 0.2), "no more than its interval");
    }

    #[test]
    fn a_level_ends_where_the_fastest_arithmetic_begins() {
        drawn(|axes, ceilings| {
            let [from, to] = ceilings[4].lines[0];
            assert_eq!(to, axes.at([270.1 / 33.3, 270.1]));
            let [_, ridge] = ceilings[0].lines[0];
            assert_eq!(ridge, axes.at([1.0, 270.1]), "where the first level is as fast");
            assert!(from.0 < to.0 && from.1 > to.1, "{from:?} {to:?}");
            assert!(ceilings[0].lines[0][0].0 > ridge.0, "from the right edge");
        });
    }

    #[test]
    fn a_name_lies_on_its_own_line_and_on_no_other() {
        drawn(|axes, ceilings| {
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
