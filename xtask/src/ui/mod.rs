//! From Rust to the files that the server embeds: `target/dist/` (or `target/dist-dev/`).
//!
//! - [`wasm`]: the modules, compiled
//! - [`bind`]: the same, bound to JavaScript and optimised
//! - [`split`]: the part of the page that comes later, cut off
//! - [`assets`]: `assets/` and `index.html`, with every name that a page may cache made of its content
//! - [`files`]: the finished set of files, their compressed siblings, and their sizes
//! - [`cache`]: results kept by the hash of what they were made from, so that an unchanged step costs nothing

mod assets;
mod bind;
mod cache;
mod files;
mod icons;
mod split;
mod wasm;

use std::path::Path;
use std::thread;

use crate::error::TaskError;
use crate::lanes::joined;
use crate::paths;
use crate::setup;
use crate::stages::stage;
use bind::Artefact;
use files::{Dist, Need};
use wasm::{Module, Quality};

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
    let pages: &[_] = match pages {
        Pages::Dev => &[(Need::Interactive, wasm::PAGE)],
        Pages::WebGpu => &[(Need::Interactive, wasm::PAGE_WEBGPU)],
        // What takes wasm-opt longest comes first.
        Pages::Both => &[
            (Need::WebGl2, wasm::PAGE_WEBGL2),
            (Need::WebGpu, wasm::PAGE_WEBGPU),
        ],
    };
    let others = [(Need::Later, wasm::JPEG_XL), (Need::Worker, wasm::WORKER)];
    let artefacts = build_modules(&[pages, &others].concat(), &quality)?;

    let dist = stage("assets", || assemble(&artefacts))?;
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
    let quality = Quality::Release { optimiser };
    let worker = bind::finish(&wasm::compile(wasm::WORKER, &quality)?, &quality)?;
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

/// Compiles one module after the other, and finishes each while the next ones are compiled.
fn build_modules(
    modules: &[(Need, Module)],
    quality: &Quality,
) -> Result<Vec<(Need, Artefact)>, TaskError> {
    thread::scope(|scope| {
        let mut under_way = Vec::new();
        for (need, module) in modules {
            let compiled = wasm::compile(*module, quality)?;
            under_way.push((*need, scope.spawn(move || bind::finish(&compiled, quality))));
        }
        under_way
            .into_iter()
            .map(|(need, finishing)| Ok((need, joined(finishing)?)))
            .collect()
    })
}

/// The pages, the worker, what it may fetch, and `assets/`.
fn assemble(artefacts: &[(Need, Artefact)]) -> Result<Dist, TaskError> {
    let mut dist = Dist::default();
    let mut added = Vec::new();
    for (need, artefact) in artefacts {
        added.push((*need, dist.add_artefact(artefact, *need)));
    }
    // A page for all browsers stands for either.
    let urls = |wanted: Need| {
        let of = |need: Need| added.iter().find(|(has, _)| *has == need);
        let page = matches!(wanted, Need::WebGpu | Need::WebGl2).then_some(Need::Interactive);
        let found = of(wanted).or_else(|| of(page?));
        found
            .map(|(_, urls)| urls)
            .ok_or_else(|| TaskError::message("a module is missing"))
    };
    let loader = assets::page_loader(urls(Need::WebGpu)?, urls(Need::WebGl2)?);
    let page_loader = dist.add_hashed("start.js", loader.into_bytes(), Need::Interactive);
    let loader = assets::worker_loader(urls(Need::Worker)?, urls(Need::Later)?);
    let worker_loader = dist.add_hashed("worker.js", loader.into_bytes(), Need::Worker);
    let worker_module = urls(Need::Worker)?.wasm.clone();
    assets::add(
        &mut dist,
        &assets::Names {
            page_loader,
            worker_loader,
            worker_module,
        },
    )?;
    Ok(dist)
}
