//! Where this tool keeps what belongs to a machine and not to a project.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;

/// This tool's folder in the user's cache directory (`$XDG_CACHE_HOME`, `~/.cache`, or what the system has
/// instead), or in the system's folder for temporary files where the user has no home. It may not exist yet.
pub fn folder() -> PathBuf {
    let base = etcetera::choose_base_strategy().map(|strategy| strategy.cache_dir());
    base.unwrap_or_else(|_| std::env::temp_dir()).join("tensorprof")
}
