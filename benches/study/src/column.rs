//! The columns of the extended study: a way of measuring, on a quiet or on a loaded machine.

use clap::ValueEnum;

use crate::rules::Rule;

/// How two sides are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Each by a save of its own, with the default settings.
    Stored,
    /// In turn, in one run.
    HeadToHead,
    /// Each by one process with criterion's default settings: what its own users do.
    Criterion,
}

/// A column of the study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Column {
    /// Saves while nothing else runs.
    StoredQuiet,
    /// Saves beside other work on the same cores.
    StoredLoaded,
    /// Runs in turn while nothing else runs.
    HeadToHeadQuiet,
    /// Runs in turn beside other work on the same cores.
    HeadToHeadLoaded,
    /// Default criterion runs while nothing else runs.
    CriterionQuiet,
    /// Default criterion runs beside other work on the same cores.
    CriterionLoaded,
}

impl Column {
    /// Every column.
    pub const ALL: [Column; 6] = [
        Column::StoredQuiet,
        Column::StoredLoaded,
        Column::HeadToHeadQuiet,
        Column::HeadToHeadLoaded,
        Column::CriterionQuiet,
        Column::CriterionLoaded,
    ];

    /// The name of its folder.
    pub fn name(self) -> &'static str {
        match self {
            Column::StoredQuiet => "stored-quiet",
            Column::StoredLoaded => "stored-loaded",
            Column::HeadToHeadQuiet => "head-to-head-quiet",
            Column::HeadToHeadLoaded => "head-to-head-loaded",
            Column::CriterionQuiet => "criterion-quiet",
            Column::CriterionLoaded => "criterion-loaded",
        }
    }

    /// The heading in tables.
    pub fn title(self) -> String {
        let (way, machine) = self.name().rsplit_once('-').unwrap_or((self.name(), ""));
        format!("{}, {machine}", way.replace('-', " "))
    }

    /// How its sides are measured.
    pub fn way(self) -> Way {
        match self {
            Column::StoredQuiet | Column::StoredLoaded => Way::Stored,
            Column::HeadToHeadQuiet | Column::HeadToHeadLoaded => Way::HeadToHead,
            Column::CriterionQuiet | Column::CriterionLoaded => Way::Criterion,
        }
    }

    /// Whether other work runs on the same cores.
    pub fn is_loaded(self) -> bool {
        matches!(self, Column::StoredLoaded | Column::HeadToHeadLoaded | Column::CriterionLoaded)
    }

    /// The rules that can judge what it measures: tango needs pairs, and a single process has no rounds.
    pub fn rules(self) -> &'static [Rule] {
        match self.way() {
            Way::HeadToHead => &Rule::ALL,
            Way::Stored => {
                &[Rule::Tensorprof, Rule::Criterion, Rule::Critcmp, Rule::MannWhitney, Rule::Welch]
            }
            Way::Criterion => &[Rule::Criterion, Rule::Critcmp, Rule::MannWhitney],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_command_line() {
        for column in Column::ALL {
            assert_eq!(Column::from_str(column.name(), false), Ok(column));
            assert_eq!(column.name().ends_with("loaded"), column.is_loaded());
        }
        assert_eq!(Column::HeadToHeadQuiet.title(), "head to head, quiet");
    }
}
