//! `ab`: two sides, measured in turn.

mod asked;
mod contest;
mod faults;
#[cfg(unix)]
mod interrupted;
mod output;
mod turns;
mod unlike;
mod variants;
