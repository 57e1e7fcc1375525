//! Links of a built book: between pages, to anchors in them, to files beside them. Others are not followed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use tempfile::TempDir;

use crate::published::pages;

/// What a page has of links.
#[derive(Default)]
struct Page {
    anchors: BTreeSet<String>,
    links: BTreeSet<String>,
}

fn literal(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a literal")
}

/// What holds markup that is none.
static HIDDEN: LazyLock<Regex> = LazyLock::new(|| literal(r"(?s)<!--.*?-->|<script\b[^>]*>.*?</script>"));
static TAG: LazyLock<Regex> = LazyLock::new(|| literal(r#"<[a-zA-Z](?:[^>"]|"[^"]*")*>"#));
static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| literal(r#"\s(id|name|href|src)="([^"]*)""#));
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| literal("^([a-zA-Z][a-zA-Z0-9+.-]*:|//)"));

impl Page {
    fn read(html: &str) -> Page {
        let mut page = Page::default();
        let shown = HIDDEN.replace_all(html, "");
        for tag in TAG.find_iter(&shown) {
            for attribute in ATTRIBUTE.captures_iter(tag.as_str()) {
                let value = attribute[2].replace("&quot;", "\"").replace("&amp;", "&");
                match &attribute[1] {
                    "id" | "name" => page.anchors.insert(value),
                    _ => page.links.insert(value),
                };
            }
        }
        page
    }
}

/// Every link of a built book that leads nowhere: `PAGE: LINK`.
pub(crate) fn broken(folder: &Path) -> Vec<String> {
    let read = |page: String| {
        let html = fs::read_to_string(folder.join(&page)).unwrap_or_else(|error| panic!("{page}: {error}"));
        (page, Page::read(&html))
    };
    let pages: BTreeMap<String, Page> = pages(folder).into_iter().map(read).collect();
    let of = |(name, page): (&String, &Page)| {
        let broken = page.links.iter().filter(|link| !leads_somewhere(link, name, folder, &pages));
        broken.map(|link| format!("{name}: {link}")).collect::<Vec<_>>()
    };
    pages.iter().flat_map(of).collect()
}

fn leads_somewhere(link: &str, from: &str, folder: &Path, pages: &BTreeMap<String, Page>) -> bool {
    if ELSEWHERE.is_match(link) {
        return true;
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let Some(target) = resolved(from, &decoded(path)) else { return false };
    match pages.get(&target) {
        Some(page) => anchor.is_empty() || page.anchors.contains(&decoded(anchor)),
        None => folder.join(target).is_file(),
    }
}

/// The file that a link from a page names, relative to the book; `None` outside of it.
fn resolved(from: &str, path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(from.to_owned());
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    if path.ends_with('/') {
        parts.push("index.html");
    }
    Some(parts.join("/"))
}

/// Text without percent-encoding.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend(before.bytes());
        match after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(b'%');
                rest = after;
            }
        }
    }
    bytes.extend(rest.bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn links_that_lead_nowhere_are_found() {
    let book = TempDir::new().expect("makes a folder");
    fs::create_dir(book.path().join("part")).expect("makes a folder");
    let write = |name: &str, text: &str| fs::write(book.path().join(name), text).expect("writes");
    write("data.csv", "");
    write("part/index.html", "<h1 id=\"one\">One</h1><a name=\"zwei-ü\"></a>");
    let good =
        ["https://a.b/c", "//a.b", "mailto:a@b", "#here", "", "data.csv", "part/", "part/index.html#one"];
    let more = ["part/index.html#zwei-%C3%BC", "./part/../data.csv?x=1", "index.html#a&amp;b"];
    let bad = ["#there", "data.txt", "../data.csv", "part/index.html#two", "part/data.csv", "part"];
    let links = [&good[..], &more, &bad]
        .concat()
        .into_iter()
        .map(|link| format!("<a title=\"a > b\" href=\"{link}\">"));
    let text = "<p id=\"here\"><p id=\"a&amp;b\"><!-- <a href=\"no\"> --><script>'<a href=\"no\">'</script><img src=\"x.png\">";
    write("index.html", &format!("{}{text}", links.collect::<String>()));
    let mut expected: Vec<String> =
        bad.iter().chain(&["x.png"]).map(|link| format!("index.html: {link}")).collect();
    expected.sort();
    assert_eq!(broken(book.path()), expected);
}
