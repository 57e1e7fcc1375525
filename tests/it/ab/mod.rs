//! `ab`: two sides, measured in turn.

mod asked;
mod contest;
mod output;
mod turns;
mod unlike;
mod variants;
