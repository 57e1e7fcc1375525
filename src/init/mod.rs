//! What a package is given so that its benches can be measured: dependencies and bench targets in its manifest, the line that
//! counts allocations in its benches, and a first bench where it has none. Texts in, texts out; what is there stays as it is.

mod allocator;
mod first_bench;
mod manifest;

pub use self::allocator::{ALLOCATOR, Placement, with_allocator};
pub use self::first_bench::FIRST_BENCH;
pub use self::manifest::{
    Additions, CRITERION, DevDependency, Inherited, ManifestError, Origin, extended, inherited,
};
