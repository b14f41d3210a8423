//! What is put on the page: rectangles on whole pixels, curves and text; and the colours.

use kuva::render::color::Color;
use kuva::render::render::{PathData, Primitive, Scene, TextAnchor, TextSpan};
use std::fmt::Write;

/// A colour as red, green, blue.
pub type Rgb = (u8, u8, u8);

/// Axes and text.
pub const INK: Rgb = (38, 38, 38);
/// What matters less.
pub const MUTED: Rgb = (115, 115, 115);
/// Lines between populations.
pub const FAINT: Rgb = (222, 222, 222);

/// Okabe and Ito's colours, which people with any colour vision tell apart; their yellow, too pale on white, is
/// replaced by Tol's wine, their black by a grey.
const POPULATIONS: [Rgb; 8] = [
    (0, 114, 178),
    (213, 94, 0),
    (0, 158, 115),
    (204, 121, 167),
    (86, 180, 233),
    (136, 34, 85),
    (230, 159, 0),
    (90, 90, 90),
];

/// The colour of the population at `index`: after eight come the same darkened, and after sixteen they repeat.
pub fn colour(index: usize) -> Rgb {
    let (red, green, blue) = POPULATIONS[index % POPULATIONS.len()];
    if (index / POPULATIONS.len()).is_multiple_of(2) {
        return (red, green, blue);
    }
    let darker = |part: u8| (u16::from(part) * 11 / 20) as u8;
    (darker(red), darker(green), darker(blue))
}

/// Where a text stands relative to its place.
pub type Align = TextAnchor;

/// A line of text in one size and colour.
pub struct Text {
    size: u32,
    colour: Rgb,
    spans: Vec<TextSpan>,
}

impl Text {
    /// No text yet, of `size` pixels.
    pub fn new(size: u32, colour: Rgb) -> Self {
        Self { size, colour, spans: Vec::new() }
    }

    /// Followed by `text`.
    pub fn plain(self, text: &str) -> Self {
        self.span(text, false)
    }

    /// Followed by `text` in bold.
    pub fn bold(self, text: &str) -> Self {
        self.span(text, true)
    }

    fn span(mut self, text: &str, bold: bool) -> Self {
        self.spans.push(TextSpan { bold, ..TextSpan::plain(text) });
        self
    }
}

/// A picture in the making; places are in pixels from the top left corner.
pub struct Page {
    scene: Scene,
}

impl Page {
    /// A white page.
    pub fn new(width: f64, height: f64) -> Self {
        Self { scene: Scene::new(width, height) }
    }

    /// What was put on it, for the renderer.
    pub fn into_scene(self) -> Scene {
        self.scene
    }

    /// A horizontal line, one pixel thick and crisp.
    pub fn horizontal(&mut self, x: (f64, f64), y: f64, colour: Rgb) {
        self.marks(colour, vec![x.0.round()], vec![y.round()], ((x.1 - x.0).round(), 1.0));
    }

    /// A vertical line, one pixel thick and crisp.
    pub fn vertical(&mut self, x: f64, y: (f64, f64), colour: Rgb) {
        self.marks(colour, vec![x.round()], vec![y.0.round()], (1.0, (y.1 - y.0).round()));
    }

    /// Equal rectangles with their top left corners at `x`, `y`.
    pub fn marks(&mut self, colour: Rgb, x: Vec<f64>, y: Vec<f64>, (width, height): (f64, f64)) {
        let n = x.len();
        let fills = vec![Color::Rgb(colour.0, colour.1, colour.2); n];
        self.scene.add(Primitive::RectBatch { x, y, w: vec![width; n], h: vec![height; n], fills });
    }

    /// A curve through `points`.
    pub fn curve(&mut self, points: Vec<(f64, f64)>, colour: Rgb, width: f64) {
        let stroke = Color::Rgb(colour.0, colour.1, colour.2);
        self.scene.add(Primitive::PolyLine { points, stroke, stroke_width: width, stroke_dasharray: None });
    }

    /// Rectangles side by side, each with its place, size and colour.
    pub fn cells(&mut self, cells: &[([f64; 4], Rgb)]) {
        let side = |index: usize| cells.iter().map(|(sides, _)| sides[index]).collect::<Vec<_>>();
        let fills = cells.iter().map(|(_, colour)| Color::Rgb(colour.0, colour.1, colour.2)).collect();
        self.scene.add(Primitive::RectBatch { x: side(0), y: side(1), w: side(2), h: side(3), fills });
    }

    /// What lies within `points`, through which what is beneath can be seen.
    pub fn area(&mut self, points: &[(f64, f64)], colour: Rgb, opacity: f64) {
        let mut d = String::new();
        for (index, (x, y)) in points.iter().enumerate() {
            // Nothing can fail that writes to a text.
            let _ = write!(d, "{} {x:.2} {y:.2} ", if index == 0 { 'M' } else { 'L' });
        }
        d.push('Z');
        let path = PathData {
            d,
            fill: Some(Color::Rgb(colour.0, colour.1, colour.2)),
            stroke: Color::None,
            stroke_width: 0.0,
            opacity: Some(opacity),
            stroke_dasharray: None,
        };
        self.scene.add(Primitive::Path(Box::new(path)));
    }

    /// Discs about `points`.
    pub fn dots(&mut self, points: &[(f64, f64)], radius: f64, colour: Rgb) {
        let (cx, cy) = points.iter().copied().unzip();
        let fill = Color::Rgb(colour.0, colour.1, colour.2);
        self.scene.add(Primitive::CircleBatch {
            cx,
            cy,
            r: radius,
            fill,
            fill_opacity: None,
            stroke: None,
            stroke_width: None,
        });
    }

    /// Text with its baseline at `y`.
    pub fn text(&mut self, x: f64, y: f64, align: Align, text: Text) {
        let color = Some(Color::Rgb(text.colour.0, text.colour.1, text.colour.2));
        let (spans, size) = (text.spans, text.size);
        self.scene.add(Primitive::RichText { x, y, spans, size, anchor: align, color });
    }
}
