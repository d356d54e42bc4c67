//! A view as a PNG, with or without its overlay.

use crate::loading::pace::error_text;
use crate::workspace::{UiProblem, Workspace};
use js_sys::{Array, Object, Promise, Reflect};
use viewer_wasm::view::{RgbaImage, ViewId};
use wasm_bindgen::Clamped;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, DomMatrixReadOnly, Element, HtmlCanvasElement,
    HtmlImageElement, ImageData, Url, XmlSerializer,
};

/// Style properties that make a line or a text of the overlay look as on screen. The overlay's style sheet does
/// not reach into a serialised picture, so they are written into it.
const COPIED_STYLE: [&str; 15] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-opacity",
    "paint-order",
    "opacity",
    "font-family",
    "font-size",
    "font-weight",
    "text-anchor",
    "dominant-baseline",
    "visibility",
];

/// Dash and gap of the lines at the borders of a slab, as the style sheet has them.
const DASHES_PX: [f64; 2] = [5.0, 5.0];

/// The view as a PNG, drawn at `scale` times its size. With `overlay`, the crosshair and the SVG elements in its cell are
/// drawn over it, as sharp: what is hidden on screen, as a patient's name may be, is not in the picture either.
/// `progress` is told how much of it is there, from 0 to 1.
///
/// # Errors
/// `draw-failed` when the view is not on screen or the browser cannot make the picture, `picture-too-large`,
/// `picture-changed` when the view was moved meanwhile.
pub async fn snapshot(
    ws: Workspace,
    id: ViewId,
    overlay: bool,
    scale: u32,
    progress: &dyn Fn(f64),
) -> Result<Blob, UiProblem> {
    // The rest is the overlay and the file.
    let (image, seen) =
        super::export::pixels(ws, id, scale, &|drawn| progress(0.9 * drawn)).await?;
    let canvas = compose(ws, id, &image, overlay).await.map_err(failed)?;
    if overlay {
        seen.check(ws, id)?;
    }
    drop(image);
    to_png(&canvas).await.map_err(failed)
}

fn failed(error: JsValue) -> UiProblem {
    UiProblem::with_detail("draw-failed", error_text(&error))
}

async fn compose(
    ws: Workspace,
    id: ViewId,
    image: &RgbaImage,
    overlay: bool,
) -> Result<HtmlCanvasElement, JsValue> {
    let canvas = canvas_of(image)?;
    if overlay && let Some(cell) = ws.surface.cell(id) {
        let context = context_of(&canvas)?;
        draw_strokes(&context, &cell, &canvas)?;
        let list = cell.query_selector_all("svg[data-overlay]")?;
        for at in 0..list.length() {
            if let Some(svg) = list
                .get(at)
                .and_then(|node| node.dyn_into::<Element>().ok())
            {
                draw_svg(&context, &svg, &cell, &canvas).await?;
            }
        }
    }
    Ok(canvas)
}

/// A canvas that holds an image.
fn canvas_of(image: &RgbaImage) -> Result<HtmlCanvasElement, JsValue> {
    let document = web_sys::window()
        .and_then(|window| window.document())
        .ok_or("no document")?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    put_image(&canvas, image)?;
    Ok(canvas)
}

/// Makes a canvas hold an image, and nothing else.
pub(crate) fn put_image(canvas: &HtmlCanvasElement, image: &RgbaImage) -> Result<(), JsValue> {
    fit_canvas(canvas, image);
    context_of(canvas)?.put_image_data(&image_data(image)?, 0.0, 0.0)
}

/// Gives a canvas the size of an image. Setting a size, even the same one, gives a canvas other memory.
pub(super) fn fit_canvas(canvas: &HtmlCanvasElement, image: &RgbaImage) {
    if (canvas.width(), canvas.height()) != (image.width, image.height) {
        canvas.set_width(image.width);
        canvas.set_height(image.height);
    }
}

pub(super) fn image_data(image: &RgbaImage) -> Result<ImageData, JsValue> {
    ImageData::new_with_u8_clamped_array_and_sh(Clamped(&image.pixels), image.width, image.height)
}

/// A context whose pixels are in memory, not on the graphics device: they are read back at once, and to get a device for
/// them the page would have to wait for everything that is being drawn.
fn context_of(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &"willReadFrequently".into(), &JsValue::TRUE)?;
    canvas
        .get_context_with_context_options("2d", &options)?
        .ok_or("no 2d context")?
        .dyn_into()
        .map_err(JsValue::from)
}

/// The canvas as a PNG.
async fn to_png(canvas: &HtmlCanvasElement) -> Result<Blob, JsValue> {
    let mut failure = None;
    let promise = Promise::new(&mut |resolve, _| {
        failure = canvas.to_blob(&resolve).err();
    });
    if let Some(failure) = failure {
        return Err(failure);
    }
    JsFuture::from(promise)
        .await?
        .dyn_into()
        .map_err(|_| JsValue::from_str("the picture is empty"))
}

/// The crosshair: elements of one pixel that a transform makes strokes. Where the transform takes the two ends of
/// that pixel is where the stroke begins and ends. Dashed ones are as long as they are, and end outside.
fn draw_strokes(
    context: &CanvasRenderingContext2d,
    cell: &Element,
    canvas: &HtmlCanvasElement,
) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or("no window")?;
    let scale = f64::from(canvas.width()) / cell.get_bounding_client_rect().width().max(1.0);
    let strokes = cell.query_selector_all("[data-part=crosshair] > *")?;
    for at in 0..strokes.length() {
        let stroke = strokes
            .get(at)
            .and_then(|node| node.dyn_into::<Element>().ok());
        let Some(stroke) = stroke else { continue };
        let Some(style) = window.get_computed_style(&stroke)? else {
            continue;
        };
        let dashed = stroke.has_attribute("data-dashed");
        let (length, color) = if dashed {
            (f64::from(stroke.client_width()), "color")
        } else {
            (1.0, "background-color")
        };
        let dashes = if dashed {
            DASHES_PX.map(|px| px * scale).to_vec()
        } else {
            Vec::new()
        };
        context.set_line_dash(&dashes.into_iter().map(JsValue::from_f64).collect::<Array>())?;
        let matrix = DomMatrixReadOnly::new_with_str(&style.get_property_value("transform")?)?;
        let end = |x: f64| {
            let place = |a: f64, c: f64, e: f64| (a * x + c * 0.5 + e) * scale;
            (
                place(matrix.a(), matrix.c(), matrix.e()),
                place(matrix.b(), matrix.d(), matrix.f()),
            )
        };
        context.begin_path();
        context.move_to(end(0.0).0, end(0.0).1);
        context.line_to(end(length).0, end(length).1);
        context.set_stroke_style_str(&style.get_property_value(color)?);
        context.set_global_alpha(style.get_property_value("opacity")?.parse().unwrap_or(1.0));
        context.set_line_width(scale);
        context.stroke();
    }
    context.set_global_alpha(1.0);
    context.set_line_dash(&Array::new())?;
    Ok(())
}

async fn draw_svg(
    context: &CanvasRenderingContext2d,
    svg: &Element,
    cell: &Element,
    canvas: &HtmlCanvasElement,
) -> Result<(), JsValue> {
    let (outer, inner) = (
        cell.get_bounding_client_rect(),
        svg.get_bounding_client_rect(),
    );
    if inner.width() < 1.0 || inner.height() < 1.0 || outer.width() < 1.0 {
        return Ok(());
    }
    let scale = f64::from(canvas.width()) / outer.width();
    let copy: Element = svg.clone_node_with_deep(true)?.unchecked_into();
    copy_style(svg, &copy)?;
    copy.set_attribute("xmlns", "http://www.w3.org/2000/svg")?;
    copy.set_attribute("width", &(inner.width() * scale).to_string())?;
    copy.set_attribute("height", &(inner.height() * scale).to_string())?;
    if !copy.has_attribute("viewBox") {
        copy.set_attribute(
            "viewBox",
            &format!("0 0 {} {}", inner.width(), inner.height()),
        )?;
    }
    let text = XmlSerializer::new()?.serialize_to_string(&copy)?;
    let options = BlobPropertyBag::new();
    options.set_type("image/svg+xml");
    let blob =
        Blob::new_with_str_sequence_and_options(&Array::of1(&JsValue::from_str(&text)), &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let picture = HtmlImageElement::new()?;
    picture.set_src(&url);
    let decoded = JsFuture::from(picture.decode()).await;
    Url::revoke_object_url(&url)?;
    decoded?;
    context.draw_image_with_html_image_element_and_dw_and_dh(
        &picture,
        (inner.left() - outer.left()) * scale,
        (inner.top() - outer.top()) * scale,
        inner.width() * scale,
        inner.height() * scale,
    )
}

/// Writes the computed style of every element into its copy.
fn copy_style(from: &Element, to: &Element) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or("no window")?;
    let originals = from.query_selector_all("*")?;
    let copies = to.query_selector_all("*")?;
    for at in 0..originals.length() {
        let original = originals
            .get(at)
            .and_then(|node| node.dyn_into::<Element>().ok());
        let copy = copies
            .get(at)
            .and_then(|node| node.dyn_into::<Element>().ok());
        let (Some(original), Some(copy)) = (original, copy) else {
            continue;
        };
        if let Some(style) = window.get_computed_style(&original)? {
            for name in COPIED_STYLE {
                let value = style.get_property_value(name)?;
                if !value.is_empty() {
                    copy.set_attribute(name, &value)?;
                }
            }
        }
    }
    Ok(())
}
