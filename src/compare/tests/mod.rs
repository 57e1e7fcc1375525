//! The comparison as a whole.
