//! Planes along the volume's axes, drawn without a graphics device.
//!
//! Where the browser has no graphics card, a device is a program on the same processor, and a plane costs it several times
//! what it costs here: along an axis of the volume, interpolation is one step after the other, layer by layer, row by row.
//! The pictures are those of the [`renderer`](crate::render), and are measured against the same
//! [`reference`](crate::reference).

mod layers;
mod taps;

#[cfg(test)]
mod tests;

use std::ops::Range;

use glam::DVec2;

use crate::series::Geometry;
use crate::view::detail::coarser_part;
use crate::view::plane::slab_samples;
use crate::view::{Interpolation, PlaneView, RgbaImage, Tones, ViewState, Window};
use crate::volume::Volume;
pub use layers::Missing;
use layers::{Layer, Source};
use taps::{Kind, Taps};

/// From one edge of a view to the other, a straight plane may leave its axis by this part of a voxel.
const STRAIGHT_VOXELS: f64 = 1e-3;
/// Entries of the table of colours. It runs over the fourth root of the brightness: near black, where a gamma rises steeply,
/// lie most of them.
const COLOURS: usize = 8192;

/// A view whose pixels lie along the axes of a volume.
#[derive(Clone, Copy, Debug)]
pub struct StraightPlane {
    view: PlaneView,
    /// Which axis of the volume runs across the view, which down, and which through it.
    axes: [usize; 3],
    /// Voxel position of the middle of the first pixel, along those axes.
    first: [f64; 3],
    /// Voxels from one pixel to the next: across and down, negative where the axis runs the other way; none through it.
    per_px: [f64; 3],
    /// The part of the coarser level; see [`coarser_part`].
    coarser: f64,
}

/// Memory that is used again from one picture to the next.
#[derive(Default)]
pub struct Scratch {
    /// One for each kind of interpolation in the picture.
    layers: Vec<Layer>,
    row: Vec<f32>,
    line: Vec<f32>,
    colours: Option<(Tones, Vec<[u8; 4]>)>,
}

impl StraightPlane {
    /// The plane of a view of `size` pixels; `None` where it is oblique, or a slab of several samples.
    pub fn of(view: &PlaneView, geometry: &Geometry, size: (u32, u32)) -> Option<Self> {
        if slab_samples(view, geometry) > 1 {
            return None;
        }
        let size_px = DVec2::new(size.0.into(), size.1.into());
        let voxel_from_patient = geometry.voxel_from_patient();
        let corner = view.patient_from_px(DVec2::splat(0.5), size_px);
        let corner = voxel_from_patient.transform_point3(corner);
        let mut axes = [0; 3];
        let mut per_px = [0.0; 3];
        let ways = [(view.right, size_px.x), (view.down, size_px.y)];
        for (way, (direction, pixels)) in ways.into_iter().enumerate() {
            let step = voxel_from_patient.matrix3 * (direction * view.mm_per_px);
            let along = (0..3).max_by(|a, b| step[*a].abs().total_cmp(&step[*b].abs()))?;
            let leaves = (0..3).filter(|axis| *axis != along);
            if !step[along].is_normal()
                || leaves.map(|axis| step[axis].abs() * pixels).sum::<f64>() > STRAIGHT_VOXELS
            {
                return None;
            }
            (axes[way], per_px[way]) = (along, step[along]);
        }
        axes[2] = (0..3).find(|axis| !axes[..2].contains(axis))?;
        (axes[0] != axes[1]).then(|| Self {
            view: *view,
            axes,
            first: axes.map(|axis| corner[axis]),
            per_px,
            coarser: coarser_part(&ViewState::Plane(*view), geometry),
        })
    }

    /// Draws the plane into all of `picture`, black outside the volume and while no slice is there. The picture's pixels are made
    /// as many as its size wants.
    pub fn draw(
        &self,
        volume: &Volume,
        missing: Missing,
        scratch: &mut Scratch,
        picture: &mut RgbaImage,
    ) {
        let width = picture.width as usize;
        let bytes = width * picture.height as usize * 4;
        picture.pixels.resize(bytes, 0);
        let pixels = picture.pixels.as_chunks_mut::<4>().0;
        pixels.fill([0, 0, 0, 255]);
        let count = self.axes.map(|axis| volume.geometry().dims[axis]);
        let across = self.inside(0, 0..width, count[0]);
        let down = self.inside(1, 0..picture.height as usize, count[1]);
        let through = self.inside(2, 0..1, count[2]);
        let source = Source::new(volume, missing, self.axes);
        let (Some(source), false) = (
            source,
            across.is_empty() || down.is_empty() || through.is_empty(),
        ) else {
            return;
        };
        let passes = self.passes(missing);
        let Scratch {
            layers,
            row,
            line,
            colours,
        } = scratch;
        layers.resize_with(passes.len(), Layer::default);
        let mut taps = Vec::with_capacity(passes.len());
        for ((kind, part), layer) in passes.into_iter().zip(layers.iter_mut()) {
            let along = |way: usize, pixels: &Range<usize>| {
                let first = self.voxel(way, pixels.start);
                Taps::new(kind, first, self.per_px[way], pixels.len(), count[way])
            };
            let (columns, rows) = (along(0, &across), along(1, &down));
            layer.gather(&source, &along(2, &through), rows.reach());
            taps.push((columns, rows, part));
        }
        let tones = self.view.tones;
        let colours = (!tones.is_plain()).then(|| table(colours, tones));
        let window = &self.view.window;
        let per_value = 1.0 / window.width.max(Window::MIN_WIDTH);
        let (scale, offset) = (per_value as f32, (0.5 - window.center * per_value) as f32);
        for (at, y) in down.enumerate() {
            line.clear();
            line.resize(across.len(), 0.0);
            for ((columns, rows, part), layer) in taps.iter().zip(&*layers) {
                layer.mix_rows(rows, at, row);
                columns.add(row, *part, line);
            }
            let pixels = &mut pixels[y * width..][across.clone()];
            match colours {
                None => grey(line, scale, offset, pixels),
                Some(colours) => coloured(line, scale, offset, colours, pixels),
            }
        }
    }

    /// Voxel position of the middle of a pixel.
    fn voxel(&self, way: usize, px: usize) -> f64 {
        self.first[way] + px as f64 * self.per_px[way]
    }

    /// Those of the pixels that lie in the volume, which has `count` voxels that way.
    fn inside(&self, way: usize, pixels: Range<usize>, count: usize) -> Range<usize> {
        let is_inside = |px: &usize| {
            let at = self.voxel(way, *px);
            at >= -0.5 && at <= count as f64 - 0.5
        };
        let mut within = pixels.filter(is_inside);
        let Some(first) = within.next() else {
            return 0..0;
        };
        first..within.next_back().unwrap_or(first) + 1
    }

    /// Which kinds of interpolation make the picture, each with its part of it.
    fn passes(&self, missing: Missing) -> Vec<(Kind, f32)> {
        let loading = missing == Missing::Neighbours;
        match self.view.interpolation {
            Interpolation::Nearest => vec![(Kind::Nearest, 1.0)],
            Interpolation::Cubic if !loading => vec![(Kind::Cubic, 1.0)],
            // The coarser level is made of all slices.
            _ if loading || self.coarser <= 0.0 => vec![(Kind::Linear, 1.0)],
            _ if self.coarser >= 1.0 => vec![(Kind::Coarser, 1.0)],
            _ => vec![
                (Kind::Linear, 1.0 - self.coarser as f32),
                (Kind::Coarser, self.coarser as f32),
            ],
        }
    }
}

fn grey(values: &[f32], scale: f32, offset: f32, pixels: &mut [[u8; 4]]) {
    for (value, pixel) in values.iter().zip(pixels) {
        let level = ((value * scale + offset).clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
        *pixel = [level, level, level, 255];
    }
}

fn coloured(values: &[f32], scale: f32, offset: f32, colours: &[[u8; 4]], pixels: &mut [[u8; 4]]) {
    for (value, pixel) in values.iter().zip(pixels) {
        let brightness = (value * scale + offset).clamp(0.0, 1.0);
        let at = brightness.sqrt().sqrt() * (COLOURS - 1) as f32 + 0.5;
        *pixel = colours.get(at as usize).copied().unwrap_or([0, 0, 0, 255]);
    }
}

/// The colours of every brightness.
fn table(kept: &mut Option<(Tones, Vec<[u8; 4]>)>, tones: Tones) -> &[[u8; 4]] {
    let (_, colours) = match kept.take() {
        Some(kept) if kept.0 == tones => kept,
        _ => {
            let colours = (0..COLOURS).map(|entry| {
                let root = entry as f64 / (COLOURS - 1) as f64;
                let [r, g, b] = tones
                    .color(root.powi(4))
                    .map(|part| (part * 255.0).round() as u8);
                [r, g, b, 255]
            });
            (tones, colours.collect())
        }
    };
    &kept.insert((tones, colours)).1
}
