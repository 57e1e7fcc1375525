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
    let agree = things(comparison.agreeing_facts, "other recorded fact");
    let table = table(&comparison.differences, &comparison.options);
    format!("## Environment Differences\n\n{table}\n{agree} agree.\n")
}

/// Some of the differences, with what they mean under these options.
pub(super) fn table(differences: &[Difference], options: &Options) -> String {
    let mut table = Table::new([
        Column::Left("Fact"),
        Column::Left("Baseline"),
        Column::Left("Candidate"),
        Column::Left("Consequence"),
    ]);
    for difference in differences {
        let name = &difference.name;
        table.row([
            code(name),
            code(&difference.baseline),
            code(&difference.candidate),
            consequence(difference, options),
        ]);
    }
    table.render()
}

fn consequence(difference: &Difference, options: &Options) -> String {
    match difference.fact {
        None => "a possible cause of changes".to_owned(),
        Some(fact) if options.across.contains(&fact) => format!("allowed by `--across {}`", fact.name()),
        Some(_) => "**times are not compared**".to_owned(),
    }
}
