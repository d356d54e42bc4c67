//! `window.cuspid`: the scripting interface of `docs/API.md`.
//!
//! The same code path as the buttons and the drop zone; nothing here reaches the network but `saveScan` and
//! `shareScan`, which are the buttons of those names. All positions are LPS in millimetres. What cannot be done
//! throws (or rejects with) an `Error` whose `code` is fixed and whose message is a sentence.
//!
//! - [`open`]: opening, listing, showing, saving, sharing
//! - [`views`]: modes, views, frames, snapshots; [`planes`]: what the planes have together; [`volume`]: the volume rendering
//! - [`compare`]: a second scan beside the open one
//! - [`measure`]: probes and measurements
//! - [`convert`]: values and errors to and from JavaScript

mod compare;
mod convert;
mod measure;
mod open;
mod planes;
mod views;
mod volume;

use crate::workspace::Workspace;
use convert::Outcome;
use js_sys::{Object, Promise, Reflect};
use std::future::Future;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

/// Puts the object into the window. Called once, when the app's root is mounted.
pub fn provide(ws: Workspace) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let cuspid = Object::new();
    put(
        &cuspid,
        "ready",
        &promise(async move {
            ws.surface.ready().await;
            crate::loading::pace::next_frame().await;
            // The last request that is not asked for goes out before anybody can open a scan.
            crate::later::prefetch();
            Ok(JsValue::UNDEFINED)
        }),
    );
    method(&cuspid, "openFiles", move |files, _| {
        Ok(promise(open::open_files(ws, files)).into())
    });
    method(&cuspid, "openDemo", move |size, _| {
        Ok(promise(open::open_demo(ws, size)).into())
    });
    method(&cuspid, "series", move |_, _| open::series(ws));
    method(&cuspid, "show", move |id, _| {
        Ok(promise(open::show(ws, id)).into())
    });
    method(&cuspid, "timings", move |_, _| open::timings(ws));
    method(&cuspid, "saveScan", move |_, _| {
        Ok(promise(open::save(ws)).into())
    });
    method(&cuspid, "shareScan", move |options, _| {
        Ok(promise(open::share(ws, options)).into())
    });
    method(&cuspid, "setMode", move |name, _| {
        Ok(promise(views::set_mode(ws, name)).into())
    });
    method(&cuspid, "mode", move |_, _| views::mode(ws));
    method(&cuspid, "view", move |name, _| views::view(ws, &name));
    method(&cuspid, "setView", move |name, partial| {
        Ok(promise(views::set_view(ws, name, partial)).into())
    });
    method(&cuspid, "planes", move |_, _| planes::planes(ws));
    method(&cuspid, "setPlanes", move |partial, _| {
        Ok(promise(planes::set_planes(ws, partial)).into())
    });
    method(&cuspid, "frame", move |name, _| {
        Ok(promise(views::frame(ws, name)).into())
    });
    method(&cuspid, "snapshot", move |name, options| {
        Ok(promise(views::snapshot(ws, name, options)).into())
    });
    method(&cuspid, "compare", move |beside, _| {
        Ok(promise(compare::compare(ws, beside)).into())
    });
    method(&cuspid, "comparison", move |_, _| compare::comparison(ws));
    method(&cuspid, "setComparison", move |partial, _| {
        Ok(promise(compare::set_comparison(ws, partial)).into())
    });
    method(&cuspid, "renderer", move |_, _| views::renderer(ws));
    method(&cuspid, "probe", move |point, _| measure::probe(ws, &point));
    method(&cuspid, "measurements", move |_, _| measure::list(ws));
    method(&cuspid, "addMeasurement", move |measurement, _| {
        measure::add(ws, &measurement)
    });
    put(&window, "cuspid", &cuspid);
}

fn put(object: &JsValue, name: &str, value: &JsValue) {
    // A plain object, and a window without such a name yet, take every property.
    let _ = Reflect::set(object, &JsValue::from_str(name), value);
}

fn method(object: &Object, name: &str, call: impl Fn(JsValue, JsValue) -> Outcome + 'static) {
    let function = Closure::<dyn Fn(JsValue, JsValue) -> Outcome>::new(call);
    put(object, name, &function.into_js_value());
}

fn promise(work: impl Future<Output = Outcome> + 'static) -> Promise {
    future_to_promise(work)
}
