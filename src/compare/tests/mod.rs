//! The comparison as a whole.

mod cases;
mod properties;
mod reference;
mod simulation;
