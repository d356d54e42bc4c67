//! Where a file of `assets/` is served from: its name is made of its content.

use leptos::prelude::document;

/// The address of `/assets/<path>`, from the map in the page's head; the path itself if the map does not know it.
pub fn asset_url(path: &str) -> String {
    document()
        .query_selector("meta[name='cuspid-assets']")
        .ok()
        .flatten()
        .and_then(|meta| meta.get_attribute("content"))
        .and_then(|json| serde_json::from_str::<serde_json::Value>(&json).ok())
        .and_then(|map| map.get(path)?.as_str().map(str::to_owned))
        .unwrap_or_else(|| path.to_owned())
}
