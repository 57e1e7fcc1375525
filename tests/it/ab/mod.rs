//! `ab`: two sides, measured in turn.

mod asked;
mod contest;
mod output;
mod unlike;
mod variants;
