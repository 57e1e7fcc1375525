//! What all charts share: documents for light and dark pages, type, lines.
//!
//! Ink is drawn in a colour of its own that the finished document replaces by `currentColor`: the colour of the page that
//! holds the document, on a transparent background. A file inherits nothing from a page, so it brings both colours and the
//! background they need, and follows the colour scheme that its reader prefers.

use plotters::coord::Shift;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::palette::INK;
use crate::compare::Side;
use crate::model::columns;
use crate::report::escape::elide;

/// Colours of a file by the colour scheme its reader prefers: those of text and canvas on GitHub. With a background of
/// its own it is legible on a page of the other scheme too.
const FILE_STYLE: &str = "<style>svg.tensorprof{color:#59636e;background:#ffffff}\
    @media (prefers-color-scheme:dark){svg.tensorprof{color:#9198a1;background:#0d1117}}</style>";

/// A document as a file of its own.
pub(super) fn file(document: &str) -> String {
    document.replacen(">\n", &format!(">\n{FILE_STYLE}\n"), 1)
}

/// What is drawn on: pixels from the upper left corner.
pub(super) type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Pixels from the left and from the upper edge.
pub(super) type Place = (i32, i32);

/// Drawing into memory fails for no data; the type is that of the library.
pub(super) type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// A document of that width and height, pixels. `title` and `description` are our own words: no markup, no foreign text.
pub(super) fn document(
    size: [i32; 2],
    title: &str,
    description: &str,
    draw: impl FnOnce(&Canvas<'_>) -> Drawn,
) -> Option<String> {
    let mut svg = String::new();
    {
        let [width, height] = size.map(i32::unsigned_abs);
        let canvas = SVGBackend::with_string(&mut svg, (width, height)).into_drawing_area();
        draw(&canvas).ok()?;
        canvas.present().ok()?;
    }
    // What the library does not write: the colour of the page, and words for those who cannot see the chart.
    // Only an attribute can hold these quotes: the library escapes them in text.
    let svg = svg.replace("\"#010203\"", "\"currentColor\"");
    let svg = svg.replacen("<svg ", "<svg class=\"tensorprof\" role=\"img\" ", 1);
    let head = format!(">\n<title>{title}</title>\n<desc>{description}</desc>\n");
    Some(svg.replacen(">\n", &head, 1))
}

/// Which end of a text stands at its position.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Type {
    Title,
    Panel,
    /// Numbers and words.
    Plain,
    /// Names of benchmarks, whose width in characters must be known.
    Name,
}

/// Width of a character of [`Type::Name`], pixels: 0.6 em in every common monospaced type.
const NAME_ADVANCE: f64 = 7.2;

/// Characters of a name that fit into so many pixels.
pub(super) fn name_characters(pixels: i32) -> usize {
    (f64::from(pixels) / NAME_ADVANCE).max(1.0) as usize
}

/// Width of a name, pixels.
pub(super) fn name_width(name: &str) -> i32 {
    (NAME_ADVANCE * columns(name) as f64).ceil() as i32
}

/// Characters of a title of a panel that fit into so many pixels.
pub(super) fn panel_characters(pixels: i32) -> usize {
    name_characters(pixels * 12 / 13)
}

/// Width of a plain text in the widest of the usual sans-serif types (DejaVu Sans), pixels.
pub(in crate::report) fn plain_width(text: &str) -> i32 {
    let width = |character: char| match character {
        ' ' | '.' | ',' | ':' | ';' | '|' | '!' | 'i' | 'j' | 'l' => 3.9,
        '(' | ')' | '[' | ']' | '-' | '/' | 'f' | 't' | 'r' | 'I' => 4.9,
        '%' | '@' | 'm' | 'M' | 'W' | 'w' | '…' => 12.0,
        '+' | '=' | '→' | '←' | '<' | '>' => 10.1,
        upper if upper.is_ascii_uppercase() => 9.0,
        lower if lower.is_ascii() => 7.7,
        // Of other scripts, characters may be as wide as they are high.
        _ => 12.0,
    };
    text.chars().map(width).sum::<f64>().ceil() as i32
}

/// A plain text that fits into so many pixels: its middle gives way.
pub(super) fn fitting(text: &str, pixels: i32) -> String {
    let lengths = (1..=text.chars().count()).rev();
    let mut texts = lengths.map(|length| elide(text, length));
    texts.find(|text| plain_width(text) <= pixels).unwrap_or_default()
}

/// Writes a text, centred vertically on its position.
pub(super) fn write(canvas: &Canvas<'_>, text: &str, at: Place, anchor: Anchor, kind: Type) -> Drawn {
    let (family, pixels, style) = match kind {
        Type::Title => ("sans-serif", 16.0, FontStyle::Bold),
        Type::Panel => ("monospace", 13.0, FontStyle::Bold),
        Type::Plain => ("sans-serif", 12.0, FontStyle::Normal),
        Type::Name => ("monospace", 12.0, FontStyle::Normal),
    };
    // The SVG backend divides sizes by 1.24.
    let font = FontDesc::new(FontFamily::Name(family), pixels * 1.24, style);
    let horizontal = match anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let style = TextStyle::from(font).color(&INK).pos(Pos::new(horizontal, VPos::Center));
    canvas.draw(&Text::new(text, at, style))
}

/// Texts beside each other, written from left to right; one without room is left out.
pub(super) struct Labels {
    /// Where the texts have to stay, pixels.
    ends: [i32; 2],
    /// Least room between two, pixels.
    gap: i32,
    /// Where the next may begin.
    free: i32,
}

impl Labels {
    pub(super) fn within(ends: [i32; 2], gap: i32) -> Self {
        Labels { ends, gap, free: ends[0] }
    }

    /// The middle of a text that is to stand there, moved where it would reach over an end. Takes the room; absent where
    /// there is none.
    pub(super) fn place(&mut self, text: &str, x: i32) -> Option<i32> {
        let half_width = (plain_width(text) + 1) / 2;
        let x = x.max(self.ends[0] + half_width).min(self.ends[1] - half_width);
        let fits = x - half_width >= self.free;
        fits.then(|| {
            self.free = x + half_width + self.gap;
            x
        })
    }

    /// Writes a text with its middle there, where it has room.
    pub(super) fn write(&mut self, canvas: &Canvas<'_>, text: &str, (x, y): Place) -> Drawn {
        let place = self.place(text, x);
        place.map_or(Ok(()), |x| write(canvas, text, (x, y), Anchor::Middle, Type::Plain))
    }
}

pub(super) fn line(canvas: &Canvas<'_>, from: Place, to: Place, style: impl Into<ShapeStyle>) -> Drawn {
    canvas.draw(&PathElement::new([from, to], style))
}

/// A filled rectangle.
pub(super) fn bar(canvas: &Canvas<'_>, from: Place, to: Place, style: impl Into<ShapeStyle>) -> Drawn {
    canvas.draw(&Rectangle::new([from, to], style.into().filled()))
}

/// The style of areas behind marks.
pub(super) fn shade() -> RGBAColor {
    INK.mix(0.14)
}

/// A line through points: dashed for the baseline, solid for the candidate.
pub(super) fn curve(canvas: &Canvas<'_>, points: Vec<Place>, side: Side, colour: RGBColor) -> Drawn {
    let style = colour.stroke_width(2);
    if side == Side::Baseline {
        canvas.draw(&DashedPathElement::new(points, 5, 4, style))
    } else {
        canvas.draw(&PathElement::new(points, style))
    }
}

/// A line that nothing of a side lies beyond; lighter and dashed for the baseline.
pub(super) fn limit(canvas: &Canvas<'_>, [from, to]: [Place; 2], side: Side) -> Drawn {
    match side {
        Side::Candidate => line(canvas, from, to, INK.mix(0.8).stroke_width(1)),
        Side::Baseline => {
            canvas.draw(&DashedPathElement::new([from, to], 5, 3, INK.mix(0.7).stroke_width(1)))
        }
    }
}

/// A dashed line between two heights.
pub(super) fn dashed(canvas: &Canvas<'_>, x: i32, [top, bottom]: [i32; 2]) -> Drawn {
    canvas.draw(&DashedPathElement::new([(x, top), (x, bottom)], 4, 3, INK.mix(0.8).stroke_width(1)))
}

/// The style of grid lines.
pub(super) fn faint() -> ShapeStyle {
    INK.mix(0.2).stroke_width(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_is_current_color_and_text_is_not_touched() {
        let name = "\"#010203\" <&>";
        let svg = document([900, 50], "title", "description", |canvas| {
            write(canvas, name, (0, 0), Anchor::Start, Type::Plain)
        })
        .expect("a document");
        assert!(svg.contains("fill=\"currentColor\""));
        assert!(svg.contains("&quot;#010203&quot; &lt;&amp;&gt;"), "{svg}");
        assert!(svg.contains("<title>title</title>\n<desc>description</desc>"));
        assert!(svg.starts_with("<svg class=\"tensorprof\" role=\"img\" width=\"900\" height=\"50\""));
    }

    #[test]
    fn a_text_is_cut_to_its_room() {
        assert_eq!(fitting("naive f32", 80), "naive f32");
        assert!(["行列積の系列", "a-series-with-a-name"].iter().all(|name| {
            let cut = fitting(name, 50);
            cut.contains('…') && plain_width(&cut) <= 50
        }));
        assert_eq!(fitting("a", 1), "");
    }

    #[test]
    fn labels_keep_apart_and_within_their_ends() {
        let mut labels = Labels::within([0, 100], 6);
        let half = (plain_width("1000x") + 1) / 2;
        assert_eq!(labels.place("1000x", 2), Some(half), "moved to the right");
        assert_eq!(labels.place("1000x", 2 * half + 5), None, "too close");
        assert_eq!(labels.place("1000x", 99), Some(100 - half), "moved to the left");
        assert_eq!(labels.place("1", 100), None, "no room is left");
    }

    #[test]
    fn a_file_brings_the_colours_of_both_schemes_and_a_document_brings_none() {
        let svg = document([900, 40], "T", "D", |_| Ok(())).expect("a document");
        assert!(!svg.contains("<style>"));
        let file = file(&svg);
        let (head, rest) = file.split_once(FILE_STYLE).expect("a style");
        assert!(head.starts_with("<svg class=\"tensorprof\"") && head.ends_with(">\n"), "{head}");
        assert!(rest.contains("<title>T</title>"));
        assert_eq!(file.matches("<style>").count(), 1);
    }
}
