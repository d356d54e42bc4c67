//! Pictures of the phantom by the plain CPU reference, and how alike two pictures are.
//!
//! `reference render --size 200 --view view.json --out ref.png`: `view.json` is a view state with the size of
//! the view: `{ "size_px": [512, 512], "view": { "plane": { ... } } }`, or `volume` or `grid` in the place of `plane`.
//! With `--gpu` the renderer draws it, on the software graphics device; with `--files FOLDER` it is a scan instead of the
//! phantom; with `--slices 0,4,5` the reference draws a volume rendering of a volume of which only these slices have come.
//! `reference time --size 400` measures the renderer there: upload, planes, volume renderings, and counts what
//! their rays do; `reference cost` counts as JSON, and measures memory. `reference ssim a.png b.png` prints the structural similarity. `reference defaults --size 200 --px 512` prints
//! the view states a new scan starts with, to be edited.

mod cost;
mod stage;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use cuspid_tests::scan;
use serde::{Deserialize, Serialize};
use stage::{Stage, processor_ms};
use viewer_wasm::phantom::Phantom;
use viewer_wasm::reference;
use viewer_wasm::series::Geometry;
use viewer_wasm::series::Series;
use viewer_wasm::view::{
    PlaneView, Rendering, RgbaImage, ViewId, ViewState, VolumePreset, VolumeView,
};
use viewer_wasm::volume::Volume;

#[derive(Parser)]
#[command(about = "The CPU reference's pictures of the phantom")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Draws a view of the phantom.
    Render {
        /// Voxels along an edge of the phantom.
        #[arg(long, default_value_t = 200)]
        size: usize,
        /// View state and size, JSON.
        #[arg(long)]
        view: PathBuf,
        /// PNG to write.
        #[arg(long)]
        out: PathBuf,
        /// Draw with the renderer instead of the reference.
        #[arg(long)]
        gpu: bool,
        /// A folder of DICOM files to draw instead of the phantom; the view's place is then fitted to it.
        #[arg(long)]
        files: Option<PathBuf>,
        /// Only these slices have come, of a volume rendering by the reference.
        #[arg(long, value_delimiter = ',')]
        slices: Vec<usize>,
    },
    /// Measures the renderer on the phantom, at 512 × 512 pixels.
    Time {
        /// Voxels along an edge of the phantom.
        #[arg(long, default_value_t = 400)]
        size: usize,
    },
    /// Counts what rays read, and measures the memory that the volume takes on the software device; JSON.
    Cost {
        /// Voxels along an edge of the phantom.
        #[arg(long, default_value_t = 400)]
        size: usize,
    },
    /// Prints the structural similarity of two PNGs of the same size.
    Ssim {
        /// One PNG.
        a: PathBuf,
        /// The other.
        b: PathBuf,
    },
    /// Prints the view states that a new scan starts with.
    Defaults {
        /// Voxels along an edge of the phantom.
        #[arg(long, default_value_t = 200)]
        size: usize,
        /// Edge of the square view.
        #[arg(long, default_value_t = 512)]
        px: u32,
    },
}

#[derive(Serialize, Deserialize)]
struct SizedView {
    size_px: [u32; 2],
    view: ViewState,
}

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("reference: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Render {
            size,
            view,
            out,
            gpu,
            files,
            slices,
        } => {
            let mut sized: SizedView = serde_json::from_reader(BufReader::new(File::open(view)?))?;
            let px = (sized.size_px[0], sized.size_px[1]);
            let (series, volume) = match files {
                Some(folder) => {
                    let (series, volume) = scan::read(&folder)?;
                    fit(&mut sized, &series.geometry);
                    (series, volume)
                }
                None => {
                    let phantom = Phantom::dental(size);
                    (phantom.series(), phantom.volume())
                }
            };
            let image = if gpu {
                let mut stage = Stage::new(px)?;
                stage.load(&series, &volume)?;
                stage.frame(&sized.view);
                stage.image()?
            } else {
                match sized.view {
                    ViewState::Plane(plane) => reference::plane(&volume, &plane, px),
                    ViewState::Volume(view) if !slices.is_empty() => {
                        let came = only(&series, &volume, &slices);
                        reference::volume_while_loading(&came, &view, px)
                    }
                    ViewState::Volume(view) => reference::volume(&volume, &view, px),
                    ViewState::Grid(view) => reference::grid(&volume, &view, px),
                }
            };
            write_png(&out, &image)
        }
        Command::Time { size } => time(size),
        Command::Cost { size } => cost::print(size),
        Command::Ssim { a, b } => {
            let (a, b) = (read_png(&a)?, read_png(&b)?);
            if (a.width, a.height) != (b.width, b.height) {
                return Err(format!("sizes differ: {a:?}, {b:?}").into());
            }
            println!("{:.5}", reference::ssim(&a, &b));
            Ok(())
        }
        Command::Defaults { size, px } => {
            let geometry = Phantom::dental(size).geometry();
            let size_px = glam::DVec2::splat(px.into());
            let views = ViewId::ALL.map(|id| {
                let view = PlaneView::of_view(id, &geometry, size_px).map_or_else(
                    || ViewState::Volume(VolumeView::fit(&geometry, size_px)),
                    ViewState::Plane,
                );
                (
                    id.name(),
                    SizedView {
                        size_px: [px, px],
                        view,
                    },
                )
            });
            let map: std::collections::BTreeMap<_, _> = views.into_iter().collect();
            println!("{}", serde_json::to_string_pretty(&map)?);
            Ok(())
        }
    }
}

/// A volume of which only these slices have come.
fn only(series: &Series, volume: &Volume, slices: &[usize]) -> Volume {
    let mut came = Volume::new(series);
    for &k in slices {
        if let Some(slice) = volume.slice(k) {
            came.insert(k, slice.clone());
        }
    }
    came
}

/// Puts a view that was written for another scan where this one is; the rest of it stays.
fn fit(sized: &mut SizedView, geometry: &Geometry) {
    let size_px = glam::DVec2::new(sized.size_px[0].into(), sized.size_px[1].into());
    match &mut sized.view {
        ViewState::Plane(plane) => *plane = plane.through(geometry.center_mm()),
        ViewState::Grid(grid) => grid.first = grid.first.through(geometry.center_mm()),
        ViewState::Volume(view) => {
            let fitted = VolumeView::fit(geometry, size_px);
            *view = VolumeView {
                target_mm: fitted.target_mm,
                mm_per_px: fitted.mm_per_px,
                ..*view
            }
            .with_perspective(view.eye_mm.is_some(), size_px);
        }
    }
}

fn time(size: usize) -> Result<(), Failure> {
    let phantom = Phantom::dental(size);
    let before_ms = processor_ms();
    let made: usize = (0..size).step_by(8).map(|k| phantom.slice(k).len()).sum();
    let share = made as f64 / (size * size * size) as f64;
    let made_s = (processor_ms() - before_ms) / 1e3 / share;
    println!("phantom of {size}³: {made_s:.2} s of processor");
    let mut stage = Stage::new((512, 512))?;
    let upload_ms = stage.load(&phantom.series(), &phantom.volume())?;
    println!("device: {}", stage.renderer.adapter());
    println!("upload, all slices and the first plane: {upload_ms:.0} ms");
    let geometry = phantom.geometry();
    let size_px = glam::DVec2::splat(512.0);
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    for id in ViewId::PLANES {
        let Some(plane) = PlaneView::of_view(id, &geometry, size_px) else {
            continue;
        };
        let before_ms = processor_ms();
        let times = (0..15)
            .map(|i| stage.frame(&ViewState::Plane(plane.scrolled(f64::from(i), &geometry))))
            .collect();
        let processor = (processor_ms() - before_ms) / 15.0;
        println!(
            "{}: {:.1} ms, {processor:.1} ms of processor",
            id.name(),
            median(times)
        );
    }
    let fitted = VolumeView::fit(&geometry, size_px);
    let composites =
        VolumePreset::ALL.map(|preset| (preset.name(), VolumeView { preset, ..fitted }));
    let others = Rendering::ALL[1..].iter().map(|&rendering| {
        (
            rendering.name(),
            VolumeView {
                rendering,
                ..fitted
            },
        )
    });
    let occluded = VolumeView {
        occlusion: 0.7,
        ..fitted
    };
    let perspective = fitted.with_perspective(true, size_px);
    let mut half = fitted;
    half.clip.low.y = 0.5;
    let features = [
        ("bone, occlusion", occluded),
        ("bone, perspective", perspective),
        ("bone, half cut away", half),
    ];
    for (name, view) in composites.into_iter().chain(others).chain(features) {
        let first = stage.frame(&ViewState::Volume(view));
        let frames = |stage: &mut Stage, view: VolumeView| {
            let turned = |i: u32| VolumeView {
                azimuth_deg: f64::from(i) * 50.0,
                ..view
            };
            median(
                (0..5)
                    .map(|i| stage.frame(&ViewState::Volume(turned(i))))
                    .collect(),
            )
        };
        let before_ms = processor_ms();
        let still = frames(&mut stage, view);
        let processor = (processor_ms() - before_ms) / 5.0;
        let moving = frames(&mut stage, view.while_moving());
        println!(
            "{name}: first {first:.0} ms, still {still:.0} ms ({processor:.0} ms of processor), moving {moving:.0} ms"
        );
        let counts = pollster::block_on(stage.renderer.count(ViewId::Volume, &view))?;
        println!(
            "    of {} steps {} read a value, {} of them were lit, {} bricks were looked up; {:.1} MB of the volume",
            counts.steps,
            counts.values,
            counts.lit,
            counts.bricks,
            counts.volume_bytes() as f64 / 1e6
        );
    }
    Ok(())
}

fn write_png(path: &Path, image: &RgbaImage) -> Result<(), Failure> {
    let mut encoder = png::Encoder::new(File::create(path)?, image.width, image.height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(&image.pixels)?;
    Ok(())
}

fn read_png(path: &Path) -> Result<RgbaImage, Failure> {
    let mut decoder = png::Decoder::new(BufReader::new(File::open(path)?));
    decoder.set_transformations(
        png::Transformations::ALPHA | png::Transformations::normalize_to_color8(),
    );
    let mut reader = decoder.read_info()?;
    let mut pixels = vec![
        0;
        reader
            .output_buffer_size()
            .ok_or("the image is too large")?
    ];
    let info = reader.next_frame(&mut pixels)?;
    pixels.truncate(info.buffer_size());
    let pixels = match info.color_type {
        png::ColorType::Rgba => pixels,
        png::ColorType::GrayscaleAlpha => pixels
            .as_chunks::<2>()
            .0
            .iter()
            .flat_map(|p| [p[0], p[0], p[0], p[1]])
            .collect(),
        other => return Err(format!("{other:?} is not supported").into()),
    };
    Ok(RgbaImage {
        width: info.width,
        height: info.height,
        pixels,
    })
}
