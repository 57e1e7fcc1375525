//! stats

mod location;

pub use location::{displayed_time, median, round_spread};
