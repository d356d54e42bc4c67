//! From a brightness to what is on screen: gamma, inversion, colours. The same in planes, slabs and projections.

use serde::{Deserialize, Serialize};

/// The colours that a brightness runs through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColorMap {
    /// Black to white.
    #[default]
    Grey,
}

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

    /// Red, green and blue of a brightness, each 0 to 1.
    pub fn color(&self, brightness: f64) -> [f64; 3] {
        let (least, most) = Self::GAMMA_RANGE;
        let curved = brightness
            .clamp(0.0, 1.0)
            .powf(1.0 / self.gamma.clamp(least, most));
        let shown = if self.invert { 1.0 - curved } else { curved };
        match self.color_map {
            ColorMap::Grey => [shown; 3],
        }
    }
}
