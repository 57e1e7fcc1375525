//! How far a measurement is: how many benchmarks have been measured, how many times one is expected to be measured still, and
//! how long that will take. A bar on a terminal, a few words elsewhere.

use std::fmt;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

/// The progress of one measurement.
pub(crate) struct Progress {
    bar: ProgressBar,
    /// What the expected number is: `about`, or `at most`.
    bound: &'static str,
}

impl Progress {
    /// Shown by this bar, whose length is not known yet.
    pub(crate) fn new(bar: ProgressBar, bound: &'static str) -> Progress {
        Progress { bar, bound }
    }

    /// Only words can show it.
    pub(crate) fn is_hidden(&self) -> bool {
        self.bar.is_hidden()
    }

    /// The measurement begins now; what came before took another time.
    pub(crate) fn starts(&self) {
        self.bar.reset_elapsed();
    }

    pub(crate) fn begins(&self, what: String) {
        self.bar.set_message(what);
    }

    /// Time passes.
    pub(crate) fn tick(&self) {
        self.bar.tick();
    }

    pub(crate) fn measured(&self) {
        self.bar.inc(1);
    }

    /// So many measurements of a benchmark are expected still.
    pub(crate) fn expect(&self, left: usize) {
        if self.bar.length().is_none() {
            self.bar.set_style(known_length(self.bound));
        }
        self.bar.set_length(self.bar.position() + left as u64);
    }

    /// `: 4 of about 12 measured, 2 s left`; nothing while the number is not known.
    pub(crate) fn words(&self) -> String {
        let Some(length) = self.bar.length() else { return String::new() };
        let (measured, bound) = (self.bar.position(), self.bound);
        let left =
            time_left(self.bar.elapsed(), measured, length).map(|left| format!(", {bound} {left} left"));
        format!(": {measured} of {bound} {length} measured{}", left.unwrap_or_default())
    }

    /// Runs something that prints lines.
    pub(crate) fn pause(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }

    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// Longest time without a line, where there is no bar.
const LONGEST_SILENCE: Duration = Duration::from_secs(60);

/// Which processes have a line of their own where there is no bar: all of the first round, so that every bench is named, and
/// of others the first, and those after a long silence. A workspace may have hundreds of benches.
#[derive(Default)]
pub(crate) struct RoundLines {
    /// The round of the last line, and when that was.
    last: Option<(u32, Instant)>,
}

impl RoundLines {
    /// Whether a process of this round that starts now has a line.
    pub(crate) fn is_due(&mut self, round: u32) -> bool {
        let is_covered =
            |(last, since): (u32, Instant)| round > 1 && round == last && since.elapsed() < LONGEST_SILENCE;
        let is_due = !self.last.is_some_and(is_covered);
        if is_due {
            self.last = Some((round, Instant::now()));
        }
        is_due
    }
}

/// The style of a bar whose length is known.
fn known_length(bound: &'static str) -> ProgressStyle {
    let left = move |state: &ProgressState, text: &mut dyn fmt::Write| {
        let length = state.len().unwrap_or_default();
        if let Some(left) = time_left(state.elapsed(), state.pos(), length) {
            // A bar that cannot be written is not seen.
            let _ = write!(text, ", {bound} {left} left");
        }
    };
    style("{prefix:>12.bold.cyan} [{bar:24}] {pos}/{len}: {msg}{left}")
        .progress_chars("=> ")
        .with_key("left", left)
}

/// A style that this program has written.
pub(crate) fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// How long the rest takes, if it takes as long as what has been measured. `None` before anything has.
fn time_left(elapsed: Duration, measured: u64, length: u64) -> Option<Words> {
    let left = length.saturating_sub(measured) as f64;
    (measured > 0).then(|| Words(elapsed.as_secs_f64() * left / measured as f64))
}

/// A time in seconds, for who waits.
struct Words(f64);

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.ceil() as u64;
        let minutes = seconds.div_ceil(60);
        match (seconds, minutes) {
            (0..100, _) => write!(f, "{seconds} s"),
            (_, 0..100) => write!(f, "{minutes} min"),
            _ => write!(f, "{} h {} min", minutes / 60, minutes % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(seconds: u64, measured: u64, length: u64) -> Option<String> {
        time_left(Duration::from_secs(seconds), measured, length).map(|left| left.to_string())
    }

    #[test]
    fn the_rest_takes_as_long_as_what_has_been_measured() {
        assert_eq!(left(30, 0, 12), None);
        assert_eq!(left(30, 4, 12).as_deref(), Some("60 s"));
        assert_eq!(left(30, 12, 12).as_deref(), Some("0 s"));
        assert_eq!(left(30, 13, 12).as_deref(), Some("0 s"), "more than was expected");
        assert_eq!(left(61, 1, 3).as_deref(), Some("3 min"));
        assert_eq!(left(3600, 1, 3).as_deref(), Some("2 h 0 min"));
    }

    #[test]
    fn every_bench_of_the_first_round_has_a_line_and_every_other_round_one() {
        let mut lines = RoundLines::default();
        assert_eq!(
            [1, 1, 1, 2, 2, 2, 3].map(|round| lines.is_due(round)),
            [true, true, true, true, false, false, true]
        );
        lines.last = Instant::now().checked_sub(LONGEST_SILENCE).map(|long_ago| (3, long_ago));
        assert!(lines.is_due(3));
    }

    #[test]
    fn the_number_follows_what_is_expected() {
        let progress = Progress::new(ProgressBar::hidden(), "about");
        (0..4).for_each(|_| progress.measured());
        assert_eq!(progress.words(), "");
        progress.expect(8);
        assert!(progress.words().starts_with(": 4 of about 12 measured, about "), "{}", progress.words());
        progress.measured();
        progress.expect(3);
        assert!(progress.words().starts_with(": 5 of about 8 measured"), "{}", progress.words());
    }
}
