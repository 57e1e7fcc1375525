//! The time of a run, and the blocks that it pays for.

use std::time::Duration;

use crate::stats::LOOKS;

/// Fewest blocks that a row can have: with fewer, no look but the last could decide anything.
const FEWEST_BLOCKS: u32 = 10;

/// Most blocks of a row: beyond that, what keeps it undecided is not chance.
const MOST_BLOCKS: u32 = 60;

/// The time that the rows of a run may take together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    each: Duration,
    rows: usize,
}

impl Budget {
    /// So much time for each row on average.
    pub(super) fn new(each: Duration, rows: usize) -> Budget {
        Budget { each, rows: rows.max(1) }
    }

    /// The most blocks of a row, where the first block of all rows took so long.
    ///
    /// Of many rows most are decided early and leave about half of their time to the others, which can have twice what
    /// the budget pays for on average. A row on its own has only its own time.
    pub(super) fn most_blocks(&self, first_block: Duration) -> u32 {
        let rows = self.rows as f64;
        affordable_blocks(first_block.div_f64(rows), self.each.mul_f64(2.0 - 1.0 / rows))
    }

    /// Another block may begin: the time is not used up, or a row can have fewer than the fewest blocks.
    pub(super) fn affords(&self, measured: u32, elapsed: Duration) -> bool {
        measured < FEWEST_BLOCKS || elapsed < self.all()
    }

    /// How many more blocks of single rows the time that is left pays for, where so many took so long.
    pub(super) fn left(&self, measured: usize, elapsed: Duration) -> usize {
        let cost = elapsed.as_secs_f64() / measured.max(1) as f64;
        (self.all().saturating_sub(elapsed).as_secs_f64() / cost.max(1e-3)).ceil() as usize
    }

    fn all(&self) -> Duration {
        self.each.mul_f64(self.rows as f64)
    }
}

/// The most blocks of a row, of which one takes so long: what the budget affords, in whole fifths.
pub fn affordable_blocks(cost: Duration, budget: Duration) -> u32 {
    let affordable = (budget.as_secs_f64() / cost.as_secs_f64().max(1e-3)).round();
    let blocks = affordable.clamp(f64::from(FEWEST_BLOCKS), f64::from(MOST_BLOCKS)) as u32;
    blocks - blocks % LOOKS as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn blocks_are_what_the_budget_affords_in_whole_fifths() {
        let blocks = |cost: f64| affordable_blocks(Duration::from_secs_f64(cost), 10 * SECOND);
        assert_eq!([0.0, 0.1, 0.43, 0.6, 5.0].map(blocks), [60, 60, 20, 15, 10]);
    }

    #[test]
    fn the_time_of_decided_rows_goes_to_the_others() {
        // Half a second a block and row.
        let blocks = |rows: u32| Budget::new(10 * SECOND, rows as usize).most_blocks(SECOND / 2 * rows);
        assert_eq!([1, 2, 5, 100].map(blocks), [20, 30, 35, 40]);
    }

    #[test]
    fn a_run_ends_with_its_time_but_not_before_rows_can_be_decided() {
        let budget = Budget::new(10 * SECOND, 3);
        assert!(budget.affords(12, 29 * SECOND) && !budget.affords(12, 30 * SECOND));
        assert!(
            budget.affords(FEWEST_BLOCKS - 1, 300 * SECOND) && !budget.affords(FEWEST_BLOCKS, 300 * SECOND)
        );
    }

    #[test]
    fn what_is_left_follows_from_what_blocks_have_cost() {
        let budget = Budget::new(10 * SECOND, 3);
        assert_eq!(budget.left(20, 10 * SECOND), 40);
        assert_eq!(budget.left(20, 40 * SECOND), 0);
    }
}
