//! The pipelines of the volume rendering. There are many, most of them for what few look at, so each is made when it is
//! first needed.

use std::collections::BTreeMap;

use super::device::Gpu;
use super::occlusion::CELL_FORMAT;
use super::pipelines::{PICTURE_FORMAT, Reading, draw_pipeline};
use super::shaders;
use crate::view::{Rendering, VolumeView};

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pass {
    Composite,
    Maximum,
    Average,
    Surface,
    /// Opacities of occlusion cells.
    Opacity,
    /// Means of occlusion cells along an axis.
    Mean(u8),
}

/// One pipeline among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RayPipeline {
    pub pass: Pass,
    /// Slices are missing.
    pub loading: bool,
    pub occlusion: bool,
    /// Planes are shown in it.
    pub insets: bool,
    /// Some values are glass, or shown in bone only (`Manner`).
    pub glass: bool,
    pub in_bone: bool,
    /// A brightness is not simply shown.
    pub tinted: bool,
    /// What is counted instead of being drawn (`counted` of `rays.wgsl`).
    pub counted: u8,
    pub reading: Reading,
}

impl RayPipeline {
    /// What draws a view.
    pub fn of_view(view: &VolumeView, loading: bool, reading: Reading) -> Self {
        Self {
            pass: match view.rendering {
                Rendering::Composite => Pass::Composite,
                Rendering::Maximum => Pass::Maximum,
                Rendering::Average => Pass::Average,
                Rendering::Surface => Pass::Surface,
            },
            loading,
            occlusion: view.is_occluded(),
            insets: view.insets.iter().any(Option::is_some),
            glass: view.manner().glass.is_some(),
            in_bone: view.manner().in_bone.is_some(),
            tinted: view.is_windowed() && !view.tones.is_plain(),
            counted: 0,
            reading,
        }
    }

    fn make(self, gpu: &Gpu, groups: &[&wgpu::BindGroupLayout]) -> wgpu::RenderPipeline {
        let (source, fragment, format) = match self.pass {
            Pass::Composite => (shaders::VOLUME, "draw_composite", PICTURE_FORMAT),
            Pass::Surface => (shaders::SURFACE, "draw_surface", PICTURE_FORMAT),
            Pass::Maximum => (shaders::PROJECTION, "draw_maximum", PICTURE_FORMAT),
            Pass::Average => (shaders::PROJECTION, "draw_average", PICTURE_FORMAT),
            Pass::Opacity => (shaders::OCCLUSION, "draw_opacity", CELL_FORMAT),
            Pass::Mean(_) => (shaders::OCCLUSION, "draw_mean", CELL_FORMAT),
        };
        let mut constants = vec![
            ("loading", f64::from(u8::from(self.loading))),
            ("counted", f64::from(self.counted)),
            ("tinted", f64::from(u8::from(self.tinted))),
        ];
        match self.pass {
            Pass::Composite | Pass::Surface => {
                constants.push(("occlusion", f64::from(u8::from(self.occlusion))));
                constants.push(("insets", f64::from(u8::from(self.insets))));
                if self.pass == Pass::Composite {
                    constants.push(("glass", f64::from(u8::from(self.glass))));
                    constants.push(("in_bone", f64::from(u8::from(self.in_bone))));
                }
            }
            Pass::Mean(axis) => constants.push(("axis", f64::from(axis))),
            _ => {}
        }
        let entries = ["whole_target", fragment];
        let source = self.reading.source(source);
        draw_pipeline(gpu, &source, entries, groups, format, &constants)
    }
}

/// Those that were needed so far.
#[derive(Default)]
pub struct RayPipelines(BTreeMap<RayPipeline, wgpu::RenderPipeline>);

impl RayPipelines {
    /// Makes a pipeline, if it is not there yet, for bind groups of these layouts.
    pub fn prepare(&mut self, gpu: &Gpu, wanted: RayPipeline, groups: &[&wgpu::BindGroupLayout]) {
        self.0
            .entry(wanted)
            .or_insert_with(|| wanted.make(gpu, groups));
    }

    /// One that was prepared.
    pub fn get(&self, wanted: RayPipeline) -> Option<&wgpu::RenderPipeline> {
        self.0.get(&wanted)
    }
}
