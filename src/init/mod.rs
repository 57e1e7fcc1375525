//! What a package is given so that its benches can be measured: dependencies and bench targets in its manifest, the line that
//! counts allocations in its benches, and a first bench where it has none. Texts in, texts out; what is there stays as it is.

mod allocator;
mod dependency;
mod first_bench;
mod line_ends;
mod manifest;
mod source_file;

pub use self::allocator::{Placement, allocator, with_allocator};
pub use self::dependency::{CRITERION, DevDependency, Inherited, Origin, inherited};
pub use self::first_bench::{Crates, first_bench};
pub(crate) use self::manifest::dev_dependencies_of;
pub use self::manifest::{Additions, Extended, ManifestError, extended};
pub use self::source_file::{Contents, SourceFile};
