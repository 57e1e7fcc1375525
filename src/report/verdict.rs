//! Verdicts in words: on the whole, one word and one sentence of counts; on an amount, one word.

use super::change::ratio;
use super::quantity::{count, things};
use crate::compare::{Comparison, Measured, Rule, Verdict};
use crate::model::NullArm;

/// The verdict on an amount: more is *regressed*.
pub(crate) fn amount(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Regressed => "more",
        Verdict::Improved => "less",
        Verdict::Inconclusive => "varies",
        _ => "same",
    }
}

/// The verdict in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Headline {
    /// Rows regressed, none improved.
    Slower,
    /// Rows improved, none regressed.
    Faster,
    /// Rows regressed and rows improved.
    Mixed,
    /// No row changed, and most are shown not to have.
    Unchanged,
    /// No row is shown to have changed, nor most of them not to have.
    Inconclusive,
    /// No row could be judged.
    NotCompared,
}

impl Headline {
    /// Of a comparison.
    pub(crate) fn of(comparison: &Comparison) -> Self {
        let rows = |verdict| comparison.summary.rows(verdict);
        let open = rows(Verdict::Suspect) + rows(Verdict::Inconclusive);
        match (rows(Verdict::Regressed), rows(Verdict::Improved)) {
            (0, 0) if open + rows(Verdict::Unchanged) == 0 => Headline::NotCompared,
            (0, 0) if open >= rows(Verdict::Unchanged) => Headline::Inconclusive,
            (0, 0) => Headline::Unchanged,
            (_, 0) => Headline::Slower,
            (0, _) => Headline::Faster,
            _ => Headline::Mixed,
        }
    }

    /// The words in prose.
    pub(crate) fn words(self) -> &'static str {
        self.texts()[0]
    }

    /// The name in JSON.
    pub(crate) fn name(self) -> &'static str {
        self.texts()[1]
    }

    fn texts(self) -> [&'static str; 2] {
        match self {
            Headline::Slower => ["Slower", "slower"],
            Headline::Faster => ["Faster", "faster"],
            Headline::Mixed => ["Mixed", "mixed"],
            Headline::Unchanged => ["No change found", "unchanged"],
            Headline::Inconclusive => ["Inconclusive", "inconclusive"],
            Headline::NotCompared => ["Nothing compared", "not-compared"],
        }
    }
}

/// The counts and the geometric mean: what stands after the headline.
pub(crate) fn sentence(comparison: &Comparison) -> String {
    if comparison.rows.is_empty() {
        return "Neither side holds a benchmark.".to_owned();
    }
    let geomean = comparison
        .summary
        .time_geomean
        .map_or_else(String::new, |geomean| format!("; geometric mean of time ratios {}", ratio(&geomean)));
    let allocation = allocation(comparison).map_or_else(String::new, |counts| format!(" {counts}."));
    let point = comparison.options.rule == Rule::Point;
    let rule = if point { " Point estimates without a noise model." } else { "" };
    format!("{}{geomean}.{allocation}{rule}{}", counts(comparison), head_to_head(comparison))
}

/// That the sides were measured in turn, and what that run found of identical code.
fn head_to_head(comparison: &Comparison) -> String {
    let measured = match comparison.measured {
        Measured::Stored | Measured::Alone => "",
        Measured::HeadToHead => " Measured head to head.",
    };
    let null_arm = comparison.null_arm.map_or_else(String::new, |NullArm { rows, changed }| {
        format!(" Identical code judged changed: {} of {}.", count(changed.into()), count(rows.into()))
    });
    format!("{measured}{null_arm}")
}

/// `3 of 23 benchmarks regressed, 1 improved, 17 unchanged, 2 inconclusive`.
fn counts(comparison: &Comparison) -> String {
    use Verdict::{
        Added, Failed, Improved, Inconclusive, NotComparable, NotMeasured, Regressed, Removed, Suspect,
        Unchanged,
    };
    let shown = |verdict| count(comparison.summary.rows(verdict) as u64);
    let all = things(comparison.rows.len(), "benchmark");
    let others = [Unchanged, Suspect, Inconclusive, NotComparable, Added, Removed, NotMeasured, Failed];
    let others = others.into_iter().filter(|verdict| comparison.summary.rows(*verdict) > 0);
    let others: String = others.map(|verdict| format!(", {} {}", shown(verdict), verdict.words())).collect();
    format!("{} of {all} regressed, {} improved{others}", shown(Regressed), shown(Improved))
}

/// `2 allocate more, 1 allocates less`.
pub(crate) fn allocation(comparison: &Comparison) -> Option<String> {
    let words = [(Verdict::Regressed, "more"), (Verdict::Improved, "less")];
    let counted = words.map(|(verdict, word)| (comparison.summary.allocation_rows(verdict), word));
    let parts: Vec<String> = counted
        .into_iter()
        .filter(|(rows, _)| *rows > 0)
        .map(|(rows, word)| {
            format!("{} allocate{} {word}", count(rows as u64), if rows == 1 { "s" } else { "" })
        })
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{RowBuilder, comparison};
    use super::*;

    fn judged(verdicts: &[Verdict]) -> Comparison {
        let row = |(index, verdict): (usize, &Verdict)| {
            RowBuilder::new(&format!("row{index}")).verdict(*verdict).build()
        };
        comparison(verdicts.iter().enumerate().map(row).collect())
    }

    #[test]
    fn the_headline_never_comes_from_rows_that_were_not_judged() {
        use Verdict::{Added, Improved, Inconclusive, NotComparable, Regressed, Suspect, Unchanged};
        let headline = |verdicts: &[Verdict]| Headline::of(&judged(verdicts));
        assert_eq!(headline(&[]), Headline::NotCompared);
        assert_eq!(headline(&[Added, NotComparable]), Headline::NotCompared);
        assert_eq!(headline(&[Unchanged, Unchanged, Inconclusive]), Headline::Unchanged);
        assert_eq!(headline(&[Unchanged, Suspect]), Headline::Inconclusive);
        assert_eq!(headline(&[Unchanged, Regressed]), Headline::Slower);
        assert_eq!(headline(&[Improved, Unchanged]), Headline::Faster);
        assert_eq!(headline(&[Improved, Regressed]), Headline::Mixed);
    }

    #[test]
    fn the_sentence_counts_every_row() {
        let one_each = sentence(&judged(&Verdict::ALL));
        assert!(one_each.starts_with(
            "1 of 10 benchmarks regressed, 1 improved, 1 unchanged, 1 suspect, 1 inconclusive, 1 not comparable, \
             1 added, 1 removed, 1 not measured, 1 failed"
        ));
        assert!(
            sentence(&judged(&[Verdict::Unchanged])).starts_with("0 of 1 benchmark regressed, 0 improved")
        );
    }
}
