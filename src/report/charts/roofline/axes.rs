//! The log axes of a roofline.

use super::point::{Coordinates, Point};
use crate::compare::Sides;
use crate::estimate::Ceilings;
use crate::report::charts::area::Area;
use crate::report::charts::axis::vertical_grid;
use crate::report::charts::panel::{Layout, Panel};
use crate::report::charts::scale::Scale;
use crate::report::charts::theme::{Canvas, Drawn, Labels, Place};

/// Height of a plot with the labels below it, and from its right edge to that of the chart, pixels.
const HEIGHT: i32 = 384;
const INSET: i32 = 14;
/// From what lies at the ends to the edges, as a factor.
const MARGIN: f64 = 1.7;
/// From the fastest arithmetic at least so far down, as a factor.
const DEEP: f64 = 60.0;
/// Room between the labels of ticks, pixels.
const APART: i32 = 8;
/// What floating point may lose at the edges, of a logarithm.
const ROUNDING: f64 = 1e-9;

pub(super) struct Axes {
    title: String,
    panel: Panel,
    /// Where the labels below it end, pixels.
    pub(super) bottom: i32,
    /// Of arithmetic intensity, FLOP/B.
    horizontal: Scale,
    /// Of GFLOP/s.
    vertical: Scale,
}

impl Axes {
    /// Those that hold these points, the ceilings of arithmetic, and what lies below them of those of bandwidth. `top` is the
    /// height of the upper edge, pixels.
    pub(super) fn new(
        found: &Sides<Option<Ceilings<'_>>>,
        title: String,
        points: &[Point<'_>],
        top: i32,
    ) -> Self {
        let panel = Layout { columns: 1, height: top + HEIGHT, top, inset: INSET }.panel(0, 0);
        let found: Vec<&Ceilings<'_>> = found.iter().flatten().collect();
        let places: Vec<Coordinates> =
            points.iter().flat_map(|point| point.sides.into_array()).flatten().collect();
        let rates = found.iter().flat_map(|side| side.arithmetic.iter().map(|peak| peak.rate.value));
        let deepest = rates.clone().reduce(f64::max).map(|fastest| fastest / DEEP);
        let intensities =
            places.iter().map(|place| place[0]).chain(found.iter().flat_map(|side| ridges(side)));
        let rates = places.iter().map(|place| place[1]).chain(rates).chain(deepest);
        Axes {
            title,
            bottom: top + HEIGHT,
            panel,
            horizontal: Scale::logarithmic_decimal(ends(intensities), panel.edges()),
            vertical: Scale::logarithmic_decimal(ends(rates), panel.vertical()),
        }
    }

    pub(super) fn at(&self, [intensity, rate]: Coordinates) -> Place {
        (self.horizontal.at(intensity), self.vertical.at(rate))
    }

    /// The least and the greatest intensity and rate.
    pub(super) fn ends(&self) -> [[f64; 2]; 2] {
        [&self.horizontal, &self.vertical].map(|scale| scale.axis.values.map(f64::exp))
    }

    pub(super) fn holds(&self, place: Coordinates) -> bool {
        let mut scales = [&self.horizontal, &self.vertical].into_iter().zip(place);
        scales.all(|(scale, value)| {
            let [low, high] = scale.axis.values;
            (low - ROUNDING..=high + ROUNDING).contains(&value.ln())
        })
    }

    /// The vertical distance of two rates by their ratio, pixels.
    pub(super) fn height_of(&self, ratio: f64) -> f64 {
        let ([low, high], [bottom, top]) = (self.vertical.axis.values, self.vertical.axis.pixels);
        ratio.ln().abs() * f64::from((bottom - top).abs()) / (high - low)
    }

    /// All that lies between the edges.
    pub(super) fn area(&self) -> Area {
        let ([left, right], [bottom, top]) = (self.horizontal.axis.pixels, self.vertical.axis.pixels);
        Area::between([(left, top), (right, bottom)])
    }

    /// The title and the grid.
    pub(super) fn draw(&self, canvas: &Canvas<'_>) -> Drawn {
        let [bottom, top] = self.panel.vertical();
        self.panel.title(canvas, &self.title, "GFLOP/s against FLOP/B")?;
        self.panel.grid(canvas, &self.vertical.ticks)?;
        vertical_grid(canvas, &self.horizontal.ticks, [top, bottom], Labels::within(self.panel.ends(), APART))
    }
}

/// The intensities at which each level is as fast as the fastest arithmetic.
fn ridges(found: &Ceilings<'_>) -> impl Iterator<Item = f64> + Clone {
    let fastest = found.arithmetic.first().map(|peak| peak.rate.value);
    let levels = found.bandwidth.iter();
    fastest.into_iter().flat_map(move |fastest| levels.clone().map(move |(_, rate)| fastest / rate.value))
}

/// The ends of an axis of these values, at least one of which there is.
fn ends(values: impl Iterator<Item = f64> + Clone) -> [f64; 2] {
    let least = values.clone().fold(f64::INFINITY, f64::min);
    [least / MARGIN, MARGIN * values.fold(0.0, f64::max)]
}
