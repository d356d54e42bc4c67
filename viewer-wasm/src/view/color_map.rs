//! Colour maps: paths through the colours of a screen along which lightness rises evenly.
//!
//! Computed in CIELAB (CIE 015, white point D65), whose lightness L* is what a person sees as even steps; then to sRGB
//! (IEC 61966-2-1). Each begins with black and ends with white, so that no range of a window is lost, and stays
//! within the colours that sRGB has.

use std::f64::consts::{PI, TAU};

use serde::{Deserialize, Serialize};

/// The colours that a brightness runs through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColorMap {
    /// Black to white.
    #[default]
    Grey,
    /// Black through red and orange to white.
    Heat,
    /// Black through blue to white.
    Ice,
    /// Black through blue, grey and yellow to white: what differs in it differs for people who see red and green alike,
    /// too.
    Dusk,
}

impl ColorMap {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Grey, Self::Heat, Self::Ice, Self::Dusk];

    /// The name scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Grey => "grey",
            Self::Heat => "heat",
            Self::Ice => "ice",
            Self::Dusk => "dusk",
        }
    }

    /// The map of a [`name`](Self::name), if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|map| map.name() == name)
    }

    /// Red, green and blue (sRGB, each 0 to 1) at a place from 0, black, to 1, white.
    pub fn color(self, place: f64) -> [f64; 3] {
        let place = place.clamp(0.0, 1.0);
        // Chroma a* and b*. In the middle there are the most saturated colours, at the ends none.
        let by_hue = |chroma: f64, from_deg: f64, to_deg: f64| {
            let hue = (from_deg + (to_deg - from_deg) * place).to_radians();
            let chroma = chroma * 4.0 * place * (1.0 - place);
            [chroma * hue.cos(), chroma * hue.sin()]
        };
        let [a, b] = match self {
            Self::Grey => return [place; 3],
            Self::Heat => by_hue(60.0, 25.0, 100.0),
            Self::Ice => by_hue(40.0, 295.0, 240.0),
            // Across from blue, 66 degrees below the axis of a*, to yellow.
            Self::Dusk => [
                38.0 * (PI * place).sin() * (1.0 - place),
                -45.0 * (TAU * place).sin(),
            ],
        };
        srgb_from_lab(100.0 * place, a, b)
    }

    /// The colours at 256 places from black to white, as bytes.
    pub fn palette(self) -> [[u8; 3]; 256] {
        std::array::from_fn(|place| {
            self.color(place as f64 / 255.0)
                .map(|part| (part * 255.0).round() as u8)
        })
    }
}

/// White of D65.
const WHITE: [f64; 3] = [0.950_47, 1.0, 1.088_83];

/// Linear sRGB from XYZ under D65.
const RGB_FROM_XYZ: [[f64; 3]; 3] = [
    [3.240_454_2, -1.537_138_5, -0.498_531_4],
    [-0.969_266, 1.876_010_8, 0.041_556],
    [0.055_643_4, -0.204_025_9, 1.057_225_2],
];

fn srgb_from_lab(lightness: f64, a: f64, b: f64) -> [f64; 3] {
    let y = (lightness + 16.0) / 116.0;
    let roots = [y + a / 500.0, y, y - b / 200.0];
    let xyz: [f64; 3] = std::array::from_fn(|n| {
        let root = roots[n];
        let share = if root > 6.0 / 29.0 {
            root * root * root
        } else {
            (root - 4.0 / 29.0) * (108.0 / 841.0)
        };
        share * WHITE[n]
    });
    RGB_FROM_XYZ.map(|[x, y, z]| {
        let linear = x * xyz[0] + y * xyz[1] + z * xyz[2];
        let coded = if linear > 0.003_130_8 {
            1.055 * linear.powf(1.0 / 2.4) - 0.055
        } else {
            12.92 * linear
        };
        coded.clamp(0.0, 1.0)
    })
}

#[cfg(test)]
mod tests;
