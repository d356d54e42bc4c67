//! Values and errors to and from JavaScript.

use crate::workspace::UiProblem;
use js_sys::{Error, JSON, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use viewer_wasm::view::ViewId;
use wasm_bindgen::prelude::*;

/// What a call gives, or throws.
pub(super) type Outcome = Result<JsValue, JsValue>;

/// A value as a plain JavaScript one.
pub(super) fn to_js(value: &impl Serialize) -> Outcome {
    let json = serde_json::to_string(value)
        .map_err(|_| error("internal", "The answer could not be written."))?;
    JSON::parse(&json)
}

/// A plain JavaScript value as ours. `undefined` is an empty object.
pub(super) fn from_js<T: DeserializeOwned>(value: &JsValue) -> Result<T, JsValue> {
    let json = if value.is_undefined() || value.is_null() {
        "{}".to_owned()
    } else {
        let json = JSON::stringify(value)
            .map_err(|_| error("bad-argument", "The argument is not plain data."))?;
        String::from(json)
    };
    serde_json::from_str(&json).map_err(|reason| {
        error(
            "bad-argument",
            &format!("The argument was not understood: {reason}."),
        )
    })
}

/// An `Error` with a fixed `code`.
pub(super) fn error(code: &str, message: &str) -> JsValue {
    let error = Error::new(message);
    // An `Error` takes every property.
    let _ = Reflect::set(&error, &JsValue::from_str("code"), &JsValue::from_str(code));
    error.into()
}

pub(super) fn problem(problem: &UiProblem) -> JsValue {
    let message = match &problem.detail {
        Some(detail) => format!("{}: {detail}", problem.code),
        None => problem.code.to_owned(),
    };
    error(problem.code, &message)
}

/// A view by name.
pub(super) fn view_id(name: &JsValue) -> Result<ViewId, JsValue> {
    let name = name.as_string().unwrap_or_default();
    ViewId::from_name(&name).ok_or_else(|| match name.as_str() {
        "pano" | "cross-sections" => error(
            "not-available",
            &format!("The view {name} does not exist yet."),
        ),
        _ => error(
            "bad-argument",
            "A view is one of axial, coronal, sagittal, volume, grid, compare and image.",
        ),
    })
}

/// What every call needs that is about pixels.
pub(super) fn nothing_open() -> JsValue {
    error("nothing-open", "No scan is open.")
}
