//! How time grows with the size of a model.

use super::cells::{none, sides};
use super::families;
use super::fold::long;
use super::table::{Column, Table};
use crate::compare::{Comparison, Estimate, SizeComparison, SizeFit};
use crate::inference::Phase;
use crate::report::escape::code;
use crate::report::estimate::{estimate, over, value};
use crate::report::models::name;
use crate::report::quantity::{Precision, significant};

/// Scaling Analysis.
pub(super) fn section(comparison: &Comparison) -> String {
    let parts = [sentences(comparison), sizes(comparison), fits(comparison), families::exponents(comparison)];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { format!("## Scaling Analysis\n\n{}", parts.join("\n")) }
}

/// A ratio that is exact.
fn ratio(value: f64) -> String {
    format!("{}x", significant(value, Precision::ROUGH))
}

fn pair(comparison: &Comparison, sizes: &SizeComparison) -> String {
    format!("{} / {}", code(name(comparison, sizes.larger)), code(name(comparison, sizes.smaller)))
}

/// One sentence for each pair of sizes, of their inference.
fn sentences(comparison: &Comparison) -> String {
    let inference = |sizes: &&SizeComparison| matches!(sizes.phase, Phase::Inference { .. });
    let pairs: Vec<&SizeComparison> = comparison.sizes.iter().filter(inference).collect();
    let list = |pairs: &[&SizeComparison]| -> String {
        pairs.iter().filter_map(|sizes| sentence(comparison, sizes)).collect()
    };
    if pairs.is_empty() { String::new() } else { long(&pairs, "pair of sizes", list) }
}

fn sentence(comparison: &Comparison, sizes: &SizeComparison) -> Option<String> {
    let (judged, other) = match sizes.time_ratio {
        [Some(baseline), Some(candidate)] => (candidate, format!(" (baseline {})", estimate(&baseline, "x"))),
        [None, Some(candidate)] => (candidate, String::new()),
        [baseline, None] => (baseline?, " in the baseline".to_owned()),
    };
    let flops = sizes.flop_ratio.map_or_else(String::new, |flops| format!(", FLOPs {}", ratio(flops)));
    let by_flops = sizes
        .flop_ratio
        .map_or_else(String::new, |flops| format!(", by FLOPs {}", estimate(&over(flops, &judged), "")));
    let efficiency = over(sizes.parameter_ratio, &judged);
    Some(format!(
        "- **{}**, {}: time ratio {}{other}, parameters {}{flops}, efficiency {} ({}){by_flops}\n",
        pair(comparison, sizes),
        sizes.phase,
        estimate(&judged, "x"),
        ratio(sizes.parameter_ratio),
        estimate(&efficiency, ""),
        meaning(&efficiency),
    ))
}

/// What an efficiency by parameters says.
fn meaning(efficiency: &Estimate) -> &'static str {
    if efficiency.low > 1.0 {
        "above 1: the larger model makes better use of the machine"
    } else if efficiency.high < 1.0 {
        "below 1: the larger model makes worse use of the machine"
    } else {
        "not told from 1: both make equal use of the machine"
    }
}

/// Every pair of sizes in every phase.
fn sizes(comparison: &Comparison) -> String {
    if comparison.sizes.is_empty() {
        return String::new();
    }
    long(&comparison.sizes, "pair of sizes", |sizes| sizes_table(comparison, sizes))
}

/// The exponent over all sizes in every phase that has three.
fn fits(comparison: &Comparison) -> String {
    if comparison.size_fits.is_empty() {
        return String::new();
    }
    let table = long(&comparison.size_fits, "exponent", |fits| fits_table(comparison, fits));
    format!(
        "Over all sizes of one element type, time grows with the FLOPs to the power of the exponent:\n\n{table}"
    )
}

fn fits_table(comparison: &Comparison, fits: &[SizeFit]) -> String {
    let mut table = Table::new([
        Column::Left("Models"),
        Column::Left("Phase"),
        Column::Right("Exponent, baseline"),
        Column::Right("Exponent, candidate"),
    ]);
    for fit in fits {
        let models: Vec<String> = fit.models.iter().map(|&model| code(name(comparison, model))).collect();
        let [baseline, candidate] =
            fit.exponent.map(|exponent| exponent.map_or_else(none, |exponent| estimate(&exponent, "")));
        table.row([models.join(", "), fit.phase.to_string(), baseline, candidate]);
    }
    table.render()
}

fn sizes_table(comparison: &Comparison, sizes: &[SizeComparison]) -> String {
    let mut table = Table::new([
        Column::Left("Larger / smaller"),
        Column::Left("Phase"),
        Column::Right("Time ratio, baseline"),
        Column::Right("Time ratio, candidate"),
        Column::Right("Parameters"),
        Column::Right("FLOPs"),
        Column::Right("Efficiency by parameters"),
        Column::Right("Efficiency by FLOPs"),
        Column::Right("Exponent, baseline"),
        Column::Right("Exponent, candidate"),
    ]);
    for sizes in sizes {
        table.row(size_cells(comparison, sizes));
    }
    table.render()
}

fn size_cells(comparison: &Comparison, sizes: &SizeComparison) -> [String; 10] {
    let show =
        |value: Option<Estimate>, suffix: &str| value.map_or_else(none, |value| estimate(&value, suffix));
    let [baseline, candidate] = sizes.time_ratio;
    // The digits of an efficiency are those of the time ratio below it.
    let efficiency = |work: Option<f64>| {
        let values = sizes.time_ratio.map(|ratio| Some(value(&over(work?, &ratio?))));
        sides(values, |text| text)
    };
    [
        pair(comparison, sizes),
        sizes.phase.to_string(),
        show(baseline, "x"),
        show(candidate, "x"),
        ratio(sizes.parameter_ratio),
        sizes.flop_ratio.map_or_else(none, ratio),
        efficiency(Some(sizes.parameter_ratio)),
        efficiency(sizes.flop_ratio),
        show(sizes.exponent(0), ""),
        show(sizes.exponent(1), ""),
    ]
}
