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
                point(280.0, [148, 92, 62], 0.0),
                point(480.0, [205, 158, 112], 0.1),
                point(900.0, [232, 202, 158], 0.45),
                point(1500.0, [246, 230, 202], 0.75),
                point(2200.0, [254, 248, 236], 0.9),
                point(3000.0, [255, 255, 255], 0.97),
            ],
            VolumePreset::Teeth => vec![
                point(700.0, [190, 140, 95], 0.0),
                point(1000.0, [210, 165, 118], 0.012),
                point(1350.0, [232, 205, 160], 0.05),
                point(1600.0, [246, 230, 198], 0.5),
                point(2200.0, [254, 248, 236], 0.85),
                point(2800.0, [255, 255, 255], 0.97),
            ],
            VolumePreset::TeethNerve => vec![
                // What a canal holds is as dense as muscle; the step from there to bone is the canal's wall.
                point(140.0, [200, 50, 40], 0.0),
                point(210.0, [226, 62, 46], 0.04),
                point(300.0, [210, 70, 50], 0.0),
                point(500.0, [222, 186, 146], 0.004),
                point(1000.0, [222, 186, 146], 0.008),
                point(1480.0, [232, 208, 165], 0.016),
                point(1640.0, [246, 230, 198], 0.45),
                point(2200.0, [254, 248, 236], 0.85),
                point(2800.0, [255, 255, 255], 0.97),
            ],
            VolumePreset::SoftTissue => vec![
                point(-160.0, [214, 150, 120], 0.0),
                point(-40.0, [224, 162, 132], 0.08),
                point(60.0, [206, 112, 92], 0.3),
                point(250.0, [214, 140, 112], 0.4),
                point(500.0, [232, 200, 160], 0.6),
                point(2000.0, [250, 246, 235], 0.95),
            ],
            VolumePreset::Airway => vec![
                // Where air becomes tissue.
                point(-850.0, [120, 190, 250], 0.0),
                point(-620.0, [160, 215, 255], 0.1),
                point(-350.0, [205, 235, 255], 0.0),
            ],
            VolumePreset::Skin => vec![
                point(-500.0, [224, 164, 132], 0.0),
                point(-250.0, [232, 178, 148], 0.25),
                point(50.0, [240, 196, 168], 0.7),
                point(400.0, [242, 216, 192], 0.85),
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
