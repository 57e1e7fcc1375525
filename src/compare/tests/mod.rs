//! The comparison as a whole.

mod alone;
mod cases;
mod efficiency;
mod families;
mod head_to_head;
mod inference;
mod properties;
mod reference;
mod simulation;
mod wild;
