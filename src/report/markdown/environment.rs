//! Facts of the environment that differ.

use super::table::{Column, Table};
use crate::compare::{Comparison, Difference, Options};
use crate::report::escape::code;
use crate::report::quantity::things;

/// Environment Differences.
pub(super) fn section(comparison: &Comparison) -> String {
    if comparison.differences.is_empty() {
        return String::new();
    }
    let mut table = Table::new([
        Column::Left("Fact"),
        Column::Left("Baseline"),
        Column::Left("Candidate"),
        Column::Left("Consequence"),
    ]);
    for difference in &comparison.differences {
        let name = &difference.name;
        table.row([
            code(name),
            code(&difference.baseline),
            code(&difference.candidate),
            consequence(difference, &comparison.options),
        ]);
    }
    let agree = things(comparison.agreeing_facts, "other recorded fact");
    format!("## Environment Differences\n\n{}\n{agree} agree.\n", table.render())
}

fn consequence(difference: &Difference, options: &Options) -> String {
    match difference.fact {
        None => "a possible cause of changes".to_owned(),
        Some(fact) if options.across.contains(&fact) => format!("allowed by `--across {}`", fact.name()),
        Some(_) => "**times are not compared**".to_owned(),
    }
}
