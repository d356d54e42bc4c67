//! Pictures of the phantom by the plain CPU reference, and how alike two pictures are.
//!
//! `reference render --size 200 --view view.json --out ref.png`: `view.json` is a view state with the size of
//! the view: `{ "size_px": [512, 512], "view": { "plane": { ... } } }` or `{ ..., "view": { "volume": { ... } } }`.
//! `reference ssim a.png b.png` prints the structural similarity. `reference defaults --size 200 --px 512` prints
//! the view states a new scan starts with, to be edited.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serde::{Deserialize, Serialize};
use viewer_wasm::phantom::Phantom;
use viewer_wasm::reference;
use viewer_wasm::view::{PlaneView, RgbaImage, ViewId, ViewState, VolumeView};

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
        Command::Render { size, view, out } => {
            let sized: SizedView = serde_json::from_reader(BufReader::new(File::open(view)?))?;
            let volume = Phantom::dental(size).volume();
            let px = (sized.size_px[0], sized.size_px[1]);
            write_png(
                &out,
                &match sized.view {
                    ViewState::Plane(plane) => reference::plane(&volume, &plane, px),
                    ViewState::Volume(view) => reference::volume(&volume, &view, px),
                },
            )
        }
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
