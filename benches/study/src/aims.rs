//! The tables of the extended study: what each column reached of what it must, and every rule on the same data.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use tensorprof::compare::Verdict;
use tensorprof::stats::median;

use crate::column::Column;
use crate::folder::Finished;
use crate::judged::Judged;
use crate::plan::Kind;
use crate::rules::{Outcome, Rule};
use crate::tables::{number, percent, table_head, table_row};
use crate::tally::Tally;
use crate::unit::{Part, Subject};

/// A column with its rows.
#[derive(Debug, Clone)]
pub struct ColumnRows {
    /// Which.
    pub column: Column,
    /// Its units.
    pub units: Vec<Finished>,
    /// All rows of its units, judged.
    pub rows: Vec<Judged>,
}

/// What is asked of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aim {
    IdenticalChanged,
    Found(u32),
    IdenticalUnchanged,
    HalfWidth,
}

impl Aim {
    const ALL: [Aim; 6] = [
        Aim::IdenticalChanged,
        Aim::Found(10),
        Aim::Found(5),
        Aim::Found(3),
        Aim::IdenticalUnchanged,
        Aim::HalfWidth,
    ];

    fn title(self) -> String {
        match self {
            Aim::IdenticalChanged => "identical code judged changed".to_owned(),
            Aim::Found(percent) => format!("planted {percent} % found"),
            Aim::IdenticalUnchanged => "identical code shown *unchanged*".to_owned(),
            Aim::HalfWidth => "median half-width".to_owned(),
        }
    }

    /// What must be reached, in words; empty where it is only reported.
    fn bound(self, column: Column) -> &'static str {
        let of_columns = match self {
            Aim::IdenticalChanged => ["<= 1 %"; 4],
            Aim::Found(5) => [">= 90 %", ">= 50 %", ">= 99 %", ">= 90 %"],
            Aim::Found(3) => ["", "", ">= 95 %", ">= 70 %"],
            Aim::Found(_) => [""; 4],
            Aim::IdenticalUnchanged => [">= 70 %", "", ">= 95 %", ">= 80 %"],
            Aim::HalfWidth => ["<= 1.2 %", "<= 3 %", "<= 0.7 %", "<= 1.2 %"],
        };
        match column {
            Column::StoredQuiet => of_columns[0],
            Column::StoredLoaded => of_columns[1],
            Column::HeadToHeadQuiet => of_columns[2],
            Column::HeadToHeadLoaded => of_columns[3],
            Column::CriterionQuiet | Column::CriterionLoaded => "",
        }
    }

    fn reached(self, rows: &[&Judged]) -> String {
        match self {
            Aim::IdenticalChanged => hits(rows, Kind::Plain, Rule::Tensorprof).to_string(),
            Aim::Found(percent) => hits(rows, Kind::Planted(percent), Rule::Tensorprof).to_string(),
            Aim::IdenticalUnchanged => {
                let unchanged = |row: &Judged| row.observation.verdict == Verdict::Unchanged;
                Tally::count(of_kind(rows, Kind::Plain).map(unchanged)).to_string()
            }
            Aim::HalfWidth => {
                let widths = of_kind(rows, Kind::Plain).filter_map(|row| row.observation.half_width);
                percent(median(&mut widths.collect::<Vec<_>>()))
            }
        }
    }
}

/// All tables.
///
/// # Errors
/// None of its own: those of formatting.
pub fn render(columns: &[ColumnRows]) -> Result<String, fmt::Error> {
    let mut text = String::new();
    let ours: Vec<&ColumnRows> =
        columns.iter().filter(|column| column.column.rules().contains(&Rule::Tensorprof)).collect();
    writeln!(text, "## What was reached\n")?;
    machines(&mut text, columns)?;
    writeln!(text, "\n### All rows, one thread\n")?;
    let one_thread = |subject: Subject| subject.threads == 1 && subject.part != Part::Clock;
    aims(&mut text, &ours, &one_thread)?;
    for subject in subjects(columns).into_iter().filter(|subject| subject.part != Part::Clock) {
        writeln!(text, "\n### {}\n", subject.title())?;
        aims(&mut text, &ours, &|other| other == subject)?;
    }
    writeln!(text, "\n## Rules on the same data\n")?;
    for column in columns.iter().filter(|column| !column.rows.is_empty()) {
        writeln!(text, "### {}, one thread\n", column.column.title())?;
        rivals(&mut text, column, &one_thread)?;
    }
    writeln!(text, "## By row (tensorprof)\n")?;
    for column in ours.iter().filter(|column| !column.rows.is_empty()) {
        writeln!(text, "### {}\n", column.column.title())?;
        by_row(&mut text, column)?;
    }
    Ok(text)
}

/// For each kind of each row: how many were judged changed or found, how many shown unchanged, and the median change.
fn by_row(text: &mut String, column: &ColumnRows) -> fmt::Result {
    let kinds: BTreeSet<Kind> = column.rows.iter().map(|row| row.observation.kind).collect();
    let heading = |kind: &Kind| match kind {
        Kind::Plain => "identical: changed, unchanged, median change".to_owned(),
        Kind::Planted(percent) => format!("planted {percent} %: found, unchanged, median change"),
    };
    let headings: Vec<String> = kinds.iter().map(heading).chain(["median half-width".to_owned()]).collect();
    table_head(text, "row", &headings)?;
    let mut rows: BTreeMap<(Subject, String), Vec<&Judged>> = BTreeMap::new();
    for row in &column.rows {
        rows.entry((row.subject, row.observation.id.path())).or_default().push(row);
    }
    for ((subject, path), rows) in rows {
        let mut cells: Vec<String> = kinds.iter().map(|&kind| summary(&rows, kind)).collect();
        cells.push(Aim::HalfWidth.reached(&rows));
        table_row(text, &format!("{}: {path}", subject.title()), &cells)?;
    }
    writeln!(text)
}

fn summary(rows: &[&Judged], kind: Kind) -> String {
    let found = hits(rows, kind, Rule::Tensorprof);
    let unchanged = of_kind(rows, kind).filter(|row| row.observation.verdict == Verdict::Unchanged).count();
    let mut changes: Vec<f64> = of_kind(rows, kind).map(|row| row.observation.change).collect();
    format!("{} and {unchanged} of {}, {}", found.hits, found.of, percent(median(&mut changes)))
}

fn subjects(columns: &[ColumnRows]) -> BTreeSet<Subject> {
    columns.iter().flat_map(|column| &column.rows).map(|row| row.subject).collect()
}

/// How busy the machine was.
fn machines(text: &mut String, columns: &[ColumnRows]) -> fmt::Result {
    let headings = ["units", "hours", "load average, median", "idle cores", "stolen by the host", "failures"];
    table_head(text, "column", &headings.map(str::to_owned))?;
    for ColumnRows { column, units, .. } in columns.iter().filter(|column| !column.units.is_empty()) {
        let of_units =
            |of: fn(&Finished) -> Option<f64>| median(&mut units.iter().filter_map(of).collect::<Vec<_>>());
        let seconds: f64 = units.iter().map(|unit| unit.record.seconds).sum();
        let failures: usize = units.iter().map(|unit| unit.record.failures.len()).sum();
        let cells = [
            units.len().to_string(),
            number(Some(seconds / 3600.0)),
            number(of_units(|unit| unit.record.machine.load_average)),
            percent(of_units(|unit| unit.record.machine.idle)),
            percent(of_units(|unit| unit.record.machine.steal)),
            failures.to_string(),
        ];
        table_row(text, &column.title(), &cells)?;
    }
    Ok(())
}

fn aims(text: &mut String, columns: &[&ColumnRows], wanted: &dyn Fn(Subject) -> bool) -> fmt::Result {
    table_head(text, "", &columns.iter().map(|column| column.column.title()).collect::<Vec<_>>())?;
    let rows: Vec<Vec<&Judged>> =
        columns.iter().map(|column| column.rows.iter().filter(|row| wanted(row.subject)).collect()).collect();
    let mut write = |title: &str, cell: &dyn Fn(&[&Judged], Column) -> String| {
        let cells = columns.iter().zip(&rows).map(|(column, rows)| cell(rows, column.column));
        table_row(text, title, &cells.collect::<Vec<_>>())
    };
    for aim in Aim::ALL {
        write(&aim.title(), &|rows, column| match aim.bound(column) {
            "" => aim.reached(rows),
            bound => format!("{} (aim {bound})", aim.reached(rows)),
        })?;
    }
    write("planted, judged faster", &|rows, _| faster(rows, Rule::Tensorprof).to_string())?;
    write("identical rows", &|rows, _| of_kind(rows, Kind::Plain).count().to_string())?;
    write("planted rows", &|rows, _| {
        rows.iter().filter(|row| row.observation.kind != Kind::Plain).count().to_string()
    })?;
    write("seconds per row, both sides", &|rows, _| seconds(rows, Rule::Tensorprof))
}

fn rivals(text: &mut String, column: &ColumnRows, wanted: &dyn Fn(Subject) -> bool) -> fmt::Result {
    let rows: Vec<&Judged> = column.rows.iter().filter(|row| wanted(row.subject)).collect();
    let plants: BTreeSet<Kind> =
        rows.iter().map(|row| row.observation.kind).filter(|kind| *kind != Kind::Plain).collect();
    let mut headings = vec!["identical, judged changed".to_owned()];
    headings.extend(plants.iter().filter_map(|kind| match kind {
        Kind::Planted(percent) => Some(format!("planted {percent} %, found")),
        Kind::Plain => None,
    }));
    headings.extend(["planted, judged faster", "seconds per row"].map(str::to_owned));
    table_head(text, "rule", &headings)?;
    for &rule in column.column.rules() {
        let mut cells = vec![hits(&rows, Kind::Plain, rule).to_string()];
        cells.extend(plants.iter().map(|&kind| hits(&rows, kind, rule).to_string()));
        cells.extend([faster(&rows, rule).to_string(), seconds(&rows, rule)]);
        table_row(text, rule.name(), &cells)?;
    }
    writeln!(text)
}

fn of_kind<'a>(rows: &'a [&Judged], kind: Kind) -> impl Iterator<Item = &'a Judged> {
    rows.iter().copied().filter(move |row| row.observation.kind == kind)
}

/// Whether a rule found a change: any change without a planted slowdown, else a slowdown.
fn hits(rows: &[&Judged], kind: Kind, rule: Rule) -> Tally {
    Tally::count(of_kind(rows, kind).map(|row| match kind {
        Kind::Plain => row.observation.outcome(rule) != Outcome::NotChanged,
        Kind::Planted(_) => row.observation.outcome(rule) == Outcome::Slower,
    }))
}

fn faster(rows: &[&Judged], rule: Rule) -> Tally {
    let planted = rows.iter().filter(|row| row.observation.kind != Kind::Plain);
    Tally::count(planted.map(|row| row.observation.outcome(rule) == Outcome::Faster))
}

/// The mean time that the data of a rule took.
fn seconds(rows: &[&Judged], rule: Rule) -> String {
    let all: f64 = rows.iter().map(|row| row.seconds(rule)).sum();
    number((!rows.is_empty()).then(|| all / rows.len() as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judged::judge;
    use crate::judged::tests::{run, stored};

    #[test]
    fn tables_hold_every_column_aim_and_rule() {
        let (plain, planted) = (Kind::Plain, Kind::Planted(5));
        let units = [stored(plain, 1, 1.0), stored(plain, 2, 1.0), stored(planted, 1, 1.05)];
        let runs = [run(plain, 1, 1.0), run(planted, 1, 1.05)];
        let columns = [(Column::StoredQuiet, units.to_vec()), (Column::HeadToHeadLoaded, runs.to_vec())];
        let columns =
            columns.map(|(column, units)| ColumnRows { column, rows: judge(column, &units), units });
        let text = render(&columns).unwrap();
        for line in [
            "|  | stored, quiet | head to head, loaded |",
            "| identical code judged changed | 0.0 % [0.0, 65.8] (aim <= 1 %) | 0.0 % [0.0, 65.8] (aim <= 1 %) |",
            "| planted 5 % found | 100.0 % [51.0, 100.0] (aim >= 90 %) | 100.0 % [34.2, 100.0] (aim >= 90 %) |",
            "| planted 3 % found | - | - (aim >= 70 %) |",
            "| identical rows | 2 | 2 |",
            "| seconds per row, both sides | 10.00 | 5.00 |",
            "### operations\n",
            "| operations: MatMul/00001 | 0 and 1 of 1, 0.0",
            "| rule | identical, judged changed | planted 5 %, found | planted, judged faster | seconds per row |",
            "| tango's (all pairs of samples, z of 2.6 and beyond 1 %) | 0.0 % [0.0, 65.8] | 100.0 % [34.2, 100.0] |",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert_eq!(text.matches("| tango's").count(), 1, "saves are not measured in turn");
    }

    #[test]
    fn nothing_measured_is_no_panic() {
        assert!(render(&[]).unwrap().contains("What was reached"));
    }
}
