//! Dependencies by relative paths that lead out of the repository. A checkout lies elsewhere, so it gets
//! them as absolute paths: both sides use what lies there now.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use anyhow::Result;
use toml_edit::DocumentMut;

use super::dependencies;

/// Makes the paths absolute that lead out of `tree`, a checkout of `repository`. Returns the folders that they
/// lead to and that exist: a repository may hold manifests that are never built.
pub(in crate::runner::sides) fn make_absolute(tree: &Path, repository: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut outside = BTreeSet::new();
    for (file, mut document) in super::all(tree)? {
        let Some(package) = file.parent().and_then(|folder| folder.strip_prefix(tree).ok()) else { continue };
        let found = replace(&mut document, &repository.join(package), repository);
        if !found.is_empty() {
            super::write(&file, &document)?;
            outside.extend(found.into_iter().filter(|folder| folder.exists()));
        }
    }
    Ok(outside)
}

fn replace(document: &mut DocumentMut, package: &Path, repository: &Path) -> Vec<PathBuf> {
    let mut outside = Vec::new();
    dependencies::for_each(document, &mut |_, item| {
        let Some(path) = dependencies::text(item, "path") else { return };
        let target = without_dots(&package.join(path));
        if Path::new(path).is_relative() && !target.starts_with(repository) {
            dependencies::set_text(item, "path", target.display().to_string());
            outside.push(target);
        }
    });
    outside
}

/// A path without `.` and `..`, as cargo reads it: symbolic links are not followed.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_out_of_the_repository_become_absolute() {
        let text = "[dependencies]\n\
                    a = { path = \"../../a\", version = \"1\" } # kept\n\
                    b = { path = \"../b\" }\n\
                    [target.'cfg(unix)'.dev-dependencies.c]\npath = \"../../../c\"\n\
                    [workspace.dependencies]\nd = { path = \"./x/../../../d\" }\n\
                    [patch.crates-io]\ne = { path = \"/e\" }\n";
        let mut document: DocumentMut = text.parse().expect("is TOML");
        let outside =
            replace(&mut document, Path::new("/home/repository/package"), Path::new("/home/repository"));
        assert_eq!(outside, ["/home/a", "/c", "/home/d"].map(PathBuf::from));
        let changed = text
            .replace("\"../../a\"", "\"/home/a\"")
            .replace("\"../../../c\"", "\"/c\"")
            .replace("\"./x/../../../d\"", "\"/home/d\"");
        assert_eq!(document.to_string(), changed);
    }
}
