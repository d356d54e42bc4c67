//! The page: everything a person sees and presses.
//!
//! - [`app`]: routes, and what every part finds in the context
//! - [`shell`]: icons, dialog, page frame: the pieces that all pages share
//! - [`viewer`]: empty page, views with their overlays, tools and panels
//! - [`workspace`]: the state of the viewer; [`loading`] fills it, [`stage`] draws it, [`scripting`] offers it to scripts
//! - `compare`: a second scan beside the open one
//! - [`pool`]: the decode workers
//! - [`api`], [`account`], [`saving`], [`sharing`], [`audit`]: what needs the server; `later`: the part of the page that has them
//! - [`locale`]: every sentence; `json`: the one reader of JSON

pub mod account;
pub mod api;
pub mod app;
pub mod audit;
mod compare;
mod json;
mod later;
pub mod loading;
pub mod locale;
pub mod pool;
pub mod saving;
pub mod scripting;
pub mod sharing;
pub mod shell;
pub mod stage;
pub mod viewer;
pub mod workspace;

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the module's loader.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    app::mount();
}
