//! Orientation letters: R, L, A, P, S, I for right, left, anterior, posterior, superior and inferior.

use glam::DVec3;

/// A component counts as soon as the direction leans this much towards it: sin 15°. A scan that is tilted
/// by a few degrees keeps single letters, an oblique plane gets two or three.
const LEAN: f64 = 0.259;

/// The letters of a direction in LPS, the strongest first; empty for a zero vector.
///
/// Like _Patient Orientation_ (0020,0020), PS3.3 C.7.6.1.1.1.
pub fn letters(direction: DVec3) -> String {
    let direction = direction.normalize_or_zero();
    let mut parts = vec![
        (direction.x, 'L', 'R'),
        (direction.y, 'P', 'A'),
        (direction.z, 'S', 'I'),
    ];
    crate::order::sort(&mut parts, |a, b| b.0.abs().total_cmp(&a.0.abs()));
    parts
        .into_iter()
        .filter(|(part, ..)| part.abs() > LEAN)
        .map(|(part, positive, negative)| if part > 0.0 { positive } else { negative })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_one_letter_and_obliques_more() {
        assert_eq!(letters(DVec3::X), "L");
        assert_eq!(letters(-DVec3::Y), "A");
        assert_eq!(letters(DVec3::new(0.05, 0.02, -0.99)), "I");
        assert_eq!(letters(DVec3::new(-1.0, -0.8, 0.0)), "RA");
        assert_eq!(letters(DVec3::new(0.5, 0.6, 0.7)), "SPL");
        assert_eq!(letters(DVec3::ZERO), "");
    }
}
