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
    /// Teeth and metal, bone as glass.
    Teeth,
    /// Teeth and roots in bone that one looks through, and what is in the canals and pulps.
    TeethNerve,
    /// Muscle, tongue and gums, with bone shining through.
    SoftTissue,
    /// The air that tissue surrounds, by its walls.
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
                // Up to dentine it is glass ([`Manner`](super::Manner)), seen by its edges.
                point(500.0, [196, 150, 110], 0.0),
                point(900.0, [214, 176, 132], 0.1),
                point(1300.0, [232, 205, 160], 0.18),
                point(1700.0, [246, 230, 198], 0.5),
                point(2200.0, [254, 248, 236], 0.9),
                point(2800.0, [255, 255, 255], 0.97),
            ],
            VolumePreset::TeethNerve => vec![
                // What a canal or a pulp holds is as dense as muscle; this much is shown in bone only.
                point(-120.0, [255, 120, 48], 0.0),
                point(0.0, [255, 96, 48], 0.4),
                point(240.0, [250, 80, 48], 0.4),
                point(420.0, [222, 186, 146], 0.02),
                point(900.0, [222, 190, 150], 0.06),
                point(1350.0, [232, 208, 165], 0.1),
                point(1700.0, [246, 230, 198], 0.45),
                point(2200.0, [254, 248, 236], 0.9),
                point(2800.0, [255, 255, 255], 0.97),
            ],
            VolumePreset::SoftTissue => vec![
                // Up to muscle it is glass.
                point(-120.0, [236, 186, 150], 0.0),
                point(-30.0, [230, 164, 136], 0.2),
                point(60.0, [208, 104, 88], 0.5),
                point(180.0, [212, 116, 96], 0.5),
                point(420.0, [232, 200, 160], 0.4),
                point(900.0, [240, 214, 178], 0.7),
                point(2000.0, [250, 246, 235], 0.95),
            ],
            VolumePreset::Airway => vec![
                // Where air becomes tissue.
                point(-880.0, [90, 170, 250], 0.0),
                point(-700.0, [120, 195, 255], 0.35),
                point(-450.0, [160, 215, 255], 0.45),
                point(-200.0, [205, 235, 255], 0.0),
            ],
            VolumePreset::Skin => vec![
                point(-500.0, [226, 168, 138], 0.0),
                point(-250.0, [234, 180, 150], 0.3),
                point(50.0, [240, 196, 168], 0.75),
                point(400.0, [242, 216, 192], 0.9),
                point(1500.0, [250, 245, 235], 0.97),
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
