//! What a preset does with tissues beyond giving each value a colour and an opacity: glass, nerves, airways.
//!
//! A value alone does not tell a nerve's canal from a cheek, nor the wall of an airway from skin. What is around it does.

use super::{Rendering, VolumePreset, VolumeView};
use crate::series::Geometry;

/// How tissues are shown, in the volume's values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Manner {
    /// What is up to the first value is glass: clear where one looks straight at its surface, seen where the surface
    /// bends away. From the second value on nothing is.
    pub glass: Option<(f64, f64)>,
    /// What is up to the first value is shown only where bone closes it in; from the second value on, anywhere.
    pub in_bone: Option<(f64, f64)>,
    /// Only what tissue surrounds is shown; from this value on it is tissue. See [`surrounded`].
    pub inside: Option<f64>,
    /// From the first value on, bone begins to close in, and from the second on it does so wholly.
    pub bone: (f64, f64),
}

impl Manner {
    /// Everything as its value says.
    pub const PLAIN: Self = Self {
        glass: None,
        in_bone: None,
        inside: None,
        bone: (300.0, 700.0),
    };
    /// Of the opacity of glass, what is left where one looks straight at its surface, or where it has none.
    pub const CLEAR: f64 = 0.03;
    /// How much around a place must be bone for it to begin to be in bone, and to be in it for certain.
    pub const CLOSED_IN: (f64, f64) = (0.5, 0.7);

    fn shifted(self, shift: f64) -> Self {
        let both = |(low, high): (f64, f64)| (low + shift, high + shift);
        Self {
            glass: self.glass.map(both),
            in_bone: self.in_bone.map(both),
            inside: self.inside.map(|value| value + shift),
            bone: both(self.bone),
        }
    }

    /// How far a value is from being glass, 0 to 1.
    pub fn whole(&self, value: f64) -> f64 {
        self.glass.map_or(1.0, |span| ramp(span, value))
    }

    /// How far a value is shown outside bone, 0 to 1.
    pub fn anywhere(&self, value: f64) -> f64 {
        self.in_bone.map_or(1.0, |span| ramp(span, value))
    }

    /// Of a value's opacity, what is seen wherever it is and however one looks at it.
    pub fn least_share(&self, value: f64) -> f64 {
        let whole = self.whole(value);
        self.anywhere(value) * (Self::CLEAR + (1.0 - Self::CLEAR) * whole)
    }

    /// Of a value's opacity, what is seen at a place: `bends` is how far a surface there is from facing the viewer, 0 to
    /// 1, and 0 where there is none; `bone` the share of what is around that is bone.
    pub fn share(&self, value: f64, bends: f64, bone: f64) -> f64 {
        let (whole, anywhere) = (self.whole(value), self.anywhere(value));
        let glass = Self::CLEAR + (1.0 - Self::CLEAR) * bends;
        let (open, closed) = Self::CLOSED_IN;
        let t = ramp((open, closed), bone);
        let within = t * t * (3.0 - 2.0 * t);
        anywhere * (glass + (1.0 - glass) * whole) + (1.0 - anywhere) * within
    }
}

/// How far a value is on its way through a span, 0 to 1.
pub fn ramp((low, high): (f64, f64), value: f64) -> f64 {
    ((value - low) / (high - low)).clamp(0.0, 1.0)
}

impl VolumePreset {
    /// How the preset shows tissues, before any shift.
    fn manner(self) -> Manner {
        match self {
            Self::Teeth => Manner {
                glass: Some((1250.0, 1700.0)),
                ..Manner::PLAIN
            },
            Self::TeethNerve => Manner {
                glass: Some((1300.0, 1750.0)),
                in_bone: Some((300.0, 420.0)),
                ..Manner::PLAIN
            },
            Self::SoftTissue => Manner {
                glass: Some((180.0, 400.0)),
                ..Manner::PLAIN
            },
            Self::Airway => Manner {
                inside: Some(-300.0),
                ..Manner::PLAIN
            },
            Self::Bone | Self::Skin => Manner::PLAIN,
        }
    }

    /// How much darker it is deep between opaque parts ([`VolumeView::occlusion`]) where nobody chose otherwise: as much
    /// as makes roots, sockets and canals stand out.
    pub const fn occlusion(self) -> f64 {
        match self {
            Self::Bone => 0.8,
            Self::Teeth | Self::SoftTissue | Self::Skin => 0.5,
            Self::TeethNerve => 0.3,
            Self::Airway => 0.2,
        }
    }
}

impl VolumeView {
    /// With a preset, unedited, and as dark in the depth as suits it.
    pub fn with_preset(&self, preset: VolumePreset) -> Self {
        Self {
            preset,
            custom: None,
            occlusion: preset.occlusion(),
            ..*self
        }
    }

    /// How tissues are shown: as the preset has it, also where its colours and opacities were edited.
    pub fn manner(&self) -> Manner {
        match self.rendering {
            Rendering::Composite => self.preset.manner().shifted(self.shift),
            _ => Manner::PLAIN,
        }
    }

    /// Whether the picture depends on how much of what is around each place hides light, or is bone.
    pub fn needs_surroundings(&self) -> bool {
        self.is_occluded() || self.manner().in_bone.is_some()
    }
}

/// The two voxel axes that lie closest to the patient's axial plane.
pub fn axial_axes(geometry: &Geometry) -> [usize; 2] {
    let [row, column, slice] = [2, 5, 8].map(|z| geometry.direction[z].abs());
    if slice >= row && slice >= column {
        [0, 1]
    } else if column >= row {
        [0, 2]
    } else {
        [1, 2]
    }
}

/// Of each brick of a grid, x fastest, whether bricks full of tissue lie on all four sides of it in the plane of two `axes`:
/// the inside of a throat is surrounded, and a cheek is not.
pub fn surrounded(
    bricks: [usize; 3],
    axes: [usize; 2],
    is_full: impl Fn(usize) -> bool,
) -> Vec<bool> {
    let count = bricks[0] * bricks[1] * bricks[2];
    let mut all = vec![true; count];
    let strides = [1, bricks[0], bricks[0] * bricks[1]];
    for axis in axes {
        let (stride, along) = (strides[axis], bricks[axis]);
        for first in (0..count).filter(|at| at / stride % along == 0) {
            let full = |n: &usize| is_full(first + n * stride);
            let nearest = (0..along).find(full).unwrap_or(along);
            let farthest = (0..along).rev().find(full).unwrap_or(0);
            for n in 0..along {
                all[first + n * stride] &= nearest < n && n < farthest;
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_throat_is_surrounded_and_a_cheek_is_not() {
        // A ring of tissue about a throat, in the middle of the grid.
        let edge = 15usize;
        let full = |x: usize, y: usize| {
            let away = x.abs_diff(7).max(y.abs_diff(7));
            (2..=5).contains(&away)
        };
        let inside = surrounded([edge, edge, 2], [0, 1], |i| full(i % edge, i / edge % edge));
        let is = |x: usize, y: usize| inside[edge * edge + y * edge + x];
        assert!(is(7, 7) && is(6, 8), "the throat");
        assert!(!is(2, 7) && !is(1, 7) && !is(7, 13) && !is(0, 0), "skin");
    }

    #[test]
    fn glass_is_clear_before_one_and_seen_where_it_bends() {
        let manner = VolumePreset::Teeth.manner();
        assert_eq!(manner.share(800.0, 0.0, 0.0), Manner::CLEAR);
        assert_eq!(manner.share(800.0, 1.0, 0.0), 1.0);
        assert_eq!(manner.share(2500.0, 0.0, 0.0), 1.0);
        assert_eq!(Manner::PLAIN.share(800.0, 0.0, 0.0), 1.0);
    }

    #[test]
    fn a_canal_is_seen_and_a_cheek_of_its_value_is_not() {
        let manner = VolumePreset::TeethNerve.manner();
        assert_eq!(manner.share(100.0, 0.5, 0.9), 1.0);
        assert_eq!(manner.share(100.0, 0.5, 0.4), 0.0);
        assert_eq!(manner.least_share(100.0), 0.0);
        assert_eq!(manner.share(2500.0, 0.5, 0.0), 1.0);
    }
}
