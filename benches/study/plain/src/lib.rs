//! Slowdowns that are planted in plain criterion benches on purpose, to study how well changes of a known size are found.

use std::env;

/// Environment variable: the share by which the work of every benchmark grows.
pub const VARIABLE: &str = "TENSORPROF_PLANT";

/// The share in `$TENSORPROF_PLANT`, zero if it is unset.
///
/// # Panics
/// If the value is not a positive number: a study must not run without its slowdown.
pub fn share() -> f64 {
    let Ok(text) = env::var(VARIABLE) else { return 0.0 };
    let share = text.parse().ok().filter(|share: &f64| share.is_finite() && *share > 0.0);
    share.unwrap_or_else(|| panic!("{VARIABLE} is `{text}`; give a positive number, such as 0.05"))
}

/// A count of items that has grown by a share.
pub fn grown(count: usize, share: f64) -> usize {
    count + (count as f64 * share).round() as usize
}

/// Iterations that are due for a share, when so many are counted.
pub fn iterations(counted: u64, share: f64) -> u64 {
    counted + (counted as f64 * share).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_grow_by_the_share() {
        assert_eq!([0.0, 0.03, 0.05, 0.1].map(|share| grown(800, share)), [800, 824, 840, 880]);
        assert_eq!(iterations(1_000_000, 0.05), 1_050_000);
    }
}
