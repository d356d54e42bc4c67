//! What the volume rendering brings out, ready-made.

use serde::{Deserialize, Serialize};

use super::{ControlPoint, TransferFunction};

/// What the volume rendering brings out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VolumePreset {
    /// Bone and teeth, soft tissue hidden.
    #[default]
    Bone,
    /// Teeth and metal, bone as a faint shell.
    Teeth,
    /// Teeth and roots in bone that one looks through, down to the nerve's canal.
    TeethNerve,
    /// Muscle, tongue and gums over bone.
    SoftTissue,
    /// The air inside the body, by its walls.
    Airway,
    /// The skin.
    Skin,
}

impl VolumePreset {
    /// All presets.
    pub const ALL: [Self; 6] = [
        Self::Bone,
        Self::Teeth,
        Self::TeethNerve,
        Self::SoftTissue,
        Self::Airway,
        Self::Skin,
    ];

    /// The name scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bone => "bone",
            Self::Teeth => "teeth",
            Self::TeethNerve => "teeth-nerve",
            Self::SoftTissue => "soft-tissue",
            Self::Airway => "airway",
            Self::Skin => "skin",
        }
    }

    /// The preset of a [`name`](Self::name), if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }
}

impl TransferFunction {
    /// The function of a preset.
    pub fn preset(preset: VolumePreset) -> Self {
        let point = |value: f64, rgb: [u8; 3], opacity: f64| ControlPoint {
            value,
            color: rgb.map(|c| f64::from(c) / 255.0),
            opacity,
        };
        Self::new(match preset {
            VolumePreset::Bone => vec![
                point(300.0, [150, 100, 70], 0.0),
                point(500.0, [196, 158, 116], 0.10),
                point(900.0, [222, 196, 158], 0.45),
                point(1500.0, [240, 226, 200], 0.75),
                point(2200.0, [252, 248, 238], 0.90),
                point(3000.0, [255, 255, 255], 0.97),
            ],
            VolumePreset::Teeth => vec![
                point(700.0, [180, 140, 100], 0.0),
                point(1000.0, [200, 165, 125], 0.015),
                point(1350.0, [228, 205, 165], 0.06),
                point(1600.0, [240, 226, 195], 0.50),
                point(2200.0, [250, 246, 235], 0.85),
                point(2800.0, [255, 255, 255], 0.97),
            ],
            VolumePreset::TeethNerve => vec![
                point(-100.0, [190, 70, 50], 0.0),
                point(60.0, [200, 80, 55], 0.02),
                point(250.0, [200, 110, 80], 0.0),
                point(1000.0, [200, 165, 125], 0.012),
                point(1400.0, [228, 205, 165], 0.04),
                point(1600.0, [240, 226, 195], 0.45),
                point(2200.0, [250, 246, 235], 0.85),
                point(2800.0, [255, 255, 255], 0.97),
            ],
            VolumePreset::SoftTissue => vec![
                point(-150.0, [150, 70, 50], 0.0),
                point(-50.0, [196, 110, 84], 0.10),
                point(100.0, [190, 84, 66], 0.35),
                point(300.0, [214, 150, 116], 0.30),
                point(700.0, [226, 196, 156], 0.60),
                point(2000.0, [250, 246, 235], 0.95),
            ],
            VolumePreset::Airway => vec![
                point(-1000.0, [70, 120, 190], 0.0),
                point(-900.0, [90, 150, 215], 0.0),
                point(-650.0, [120, 180, 235], 0.35),
                point(-400.0, [150, 200, 240], 0.0),
            ],
            VolumePreset::Skin => vec![
                point(-500.0, [200, 140, 110], 0.0),
                point(-250.0, [214, 156, 126], 0.25),
                point(50.0, [228, 178, 148], 0.70),
                point(400.0, [235, 205, 180], 0.85),
                point(1500.0, [250, 245, 235], 0.95),
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_shows_something_and_hides_air() {
        for preset in VolumePreset::ALL {
            let function = TransferFunction::preset(preset);
            assert!(
                !function.visible_between(-1100.0, -1000.0),
                "{}",
                preset.name()
            );
            assert!(
                function.visible_between(-950.0, 3000.0),
                "{}",
                preset.name()
            );
        }
    }
}
