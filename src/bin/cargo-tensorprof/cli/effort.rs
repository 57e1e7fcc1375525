//! How much is measured, in one word.

use clap::Args;
use tensorprof::model::Settings;

use super::MEASUREMENT;

/// Time that a benchmark may take head to head, seconds, unless the user says otherwise.
const BUDGET: f64 = 10.0;

/// `--quick` or `--thorough`. Samples take as long as by default, so that they tell as much each.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Effort {
    /// For a first look, a fifth of the usual time: 5 rounds of 0.05 s a benchmark and no additional ones; in `ab` and
    /// `bisect`, 2 s a benchmark
    #[arg(long, conflicts_with = "thorough", help_heading = MEASUREMENT)]
    quick: bool,
    /// For small changes, five times the usual time: 30 rounds of 0.2 s a benchmark; in `ab` and `bisect`, 50 s a
    /// benchmark. Flags for rounds and times take precedence over both
    #[arg(long, help_heading = MEASUREMENT)]
    thorough: bool,
}

impl Effort {
    /// Either word was given.
    pub(crate) fn is_given(self) -> bool {
        self.quick || self.thorough
    }

    /// Replaces the settings by those of the word, if one was given.
    pub(crate) fn apply_to(self, settings: &mut Settings) {
        if self.quick {
            settings.rounds = 5;
            settings.max_rounds = Some(5);
            (settings.warm_up, settings.measurement, settings.samples) = (0.02, 0.03, 10);
        } else if self.thorough {
            settings.rounds = 30;
            (settings.warm_up, settings.measurement, settings.samples) = (0.1, 0.1, 32);
        }
    }

    /// Time that a benchmark may take on average head to head, both sides together, seconds.
    pub(crate) fn budget(self) -> f64 {
        match (self.quick, self.thorough) {
            (true, _) => BUDGET / 5.0,
            (_, true) => BUDGET * 5.0,
            _ => BUDGET,
        }
    }
}
