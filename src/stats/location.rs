//! Where a set of times lies: the median of a round, the displayed time of a side.

use crate::model::Round;

/// The median; the mean of the two middle values where their number is even. Absent for no values.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

/// The displayed time of one side of a row, nanoseconds: exp(mean over rounds of ln median). Absent without
/// rounds.
pub fn displayed_time(rounds: &[Round]) -> Option<f64> {
    let logs = log_medians(rounds);
    (!logs.is_empty()).then(|| mean(&logs).exp())
}

/// Spread between rounds: the standard deviation of ln median, about the relative standard deviation of a
/// round's time. Absent for fewer than two rounds.
pub fn round_spread(rounds: &[Round]) -> Option<f64> {
    let logs = log_medians(rounds);
    let mean = mean(&logs);
    let squares: f64 = logs.iter().map(|log| (log - mean).powi(2)).sum();
    (logs.len() > 1).then(|| (squares / (logs.len() - 1) as f64).sqrt())
}

fn log_medians(rounds: &[Round]) -> Vec<f64> {
    rounds.iter().filter_map(|round| median(&round.samples)).map(f64::ln).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(samples: &[f64]) -> Round {
        Round { session: 0, samples: samples.to_vec(), probes: vec![] }
    }

    #[test]
    fn the_median_is_the_middle_in_any_order() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn the_displayed_time_is_the_geometric_mean_of_the_medians() {
        assert_eq!(displayed_time(&[]), None);
        let time = displayed_time(&[round(&[1.0, 10.0, 1e9]), round(&[1000.0])]).expect("two rounds");
        assert!((time - 100.0).abs() < 1e-9, "{time}");
    }

    #[test]
    fn the_spread_is_that_of_the_logarithms() {
        assert_eq!(round_spread(&[round(&[1.0])]), None);
        let spread = round_spread(&[round(&[1.0]), round(&[1.0f64.exp()])]).expect("two rounds");
        assert!((spread - 0.5f64.sqrt()).abs() < 1e-12, "{spread}");
    }
}
