//! Shares with their confidence intervals.

use std::fmt;

/// Normal quantile of a two-sided 95 % interval.
const Z: f64 = 1.96;

/// A number of cases out of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// The cases that count.
    pub hits: usize,
    /// All cases.
    pub of: usize,
}

impl Tally {
    /// Counts the `true` ones.
    pub fn count(values: impl IntoIterator<Item = bool>) -> Self {
        let add = |tally: Tally, hit| Tally { hits: tally.hits + usize::from(hit), of: tally.of + 1 };
        values.into_iter().fold(Tally::default(), add)
    }

    /// The 95 % interval of the share (Wilson 1927, "Probable inference, the law of succession, and
    /// statistical inference"). It takes the cases as independent; pairs that share a save are not quite.
    pub fn interval(&self) -> Option<[f64; 2]> {
        let n = self.of as f64;
        (n > 0.0).then_some(())?;
        let p = self.hits as f64 / n;
        let centre = p + Z * Z / (2.0 * n);
        let half_width = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + Z * Z / n;
        Some([((centre - half_width) / scale).max(0.0), (centre + half_width) / scale])
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some([low, high]) = self.interval() else {
            return f.pad("-");
        };
        let share = 100.0 * self.hits as f64 / self.of as f64;
        write!(f, "{share:.1} % [{:.1}, {:.1}]", 100.0 * low, 100.0 * high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_share_and_interval() {
        assert_eq!(Tally { hits: 10, of: 100 }.to_string(), "10.0 % [5.5, 17.4]");
        assert_eq!(Tally { hits: 0, of: 100 }.to_string(), "0.0 % [0.0, 3.7]");
        assert_eq!(Tally::default().to_string(), "-");
        assert_eq!(Tally::count([true, false, true]), Tally { hits: 2, of: 3 });
    }
}
