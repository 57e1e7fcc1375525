//! What each colour and the mark that goes with it mean, in every chart.
//!
//! All have a contrast of 3 with light and dark pages (WCAG 2.2, 1.4.11) and differ for colour-blind readers. Marks differ
//! in shape as well.

use plotters::prelude::*;

use super::marker::{Marker, Shape};
use crate::compare::{Side, Sides};

/// Text, axes and whatever is not judged. Stands for `currentColor`, the colour of the page, until the document is finished.
pub(super) const INK: RGBColor = RGBColor(1, 2, 3);
/// Slower.
pub(super) const SLOWER: Marker =
    Marker { shape: Shape::Triangle, colour: RGBColor(0xdb, 0x6d, 0x28), filled: true };
/// Faster.
pub(super) const FASTER: Marker =
    Marker { shape: Shape::TriangleDown, colour: RGBColor(0x2f, 0x81, 0xf7), filled: true };
/// The baseline is what the page is written in, the candidate stands out.
pub(super) const SIDES: Sides<RGBColor> = Sides::new(INK, RGBColor(0xb0, 0x41, 0x9b));
/// Series of a family of benchmarks, where a panel has several. Their sides are hollow or filled, dashed or solid.
pub(super) const FAMILY: [RGBColor; 4] = [
    RGBColor(0x0f, 0x8f, 0x83),
    RGBColor(0x9a, 0x7d, 0x0a),
    RGBColor(0x7a, 0x5f, 0xd6),
    RGBColor(0x8b, 0x53, 0x3f),
];

/// Shapes of families, each with a colour.
pub(super) const SHAPES: [Shape; FAMILY.len()] =
    [Shape::Circle, Shape::Square, Shape::Triangle, Shape::Diamond];

/// The mark of a side in one of several families: hollow for the baseline, filled for the candidate.
pub(super) fn of_family(side: Side, shape: Shape, colour: RGBColor) -> Marker {
    Marker { shape, colour, filled: side == Side::Candidate }
}

/// Marks of the sides. The candidate's are the larger ones and are drawn first, so that equal values show both.
pub(super) const MARKS: Sides<Marker> = Sides::new(
    Marker { shape: Shape::Circle, colour: SIDES.baseline, filled: false },
    Marker { shape: Shape::Diamond, colour: SIDES.candidate, filled: true },
);

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader sees of linear red, green and blue: all of it, and without cones for red, green or blue (Machado,
    /// Oliveira and Fernandes 2009, severity 1).
    const EYES: [[[f64; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ];
    /// Pages and ink of files, which are those of GitHub: light, dark.
    const PAGES: [RGBColor; 2] = [RGBColor(0xff, 0xff, 0xff), RGBColor(0x0d, 0x11, 0x17)];
    const INKS: [RGBColor; 2] = [RGBColor(0x59, 0x63, 0x6e), RGBColor(0x91, 0x98, 0xa1)];

    fn linear(RGBColor(red, green, blue): RGBColor) -> [f64; 3] {
        [red, green, blue].map(|channel| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn times(matrix: &[[f64; 3]; 3], [x, y, z]: [f64; 3]) -> [f64; 3] {
        matrix.map(|row| row[0] * x + row[1] * y + row[2] * z)
    }

    /// Contrast as WCAG 2.2 defines it.
    fn contrast(colours: [RGBColor; 2]) -> f64 {
        let [one, other] = colours.map(|colour| {
            let [red, green, blue] = linear(colour);
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        });
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// Distance in Oklab (Ottosson 2020) of what that eye sees.
    fn distance(eye: &[[f64; 3]; 3], colours: [RGBColor; 2]) -> f64 {
        const CONES: [[f64; 3]; 3] = [
            [0.412_221_47, 0.536_332_54, 0.051_445_99],
            [0.211_903_50, 0.680_699_55, 0.107_396_96],
            [0.088_302_46, 0.281_718_84, 0.629_978_70],
        ];
        const OPPONENTS: [[f64; 3]; 3] = [
            [0.210_454_26, 0.793_617_79, -0.004_072_05],
            [1.977_998_50, -2.428_592_21, 0.450_593_71],
            [0.025_904_04, 0.782_771_77, -0.808_675_77],
        ];
        let [one, other] = colours.map(|colour| {
            let seen = times(eye, linear(colour)).map(|share| share.clamp(0.0, 1.0));
            times(&OPPONENTS, times(&CONES, seen).map(f64::cbrt))
        });
        one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }

    /// Least distance of any two to any eye.
    fn least_distance(colours: &[RGBColor], eyes: &[[[f64; 3]; 3]]) -> f64 {
        let pairs = colours
            .iter()
            .enumerate()
            .flat_map(|(at, one)| colours[..at].iter().map(move |two| [*one, *two]));
        let distances = pairs.flat_map(|pair| eyes.iter().map(move |eye| distance(eye, pair)));
        distances.fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn every_colour_stands_out_from_light_and_dark_pages() {
        for colour in FAMILY.into_iter().chain([SLOWER.colour, FASTER.colour, SIDES.candidate]) {
            let least = PAGES.map(|page| contrast([colour, page])).into_iter().fold(21.0, f64::min);
            assert!(least >= 3.0, "{colour:?}: {least}");
        }
    }

    #[test]
    fn a_colour_means_one_thing_to_every_eye() {
        let judged = [SLOWER.colour, FASTER.colour, SIDES.candidate];
        assert!(least_distance(&judged, &EYES) >= 0.1, "{}", least_distance(&judged, &EYES));
        assert!(least_distance(&FAMILY, &EYES) >= 0.07, "{}", least_distance(&FAMILY, &EYES));
        for ink in INKS {
            let sides = [ink, SIDES.candidate];
            assert!(least_distance(&sides, &EYES) >= 0.07, "{}", least_distance(&sides, &EYES));
        }
        let all = [judged.as_slice(), &FAMILY].concat();
        let least = least_distance(&all, &EYES[..1]);
        assert!(least >= 0.1, "{least}");
    }
}
