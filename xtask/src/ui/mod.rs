//! From Rust to the files that the server embeds: `target/dist/` (or `target/dist-dev/`).
//!
//! - [`wasm`]: the modules, compiled, bound to JavaScript and optimised
//! - [`split`]: the part of the page that comes later, cut off
//! - [`assets`]: `assets/` and `index.html`, with every name that a page may cache made of its content
//! - [`files`]: the finished set of files, their compressed siblings, and their sizes
//! - [`cache`]: results kept by the hash of what they were made from, so that an unchanged step costs nothing

mod assets;
mod cache;
mod files;
mod icons;
mod split;
mod wasm;

use std::path::Path;

use crate::error::TaskError;
use crate::paths;
use crate::setup;
use crate::stages::stage;
use files::{Dist, Need};
use wasm::{Artefact, Quality};

/// What the page may weigh, as brotli, before a person can use it.
const INTERACTIVE_LIMIT: usize = 1_200_000;

/// What is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pages {
    /// One for browsers with WebGPU and one for those without.
    Both,
    /// Optimised, but for WebGPU alone, since the other one takes longest: to measure with.
    WebGpu,
    /// Not optimised, one for all browsers, in a folder of its own.
    Dev,
}

/// Builds the pages, the worker and the decoder that a worker fetches when it needs it; fails if a page has become too heavy.
pub fn build(pages: Pages) -> Result<(), TaskError> {
    let dev = pages == Pages::Dev;
    let optimiser = if dev {
        None
    } else {
        stage("set-up: wasm-opt", || Ok(setup::wasm_opt()))?
    };
    if !dev && optimiser.is_none() {
        eprintln!("    wasm-opt is left out: Node or its packages are not to be had here");
    }
    let quality = if dev {
        Quality::Quick
    } else {
        Quality::Release { optimiser }
    };
    let worker = wasm::build(wasm::WORKER, &quality)?;
    let jpeg_xl = wasm::build(wasm::JPEG_XL, &quality)?;
    let modules: &[_] = match pages {
        Pages::Dev => &[(Need::Interactive, wasm::PAGE)],
        Pages::WebGpu => &[(Need::Interactive, wasm::PAGE_WEBGPU)],
        Pages::Both => &[
            (Need::WebGpu, wasm::PAGE_WEBGPU),
            (Need::WebGl2, wasm::PAGE_WEBGL2),
        ],
    };
    let pages = modules
        .iter()
        .map(|(need, module)| Ok((*need, wasm::build(*module, &quality)?)))
        .collect::<Result<Vec<_>, TaskError>>()?;

    let dist = stage("assets", || assemble(&pages, &worker, &jpeg_xl))?;
    stage("compression", || dist.write(&paths::dist(dev), !dev))?;

    let sizes = dist.sizes(!dev)?;
    eprintln!(
        "    brotli, bytes: interactive {} with WebGPU, {} with WebGL2; worker {}, everything {}",
        sizes.webgpu, sizes.webgl2, sizes.worker, sizes.all
    );
    for (page, bytes) in &sizes.chunks {
        eprintln!("    brotli, bytes: {page} fetches {bytes} more once it is interactive");
    }
    let heaviest = sizes.webgpu.max(sizes.webgl2);
    if !dev && heaviest > INTERACTIVE_LIMIT {
        return Err(TaskError::message(format!(
            "the page needs {heaviest} bytes (brotli) before it is interactive; the limit is {INTERACTIVE_LIMIT}"
        )));
    }
    Ok(())
}

/// Builds the worker as it is sent to browsers, and writes its two files to `folder`: `worker.js`, `worker.wasm`.
pub fn build_worker(folder: &Path) -> Result<(), TaskError> {
    let optimiser = stage("set-up: wasm-opt", || Ok(setup::wasm_opt()))?;
    let worker = wasm::build(wasm::WORKER, &Quality::Release { optimiser })?;
    std::fs::create_dir_all(folder).map_err(TaskError::file(folder))?;
    for (name, content) in [
        ("worker.js", worker.js.as_bytes()),
        ("worker.wasm", &worker.wasm),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, content).map_err(TaskError::file(&path))?;
    }
    Ok(())
}

/// The pages by who needs them, the last one for whoever has no WebGPU; the worker, and what it may fetch; and `assets/`.
fn assemble(
    pages: &[(Need, Artefact)],
    worker: &Artefact,
    jpeg_xl: &Artefact,
) -> Result<Dist, TaskError> {
    let mut dist = Dist::default();
    let urls: Vec<_> = pages
        .iter()
        .map(|(need, page)| dist.add_artefact(page, *need))
        .collect();
    let (Some(with_webgpu), Some(without)) = (urls.first(), urls.last()) else {
        return Err(TaskError::message("there is no page"));
    };
    let loader = assets::page_loader(with_webgpu, without);
    let page_loader = dist.add_hashed("start.js", loader.into_bytes(), Need::Interactive);
    let worker = dist.add_artefact(worker, Need::Worker);
    let jpeg_xl = dist.add_artefact(jpeg_xl, Need::Later);
    let loader = assets::worker_loader(&worker, &jpeg_xl);
    let worker_loader = dist.add_hashed("worker.js", loader.into_bytes(), Need::Worker);
    assets::add(
        &mut dist,
        &assets::Names {
            page_loader,
            worker_loader,
            worker_module: worker.wasm,
        },
    )?;
    Ok(dist)
}
