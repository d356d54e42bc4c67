//! The icons as a font: each outline of `icons.txt`, stroked, becomes a character.

use kurbo::{Affine, BezPath, Cap, Join, PathEl, Point, Shape, Stroke, StrokeOpts};
use write_fonts::FontBuilder;
use write_fonts::tables::cmap::Cmap;
use write_fonts::tables::glyf::{GlyfLocaBuilder, SimpleGlyph};
use write_fonts::tables::head::Head;
use write_fonts::tables::hhea::Hhea;
use write_fonts::tables::hmtx::{Hmtx, LongMetric};
use write_fonts::tables::loca::LocaFormat;
use write_fonts::tables::maxp::Maxp;
use write_fonts::tables::name::{Name, NameRecord};
use write_fonts::tables::os2::Os2;
use write_fonts::tables::post::Post;
use write_fonts::types::{FWord, GlyphId, NameId, Tag, UfWord};

use crate::error::TaskError;

/// What style sheets call it.
const FAMILY: &str = "Cuspid icons";
/// The side of the square that outlines are drawn in, and the width of their strokes there.
const SIDE: f64 = 24.0;
const STROKE: f64 = 1.75;
/// Units of the font in that side.
const UNITS: u16 = 2400;
/// Characters begin at the private use area, as `IconName` has it.
const FIRST: u32 = 0xE000;
/// Curves are met within this many units.
const TOLERANCE: f64 = 2.0;

/// A TrueType font of outlines, one in a line: a name, a space, SVG path data.
pub fn font(outlines: &str) -> Result<Vec<u8>, TaskError> {
    let failed = |name: &str, why: &dyn std::fmt::Display| {
        TaskError::message(format!("icons.txt: {name}: {why}"))
    };
    let lines = outlines.lines().filter(|line| !line.starts_with('#'));
    let mut glyphs = GlyfLocaBuilder::new();
    // The first is what stands for characters that are not there.
    let mut count: u16 = 1;
    let empty = SimpleGlyph::default();
    glyphs
        .add_glyph(&empty)
        .map_err(|error| failed(".notdef", &error))?;
    let metric = |glyph: &SimpleGlyph| LongMetric {
        advance: UNITS,
        // Where the outline begins: a glyph is drawn as far from its place as this says.
        side_bearing: glyph.bbox.x_min,
    };
    let mut metrics = vec![metric(&empty)];
    let mut characters = Vec::new();
    let (mut points, mut contours) = (0, 0);
    for line in lines {
        let (name, path) = line
            .split_once(' ')
            .ok_or_else(|| failed(line, &"no outline"))?;
        let path = BezPath::from_svg(path).map_err(|error| failed(name, &error))?;
        let glyph = SimpleGlyph::from_bezpath(&stroked(&path))
            .map_err(|error| failed(name, &format!("{error:?}")))?;
        contours = contours.max(glyph.contours.len());
        metrics.push(metric(&glyph));
        points = points.max(glyph.contours.iter().map(|contour| contour.len()).sum());
        glyphs
            .add_glyph(&glyph)
            .map_err(|error| failed(name, &error))?;
        let character = char::from_u32(FIRST + characters.len() as u32)
            .ok_or_else(|| failed(name, &"no character is left"))?;
        characters.push((character, GlyphId::new(count.into())));
        count += 1;
    }
    let (glyf, loca, format) = glyphs.build();
    let mut font = FontBuilder::new();
    let last = characters
        .last()
        .map_or(FIRST, |(character, _)| *character as u32) as u16;
    let cmap = Cmap::from_mappings(characters).map_err(|error| failed("characters", &error))?;
    let side = UNITS as i16;
    let head = Head {
        units_per_em: UNITS,
        x_max: side,
        y_max: side,
        lowest_rec_ppem: 8,
        index_to_loc_format: i16::from(format == LocaFormat::Long),
        ..Head::default()
    };
    let hhea = Hhea {
        ascender: FWord::new(side),
        advance_width_max: UfWord::new(UNITS),
        x_max_extent: FWord::new(side),
        caret_slope_rise: 1,
        number_of_h_metrics: count,
        ..Hhea::default()
    };
    let maxp = Maxp {
        max_points: Some(points as u16),
        max_contours: Some(contours as u16),
        max_composite_points: Some(0),
        max_composite_contours: Some(0),
        max_zones: Some(1),
        max_twilight_points: Some(0),
        max_storage: Some(0),
        max_function_defs: Some(0),
        max_instruction_defs: Some(0),
        max_stack_elements: Some(0),
        max_size_of_instructions: Some(0),
        max_component_elements: Some(0),
        max_component_depth: Some(0),
        ..Maxp::new(count)
    };
    let hmtx = Hmtx {
        h_metrics: metrics,
        left_side_bearings: Vec::new(),
    };
    let os2 = Os2 {
        us_weight_class: 400,
        us_width_class: 5,
        s_typo_ascender: side,
        us_win_ascent: UNITS,
        ach_vend_id: Tag::new(b"    "),
        us_first_char_index: FIRST as u16,
        us_last_char_index: last,
        ..Os2::default()
    };
    let names = [
        (NameId::FAMILY_NAME, FAMILY),
        (NameId::SUBFAMILY_NAME, "Regular"),
        (NameId::FULL_NAME, FAMILY),
        (NameId::POSTSCRIPT_NAME, "CuspidIcons"),
    ];
    // Windows, Unicode, English.
    let names = names.map(|(id, text)| NameRecord::new(3, 1, 0x409, id, text.to_owned().into()));
    font.add_table(&glyf)
        .and_then(|font| font.add_table(&loca))
        .and_then(|font| font.add_table(&cmap))
        .and_then(|font| font.add_table(&head))
        .and_then(|font| font.add_table(&hhea))
        .and_then(|font| font.add_table(&maxp))
        .and_then(|font| font.add_table(&hmtx))
        .and_then(|font| font.add_table(&os2))
        .and_then(|font| font.add_table(&Name::new(names.to_vec())))
        .and_then(|font| font.add_table(&Post::default()))
        .map(|font| font.build())
        .map_err(|error| failed("font", &error))
}

/// The outline of a stroke along a path, in units of the font, made of lines and quadratic curves as TrueType has them.
fn stroked(path: &BezPath) -> BezPath {
    let style = Stroke::new(STROKE)
        .with_caps(Cap::Round)
        .with_join(Join::Round);
    let scale = f64::from(UNITS) / SIDE;
    let outline = kurbo::stroke(
        path.path_elements(TOLERANCE / scale),
        &style,
        &StrokeOpts::default(),
        TOLERANCE / scale,
    );
    // The font counts upwards.
    let outline = Affine::new([scale, 0.0, 0.0, -scale, 0.0, f64::from(UNITS)]) * outline;
    let mut quadratic = BezPath::new();
    let mut at = Point::ORIGIN;
    for element in outline {
        if let PathEl::CurveTo(a, b, to) = element {
            let curve = kurbo::CubicBez::new(at, a, b, to);
            for (_, _, part) in curve.to_quads(TOLERANCE) {
                quadratic.quad_to(part.p1, part.p2);
            }
        } else {
            quadratic.push(element);
        }
        at = element.end_point().unwrap_or(at);
    }
    quadratic
}

#[cfg(test)]
mod tests {
    use super::font;

    #[test]
    fn every_outline_becomes_a_character() {
        let made = font(include_str!("../../../web-ui/src/shell/icons.txt"))
            .map_err(|error| error.to_string());
        let made = made.unwrap_or_default();
        assert_eq!(made.get(..4), Some(&[0, 1, 0, 0][..]), "a TrueType font");
        assert!(made.len() > 10_000, "{} bytes", made.len());
    }

    #[test]
    fn what_is_no_outline_is_named() {
        let error = font("Account M0 0L1\n")
            .map(|_| ())
            .map_err(|error| error.to_string());
        assert!(error.is_err_and(|text| text.contains("Account")));
    }
}
