//! Where the line belongs by which a bench counts what its benchmarks allocate.

use proc_macro2::{TokenStream, TokenTree};

/// The line in a bench that calls the library `library`. Its paths are whole, so that it needs no import.
pub fn allocator(library: &str) -> String {
    format!(
        "#[global_allocator]\nstatic ALLOCATOR: {library}::CountingAllocator = {library}::CountingAllocator::system();\n"
    )
}

/// What becomes of the line in a bench.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placement {
    /// The bench has it.
    There,
    /// The text of the bench with it, and the number of the line in that text, from 1.
    Added {
        /// The text.
        text: String,
        /// The line.
        line: usize,
    },
    /// It is the user's to decide, and why.
    Unclear(&'static str),
}

/// Puts the line behind the imports that a bench begins with, which calls the library `library`. That a bench names an allocator anywhere, be it in a comment or
/// under a condition, is reason enough to leave it alone.
pub fn with_allocator(bench: &str, library: &str) -> Placement {
    if bench.contains("global_allocator") {
        let counts = bench.contains("CountingAllocator");
        let other = "it has a global allocator of its own, which `CountingAllocator::new` can wrap";
        return if counts { Placement::There } else { Placement::Unclear(other) };
    }
    if bench.contains("ALLOCATOR") {
        return Placement::Unclear("something in it is called `ALLOCATOR`");
    }
    match line_behind_imports(bench) {
        None => Placement::Unclear("it does not begin with imports, each on lines of its own"),
        Some(place) => added(bench, place, library),
    }
}

fn added(bench: &str, place: usize, library: &str) -> Placement {
    let line_end = if bench.contains("\r\n") { "\r\n" } else { "\n" };
    let (before, behind) = bench.split_at(place);
    let gap = if behind.is_empty() || behind.starts_with(['\r', '\n']) { "" } else { line_end };
    let allocator = allocator(library).replace('\n', line_end);
    let text = format!("{before}{line_end}{allocator}{gap}{behind}");
    Placement::Added { text, line: before.matches('\n').count() + 2 }
}

/// Where the line begins, in bytes, behind that on which the last of the first imports ends. `None` where there is none, or
/// where that line goes on with something else than a comment.
fn line_behind_imports(bench: &str) -> Option<usize> {
    let end = end_of_imports(bench)?;
    let line_end = end + bench[end..].find('\n')? + 1;
    let rest = bench[end..line_end].trim();
    (rest.is_empty() || rest.starts_with("//")).then_some(line_end)
}

/// Where the last of the imports ends that a file begins with, in bytes.
fn end_of_imports(source: &str) -> Option<usize> {
    if source.starts_with('\u{feff}') {
        // The places of tokens do not count it.
        return None;
    }
    let tokens: TokenStream = source.parse().ok()?;
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let items = trees.split_inclusive(|tree| matches!(tree, TokenTree::Punct(mark) if mark.as_char() == ';'));
    let last = items.take_while(|item| is_import(item)).filter_map(<[TokenTree]>::last).last()?;
    Some(last.span().byte_range().end)
}

/// Whether the tokens up to a semicolon are `use`, `extern crate` or `mod` without a body.
fn is_import(item: &[TokenTree]) -> bool {
    let is = |tree: &TokenTree, word: &str| matches!(tree, TokenTree::Ident(ident) if *ident == word);
    match without_visibility(without_attributes(item)) {
        [first, ..] if is(first, "use") => true,
        [first, second, ..] if is(first, "extern") => is(second, "crate"),
        [first, TokenTree::Ident(_), TokenTree::Punct(_)] => is(first, "mod"),
        _ => false,
    }
}

fn without_attributes(mut item: &[TokenTree]) -> &[TokenTree] {
    let is =
        |tree: &TokenTree, mark: char| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == mark);
    loop {
        item = match item {
            [hash, bang, TokenTree::Group(_), rest @ ..] if is(hash, '#') && is(bang, '!') => rest,
            [hash, TokenTree::Group(_), rest @ ..] if is(hash, '#') => rest,
            rest => return rest,
        }
    }
}

fn without_visibility(item: &[TokenTree]) -> &[TokenTree] {
    match item {
        [TokenTree::Ident(word), TokenTree::Group(_), rest @ ..] if *word == "pub" => rest,
        [TokenTree::Ident(word), rest @ ..] if *word == "pub" => rest,
        rest => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIBRARY: &str = "tensorprof";

    /// The texts before and behind the line.
    #[track_caller]
    fn around(bench: &str) -> (String, String) {
        let Placement::Added { text, line } = with_allocator(bench, LIBRARY) else {
            panic!("no place in {bench}")
        };
        let allocator = allocator(LIBRARY);
        let (before, behind) = text.split_once(&allocator).unwrap_or_else(|| panic!("not in {text}"));
        assert_eq!(text.lines().nth(line - 1), allocator.lines().next(), "{text}");
        assert_eq!(with_allocator(&text, LIBRARY), Placement::There);
        (before.to_owned(), behind.to_owned())
    }

    #[test]
    fn it_comes_behind_the_first_imports() {
        let imports = "//! A bench of `use x;`.\n#![allow(dead_code)]\n\n/* use a; */\nextern crate alloc;\n\
                       pub(crate) use criterion::{\n    Criterion, // fn\n    criterion_group,\n};\n#[cfg(unix)]\nmod common;\n\
                       use std::hint::black_box; // last\n";
        let body = "\nfn f() {\n    use b;\n}\n\nuse late;\n";
        let (before, behind) = around(&format!("{imports}{body}"));
        assert_eq!((before, behind.as_str()), (format!("{imports}\n"), body));
        let (_, behind) = around("use é::ü;\nfn f() {}\n");
        assert_eq!(behind, "\nfn f() {}\n");
    }

    #[test]
    fn it_calls_the_library_as_the_package_does() {
        let Placement::Added { text, .. } = with_allocator("use a;\n", "tp") else { panic!("has a place") };
        let line = "static ALLOCATOR: tp::CountingAllocator = tp::CountingAllocator::system();";
        assert_eq!(text.lines().last(), Some(line));
    }

    #[test]
    fn it_has_the_line_ends_of_its_file() {
        let Placement::Added { text, .. } = with_allocator("use a;\r\n\r\nfn f() {}\r\n", LIBRARY) else {
            panic!("has a place")
        };
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        assert!(text.starts_with("use a;\r\n\r\n#[global_allocator]\r\nstatic"), "{text}");
        assert!(text.ends_with("system();\r\n\r\nfn f() {}\r\n"), "{text}");
    }

    #[test]
    fn what_is_not_clear_is_left_to_the_user() {
        for (bench, why) in [
            ("", "does not begin with imports"),
            ("fn main() {}\nuse a;\n", "does not begin with imports"),
            ("mod a {}\nuse b;\n", "does not begin with imports"),
            ("use a; fn f() {}\n", "does not begin with imports"),
            ("use a; /* b\n*/ fn f() {}\n", "does not begin with imports"),
            ("use a;", "does not begin with imports"),
            ("\u{feff}use a;\n", "does not begin with imports"),
            ("use a;\nfn f( {}\n", "does not begin with imports"),
            ("use a;\nstatic ALLOCATOR: u8 = 0;\n", "called `ALLOCATOR`"),
            (
                "use a;\n#[cfg_attr(x, global_allocator)]\nstatic A: M = M;\n",
                "`CountingAllocator::new` can wrap",
            ),
        ] {
            let placement = with_allocator(bench, LIBRARY);
            assert!(matches!(placement, Placement::Unclear(reason) if reason.contains(why)), "{bench}");
        }
    }
}
