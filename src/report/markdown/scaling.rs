//! How time grows with the size of a model.

use crate::compare::{Comparison, Estimate, Family, SizeComparison, SizeFit};
use crate::inference::Phase;
use crate::report::estimate::{estimate, over, value};
use crate::report::model_rows::name;
use crate::report::quantity::{Precision, significant};
use crate::report::table::{Form, Table, Text, long, parts};

pub(super) fn section(comparison: &Comparison) -> String {
    let all = [sentences(comparison), sizes(comparison), fits(comparison), exponents(comparison)];
    parts("## Scaling Analysis\n\n", all)
}

/// A ratio that is exact.
fn ratio(value: f64) -> String {
    format!("{}x", significant(value, Precision::ROUGH))
}

fn pair(comparison: &Comparison, sizes: &SizeComparison) -> Text {
    let [larger, smaller] = [sizes.larger, sizes.smaller].map(|model| Text::foreign(name(comparison, model)));
    Text::line([larger, " / ".into(), smaller])
}

/// One sentence for each pair of sizes, of their inference.
fn sentences(comparison: &Comparison) -> String {
    let inference = |sizes: &&SizeComparison| matches!(sizes.phase, Phase::Inference { .. });
    let pairs: Vec<&SizeComparison> = comparison.sizes.iter().filter(inference).collect();
    let list = |pairs: &[&SizeComparison]| -> String {
        pairs.iter().filter_map(|sizes| sentence(comparison, sizes)).collect()
    };
    long("", &pairs, "pair", list)
}

fn sentence(comparison: &Comparison, sizes: &SizeComparison) -> Option<String> {
    let (judged, other) = match sizes.time_ratio.into_array() {
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
        pair(comparison, sizes).write(Form::Page),
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
        "not distinguishable from 1: both make equal use of the machine"
    }
}

/// The exponent over all sizes in every phase that has three.
fn fits(comparison: &Comparison) -> String {
    let lead =
        "Over all sizes of one element type, time grows with the FLOPs to the power of the exponent:\n\n";
    let models = |fit: &SizeFit| {
        Text::joined(fit.models.iter().map(|&model| Text::foreign(name(comparison, model))), ", ")
    };
    long(lead, &comparison.size_fits, "exponent", |fits| {
        Table::of(fits)
            .left("Models", models)
            .left("Phase", |fit| fit.phase.to_string())
            .each_side(comparison, "Exponent", |fit, side| shown(fit.exponent[side], ""))
            .page()
    })
}

/// Every pair of sizes in every phase.
fn sizes(comparison: &Comparison) -> String {
    long("", &comparison.sizes, "pair", |sizes| {
        Table::comparing(comparison, sizes)
            .left("Larger / smaller", |sizes| pair(comparison, sizes))
            .left("Phase", |sizes| sizes.phase.to_string())
            .each_side(comparison, "Time ratio", |sizes, side| shown(sizes.time_ratio[side], "x"))
            .right("Parameters", |sizes| ratio(sizes.parameter_ratio))
            .right("FLOPs", |sizes| sizes.flop_ratio.map(ratio))
            .right("Efficiency by parameters", |sizes| efficiency(sizes, Some(sizes.parameter_ratio)))
            .right("Efficiency by FLOPs", |sizes| efficiency(sizes, sizes.flop_ratio))
            .each_side(comparison, "Exponent", |sizes, side| shown(sizes.exponent(side), ""))
            .page()
    })
}

fn shown(value: Option<Estimate>, suffix: &str) -> Option<String> {
    value.map(|value| estimate(&value, suffix))
}

/// The digits of an efficiency are those of the time ratio below it.
fn efficiency(sizes: &SizeComparison, work: Option<f64>) -> Text {
    Text::both(sizes.time_ratio.map(|ratio| Some(value(&over(work?, &ratio?)))), Text::Own)
}

/// The fitted exponents of families of operations, where they have several sizes.
fn exponents(comparison: &Comparison) -> String {
    let families: Vec<&Family> = comparison.families.iter().filter(|family| family.exponent.any()).collect();
    let expected = |family: &Family| Some(Text::Number(family.expected_exponent?, Precision::ROUGH, ""));
    let lead = "Time grows with the size of an operation to the power of the exponent; *expected* is that of its declared \
        work:\n\n";
    long(lead, &families, "family", |families| {
        Table::of(families)
            .left("Family", |family| Text::foreign(&family.label))
            .right("Benchmarks", |family| Text::count(family.rows.len()))
            .each_side(comparison, "Exponent", |family, side| shown(family.exponent[side], ""))
            .right("Expected", |family| expected(family))
            .page()
    })
}
