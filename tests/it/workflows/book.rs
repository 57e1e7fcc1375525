//! The fenced code blocks of chapters.

use std::fs;
use std::path::Path;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use crate::published::root;

/// A code block of a chapter.
#[derive(Debug)]
pub(super) struct Block {
    /// The heading above it.
    pub(super) heading: String,
    /// What stands behind the fence.
    pub(super) info: String,
    pub(super) text: String,
}

/// The fenced code blocks of a chapter, in their order.
pub(super) fn blocks(chapter: &Path) -> Vec<Block> {
    let path = root().join("book/src").join(chapter);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (mut blocks, mut open) = (Vec::new(), None::<Block>);
    let (mut heading, mut in_heading) = (String::new(), false);
    for event in Parser::new(&text) {
        match (event, &mut open) {
            (Event::Start(Tag::Heading { .. }), _) => (heading, in_heading) = (String::new(), true),
            (Event::End(TagEnd::Heading(_)), _) => in_heading = false,
            (Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))), _) => {
                let (heading, info) = (heading.clone(), info.into_string());
                open = Some(Block { heading, info, text: String::new() });
            }
            (Event::End(TagEnd::CodeBlock), _) => blocks.extend(open.take()),
            (Event::Text(text), Some(block)) => block.text.push_str(&text),
            (Event::Text(text) | Event::Code(text), None) if in_heading => heading.push_str(&text),
            _ => {}
        }
    }
    blocks
}

/// The text of the only block under a heading of a chapter that starts so behind its fence.
pub(super) fn block(chapter: &str, heading: &str, info: &str) -> String {
    let mut blocks = blocks(Path::new(chapter));
    blocks.retain(|block| block.heading == heading && block.info == info);
    match <[Block; 1]>::try_from(blocks) {
        Ok([block]) => block.text,
        Err(others) => {
            panic!("{chapter} has {} blocks `{info}` under `{heading}`, and should have one", others.len())
        }
    }
}
