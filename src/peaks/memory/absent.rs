//! There is no code for this processor.

use super::Loops;

/// None.
pub(super) fn loops() -> Option<&'static Loops> {
    None
}
