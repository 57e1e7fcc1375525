//! Links and anchors of chapters.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A chapter as mdBook reads it.
pub(super) struct Page {
    /// Where links of the chapter lead.
    pub(super) links: Vec<String>,
    /// What links to the chapter can name.
    pub(super) anchors: Vec<String>,
}

impl Page {
    /// Reads a chapter with the files that it includes.
    pub(super) fn read(path: &Path) -> Page {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Page::parse(&included(&text, path.parent().expect("a folder")))
    }

    fn parse(text: &str) -> Page {
        let dialect = Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES;
        let mut page = Page { links: vec![], anchors: vec![] };
        let mut anchors = Anchors::default();
        // Of the heading that is open: its own anchor and its words.
        let mut heading: Option<(Option<String>, String)> = None;
        for event in Parser::new_ext(text, dialect) {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(dest_url.into_string());
                }
                Event::Start(Tag::Heading { id, .. }) => {
                    heading = Some((id.map(|id| id.into_string()), String::new()));
                }
                Event::Text(words) | Event::Code(words) => {
                    if let Some((_, title)) = &mut heading {
                        title.push_str(&words);
                    }
                }
                Event::End(TagEnd::Heading(_)) => {
                    let (id, title) = heading.take().expect("a heading");
                    page.anchors.push(id.unwrap_or_else(|| anchors.of(&title)));
                }
                _ => {}
            }
        }
        page
    }
}

/// The text with `{{#include FILE}}` expanded.
fn included(text: &str, folder: &Path) -> String {
    let expand = |line: &str| {
        let name = line.strip_prefix("{{#include ").and_then(|rest| rest.strip_suffix("}}"));
        name.map_or_else(
            || line.to_owned(),
            |name| {
                let path = folder.join(name);
                fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            },
        )
    };
    text.lines().map(|line| expand(line) + "\n").collect()
}

/// The anchors that mdBook makes of headings.
#[derive(Default)]
struct Anchors(BTreeMap<String, usize>);

impl Anchors {
    /// Letters, digits, `_` and `-` in lower case, white space as `-`; a second heading of the same words gets a number.
    fn of(&mut self, title: &str) -> String {
        let kept = title.chars().filter_map(|character| match character {
            character if character.is_whitespace() => Some('-'),
            character if character.is_alphanumeric() || "_-".contains(character) => {
                Some(character.to_ascii_lowercase())
            }
            _ => None,
        });
        let anchor: String = kept.collect();
        let count = self.0.entry(anchor.clone()).or_default();
        *count += 1;
        if *count == 1 { anchor } else { format!("{anchor}-{}", *count - 1) }
    }
}

/// Links of pages, by their paths, that lead to no page, no anchor and no other file of the folder.
pub(super) fn broken(pages: &BTreeMap<PathBuf, Page>, sources: &Path) -> Vec<String> {
    let mut broken = vec![];
    for (path, page) in pages {
        let local = page.links.iter().filter(|link| !link.contains("://"));
        let lost = local.filter(|link| !leads(link, path, pages, sources));
        broken.extend(lost.map(|link| format!("{}: {link}", path.display())));
    }
    broken
}

fn leads(link: &str, from: &Path, pages: &BTreeMap<PathBuf, Page>, sources: &Path) -> bool {
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = if file.is_empty() { from.to_owned() } else { joined(from, file) };
    match pages.get(&target) {
        Some(page) => anchor.is_empty() || page.anchors.iter().any(|known| known == anchor),
        // mdBook copies all files but chapters.
        None => target.extension().is_some_and(|ending| ending != "md") && sources.join(&target).exists(),
    }
}

/// The path of a file that a page names, relative to the sources as the page's is.
fn joined(from: &Path, file: &str) -> PathBuf {
    let mut path = from.parent().expect("a folder").to_owned();
    for part in Path::new(file).components() {
        match part {
            Component::ParentDir => assert!(path.pop(), "{file} in {} leaves the book", from.display()),
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_those_of_mdbook() {
        let text = "# A `b --c` (d), é\n\n## Twice\n\n## Twice\n\n## Own {#mine}\n\n```\n# no\n```\n";
        assert_eq!(Page::parse(text).anchors, ["a-b---c-d-é", "twice", "twice-1", "mine"]);
    }

    #[test]
    fn links_are_followed_from_where_they_stand() {
        let pages = BTreeMap::from([
            ("a.md".into(), Page::parse("# A\n\n[b](x/b.md#b), [c](#c), [d](https://x.y/#z)\n")),
            ("x/b.md".into(), Page::parse("# B\n\n[a](../a.md), [a](../a.md#b), ![n](n.svg), [s](s.md)\n")),
        ]);
        let expected = ["a.md: #c", "x/b.md: ../a.md#b", "x/b.md: n.svg", "x/b.md: s.md"];
        assert_eq!(broken(&pages, Path::new("/nowhere")), expected);
    }
}
