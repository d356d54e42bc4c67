//! How pictures are drawn.

use std::collections::BTreeMap;

use super::device::Gpu;
use super::fold::MOST_TEXTURES;
use super::shaders;
use super::volume_texture::VolumeTexture;
use crate::view::plane::slab_samples;
use crate::view::{Interpolation, PlaneView};

/// Pixels of a view's picture.
pub const PICTURE_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// Values of a volume; both tiers can interpolate them.
pub const VOLUME_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::R16Float;

/// Every pipeline, and the layouts of what they read.
pub struct Pipelines {
    /// They read a volume that is folded.
    folded: bool,
    /// They read the coarser level as well.
    reads_coarser: bool,
    /// Those for views in which a pixel covers more than a voxel, once there was one.
    coarser: Option<Box<Self>>,
    canvas_format: Option<wgpu::TextureFormat>,
    pub volume_layout: wgpu::BindGroupLayout,
    pub plane_layout: wgpu::BindGroupLayout,
    pub coarser_layout: wgpu::BindGroupLayout,
    pub rays_layout: wgpu::BindGroupLayout,
    pub picture_layout: wgpu::BindGroupLayout,
    pub linear: wgpu::Sampler,
    planes: BTreeMap<PlaneProgram, wgpu::RenderPipeline>,
    composite: Stages,
    maximum: Stages,
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
    loading: bool,
}

impl PlaneProgram {
    /// For a plane, or for several like it side by side.
    pub fn new(view: &PlaneView, tiled: bool, volume: &VolumeTexture) -> Self {
        Self {
            slab: slab_samples(view, &volume.geometry) > 1,
            cubic: view.interpolation == Interpolation::Cubic,
            tiled,
            loading: volume.is_loading(),
        }
    }
}

/// One pipeline for a complete volume, one for a volume that is loading.
struct Stages {
    complete: wgpu::RenderPipeline,
    loading: wgpu::RenderPipeline,
}

impl Stages {
    fn pick(&self, loading: bool) -> &wgpu::RenderPipeline {
        if loading {
            &self.loading
        } else {
            &self.complete
        }
    }
}

impl Pipelines {
    /// `canvas_format` is the format of the canvas, if there is one. For volumes that are one texture.
    pub fn new(gpu: &Gpu, canvas_format: Option<wgpu::TextureFormat>) -> Self {
        Self::of_held(gpu, canvas_format, false, false)
    }

    /// Makes them for volumes that are folded, or that are not, if they are for the others.
    pub fn hold(&mut self, gpu: &Gpu, folded: bool) {
        if self.folded != folded {
            *self = Self::of_held(gpu, self.canvas_format, folded, false);
        }
    }

    /// Makes those for the coarser level, unless they are there.
    pub fn prepare_coarser(&mut self, gpu: &Gpu) {
        let folded = self.folded;
        self.coarser
            .get_or_insert_with(|| Box::new(Self::of_held(gpu, None, folded, true)));
    }

    /// Those for the coarser level, if they were prepared.
    pub fn coarser(&self) -> Option<&Self> {
        self.coarser.as_deref()
    }

    /// The same, to prepare some of them.
    pub fn coarser_mut(&mut self) -> Option<&mut Self> {
        self.coarser.as_deref_mut()
    }

    /// Draws a slice of the coarser level.
    pub fn halving(&self, gpu: &Gpu) -> wgpu::RenderPipeline {
        let source = [held(self.folded), shaders::FINE, shaders::HALVE].concat();
        draw_pipeline(
            gpu,
            &source,
            "whole_target",
            "draw_half",
            &[&self.volume_layout, &self.plane_layout],
            VOLUME_FORMAT,
            &[],
        )
    }

    fn of_held(
        gpu: &Gpu,
        canvas_format: Option<wgpu::TextureFormat>,
        folded: bool,
        coarser: bool,
    ) -> Self {
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
        let mut volume_entries = vec![texture(D3), sampler, WHOLE_NUMBERS];
        if folded {
            volume_entries.push(UNIFORMS);
            volume_entries.extend([texture(D3); MOST_TEXTURES - 1]);
        }
        let volume_layout = layout("volume", &volume_entries);
        let coarser_layout = layout("coarser", &[texture(D3), UNIFORMS]);
        let plane_layout = layout("plane", &[UNIFORMS]);
        let rays_layout = layout("rays", &[UNIFORMS, texture(D3), texture(D3), texture(D2)]);
        let picture_layout = layout("picture", &[texture(D2), sampler]);

        let draw = |source: &str,
                    [vertex, fragment]: [&str; 2],
                    groups: &[&wgpu::BindGroupLayout],
                    format,
                    constants: &[(&str, f64)]| {
            draw_pipeline(gpu, source, vertex, fragment, groups, format, constants)
        };
        let stages = |source: &str,
                      fragment: &str,
                      own: &wgpu::BindGroupLayout,
                      constants: &[(&str, f64)]| {
            let source = &[held(folded), seen(coarser), source].concat();
            let groups = [&volume_layout, own, &coarser_layout];
            let groups = &groups[..if coarser { 3 } else { 2 }];
            let of = |loading: f64| {
                let mut constants = constants.to_vec();
                constants.push(("loading", loading));
                draw(
                    source,
                    ["whole_target", fragment],
                    groups,
                    PICTURE_FORMAT,
                    &constants,
                )
            };
            Stages {
                complete: of(0.0),
                loading: of(1.0),
            }
        };
        Self {
            folded,
            reads_coarser: coarser,
            coarser: None,
            canvas_format,
            planes: BTreeMap::new(),
            composite: stages(shaders::VOLUME, "draw_composite", &rays_layout, &[]),
            maximum: stages(shaders::VOLUME, "draw_maximum", &rays_layout, &[]),
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
            linear: device.create_sampler(&wgpu::SamplerDescriptor {
                label: Some("linear"),
                mag_filter: wgpu::FilterMode::Linear,
                min_filter: wgpu::FilterMode::Linear,
                ..Default::default()
            }),
            volume_layout,
            plane_layout,
            coarser_layout,
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
            ("loading", program.loading),
        ]
        .map(|(name, on)| (name, f64::from(on)));
        let source = [held(self.folded), seen(self.reads_coarser), shaders::PLANE].concat();
        let groups = [
            &self.volume_layout,
            &self.plane_layout,
            &self.coarser_layout,
        ];
        let pipeline = draw_pipeline(
            gpu,
            &source,
            "whole_target",
            "draw_plane",
            &groups[..if self.reads_coarser { 3 } else { 2 }],
            PICTURE_FORMAT,
            &constants,
        );
        self.planes.insert(program, pipeline);
    }

    /// A program that was prepared.
    pub fn plane(&self, program: PlaneProgram) -> Option<&wgpu::RenderPipeline> {
        self.planes.get(&program)
    }

    pub fn volume(&self, maximum: bool, loading: bool) -> &wgpu::RenderPipeline {
        if maximum {
            self.maximum.pick(loading)
        } else {
            self.composite.pick(loading)
        }
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

fn held(folded: bool) -> &'static str {
    if folded {
        shaders::FOLDED
    } else {
        shaders::WHOLE
    }
}

fn seen(coarser: bool) -> &'static str {
    if coarser {
        shaders::COARSER
    } else {
        shaders::FINE
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

fn draw_pipeline(
    gpu: &Gpu,
    source: &str,
    vertex: &str,
    fragment: &str,
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
