//! From a brightness to what is on screen: gamma, inversion, colours. The same in planes, slabs and projections.

use serde::{Deserialize, Serialize};

use super::color_map::ColorMap;

/// What happens to a brightness (0 to 1, as the window gives it) before it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Tones {
    /// White on black becomes black on white.
    #[serde(default)]
    pub invert: bool,
    /// The brightness is raised to one over this: above 1 brightens what is dark. Between [`Tones::GAMMA_RANGE`].
    #[serde(default = "one")]
    pub gamma: f64,
    /// Its colours.
    #[serde(default)]
    pub color_map: ColorMap,
}

fn one() -> f64 {
    1.0
}

impl Default for Tones {
    fn default() -> Self {
        Self::PLAIN
    }
}

impl Tones {
    /// Least and greatest gamma.
    pub const GAMMA_RANGE: (f64, f64) = (0.2, 5.0);

    /// Grey, as the window gives it.
    pub const PLAIN: Self = Self {
        invert: false,
        gamma: 1.0,
        color_map: ColorMap::Grey,
    };

    /// Whether a brightness is shown as it is: the grey of that brightness.
    pub fn is_plain(&self) -> bool {
        *self == Self::PLAIN
    }

    /// The brightness after gamma and inversion: where in the colour map it is, 0 to 1.
    pub fn shown(&self, brightness: f64) -> f64 {
        let (least, most) = Self::GAMMA_RANGE;
        let brightness = brightness.clamp(0.0, 1.0);
        let curved = if self.gamma == 1.0 {
            brightness
        } else {
            brightness.powf(1.0 / self.gamma.clamp(least, most))
        };
        if self.invert { 1.0 - curved } else { curved }
    }

    /// Red, green and blue of a brightness, each 0 to 1.
    pub fn color(&self, brightness: f64) -> [f64; 3] {
        self.color_map.color(self.shown(brightness))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_tones_change_nothing() {
        for step in 0..=255 {
            let brightness = f64::from(step) / 255.0;
            assert_eq!(Tones::PLAIN.color(brightness), [brightness; 3]);
        }
    }

    #[test]
    fn gamma_comes_before_inversion_and_keeps_the_ends() {
        let brighter = Tones {
            gamma: 2.0,
            ..Tones::PLAIN
        };
        assert_eq!(brighter.shown(0.25), 0.5);
        let inverted = Tones {
            invert: true,
            ..brighter
        };
        assert_eq!(inverted.shown(0.25), 0.5);
        assert!((inverted.shown(0.04) - 0.8).abs() < 1e-12);
        for tones in [brighter, inverted] {
            let ends = [tones.shown(0.0), tones.shown(1.0)];
            assert_eq!(ends, if tones.invert { [1.0, 0.0] } else { [0.0, 1.0] });
        }
        let nonsense = Tones {
            gamma: 0.0,
            ..Tones::PLAIN
        };
        assert!((nonsense.shown(0.5) - 0.5f64.powf(5.0)).abs() < 1e-12);
    }
}
