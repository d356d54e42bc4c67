//! A QR code, made here and drawn as one SVG path.

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code, so that a camera finds it (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;

#[component]
pub(super) fn QrView(
    text: String,
    /// For those who cannot see it.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    outline(&text).map(|(side, path)| {
        view! {
            <svg class="qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label=label shape-rendering="crispEdges">
                <rect width=side height=side fill="#fff"/>
                <path d=path fill="#000"/>
            </svg>
        }
    })
}

/// The side with its quiet zone, and the dark modules as path data; `None` for a text too long for a code.
fn outline(text: &str) -> Option<(usize, String)> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (at, _) in code
        .to_colors()
        .iter()
        .enumerate()
        .filter(|(_, color)| **color == Color::Dark)
    {
        let (x, y) = (at % width + QUIET, at / width + QUIET);
        path.push_str(&format!("M{x} {y}h1v1h-1z"));
    }
    Some((width + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    use super::outline;

    #[test]
    fn a_link_has_the_three_finder_patterns() {
        let link = format!(
            "https://cuspid.example/s/{}#v1.{}",
            "A".repeat(22),
            "B".repeat(43)
        );
        let (side, path) = outline(&link).unwrap_or_default();
        // The outer corner module of each finder pattern.
        for (x, y) in [(4, 4), (side - 5, 4), (4, side - 5)] {
            assert!(path.contains(&format!("M{x} {y}h1")), "{x} {y}");
        }
        assert!(!path.contains("M0 0h1"));
        assert!(outline(&"x".repeat(5000)).is_none());
    }
}
