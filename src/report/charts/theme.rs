//! What all charts share: size, type, colours for light and dark pages.
//!
//! The foreground is drawn in a colour of its own that the finished document replaces by `currentColor`: the colour of the
//! page that holds the document, on a transparent background. A file inherits nothing from a page, so it brings both
//! colours and the background they need, and follows the colour scheme that its reader prefers. The other colours are of
//! middle lightness, and marks also differ in shape.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Width of every chart, pixels.
pub(super) const WIDTH: i32 = 900;

/// Stands for `currentColor` until the document is finished.
pub(super) const FOREGROUND: RGBColor = RGBColor(1, 2, 3);
/// Worse.
pub(super) const ORANGE: RGBColor = RGBColor(0xdb, 0x6d, 0x28);
/// Better.
pub(super) const BLUE: RGBColor = RGBColor(0x2f, 0x81, 0xf7);
/// The candidate, and a third series.
pub(super) const PURPLE: RGBColor = RGBColor(0x9a, 0x67, 0xee);
/// A fourth series.
pub(super) const GREEN: RGBColor = RGBColor(0x2d, 0xa4, 0x4e);

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

/// A document of that height. `title` and `description` are our own words: no markup, no foreign text.
pub(super) fn document(
    height: i32,
    title: &str,
    description: &str,
    draw: impl FnOnce(&Canvas<'_>) -> Drawn,
) -> Option<String> {
    let mut svg = String::new();
    {
        let canvas = SVGBackend::with_string(&mut svg, (WIDTH.unsigned_abs(), height.unsigned_abs()))
            .into_drawing_area();
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
    /// It starts there.
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Type {
    /// The title of a chart.
    Title,
    /// The title of a panel.
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

/// Characters of a title of a panel that fit into so many pixels.
pub(super) fn panel_characters(pixels: i32) -> usize {
    name_characters(pixels * 12 / 13)
}

/// Rough width of a plain text, pixels.
pub(super) fn plain_width(text: &str) -> i32 {
    text.chars().count() as i32 * 7
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
    let style = TextStyle::from(font).color(&FOREGROUND).pos(Pos::new(horizontal, VPos::Center));
    canvas.draw(&Text::new(text, at, style))
}

/// Texts beside each other, written from left to right; one without room is left out.
pub(super) struct Labels {
    /// Least room between two, pixels.
    gap: i32,
    /// Where the next may begin.
    free: i32,
}

impl Labels {
    pub(super) fn apart(gap: i32) -> Self {
        Labels { gap, free: i32::MIN }
    }

    /// Writes a text with its middle there, where it has room.
    pub(super) fn write(&mut self, canvas: &Canvas<'_>, text: &str, (x, y): Place) -> Drawn {
        let half_width = plain_width(text) / 2;
        if x - half_width < self.free {
            return Ok(());
        }
        self.free = x + half_width + self.gap;
        write(canvas, text, (x, y), Anchor::Middle, Type::Plain)
    }
}

/// A straight line.
pub(super) fn line(canvas: &Canvas<'_>, from: Place, to: Place, style: impl Into<ShapeStyle>) -> Drawn {
    canvas.draw(&PathElement::new([from, to], style))
}

/// A filled rectangle.
pub(super) fn bar(canvas: &Canvas<'_>, from: Place, to: Place, style: impl Into<ShapeStyle>) -> Drawn {
    canvas.draw(&Rectangle::new([from, to], style.into().filled()))
}

/// The style of grid lines.
pub(super) fn faint() -> ShapeStyle {
    FOREGROUND.mix(0.2).stroke_width(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_foreground_is_current_color_and_text_is_not_touched() {
        let name = "\"#010203\" <&>";
        let svg = document(50, "title", "description", |canvas| {
            write(canvas, name, (0, 0), Anchor::Start, Type::Plain)
        })
        .expect("a document");
        assert!(svg.contains("fill=\"currentColor\""));
        assert!(svg.contains("&quot;#010203&quot; &lt;&amp;&gt;"), "{svg}");
        assert!(svg.contains("<title>title</title>\n<desc>description</desc>"));
        assert!(svg.starts_with("<svg class=\"tensorprof\" role=\"img\" width=\"900\" height=\"50\""));
    }

    #[test]
    fn a_file_brings_the_colours_of_both_schemes_and_a_document_brings_none() {
        let svg = document(40, "T", "D", |_| Ok(())).expect("a document");
        assert!(!svg.contains("<style>"));
        let file = file(&svg);
        let (head, rest) = file.split_once(FILE_STYLE).expect("a style");
        assert!(head.starts_with("<svg class=\"tensorprof\"") && head.ends_with(">\n"), "{head}");
        assert!(rest.contains("<title>T</title>"));
        assert_eq!(file.matches("<style>").count(), 1);
    }
}
