//! Warnings in words: sentences, and footnotes of tables.

use super::change::percent;
use super::gaps;
use super::quantity::{count, share, short, things};
use super::table::{Form, Text};
use crate::compare::{
    BlockCount, Comparison, Difference, Fact, Options, Row, Side, Sides, Threshold, Warning,
};
use crate::estimate::SampleCounts;
use crate::model::{LONGEST_LABEL, clip, elide};

/// Longest value of a fact in a sentence, characters. The table of differences has all of it.
const LONGEST_VALUE: usize = 60;

/// Most values of a fact in a sentence.
const MOST_VALUES: usize = 4;

/// A warning as a sentence.
pub(crate) fn text(warning: &Warning, comparison: &Comparison) -> Text {
    match warning {
        Warning::Differs(differences) => Text::line([
            differ(differences),
            format!(": times are not compared; `--across {}` compares them.", names(differences)).into(),
        ]),
        Warning::Across(differences) => Text::line([
            differ(differences),
            format!(": compared because of `--across {}`.", names(differences)).into(),
        ]),
        Warning::Failed { side, reason } => {
            Text::line([format!("Failed in the {}: ", side.name()).into(), Text::reason(reason)])
        }
        Warning::NotMeasured { side, reason } | Warning::LeftOut { side, reason } => {
            Text::line([format!("Not measured in the {}: ", side.name()).into(), Text::reason(reason)])
        }
        Warning::MoreRounds(rounds) => format!(
            "About {} per side would resolve this, if the noise stays the same.",
            things(*rounds, "more round"),
        )
        .into(),
        Warning::FalseDiscovery => format!(
            "The interval lies beyond the threshold, but the change does not survive the correction for many rows (false \
             discovery rate {}).",
            plain_percent(comparison.options.false_discovery_rate),
        )
        .into(),
        Warning::Floor(nanoseconds) => format!(
            "Judged by the floor of {nanoseconds} ns per iteration, which is more than the threshold."
        )
        .into(),
        Warning::OwnThreshold(threshold) => {
            format!("Judged by a threshold of its own, {}.", plain_percent(*threshold)).into()
        }
        Warning::TooFewRounds { rounds: Sides { baseline, candidate } } => format!(
            "Too few rounds for an interval: {baseline} in the baseline, {candidate} in the candidate.",
        )
        .into(),
        Warning::ClockMoved(log_ratio) => clock_moved(*log_ratio).into(),
        Warning::MoreSessions => "More rounds would not resolve this, because sessions may differ by as much: another session per \
            side would.".into(),
        Warning::Suspect => "The rounds differ, but sessions of identical code may differ by as much: another session per side \
            can confirm it.".into(),
        Warning::TooFewBlocks(BlockCount { used, measured, .. }) => format!(
            "Too few blocks to judge by: {used} of the {measured} measured {} at least three undisturbed pairs of samples. \
             The rounds of each side decide, as if the sides had been measured apart.",
            if *used == 1 { "has" } else { "have" },
        )
        .into(),
        Warning::LeastVisible { change, blocks } => least_visible(*change, *blocks).into(),
        Warning::NoProbe => "A side has no clock probes: the change is not adjusted for the clock.".into(),
        Warning::Contended => "Contended: another hardware thread or another program used the core during nearly all samples of a side, so only a \
            change by more than a factor of 2 is judged.".into(),
        Warning::CoresLost => "Other programs had the cores of its threads during nearly all samples of a side, and nothing tells what they \
            would have taken: its time is not judged.".into(),
        Warning::CoresLostInTurn => "Other programs had the cores of its threads during nearly all samples of both sides. They were measured in \
            turn and met the same programs, so only a change by more than a factor of 2 is judged.".into(),
        Warning::LongerWait { side, share } => format!(
            "The threads of the {} waited for cores longer than those of the other side, by up to {} of its time: other \
             programs had them, or the code waits longer. A verdict has to hold with and without that time; measured head to \
             head, it need not.",
            side.name(),
            plain_percent(*share),
        )
        .into(),
        Warning::MeanTime { side } => format!(
            "Other programs had the core during most samples of the {}, so that only its mean CPU time is known. Code whose caches \
             and branch predictors others use takes up to about twice as long, so only a change by more than a factor of 2 is \
             judged. Measure that side again, or both head to head.",
            side.name()
        )
        .into(),
        Warning::Disturbed(samples) if comparison.is_alone() => {
            format!("Something else used the cores: {}.", of_samples(samples.candidate, "")).into()
        }
        Warning::Disturbed(samples) => disturbed(*samples).into(),
        Warning::Convention => "The sides count FLOPs by different conventions: FLOP/s are not compared.".into(),
        Warning::AllocationVaries => "Allocation varies between iterations.".into(),
        Warning::BeyondPeaks(_) | Warning::BeyondBound(_) if comparison.is_alone() => WHY_BEYOND_PEAKS.into(),
        Warning::BeyondPeaks(shares) => beyond("the peaks of the machine", *shares).into(),
        Warning::BeyondBound(shares) => beyond("the bound of a token", *shares).into(),
        Warning::PointEstimates => "Point estimates without a noise model: the times shown alone decide, so noise may be reported as a \
            change.".into(),
        Warning::Incomplete(side) => incomplete(*side, comparison),
        Warning::SameBaseline => "Baseline and candidate are the same baseline.".into(),
    }
}

/// More than the machine can do, and why it may seem so.
fn beyond(limit: &str, shares: Sides<Option<f64>>) -> String {
    let of_side = |side: Side| Some(format!("{} of the {}", share(shares[side]?), side.name()));
    let sides: Vec<String> = Side::BOTH.into_iter().filter_map(of_side).collect();
    format!("Of {limit}: {}. {WHY_BEYOND_PEAKS}", sides.join(", "))
}

/// Why more than the peaks may be reached.
const WHY_BEYOND_PEAKS: &str = "More than 100 % means that less is done than declared (the compiler removed it, or the \
    work is miscounted), that the operands lie in a nearer cache than their bytes say, or that something else used the \
    machine while the peaks were measured.";

/// What a side lacks.
fn incomplete(side: Side, comparison: &Comparison) -> Text {
    let labels = comparison.rows.iter().map(|row| (&row.id, row.label.clone())).collect();
    let gaps = comparison.sides[side].gaps.as_ref().map_or("".into(), |gaps| gaps::words(gaps, &labels));
    Text::line([format!("The {} is incomplete: ", side.name()).into(), gaps, ".".into()])
}

/// What became of the samples of both sides.
fn disturbed(samples: Sides<SampleCounts>) -> String {
    let of_side = |side: Side| of_samples(samples[side], &format!(" of the {}", side.name()));
    let [baseline, candidate] = Side::BOTH.map(of_side);
    format!("Something else used the cores: {baseline}; {candidate}.")
}

/// What became of the samples of whom.
fn of_samples(SampleCounts { taken, corrected, left_out }: SampleCounts, whose: &str) -> String {
    let [corrected, left_out] = [corrected, left_out].map(|samples| count(samples as u64));
    let taken = things(taken, "sample");
    format!("of {taken}{whose}, {corrected} count with their CPU time and {left_out} not at all")
}

/// The smallest change that could have been seen, and what was in the way.
fn least_visible(change: f64, BlockCount { used, measured, most }: BlockCount) -> String {
    let disturbed = match measured - used.min(measured) {
        0 => String::new(),
        lost => format!(
            " {} of {} {} not count, because too few samples were undisturbed on both sides.",
            count(lost as u64),
            things(measured, "measured block"),
            if lost == 1 { "does" } else { "do" },
        ),
    };
    let ended = match most.saturating_sub(measured) {
        0 => String::new(),
        _ => format!(" The run ended after {} of at most {}.", count(measured as u64), things(most, "block")),
    };
    format!(
        "The smallest change that {} could have shown is {}.{disturbed}{ended}",
        things(used, "block"),
        percent(change).trim_start_matches('+'),
    )
}

fn clock_moved(log_ratio: f64) -> String {
    let direction = if log_ratio > 0.0 { "slower" } else { "faster" };
    let probes = percent(log_ratio.exp_m1());
    format!("The core clock ran {direction} in the candidate (time of the clock probe {probes}).")
}

/// What must be known of a row's time: its warnings, what contains it, a clock that moved.
pub(crate) fn of_row(row: &Row, comparison: &Comparison) -> Vec<Text> {
    let in_table = |warning: &Warning| match warning {
        // The status column has their number.
        Warning::MoreRounds(_) => {
            "About this many more rounds per side would resolve it, if the noise stays the same.".into()
        }
        other => text(other, comparison),
    };
    let mut notes: Vec<Text> = row.notes.iter().map(in_table).chain(contained(row)).collect();
    if adjustment_decides(row) {
        let in_turn = row.time().and_then(|time| time.estimation).is_some_and(|found| found.blocks.is_some());
        let text = if in_turn {
            "The sides on their own differ from the change between pairs by more than the threshold: the candidate's time \
             is shown by the change."
        } else {
            "The core clock differed by more than the threshold: the candidate's time is shown at the clock of the \
             baseline."
        };
        notes.push(text.into());
    }
    notes
}

/// What must be known of a row of which the change alone is shown: how many rounds would resolve it
/// is for `diff` to say.
pub(crate) fn of_change(row: &Row, comparison: &Comparison) -> Vec<Text> {
    let told = of_kind(row, comparison, |note| !matches!(note, Warning::MoreRounds(_)));
    told.into_iter().chain(contained(row)).collect()
}

/// Those notes of a row that are of some kind.
pub(crate) fn of_kind(row: &Row, comparison: &Comparison, is_of: impl Fn(&Warning) -> bool) -> Vec<Text> {
    row.notes.iter().filter(|note| is_of(note)).map(|note| text(note, comparison)).collect()
}

/// That work reaches more than the peaks of its machine.
pub(crate) fn of_peaks(row: &Row, comparison: &Comparison) -> Vec<Text> {
    of_kind(row, comparison, is_of_peaks)
}

/// It says that more than the peaks of a machine is reached.
pub(crate) fn is_of_peaks(warning: &Warning) -> bool {
    matches!(warning, Warning::BeyondPeaks(_) | Warning::BeyondBound(_))
}

/// Notes in one text for programs, as on a terminal: what others wrote in them is harmless to print.
pub(crate) fn sentences(notes: &[Text]) -> String {
    notes.iter().map(|note| note.write(Form::Terminal)).collect::<Vec<_>>().join(" ")
}

/// What contains the row, where both are measured.
fn contained(row: &Row) -> Option<Text> {
    let container = row.nested_in.as_ref().filter(|_| row.left_out)?;
    let container = Text::Foreign(elide(container, LONGEST_LABEL));
    Some(Text::line(["Contained in ".into(), container, ": left out of totals and means.".into()]))
}

/// The adjustment, for the clock or by pairs, is larger than the threshold of the row.
fn adjustment_decides(row: &Row) -> bool {
    let decides = || {
        let time = row.time()?;
        let (change, estimation) = (time.change?, time.estimation?);
        let Threshold::Fraction(threshold) = time.threshold? else { return None };
        Some((estimation.raw_change() - change.point).abs() > threshold)
    };
    decides().unwrap_or(false)
}

/// A name for programs: the `code` of a note in JSON.
pub(crate) fn code(warning: &Warning) -> &'static str {
    match warning {
        Warning::Differs(_) => "differs",
        Warning::Across(_) => "across",
        Warning::Failed { .. } => "failed",
        Warning::NotMeasured { .. } => "not-measured",
        Warning::LeftOut { .. } => "left-out",
        Warning::MoreRounds(_) => "more-rounds",
        Warning::MoreSessions => "more-sessions",
        Warning::Suspect => "suspect",
        Warning::FalseDiscovery => "false-discovery",
        Warning::OwnThreshold(_) => "own-threshold",
        Warning::Floor(_) => "floor",
        Warning::TooFewRounds { .. } => "too-few-rounds",
        Warning::TooFewBlocks(_) => "too-few-blocks",
        Warning::LeastVisible { .. } => "least-visible",
        Warning::NoProbe => "no-probe",
        Warning::Contended => "contended",
        Warning::CoresLost => "cores-lost",
        Warning::CoresLostInTurn => "cores-lost-in-turn",
        Warning::LongerWait { .. } => "longer-wait",
        Warning::MeanTime { .. } => "mean-time",
        Warning::Disturbed(_) => "disturbed",
        Warning::Convention => "convention",
        Warning::AllocationVaries => "allocation-varies",
        Warning::BeyondPeaks(_) => "beyond-peaks",
        Warning::BeyondBound(_) => "beyond-bound",
        Warning::PointEstimates => "point-estimates",
        Warning::Incomplete(_) => "incomplete",
        Warning::SameBaseline => "same-baseline",
        Warning::ClockMoved(_) => "clock-moved",
    }
}

/// A fraction as a percentage without sign: `5 %`.
pub(crate) fn plain_percent(fraction: f64) -> String {
    format!("{} %", short(fraction * 100.0, 3))
}

/// The least change of time that counts, of the rows that have none of their own: `2 % or 5 ns`.
pub(crate) fn least_change(options: &Options) -> String {
    let floor = if options.floor_ns > 0.0 { format!(" or {} ns", options.floor_ns) } else { String::new() };
    plain_percent(options.threshold) + &floor
}

/// Some rows have a threshold of their own.
pub(crate) fn has_own_thresholds(options: &Options) -> bool {
    options.rows.iter().any(|row| row.threshold.is_some())
}

/// What differs, fact by fact with the values of both sides: `The model differs (layers 2 → 4, width 128 → 256)`.
fn differ(differences: &[Difference]) -> Text {
    let said = facts(differences).enumerate().map(|(index, fact)| {
        let own: Vec<&Difference> = differences.iter().filter(|found| found.fact == Some(fact)).collect();
        let rest = own.len().saturating_sub(MOST_VALUES);
        let more = (rest > 0).then(|| Text::from(format!("{rest} more")));
        let own = own.into_iter().take(MOST_VALUES).map(values).chain(more);
        let words = differs(fact);
        let words = if index == 0 { words.to_owned() } else { words[..1].to_lowercase() + &words[1..] };
        Text::line([words.into(), " (".into(), Text::joined(own, ", "), ")".into()])
    });
    Text::joined(said, "; ")
}

/// The facts that these belong to, in their order.
fn facts(differences: &[Difference]) -> impl Iterator<Item = Fact> {
    Fact::ALL.into_iter().filter(|fact| differences.iter().any(|found| found.fact == Some(*fact)))
}

fn values(difference: &Difference) -> Text {
    let Difference { name, baseline, candidate, .. } = difference;
    let value = |value: &String| Text::Foreign(clip(value, LONGEST_VALUE));
    let sides = Text::both(Sides::new(Some(baseline), Some(candidate)), value);
    Text::line([Text::foreign(name), " ".into(), sides])
}

/// The facts as `--across` takes them.
fn names(differences: &[Difference]) -> String {
    facts(differences).map(Fact::name).collect::<Vec<_>>().join(",")
}

/// That a fact differs, in words.
pub(crate) fn differs(fact: Fact) -> &'static str {
    match fact {
        Fact::Machine => "The machine differs",
        Fact::Threads => "The thread variables differ",
        Fact::Profile => "The cargo profile differs",
        Fact::TargetFeatures => "Target triple or target features differ",
        Fact::Work => "The declared work differs",
        Fact::Dtype => "The element type differs",
        Fact::Model => "The model differs",
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::comparison;
    use super::super::table::Form;
    use super::*;

    #[test]
    fn the_clock_is_said_to_run_the_way_it_ran() {
        assert_eq!(
            clock_moved(0.03),
            "The core clock ran slower in the candidate (time of the clock probe +3.0 %)."
        );
        assert!(clock_moved(-0.03).contains("ran faster"));
    }

    #[test]
    fn what_differs_is_named_with_both_values_and_one_flag_allows_all_of_it() {
        let difference = |fact, name: &str, baseline: &str, candidate: &str| Difference {
            name: name.to_owned(),
            baseline: baseline.to_owned(),
            candidate: candidate.to_owned(),
            fact: Some(fact),
        };
        let differences = vec![
            difference(Fact::Model, "layers", "2", "4"),
            difference(Fact::Dtype, "dtype", "f32", "f16"),
            difference(Fact::Model, "width", "128", "256"),
        ];
        let comparison = comparison(vec![]);
        let said = |warning| text(&warning, &comparison).write(Form::Terminal);
        assert_eq!(
            said(Warning::Differs(differences.clone())),
            "The element type differs (dtype f32 -> f16); the model differs (layers 2 -> 4, width 128 -> 256): times are \
             not compared; `--across dtype,model` compares them."
        );
        assert!(said(Warning::Across(differences)).ends_with("compared because of `--across dtype,model`."));
    }

    #[test]
    fn percentages_have_no_idle_digits() {
        assert_eq!([0.02, 0.95, 0.0125, 0.1].map(plain_percent), ["2 %", "95 %", "1.25 %", "10 %"]);
    }
}
