//! The comparison as a whole.

mod cases;
mod families;
mod inference;
mod properties;
mod reference;
mod simulation;
mod wild;
