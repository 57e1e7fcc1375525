//! Cargo's configuration in the folders around a repository, which a checkout elsewhere would not see.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::workshop::make_folder;

/// The names that cargo reads in `.cargo`, and the order in which it looks for them.
const NAMES: [&str; 2] = ["config", "config.toml"];

/// The configuration files of the folders around `repository`, from the nearest, that do not apply to
/// `elsewhere` anyway: as cargo's home or as a folder around it.
pub(super) fn configurations(repository: &Path, elsewhere: &Path, cargo_home: Option<&Path>) -> Vec<PathBuf> {
    let applies = |folder: &Path| elsewhere.starts_with(folder) || cargo_home == Some(&folder.join(".cargo"));
    let around = repository.ancestors().skip(1).filter(|folder| !applies(folder));
    around
        .filter_map(|folder| {
            NAMES.iter().map(|name| folder.join(".cargo").join(name)).find(|file| file.is_file())
        })
        .collect()
}

/// Cargo's home, whose configuration always applies.
pub(super) fn cargo_home() -> Option<PathBuf> {
    let home = || etcetera::home_dir().ok().map(|home| home.join(".cargo"));
    std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home)
}

/// The path from a side's folder to its checkout: a level for each configuration.
pub(super) fn levels(configurations: &[PathBuf]) -> PathBuf {
    (1..=configurations.len()).rev().map(|level| level.to_string()).collect()
}

/// Puts the configurations into the levels between a side's folder and its checkout. Relative paths in them
/// then start from there.
pub(super) fn surround(folder: &Path, configurations: &[PathBuf]) -> Result<()> {
    let levels = levels(configurations);
    let deepest = folder.join(levels);
    for (configuration, level) in configurations.iter().zip(deepest.ancestors()) {
        let copied = level.join(".cargo").join("config.toml");
        make_folder(&level.join(".cargo"))?;
        fs::copy(configuration, &copied)
            .with_context(|| format!("cannot copy {} to {}", configuration.display(), copied.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_configuration_is_the_nearest_to_the_checkout() {
        let folder = tempfile::TempDir::new().expect("makes");
        let root = folder.path();
        let repository = root.join("outer/none/inner/repository");
        for (place, text) in
            [("outer", "outer"), ("outer/none/inner", "inner"), ("outer/none/inner/repository", "own")]
        {
            fs::create_dir_all(root.join(place).join(".cargo")).expect("makes");
            fs::write(root.join(place).join(".cargo/config.toml"), text).expect("writes");
        }
        let elsewhere = root.join("cache/side-a");
        let found = configurations(&repository, &elsewhere, None);
        surround(&elsewhere, &found).expect("copies");
        assert_eq!(levels(&found), PathBuf::from("2/1"));
        let text = |place: &str| {
            fs::read_to_string(elsewhere.join(place).join(".cargo/config.toml")).expect("is there")
        };
        assert_eq!((text("2"), text("2/1")), ("outer".to_owned(), "inner".to_owned()));
        let home = root.join("outer/.cargo");
        assert_eq!(configurations(&repository, &elsewhere, Some(&home)).len(), 1);
        assert_eq!(configurations(&repository, &root.join("outer/cache"), None).len(), 1);
    }
}
