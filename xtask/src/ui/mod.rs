//! From Rust to the files that the server embeds: `target/dist/` (or `target/dist-dev/`).
//!
//! - [`wasm`]: the two modules, compiled, bound to JavaScript and optimised
//! - [`assets`]: `assets/` and `index.html`, with every name that a page may cache made of its content
//! - [`files`]: the finished set of files, their compressed siblings, and their sizes
//! - [`cache`]: results kept by the hash of what they were made from, so that an unchanged step costs nothing

mod assets;
mod cache;
mod files;
mod wasm;

use std::path::Path;

use crate::error::TaskError;
use crate::paths;
use crate::setup;
use crate::stages::stage;
use files::Dist;
use wasm::{Artefact, Quality};

/// What the page may weigh, as brotli, before a person can use it.
const INTERACTIVE_LIMIT: usize = 1_200_000;

/// Builds the page and the worker; fails if the page has become too heavy.
pub fn build(dev: bool) -> Result<(), TaskError> {
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

    let page_wasm = stage("page, wasm", || wasm::compile("web-ui", "web_ui", &quality))?;
    let worker_wasm = stage("worker, wasm", || {
        wasm::compile("worker", "worker", &quality)
    })?;
    let page = stage("page, bindings", || {
        wasm::bind(&page_wasm, "web_ui", &quality)
    })?;
    let worker = stage("worker, bindings", || {
        wasm::bind(&worker_wasm, "worker", &quality)
    })?;

    let dist = stage("assets", || assemble(&page, &worker))?;
    stage("compression", || dist.write(&paths::dist(dev), !dev))?;

    let sizes = dist.sizes(!dev)?;
    eprintln!(
        "    brotli, bytes: interactive {}, worker {}, everything {}",
        sizes.interactive, sizes.worker, sizes.all
    );
    if !dev && sizes.interactive > INTERACTIVE_LIMIT {
        return Err(TaskError::message(format!(
            "the page needs {} bytes (brotli) before it is interactive; the limit is {INTERACTIVE_LIMIT}",
            sizes.interactive
        )));
    }
    Ok(())
}

/// Builds the worker as it is sent to browsers, and writes its two files to `folder`: `worker.js`, `worker.wasm`.
pub fn build_worker(folder: &Path) -> Result<(), TaskError> {
    let optimiser = stage("set-up: wasm-opt", || Ok(setup::wasm_opt()))?;
    let quality = Quality::Release { optimiser };
    let compiled = stage("worker, wasm", || {
        wasm::compile("worker", "worker", &quality)
    })?;
    let worker = stage("worker, bindings", || {
        wasm::bind(&compiled, "worker", &quality)
    })?;
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

fn assemble(page: &Artefact, worker: &Artefact) -> Result<Dist, TaskError> {
    let mut dist = Dist::default();
    let page_wasm = dist.add_hashed("page.wasm", page.wasm.clone(), files::Need::Interactive);
    let page_js = dist.add_hashed(
        "page.js",
        page.js.clone().into_bytes(),
        files::Need::Interactive,
    );
    let worker_wasm = dist.add_hashed("decode.wasm", worker.wasm.clone(), files::Need::Worker);
    let worker_bindings = dist.add_hashed(
        "decode.js",
        worker.js.clone().into_bytes(),
        files::Need::Worker,
    );
    for (path, content) in page.snippets.iter().chain(&worker.snippets) {
        dist.add(
            &format!("assets/snippets/{path}"),
            content.clone(),
            files::Need::Interactive,
        );
    }
    let loader = assets::page_loader(&page_js, &page_wasm);
    let page_loader = dist.add_hashed("start.js", loader.into_bytes(), files::Need::Interactive);
    let loader = assets::worker_loader(&worker_bindings, &worker_wasm);
    let worker_loader = dist.add_hashed("worker.js", loader.into_bytes(), files::Need::Worker);

    let names = assets::Names {
        page_loader,
        page_js,
        page_wasm,
        worker_loader,
    };
    assets::add(&mut dist, &names)?;
    Ok(dist)
}
