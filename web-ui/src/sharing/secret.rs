//! The secret behind the `#` of a link.
//!
//! The browser never sends it, but it stands in the address bar, the history and whatever reads them. So it is
//! taken out before anything else, and lives in this page's memory until the scan is open.

use std::cell::RefCell;
use wasm_bindgen::JsValue;
use zeroize::Zeroize;

/// Where links begin.
const LINK_PATH: &str = "/s/";

thread_local! {
    static FRAGMENT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Takes the fragment of a link out of the address bar. Called first of all when the page starts, and when the
/// address changes later. Answers whether there was one.
pub fn take_secret_from_address() -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let location = window.location();
    let (Ok(path), Ok(hash)) = (location.pathname(), location.hash()) else {
        return false;
    };
    if !path.starts_with(LINK_PATH) || hash.len() < 2 {
        return false;
    }
    if let Ok(history) = window.history() {
        // Without a history there is nothing to take it out of.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&path));
    }
    FRAGMENT.with(|kept| *kept.borrow_mut() = Some(hash));
    true
}

/// The fragment that was taken, once.
pub(super) fn take() -> Option<Fragment> {
    FRAGMENT.with(|kept| kept.borrow_mut().take()).map(Fragment)
}

/// A link's fragment. Wiped when dropped.
pub(super) struct Fragment(String);

impl Fragment {
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl Drop for Fragment {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
