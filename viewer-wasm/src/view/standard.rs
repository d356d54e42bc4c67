//! The six directions from which a volume is looked at first.

use glam::DVec3;
use serde::{Deserialize, Serialize};

use super::VolumeView;
use super::camera::CameraAxes;

/// A direction to look from, along an axis of the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StandardView {
    /// At the face.
    Front,
    /// From the patient's left.
    Left,
    /// From the patient's right.
    Right,
    /// From behind.
    Back,
    /// From superior, the face at the lower edge.
    Top,
    /// From inferior, the face at the upper edge.
    Bottom,
}

impl StandardView {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Front,
        Self::Left,
        Self::Right,
        Self::Back,
        Self::Top,
        Self::Bottom,
    ];

    /// The name scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Left => "left",
            Self::Right => "right",
            Self::Back => "back",
            Self::Top => "top",
            Self::Bottom => "bottom",
        }
    }

    /// The direction's letter, as on the planes: anterior, left, right, posterior, superior, inferior.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Front => "A",
            Self::Left => "L",
            Self::Right => "R",
            Self::Back => "P",
            Self::Top => "S",
            Self::Bottom => "I",
        }
    }

    /// Azimuth and elevation of the camera, in degrees ([`VolumeView::azimuth_deg`]).
    pub const fn angles_deg(self) -> (f64, f64) {
        match self {
            Self::Front => (0.0, 0.0),
            Self::Left => (90.0, 0.0),
            Self::Right => (-90.0, 0.0),
            Self::Back => (180.0, 0.0),
            Self::Top => (0.0, 90.0),
            Self::Bottom => (0.0, -90.0),
        }
    }

    /// The camera's axes, LPS.
    pub fn axes(self) -> CameraAxes {
        let (azimuth_deg, elevation_deg) = self.angles_deg();
        VolumeView {
            azimuth_deg,
            elevation_deg,
            ..VolumeView::BLANK
        }
        .axes()
    }

    /// Unit vector from the patient towards the viewer, LPS.
    pub fn towards(self) -> DVec3 {
        -self.axes().forward
    }
}

#[cfg(test)]
mod tests {
    use super::super::letters::letters;
    use super::*;

    #[test]
    fn each_view_is_from_the_side_of_its_letter() {
        for standard in StandardView::ALL {
            assert_eq!(letters(standard.towards()), standard.letter());
        }
    }

    #[test]
    fn the_face_is_below_from_above_and_above_from_below() {
        assert!(StandardView::Top.axes().down.distance(DVec3::NEG_Y) < 1e-12);
        assert!(StandardView::Bottom.axes().down.distance(DVec3::Y) < 1e-12);
    }
}
