//! The finished set of files, written with their compressed siblings.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use super::bind::Artefact;
use super::{cache, split};
use crate::error::TaskError;

/// When a file is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Before a person can use the page.
    Interactive,
    /// The same, where the browser has WebGPU.
    WebGpu,
    /// The same, where it has not.
    WebGl2,
    /// By the decode workers.
    Worker,
    /// Fetched right after the page is interactive, whatever a person does; named for the report.
    Chunk(&'static str),
    /// Later, or perhaps never.
    Later,
}

/// Files by their path below the server's root. Those below `assets/` are named by their content, so that
/// they may be cached for good.
#[derive(Default)]
pub struct Dist {
    files: BTreeMap<String, (Vec<u8>, Need)>,
}

/// Where the parts of a module are.
pub struct ModuleUrls {
    pub js: String,
    pub wasm: String,
}

/// Bytes as brotli, where a file has that sibling.
pub struct Sizes {
    /// Before the page is interactive with WebGPU.
    pub webgpu: usize,
    /// Before the page is interactive without it.
    pub webgl2: usize,
    pub worker: usize,
    /// What a page fetches right after that: the page's name, and bytes.
    pub chunks: Vec<(&'static str, usize)>,
    pub all: usize,
}

impl Dist {
    /// A file under a fixed path.
    pub fn add(&mut self, path: &str, content: Vec<u8>, need: Need) {
        self.files.insert(path.to_owned(), (content, need));
    }

    /// A file below `assets/` under a name made of its content; its URL.
    pub fn add_hashed(&mut self, path: &str, content: Vec<u8>, need: Need) -> String {
        let hash = cache::hash(&[&content]);
        let (stem, extension) = path.rsplit_once('.').unwrap_or((path, "bin"));
        let path = format!("assets/{stem}-{}.{extension}", &hash[..12]);
        let url = format!("/{path}");
        self.add(&path, content, need);
        url
    }

    /// A module with its bindings and what they import.
    pub fn add_artefact(&mut self, artefact: &Artefact, need: Need) -> ModuleUrls {
        for (path, content) in &artefact.snippets {
            self.add(&format!("assets/snippets/{path}"), content.clone(), need);
        }
        let name = artefact.name;
        let mut js = artefact.js.clone();
        for (chunk, wasm) in &artefact.chunks {
            let path = format!("{name}-{chunk}.wasm");
            let url = self.add_hashed(&path, wasm.clone(), Need::Chunk(name));
            js = js.replace(&split::placeholder(chunk), &url);
        }
        ModuleUrls {
            js: self.add_hashed(&format!("{name}.js"), js.into_bytes(), need),
            wasm: self.add_hashed(&format!("{name}.wasm"), artefact.wasm.clone(), need),
        }
    }

    /// Every `/assets/...` in a text that refers to others is a file: a typing slip is found here, not by a person
    /// who misses a picture.
    pub fn check_references(&self) -> Result<(), TaskError> {
        const REFERRING: [&str; 4] = ["html", "css", "svg", "webmanifest"];
        for (path, (content, _)) in &self.files {
            if !REFERRING.iter().any(|extension| path.ends_with(extension)) {
                continue;
            }
            let text = String::from_utf8_lossy(content);
            // The asset map's keys are paths of the repository, not references.
            let text = text
                .lines()
                .filter(|line| !line.contains("cuspid-assets"))
                .collect::<Vec<_>>()
                .join("\n");
            for (at, _) in text.match_indices("/assets/") {
                let reference: String = text[at + 1..]
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || "/._-".contains(*c))
                    .collect();
                if !self.files.contains_key(&reference) {
                    return Err(TaskError::message(format!(
                        "{path} refers to /{reference}, which is not there"
                    )));
                }
            }
        }
        Ok(())
    }

    /// Writes everything to a fresh folder and puts it in place of `folder`.
    pub fn write(&self, folder: &Path, best: bool) -> Result<(), TaskError> {
        let unfinished = folder.with_extension(format!("{}.unfinished", std::process::id()));
        let _ = std::fs::remove_dir_all(&unfinished);
        for (path, (content, _)) in &self.files {
            let target = unfinished.join(path);
            if let Some(parent) = target.parent() {
                std::fs::create_dir_all(parent).map_err(TaskError::file(parent))?;
            }
            write_file(&target, content)?;
            if compresses(path) {
                for (suffix, packed) in compress(content, best)? {
                    if packed.len() < content.len() {
                        write_file(&unfinished.join(format!("{path}.{suffix}")), &packed)?;
                    }
                }
            }
        }
        if same_files(&unfinished, folder) {
            return std::fs::remove_dir_all(&unfinished).map_err(TaskError::file(&unfinished));
        }
        let _ = std::fs::remove_dir_all(folder);
        std::fs::rename(&unfinished, folder).map_err(TaskError::file(folder))
    }

    /// What a browser that takes brotli downloads.
    pub fn sizes(&self, best: bool) -> Result<Sizes, TaskError> {
        let mut sizes = Sizes {
            webgpu: 0,
            webgl2: 0,
            worker: 0,
            chunks: Vec::new(),
            all: 0,
        };
        for (path, (content, need)) in &self.files {
            let packed = if compresses(path) {
                brotli(content, best)?.len()
            } else {
                content.len()
            };
            let sent = packed.min(content.len());
            sizes.all += sent;
            match need {
                Need::Interactive => {
                    sizes.webgpu += sent;
                    sizes.webgl2 += sent;
                }
                Need::WebGpu => sizes.webgpu += sent,
                Need::WebGl2 => sizes.webgl2 += sent,
                Need::Worker => sizes.worker += sent,
                Need::Chunk(page) => sizes.chunks.push((*page, sent)),
                Need::Later => {}
            }
        }
        Ok(sizes)
    }
}

/// Fonts and pictures are compressed already.
fn compresses(path: &str) -> bool {
    !["woff2", "png", "jpg", "webp"]
        .iter()
        .any(|extension| path.ends_with(extension))
}

fn write_file(path: &Path, content: &[u8]) -> Result<(), TaskError> {
    std::fs::write(path, content).map_err(TaskError::file(path))
}

/// Whether two folders hold the same names and bytes: then the old one stays, and with it the server binary
/// that was built from it.
fn same_files(left: &Path, right: &Path) -> bool {
    match (listing(left), listing(right)) {
        (Ok(left), Ok(right)) => left == right,
        _ => false,
    }
}

fn listing(folder: &Path) -> std::io::Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .unwrap_or(&path)
                    .to_string_lossy()
                    .into_owned();
                found.insert(name, std::fs::read(&path)?);
            }
        }
    }
    Ok(found)
}

/// A file's compressed siblings: their endings, and their bytes.
pub fn compress(content: &[u8], best: bool) -> Result<[(&'static str, Vec<u8>); 2], TaskError> {
    Ok([("br", brotli(content, best)?), ("gz", gzip(content, best)?)])
}

fn brotli(content: &[u8], best: bool) -> Result<Vec<u8>, TaskError> {
    let quality = if best { 11 } else { 5 };
    let key = cache::hash(&[b"brotli, window 24", &[quality], content]);
    cache::bytes(&format!("{key}.br"), || {
        let mut packed = Vec::new();
        let mut writer =
            brotli::CompressorWriter::new(&mut packed, 1 << 16, u32::from(quality), 24);
        writer.write_all(content).map_err(compression)?;
        drop(writer);
        Ok(packed)
    })
}

fn gzip(content: &[u8], best: bool) -> Result<Vec<u8>, TaskError> {
    let level = if best { 9 } else { 3 };
    let key = cache::hash(&[b"gzip", &[level], content]);
    cache::bytes(&format!("{key}.gz"), || {
        let mut writer =
            flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(u32::from(level)));
        writer.write_all(content).map_err(compression)?;
        writer.finish().map_err(compression)
    })
}

fn compression(error: std::io::Error) -> TaskError {
    TaskError::message(format!("compression: {error}"))
}
