//! Grey-value windows (_Window Center_ (0028,1050), _Window Width_ (0028,1051)).

use serde::{Deserialize, Serialize};

/// The values between black and white, in the unit of the volume (HU or GV).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// The value shown as middle grey.
    pub center: f64,
    /// From black to white. Never below [`Window::MIN_WIDTH`] once made through [`Window::new`].
    pub width: f64,
}

impl Window {
    /// The narrowest window, in the unit of the volume.
    pub const MIN_WIDTH: f64 = 1.0;

    /// Bone: cortical and trabecular bone apart.
    pub const BONE: Self = Self {
        center: 600.0,
        width: 2800.0,
    };
    /// Teeth: enamel, dentine and pulp apart, metal still white.
    pub const TEETH: Self = Self {
        center: 1500.0,
        width: 3000.0,
    };
    /// Soft tissue against air and fat.
    pub const SOFT_TISSUE: Self = Self {
        center: 40.0,
        width: 450.0,
    };

    /// A window with a usable width; what is not a number becomes a default.
    pub fn new(center: f64, width: f64) -> Self {
        let center = if center.is_finite() { center } else { 0.0 };
        let width = if width.is_finite() {
            width.max(Self::MIN_WIDTH)
        } else {
            Self::BONE.width
        };
        Self { center, width }
    }

    /// The window from black to white, in this order or the other.
    pub fn from_ends(black: f64, white: f64) -> Self {
        Self::new((black + white) / 2.0, (white - black).abs())
    }

    /// The values that are black and white.
    pub fn ends(&self) -> (f64, f64) {
        let half = self.width / 2.0;
        (self.center - half, self.center + half)
    }

    /// The preset of a name: `bone`, `teeth` or `soft-tissue`. (`auto` depends on the volume:
    /// [`Volume::auto_window`](crate::volume::Volume::auto_window).)
    pub fn preset(name: &str) -> Option<Self> {
        match name {
            "bone" => Some(Self::BONE),
            "teeth" => Some(Self::TEETH),
            "soft-tissue" => Some(Self::SOFT_TISSUE),
            _ => None,
        }
    }

    /// Brightness of `value`, 0 (black) to 1 (white): the linear-exact function of PS3.3 C.11.2.1.3.2.
    pub fn brightness(&self, value: f64) -> f64 {
        ((value - self.center) / self.width.max(Self::MIN_WIDTH) + 0.5).clamp(0.0, 1.0)
    }

    /// The window after a drag of (`dx`, `dy`) pixels: right widens, down darkens. The step grows with the
    /// width, so that a narrow window can be set finely and a wide one quickly.
    pub fn dragged(&self, dx_px: f64, dy_px: f64) -> Self {
        let width = self.width * (dx_px / 250.0).clamp(-2.0, 2.0).exp();
        Self::new(self.center + dy_px * self.width / 500.0, width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_black_and_white() {
        let window = Window::new(100.0, 200.0);
        assert_eq!(window.brightness(0.0), 0.0);
        assert_eq!(window.brightness(100.0), 0.5);
        assert_eq!(window.brightness(200.0), 1.0);
        assert_eq!(window.brightness(9000.0), 1.0);
    }

    #[test]
    fn a_window_is_its_ends() {
        let window = Window::from_ends(-50.0, 250.0);
        assert_eq!((window.center, window.width), (100.0, 300.0));
        assert_eq!(window.ends(), (-50.0, 250.0));
    }

    #[test]
    fn nonsense_becomes_usable() {
        assert_eq!(
            Window::new(f64::NAN, 0.0),
            Window {
                center: 0.0,
                width: 1.0
            }
        );
        let dragged = Window::BONE.dragged(-100_000.0, 0.0);
        assert!(dragged.width >= Window::MIN_WIDTH && dragged.width < Window::BONE.width);
    }
}
