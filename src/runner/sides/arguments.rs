//! The user's arguments for cargo, as they are meant where the sides are built.

use std::path::Path;

/// The arguments without `--target-dir`, since each side has its own, and with absolute paths of files in
/// `folder`, from where the user gave them.
pub(super) fn for_sides(arguments: &[String], folder: &Path) -> Vec<String> {
    let mut kept = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.split_once('=').map_or(argument.as_str(), |(flag, _)| flag) {
            "--target-dir" if argument.contains('=') => {}
            "--target-dir" => drop(arguments.next()),
            "--config" | "--target" if !argument.contains('=') => {
                kept.push(argument.clone());
                kept.extend(arguments.next().map(|value| absolute(value, folder)));
            }
            _ => kept.push(argument.clone()),
        }
    }
    kept
}

/// A value that is the path of a file, made absolute.
fn absolute(value: &str, folder: &Path) -> String {
    let file = folder.join(value);
    if file.is_file() { file.display().to_string() } else { value.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_directory_is_dropped_and_paths_are_made_absolute() {
        let folder = tempfile::TempDir::new().expect("makes");
        std::fs::write(folder.path().join("c.toml"), "").expect("writes");
        let given = [
            "--target-dir",
            "t",
            "--target-dir=t",
            "--config",
            "c.toml",
            "--config",
            "a.b=1",
            "--locked",
            "-p",
            "x",
        ];
        let file = folder.path().join("c.toml").display().to_string();
        let kept = for_sides(&given.map(str::to_owned), folder.path());
        assert_eq!(kept, ["--config", &file, "--config", "a.b=1", "--locked", "-p", "x"]);
    }
}
