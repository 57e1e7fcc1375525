//! What a machine can do at most: arithmetic as dots, bandwidth against the working set as curves.

use plotters::prelude::*;

use super::axis::Axis;
use super::chart::Chart;
use super::dots::{Dots, Pair};
use super::kinds::{ARITHMETIC, BANDWIDTH};
use super::legend::{Entry, Legend, Symbol};
use super::marker::Marker;
use super::palette::{FAMILY, INK, SHAPES};
use super::panel::{Panel, STACKED, WIDTH};
use super::rows::{PLOT, RowText};
use super::scale::Scale;
use super::theme::{Canvas, Drawn, Labels, curve, line};
use crate::compare::{Side, Sides};
use crate::model::{Access, ArithmeticPeak, BandwidthPeak, PeakRate, Peaks};
use crate::report::escape::{elide, printable};
use crate::report::peaks;
use crate::report::quantity::{bytes, things};

/// Room between labels, pixels.
const APART: i32 = 8;
/// Longest name of an instruction set or a level, characters.
const LONGEST_NAME: usize = 24;

/// Arithmetic on each number of threads, where there is some.
pub(super) fn arithmetic(peaks: &[Peaks]) -> Option<Chart> {
    let all: Vec<(&Peaks, &ArithmeticPeak)> =
        peaks.iter().flat_map(|peaks| peaks.arithmetic.iter().map(move |peak| (peaks, peak))).collect();
    let names: Vec<String> = all.iter().map(|(on, peak)| kernel(peak, peaks.len() > 1, on.threads)).collect();
    let number = |rate: PeakRate| format!("{} GFLOP/s", peaks::cell(rate));
    let pair = |(_, peak): &(&Peaks, &ArithmeticPeak)| Pair {
        sides: Sides::new(None, Some(peak.rate.value)),
        interval: Some(interval(peak.rate)),
    };
    let description = "Most FLOPs in a second of each element type and instruction set, all threads together; of \
        integers, operations; linear axis.";
    Dots {
        kind: ARITHMETIC,
        pairs: all.iter().map(pair).collect(),
        texts: names
            .iter()
            .zip(&all)
            .map(|(name, (_, peak))| RowText { name, numbers: number(peak.rate) })
            .collect(),
        groups: peaks.iter().map(|peaks| peaks.arithmetic.len()).collect(),
        scale: Scale::decimal(all.iter().map(|(_, peak)| peak.rate.value), PLOT, f64::INFINITY),
        limit: None,
    }
    .of_one(description.to_owned())
}

fn kernel(peak: &ArithmeticPeak, several: bool, threads: u32) -> String {
    let set = elide(&printable(&peak.instruction_set), LONGEST_NAME);
    let on = if several { format!(", {}", things(threads as usize, "thread")) } else { String::new() };
    format!("{} {set}{on}", peak.dtype.name())
}

fn interval(PeakRate { value, half_width }: PeakRate) -> [f64; 2] {
    [value * (1.0 - half_width), value * (1.0 + half_width)]
}

/// Bandwidth, one panel for each number of threads, where there is some.
pub(super) fn bandwidth(peaks: &[Peaks]) -> Option<Chart> {
    let peaks: Vec<&Peaks> = peaks.iter().filter(|peaks| !peaks.bandwidth.is_empty()).collect();
    let measured =
        |access: &Access| peaks.iter().flat_map(|peaks| &peaks.bandwidth).any(|peak| peak.access == *access);
    let entry = |access: Access| -> Entry { (Symbol::Mark(mark(access)), access.name().to_owned()) };
    let legend = Legend::new(WIDTH, Access::ALL.into_iter().filter(measured).map(entry));
    let description = "Most bytes moved in a second by what is done with them, all threads together, against the bytes that \
        are gone through again and again; log axes; streaming goes past the caches.";
    STACKED.chart(&BANDWIDTH, &peaks, description.to_owned(), &legend, |canvas, panel, peaks| {
        draw(canvas, panel, peaks)
    })
}

/// Each access has a shape and a colour; past the caches it is hollow.
fn mark(access: Access) -> Marker {
    let place = match access {
        Access::Read => 0,
        Access::Write | Access::StreamingWrite => 1,
        Access::Copy | Access::StreamingCopy => 2,
        Access::Add => 3,
    };
    Marker { shape: SHAPES[place], colour: FAMILY[place], filled: !access.is_streaming() }
}

fn draw(canvas: &Canvas<'_>, panel: Panel, peaks: &Peaks) -> Drawn {
    panel.title(canvas, &things(peaks.threads as usize, "thread"), "GB/s against working set")?;
    let rates = peaks.bandwidth.iter().map(|peak| peak.rate.value);
    let scale = Scale::logarithmic(rates, panel.vertical());
    panel.grid(canvas, &scale.ticks)?;
    let sizes = sizes(peaks);
    let horizontal = horizontal(&sizes, panel);
    levels(canvas, panel, &sizes, &horizontal)?;
    for access in Access::ALL {
        let mut found: Vec<&BandwidthPeak> =
            peaks.bandwidth.iter().filter(|peak| peak.access == access).collect();
        found.sort_by_key(|peak| peak.working_set);
        if found.is_empty() {
            continue;
        }
        let at = |peak: &&BandwidthPeak| {
            (horizontal.at((peak.working_set as f64).log2()), scale.at(peak.rate.value))
        };
        let places: Vec<_> = found.iter().map(at).collect();
        let mark = mark(access);
        for (peak, (x, _)) in found.iter().zip(&places) {
            scale.whisker(interval(peak.rate)).vertical(canvas, *x, mark.colour)?;
        }
        curve(canvas, places.clone(), Side::Candidate, mark.colour)?;
        places.into_iter().try_for_each(|place| mark.draw(canvas, place))?;
    }
    Ok(())
}

/// Working sets with the names of their levels, each once, the smallest first.
fn sizes(peaks: &Peaks) -> Vec<(u64, &str)> {
    let mut sizes: Vec<(u64, &str)> =
        peaks.bandwidth.iter().map(|peak| (peak.working_set.max(1), peak.level.as_str())).collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

/// The axis of log2 bytes.
fn horizontal(sizes: &[(u64, &str)], panel: Panel) -> Axis {
    let ends = [sizes.first(), sizes.last()].map(|end| end.map_or(0.0, |(size, _)| (*size as f64).log2()));
    // A single size stands in the middle.
    let values = if ends[0] < ends[1] { ends } else { [ends[0] - 1.0, ends[1] + 1.0] };
    Axis { values, pixels: panel.horizontal() }
}

/// The names of the levels and the working sets below their points; those without room are left out.
fn levels(canvas: &Canvas<'_>, panel: Panel, sizes: &[(u64, &str)], axis: &Axis) -> Drawn {
    let bottom = panel.vertical()[0];
    let mut names = Labels::within(panel.ends(), APART);
    let mut numbers = Labels::within(panel.ends(), APART);
    for (size, name) in sizes {
        let x = axis.at((*size as f64).log2());
        line(canvas, (x, bottom), (x, bottom + 5), INK.stroke_width(1))?;
        names.write(canvas, &elide(&printable(name), LONGEST_NAME), (x, bottom + 14))?;
        numbers.write(canvas, &bytes(*size), (x, bottom + 29))?;
    }
    Ok(())
}
