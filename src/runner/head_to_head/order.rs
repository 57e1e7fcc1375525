//! Which of two sides goes first.

use std::io;

use crate::compare::Side;

/// Balanced random order: of two exchanges one begins with the baseline and the other with the candidate, and chance
/// decides which. Neither a side that always goes second nor a machine that gets slower all the time tells on one side.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// The second of two exchanges, if the first has been.
    second: Option<[Side; 2]>,
}

impl Order {
    /// Exchanges after a first one that had this order.
    pub(super) fn after([first, second]: [Side; 2]) -> Order {
        Order { second: Some([second, first]) }
    }

    /// The order of the next exchange.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub(super) fn next(&mut self) -> io::Result<[Side; 2]> {
        if let Some(order) = self.second.take() {
            return Ok(order);
        }
        let chance = getrandom::u32().map_err(io::Error::from)?;
        let [first, second] = if chance % 2 == 0 { Side::BOTH } else { [Side::Candidate, Side::Baseline] };
        self.second = Some([second, first]);
        Ok([first, second])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_exchanges_each_side_begins_one() {
        let mut order = Order::default();
        let orders: Vec<[Side; 2]> = (0..400).map(|_| order.next().expect("random numbers")).collect();
        assert!(orders.chunks(2).all(|pair| pair[0] == [pair[1][1], pair[1][0]]));
        assert!([0, 2].iter().all(|_| orders.chunks(2).any(|pair| pair[0][0] == Side::Baseline)));
        assert!(orders.chunks(2).any(|pair| pair[0][0] == Side::Candidate));
    }
}
