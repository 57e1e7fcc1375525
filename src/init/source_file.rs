//! Which files a crate is made of, and whether one of them sets the global allocator.

use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Ident, Literal, TokenStream, TokenTree};

/// A file of a crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it is.
    pub path: PathBuf,
    /// The folder of the modules that it declares.
    modules: PathBuf,
}

/// What the text of a file brings into its crate, other than for tests.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// A global allocator, be it under a condition.
    pub has_allocator: bool,
    /// Other files. A module may be in one of two, and what is under a condition may not be there.
    pub files: Vec<SourceFile>,
}

/// Where the files are that are named at a place in the code.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// Included ones.
    included: &'a Path,
    /// Those of modules with a path.
    with_path: &'a Path,
    /// Those of modules without.
    modules: &'a Path,
}

impl SourceFile {
    /// The root of a crate, or another file that has its modules beside it.
    pub fn root(path: PathBuf) -> SourceFile {
        let modules = folder(&path).to_owned();
        SourceFile { path, modules }
    }

    /// The two places of a module.
    fn module(folder: &Path, name: &str) -> [SourceFile; 2] {
        let (path, modules) = (folder.join(format!("{name}.rs")), folder.join(name));
        let in_folder = SourceFile::root(modules.join("mod.rs"));
        [SourceFile { path, modules }, in_folder]
    }

    /// What this text of it brings into the crate. Nothing where it is no Rust.
    pub fn contents(&self, text: &str) -> Contents {
        let beside = folder(&self.path);
        let place = Place { included: beside, with_path: beside, modules: &self.modules };
        let mut contents = Contents::default();
        contents.read(text.parse().unwrap_or_default(), place);
        contents
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

impl Contents {
    fn read(&mut self, code: TokenStream, place: Place<'_>) {
        let trees: Vec<TokenTree> = code.into_iter().collect();
        let mut attributes = Vec::new();
        let mut rest = trees.as_slice();
        while !rest.is_empty() {
            if let [hash, TokenTree::Group(attribute), behind @ ..] = rest
                && is_mark(hash, '#')
            {
                attributes.push(attribute.stream());
                rest = behind;
                continue;
            }
            if attributes.iter().any(is_for_tests) {
                rest = behind_item(rest);
                attributes.clear();
                continue;
            }
            self.has_allocator |= attributes.iter().any(|attribute| names(attribute, "global_allocator"));
            rest = self.read_first(rest, &mut attributes, place);
        }
    }

    /// Reads the first of these trees, behind attributes, and returns what follows it.
    fn read_first<'t>(
        &mut self,
        trees: &'t [TokenTree],
        attributes: &mut Vec<TokenStream>,
        place: Place<'_>,
    ) -> &'t [TokenTree] {
        match trees {
            [TokenTree::Ident(word), TokenTree::Ident(name), end, behind @ ..]
                if *word == "mod" && is_mark(end, ';') =>
            {
                self.module(name, attributes, place);
                attributes.clear();
                behind
            }
            [TokenTree::Ident(word), TokenTree::Ident(name), TokenTree::Group(body), behind @ ..]
                if *word == "mod" =>
            {
                let folder = inline_folder(name, attributes, place);
                self.read(body.stream(), Place { with_path: &folder, modules: &folder, ..place });
                attributes.clear();
                behind
            }
            [TokenTree::Ident(word), mark, TokenTree::Group(arguments), behind @ ..]
                if *word == "include" && is_mark(mark, '!') =>
            {
                let file = literals(arguments.stream()).next();
                self.files.extend(file.map(|file| SourceFile::root(place.included.join(file))));
                behind
            }
            [TokenTree::Group(group), behind @ ..] => {
                self.read(group.stream(), place);
                if group.delimiter() == Delimiter::Brace {
                    attributes.clear();
                }
                behind
            }
            [first, behind @ ..] => {
                if is_mark(first, ';') {
                    attributes.clear();
                }
                behind
            }
            [] => trees,
        }
    }

    fn module(&mut self, name: &Ident, attributes: &[TokenStream], place: Place<'_>) {
        let paths = attributes.iter().flat_map(paths);
        self.files.extend(paths.map(|path| SourceFile::root(place.with_path.join(path))));
        if !attributes.iter().any(is_path) {
            self.files.extend(SourceFile::module(place.modules, &unraw(name)));
        }
    }
}

/// Where the modules are that a module with a body declares.
fn inline_folder(name: &Ident, attributes: &[TokenStream], place: Place<'_>) -> PathBuf {
    match attributes.iter().flat_map(paths).next() {
        Some(path) => place.with_path.join(path),
        None => place.modules.join(unraw(name)),
    }
}

fn unraw(name: &Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}

fn is_mark(tree: &TokenTree, mark: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == mark)
}

/// An attribute by which only tests have an item.
fn is_for_tests(attribute: &TokenStream) -> bool {
    let text = attribute.to_string().replace(char::is_whitespace, "");
    text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

/// What follows the item that these trees begin with.
fn behind_item(trees: &[TokenTree]) -> &[TokenTree] {
    let is_end = |tree: &TokenTree| match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        other => is_mark(other, ';'),
    };
    trees.iter().position(is_end).map_or(&[], |end| &trees[end + 1..])
}

fn names(code: &TokenStream, word: &str) -> bool {
    code.clone().into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => names(&group.stream(), word),
        _ => false,
    })
}

/// The attribute `#[path = "..."]`, without a condition.
fn is_path(attribute: &TokenStream) -> bool {
    matches!(attribute.clone().into_iter().next(), Some(TokenTree::Ident(word)) if word == "path")
}

/// The paths that an attribute gives a module, under a condition or not.
fn paths(attribute: &TokenStream) -> Vec<String> {
    let trees: Vec<TokenTree> = attribute.clone().into_iter().collect();
    let own = trees.windows(3).filter_map(|three| match three {
        [TokenTree::Ident(key), mark, TokenTree::Literal(path)] if *key == "path" && is_mark(mark, '=') => {
            text(path)
        }
        _ => None,
    });
    let inner = trees.iter().filter_map(|tree| match tree {
        TokenTree::Group(group) => Some(paths(&group.stream())),
        _ => None,
    });
    own.chain(inner.flatten()).collect()
}

fn literals(code: TokenStream) -> impl Iterator<Item = String> {
    code.into_iter().filter_map(|tree| match tree {
        TokenTree::Literal(literal) => text(&literal),
        _ => None,
    })
}

/// The text of a literal, if it is one.
fn text(literal: &Literal) -> Option<String> {
    let written = literal.to_string();
    let quoted = written.trim_start_matches('r').trim_matches('#');
    quoted.strip_prefix('"')?.strip_suffix('"').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files_of(file: &SourceFile, text: &str) -> Vec<String> {
        let files = file.contents(text).files.into_iter();
        files.map(|file| format!("{} -> {}", file.path.display(), file.modules.display())).collect()
    }

    #[test]
    fn modules_are_where_the_compiler_looks_for_them() {
        let root = SourceFile::root("src/lib.rs".into());
        let code = "//! mod no;\n#![allow(x)]\nuse a::b;\npub(crate) mod one;\nmod r#try;\nfn f() { let modern = 1; }\n\
                    cfg_if! { if #[cfg(unix)] { mod hidden; } }\nmod inner { pub mod deep; #[path = \"p.rs\"] mod with_path; }\n";
        assert_eq!(
            files_of(&root, code),
            [
                "src/one.rs -> src/one",
                "src/one/mod.rs -> src/one",
                "src/try.rs -> src/try",
                "src/try/mod.rs -> src/try",
                "src/hidden.rs -> src/hidden",
                "src/hidden/mod.rs -> src/hidden",
                "src/inner/deep.rs -> src/inner/deep",
                "src/inner/deep/mod.rs -> src/inner/deep",
                "src/inner/p.rs -> src/inner",
            ]
        );
        let [module, in_folder] = SourceFile::module(Path::new("src"), "one");
        let below = ["src/one/two.rs -> src/one/two", "src/one/two/mod.rs -> src/one/two"];
        assert_eq!([files_of(&module, "mod two;"), files_of(&in_folder, "mod two;")], [below, below]);
    }

    #[test]
    fn modules_with_a_path_and_included_files_are_found() {
        let [module, _] = SourceFile::module(Path::new("src"), "one");
        let code = "#[path = \"../tests/common.rs\"]\npub mod common;\n#[cfg_attr(unix, path = r\"unix.rs\")]\nmod system;\n\
                    include!(\"table.rs\");\ninclude!(concat!(env!(\"OUT_DIR\"), \"/x.rs\"));\n";
        assert_eq!(
            files_of(&module, code),
            [
                "src/../tests/common.rs -> src/../tests",
                "src/unix.rs -> src",
                "src/one/system.rs -> src/one/system",
                "src/one/system/mod.rs -> src/one/system",
                "src/table.rs -> src",
            ]
        );
    }

    #[test]
    fn an_allocator_of_tests_or_of_documentation_does_not_count() {
        let root = SourceFile::root("lib.rs".into());
        for (code, has_allocator) in [
            ("#[global_allocator]\nstatic A: M = M;", true),
            ("#[cfg_attr(feature = \"x\", global_allocator)]\nstatic A: M = M;", true),
            ("#[cfg(feature = \"x\")]\n#[global_allocator]\nstatic A: M = M;", true),
            ("mod a { fn f() { m! { #[global_allocator] static A: M = M; } } }", true),
            ("/// #[global_allocator]\nfn f() {} // #[global_allocator]", false),
            ("const A: &str = \"#[global_allocator]\";", false),
            ("#[cfg(test)]\n#[global_allocator]\nstatic A: M = M;\nfn f() {}", false),
            ("#[global_allocator]\n#[cfg(test)]\nstatic A: M = M { a: 1 };\nfn f() {}", false),
            ("#[cfg(all(test, unix))]\nmod tests { #[global_allocator] static A: M = M; }", false),
            ("#[cfg(test)]\nuse a::{b, c};\n#[global_allocator]\nstatic A: M = M;", true),
            ("#[global_allocator", false),
        ] {
            assert_eq!(root.contents(code).has_allocator, has_allocator, "{code}");
        }
        assert_eq!(root.contents("#[cfg(test)]\nmod tests;\n"), Contents::default());
    }
}
