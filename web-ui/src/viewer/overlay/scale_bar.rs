//! A bar of a round length, at the bottom right.

use super::MARGIN_PX;
use super::colors;
use crate::viewer::words;
use glam::DVec2;
use leptos::prelude::*;

/// Lengths a bar may have.
const ROUND_MM: [f64; 11] = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0];
/// No bar is longer, even on a large screen.
const LONGEST_PX: f64 = 160.0;

/// The longest round length that fits, and its length on the screen.
fn round_length(mm_per_px: f64, width_px: f64) -> Option<(f64, f64)> {
    let room_mm = LONGEST_PX.min(width_px * 0.3) * mm_per_px;
    let length_mm = ROUND_MM.into_iter().rfind(|length| *length <= room_mm)?;
    Some((length_mm, length_mm / mm_per_px))
}

/// With `spacing_known` false the length is in voxels: there are no millimetres to show.
pub fn scale_bar(mm_per_px: f64, spacing_known: bool, size: DVec2) -> Option<impl IntoView> {
    let (length_mm, length_px) = round_length(mm_per_px, size.x)?;
    let (right, y) = (size.x - MARGIN_PX, size.y - MARGIN_PX - 4.0);
    let left = right - length_px;
    let text = words::distance(length_mm, spacing_known, usize::from(length_mm < 1.0));
    let path = format!("M{left:.1} {}V{y:.1}H{right:.1}V{}", y - 6.0, y - 6.0);
    Some(view! {
        <g data-part="scale-bar">
            <path d=path.clone() fill="none" stroke=colors::HALO stroke-opacity="0.7" stroke-width="4" />
            <path d=path fill="none" stroke=colors::INK stroke-width="1.5" />
            <text x=right y=y - 12.0 text-anchor="end" fill=colors::INK>
                {text}
            </text>
        </g>
    })
}

#[cfg(test)]
mod tests {
    use super::round_length;

    #[test]
    fn the_bar_is_as_long_as_it_says() {
        let (mm, px) = round_length(0.25, 700.0).unwrap_or_default();
        assert_eq!((mm, px), (20.0, 80.0));
        assert_eq!(round_length(0.25, 100.0), Some((5.0, 20.0)));
        assert_eq!(round_length(1e-6, 500.0), None);
    }
}
