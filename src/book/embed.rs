//! Embeds a page of the report in a chapter: headings are moved below those of the chapter, and anchors are
//! made unique.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag};

use super::edit::{Edit, apply};
use super::find::dialect;

/// The anchors that are used in a chapter.
#[derive(Debug, Default)]
pub(super) struct Anchors(BTreeSet<String>);

impl Anchors {
    /// `wanted`, or `wanted-2` and so on if it is taken.
    fn take(&mut self, wanted: &str) -> String {
        let numbered = (2..).map(|number: u32| format!("{wanted}-{number}"));
        let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
        let free = names.find(|name| !self.0.contains(name)).unwrap_or_default();
        self.0.insert(free.clone());
        free
    }
}

/// The page as it goes below a heading of level `under`: without its title, for which that heading stands,
/// and with its sections one level deeper. Every heading gets an anchor that starts with `prefix`, and so does every
/// anchor of its own that the page has. Links to headings that the page does not have become text.
pub(super) fn embed(page: &str, under: Option<HeadingLevel>, prefix: &str, anchors: &mut Anchors) -> String {
    let page = if under.is_some() { without_title(page) } else { page };
    let outline = Outline::of(page);
    let mut anchor = |slug: &str| anchors.take(&format!("{prefix}-{slug}"));
    let ids: Vec<String> = outline.headings.iter().map(|heading| anchor(&heading.slug)).collect();
    let own =
        outline.anchors.into_iter().map(|(range, slug)| (range, format!("{ANCHOR}{}\">", anchor(slug))));
    let own: Vec<Edit> = own.collect();
    let headings = outline.headings.iter().zip(&ids).map(|(heading, id)| heading.edit(page, under, id));
    let links = outline.links.iter().map(|link| {
        let target = outline.headings.iter().position(|heading| heading.slug == link.slug);
        link.edit(page, target.map(|index| ids[index].as_str()))
    });
    apply(page, headings.chain(links).chain(own).collect())
}

/// The page after its heading of the first level.
fn without_title(page: &str) -> &str {
    match page.split_once('\n') {
        Some((title, rest)) if title.starts_with("# ") => rest.trim_start_matches('\n'),
        _ => page,
    }
}

/// Begins an anchor of the page's own.
const ANCHOR: &str = "<a id=\"";

struct Heading {
    range: Range<usize>,
    level: HeadingLevel,
    slug: String,
}

impl Heading {
    fn edit(&self, page: &str, under: Option<HeadingLevel>, id: &str) -> Edit {
        let deeper = under.map_or(0, |level| level as usize - 1);
        let level = (self.level as usize + deeper).min(HeadingLevel::H6 as usize);
        let line = &page[self.range.clone()];
        let title = title(line);
        (self.range.clone(), format!("{} {title} {{#{id}}}\n", "#".repeat(level)))
    }
}

/// A link within the page.
struct Link {
    range: Range<usize>,
    slug: String,
}

impl Link {
    fn edit(&self, page: &str, id: Option<&str>) -> Edit {
        let words = page[self.range.clone()].trim_start_matches('[');
        let words = words.rsplit_once("](").map_or(words, |(words, _)| words);
        let text = id.map_or_else(|| words.to_owned(), |id| format!("[{words}](#{id})"));
        (self.range.clone(), text)
    }
}

struct Outline<'a> {
    headings: Vec<Heading>,
    links: Vec<Link>,
    /// The opening tags of anchors, and their ids.
    anchors: Vec<(Range<usize>, &'a str)>,
}

impl<'a> Outline<'a> {
    fn of(page: &'a str) -> Self {
        let mut outline = Outline { headings: vec![], links: vec![], anchors: vec![] };
        for (event, range) in Parser::new_ext(page, dialect()).into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    let slug = slug(title(&page[range.clone()]));
                    outline.headings.push(Heading { range, level, slug });
                }
                Event::Start(Tag::Link { dest_url, .. }) => {
                    outline
                        .links
                        .extend(dest_url.strip_prefix('#').map(|slug| Link { range, slug: slug.to_owned() }));
                }
                Event::InlineHtml(_) => {
                    let id = page[range.clone()].strip_prefix(ANCHOR).and_then(|tag| tag.strip_suffix("\">"));
                    outline.anchors.extend(id.map(|id| (range, id)));
                }
                _ => {}
            }
        }
        outline
    }
}

/// The words of a heading.
fn title(heading: &str) -> &str {
    heading.trim_start_matches('#').trim()
}

/// The anchor that mdBook and GitHub give a heading of plain words.
fn slug(title: &str) -> String {
    let kept = title.chars().filter(|character| character.is_alphanumeric() || " -_".contains(*character));
    kept.map(|character| if character == ' ' { '-' } else { character.to_ascii_lowercase() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Report\n\n[a](#first-part), [b](#other).\n\n<a id=\"old\"></a>\n\n## First Part\n\n`[c](#first-part)`\n\n## 2nd, part\n";

    #[test]
    fn headings_go_below_that_of_the_chapter() {
        let embedded = embed(PAGE, Some(HeadingLevel::H2), "x-y", &mut Anchors::default());
        assert_eq!(
            embedded,
            "[a](#x-y-first-part), b.\n\n<a id=\"x-y-old\"></a>\n\n### First Part {#x-y-first-part}\n\n`[c](#first-part)`\n\n### 2nd, part {#x-y-2nd-part}\n"
        );
        let deepest = embed(PAGE, Some(HeadingLevel::H6), "x-y", &mut Anchors::default());
        assert!(deepest.contains("\n###### First Part {"), "{deepest}");
    }

    #[test]
    fn without_a_heading_above_the_page_keeps_its_own() {
        let embedded = embed(PAGE, None, "x", &mut Anchors::default());
        assert!(embedded.starts_with("# Report {#x-report}\n"), "{embedded}");
        assert!(embedded.contains("\n## First Part {#x-first-part}\n"), "{embedded}");
    }

    #[test]
    fn the_same_page_twice_has_anchors_of_its_own() {
        let mut anchors = Anchors::default();
        embed(PAGE, Some(HeadingLevel::H1), "x", &mut anchors);
        let second = embed(PAGE, Some(HeadingLevel::H1), "x", &mut anchors);
        assert!(second.starts_with("[a](#x-first-part-2)"), "{second}");
        assert!(second.contains("<a id=\"x-old-2\"></a>\n\n## First Part {#x-first-part-2}\n"), "{second}");
    }
}
