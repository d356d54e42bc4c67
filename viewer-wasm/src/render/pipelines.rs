//! How pictures are drawn.

use std::collections::BTreeMap;

use super::device::Gpu;
use super::fold::MOST_TEXTURES;
use super::ray_pipelines::{RayPipeline, RayPipelines};
use super::shaders;
use super::volume_texture::VolumeTexture;
use crate::view::plane::slab_samples;
use crate::view::{Interpolation, PlaneView};

/// Pixels of a view's picture.
pub const PICTURE_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// Values of a volume; both tiers can interpolate them.
pub const VOLUME_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::R16Float;

/// How a program reads the volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Reading {
    /// It is folded.
    pub folded: bool,
    /// Also at half its resolution, where a pixel covers more than a voxel.
    pub coarser: bool,
}

impl Reading {
    /// The whole text of a program.
    pub fn source(self, program: &str) -> String {
        let held = if self.folded {
            shaders::FOLDED
        } else {
            shaders::WHOLE
        };
        let seen = if self.coarser {
            shaders::COARSER
        } else {
            shaders::FINE
        };
        [held, seen, program].concat()
    }
}

/// Layouts of what programs read the volume by.
pub struct VolumeLayouts {
    whole: wgpu::BindGroupLayout,
    folded: wgpu::BindGroupLayout,
    pub coarser: wgpu::BindGroupLayout,
}

impl VolumeLayouts {
    /// Of the volume itself.
    pub fn volume(&self, folded: bool) -> &wgpu::BindGroupLayout {
        if folded { &self.folded } else { &self.whole }
    }

    /// Of all groups of a program: the volume, what is its own, and the coarser level.
    pub fn groups<'l>(
        &'l self,
        reading: Reading,
        own: &'l wgpu::BindGroupLayout,
    ) -> Vec<&'l wgpu::BindGroupLayout> {
        let mut groups = vec![self.volume(reading.folded), own];
        if reading.coarser {
            groups.push(&self.coarser);
        }
        groups
    }
}

/// Every pipeline, and the layouts of what they read.
pub struct Pipelines {
    pub volume: VolumeLayouts,
    pub plane_layout: wgpu::BindGroupLayout,
    pub rays_layout: wgpu::BindGroupLayout,
    pub picture_layout: wgpu::BindGroupLayout,
    pub linear: wgpu::Sampler,
    planes: BTreeMap<PlaneProgram, wgpu::RenderPipeline>,
    /// Of the volume rendering, made by [`prepare_rays`](Self::prepare_rays).
    pub rays: RayPipelines,
    canvas: Option<CanvasStages>,
}

/// One pipeline for pictures as large as their rectangle, one for others.
struct CanvasStages {
    copy: wgpu::RenderPipeline,
    stretch: wgpu::RenderPipeline,
}

/// What decides which program draws planes: each does nothing that its picture does not need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlaneProgram {
    slab: bool,
    cubic: bool,
    tiled: bool,
    tinted: bool,
    loading: bool,
    reading: Reading,
}

impl PlaneProgram {
    /// For a plane, or for several like it side by side.
    pub fn new(view: &PlaneView, tiled: bool, volume: &VolumeTexture, reading: Reading) -> Self {
        Self {
            slab: slab_samples(view, &volume.geometry) > 1,
            cubic: view.interpolation == Interpolation::Cubic,
            tiled,
            tinted: !view.tones.is_plain(),
            loading: volume.is_loading(),
            reading,
        }
    }
}

impl Pipelines {
    /// `canvas_format` is the format of the canvas, if there is one.
    pub fn new(gpu: &Gpu, canvas_format: Option<wgpu::TextureFormat>) -> Self {
        let device = &gpu.device;
        let layout = |label, entries: &[wgpu::BindingType]| {
            let entries: Vec<_> = (0u32..)
                .zip(entries)
                .map(|(binding, ty)| wgpu::BindGroupLayoutEntry {
                    binding,
                    visibility: wgpu::ShaderStages::FRAGMENT,
                    ty: *ty,
                    count: None,
                })
                .collect();
            let entries = &entries;
            device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
                label: Some(label),
                entries,
            })
        };
        use wgpu::TextureViewDimension::{D2, D3};
        let sampler = wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering);
        let whole = [texture(D3), sampler, WHOLE_NUMBERS, texture(D2)];
        let mut folded = whole.to_vec();
        folded.push(UNIFORMS);
        folded.extend([texture(D3); MOST_TEXTURES - 1]);
        let volume = VolumeLayouts {
            whole: layout("volume", &whole),
            folded: layout("folded", &folded),
            coarser: layout("coarser", &[texture(D3), UNIFORMS]),
        };
        let plane_layout = layout("plane", &[UNIFORMS]);
        let rays_layout = layout(
            "rays",
            &[
                UNIFORMS,
                texture(D3),
                texture(D3),
                texture(D2),
                texture(D2),
                texture(D2),
            ],
        );
        let picture_layout = layout("picture", &[texture(D2), sampler]);

        let draw = |source: &str,
                    entries: [&str; 2],
                    groups: &[&wgpu::BindGroupLayout],
                    format,
                    constants: &[(&str, f64)]| {
            draw_pipeline(gpu, source, entries, groups, format, constants)
        };
        Self {
            planes: BTreeMap::new(),
            canvas: canvas_format.map(|format| {
                let of = |fragment| {
                    let entries = ["whole_rectangle", fragment];
                    draw(shaders::COMPOSITE, entries, &[&picture_layout], format, &[])
                };
                CanvasStages {
                    copy: of("copy_picture"),
                    stretch: of("stretch_picture"),
                }
            }),
            rays: RayPipelines::default(),
            linear: device.create_sampler(&wgpu::SamplerDescriptor {
                label: Some("linear"),
                mag_filter: wgpu::FilterMode::Linear,
                min_filter: wgpu::FilterMode::Linear,
                ..Default::default()
            }),
            volume,
            plane_layout,
            rays_layout,
            picture_layout,
        }
    }

    /// Makes a program for planes, unless there is one already: few of them are ever needed.
    pub fn prepare_plane(&mut self, gpu: &Gpu, program: PlaneProgram) {
        if self.planes.contains_key(&program) {
            return;
        }
        let constants = [
            ("slab", program.slab),
            ("cubic", program.cubic),
            ("tiled", program.tiled),
            ("tinted", program.tinted),
            ("loading", program.loading),
        ]
        .map(|(name, on)| (name, f64::from(on)));
        let pipeline = draw_pipeline(
            gpu,
            &program.reading.source(shaders::PLANE),
            ["whole_target", "draw_plane"],
            &self.volume.groups(program.reading, &self.plane_layout),
            PICTURE_FORMAT,
            &constants,
        );
        self.planes.insert(program, pipeline);
    }

    /// A program that was prepared.
    pub fn plane(&self, program: PlaneProgram) -> Option<&wgpu::RenderPipeline> {
        self.planes.get(&program)
    }

    /// Makes a pipeline of the volume rendering, if it is not there yet.
    pub fn prepare_rays(&mut self, gpu: &Gpu, wanted: RayPipeline) {
        let groups = self.volume.groups(wanted.reading, &self.rays_layout);
        self.rays.prepare(gpu, wanted, &groups);
    }

    /// Draws a slice of the coarser level.
    pub fn halving(&self, gpu: &Gpu, folded: bool) -> wgpu::RenderPipeline {
        let reading = Reading {
            folded,
            coarser: false,
        };
        draw_pipeline(
            gpu,
            &reading.source(shaders::HALVE),
            ["whole_target", "draw_half"],
            &self.volume.groups(reading, &self.plane_layout),
            VOLUME_FORMAT,
            &[],
        )
    }

    /// Puts a picture on the canvas, `same_size` as its rectangle or stretched; `None` without a canvas.
    pub fn canvas(&self, same_size: bool) -> Option<&wgpu::RenderPipeline> {
        let stages = self.canvas.as_ref()?;
        Some(if same_size {
            &stages.copy
        } else {
            &stages.stretch
        })
    }
}

const UNIFORMS: wgpu::BindingType = wgpu::BindingType::Buffer {
    ty: wgpu::BufferBindingType::Uniform,
    has_dynamic_offset: false,
    min_binding_size: None,
};

const WHOLE_NUMBERS: wgpu::BindingType = wgpu::BindingType::Texture {
    sample_type: wgpu::TextureSampleType::Uint,
    view_dimension: wgpu::TextureViewDimension::D2,
    multisampled: false,
};

fn texture(view_dimension: wgpu::TextureViewDimension) -> wgpu::BindingType {
    wgpu::BindingType::Texture {
        sample_type: wgpu::TextureSampleType::Float { filterable: true },
        view_dimension,
        multisampled: false,
    }
}

/// A pipeline from a vertex and a fragment entry of one source.
pub fn draw_pipeline(
    gpu: &Gpu,
    source: &str,
    [vertex, fragment]: [&str; 2],
    groups: &[&wgpu::BindGroupLayout],
    format: wgpu::TextureFormat,
    constants: &[(&str, f64)],
) -> wgpu::RenderPipeline {
    let device = &gpu.device;
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some(fragment),
        source: wgpu::ShaderSource::Wgsl(source.into()),
    });
    let compilation_options = wgpu::PipelineCompilationOptions {
        constants,
        ..Default::default()
    };
    let groups: Vec<_> = groups.iter().map(|group| Some(*group)).collect();
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some(fragment),
        bind_group_layouts: &groups,
        immediate_size: 0,
    });
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some(fragment),
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some(vertex),
            compilation_options: compilation_options.clone(),
            buffers: &[],
        },
        primitive: wgpu::PrimitiveState::default(),
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some(fragment),
            compilation_options,
            targets: &[Some(format.into())],
        }),
        multiview_mask: None,
        cache: None,
    })
}
