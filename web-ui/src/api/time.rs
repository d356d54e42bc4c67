//! Seconds on the wire, as the person's clock shows them.

use js_sys::Date;
use wasm_bindgen::JsValue;

/// `YYYY-MM-DD HH:MM` in the browser's time zone.
pub fn local_time(seconds: i64) -> String {
    let date = Date::new(&JsValue::from_f64(seconds as f64 * 1000.0));
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date(),
        date.get_hours(),
        date.get_minutes()
    )
}

/// Seconds since 1970-01-01 UTC, by the browser's clock.
pub fn now() -> i64 {
    (Date::now() / 1000.0) as i64
}
