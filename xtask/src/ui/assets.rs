//! `index.html` and `assets/`: names made of content, and the references between them.
//!
//! A reference is written as the path in this repository, `/assets/icons/logo.svg`, in `index.html`, in style
//! sheets, in SVG and in the web-app manifest; here it becomes the hashed name. Rust code finds one through
//! the page's `<meta name="cuspid-assets">` (placeholder `{{asset_map}}`).

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use super::files::{Dist, ModuleUrls, Need};
use super::icons;
use crate::error::TaskError;
use crate::paths;

/// URLs that `index.html` is given.
pub struct Names {
    /// `{{start_js}}`: the script of the page; it loads the page's module.
    pub page_loader: String,
    /// `{{worker_js}}`: the module that a decode worker is started with.
    pub worker_loader: String,
    /// `{{worker_wasm}}`: what the page compiles for its workers.
    pub worker_module: String,
}

/// Starts the page that a browser can draw. A module of its own, since the content security policy allows no inline
/// script.
pub fn page_loader(with_webgpu: &ModuleUrls, without: &ModuleUrls) -> String {
    include_str!("page_loader.js")
        .replace("{{webgpu_js}}", &with_webgpu.js)
        .replace("{{webgpu_wasm}}", &with_webgpu.wasm)
        .replace("{{webgl2_js}}", &without.js)
        .replace("{{webgl2_wasm}}", &without.wasm)
}

/// Starts a decode worker; messages that arrive before its module is ready are kept for it.
pub fn worker_loader(worker: &ModuleUrls, jpeg_xl: &ModuleUrls) -> String {
    include_str!("worker_loader.js")
        .replace("{{bindings}}", &worker.js)
        .replace("{{wasm}}", &worker.wasm)
        .replace("{{jpeg_xl_bindings}}", &jpeg_xl.js)
        .replace("{{jpeg_xl_wasm}}", &jpeg_xl.wasm)
}

/// Adds everything below `assets/`, the style sheet and `index.html`.
pub fn add(dist: &mut Dist, names: &Names) -> Result<(), TaskError> {
    let folder = paths::root().join("assets");
    let mut sources = BTreeMap::new();
    collect(&folder, &folder, &mut sources)?;
    let outlines = paths::root().join("web-ui/src/shell/icons.txt");
    let outlines = std::fs::read_to_string(&outlines).map_err(TaskError::file(&outlines))?;
    sources.insert("fonts/icons.ttf".into(), icons::font(&outlines)?);
    let styles: BTreeMap<_, _> = sources
        .iter()
        .filter(|(path, _)| path.ends_with(".css"))
        .map(|(path, bytes)| (path.clone(), bytes.clone()))
        .collect();
    // Style sheets become one; sentences are compiled into the page.
    sources.retain(|path, _| !path.ends_with(".css") && !path.starts_with("locales/"));

    // Files that refer to others come after those that don't.
    let mut urls: BTreeMap<String, String> = BTreeMap::new();
    for refers in [false, true] {
        for (path, content) in sources
            .iter()
            .filter(|(path, _)| refers_to_others(path) == refers)
        {
            let content = if refers {
                with_hashed_names(&text(path, content)?, &urls).into_bytes()
            } else {
                content.clone()
            };
            let url = dist.add_hashed(path, content, need(path));
            urls.insert(format!("/assets/{path}"), url);
        }
    }
    let style = with_hashed_names(&style_sheet(&styles)?, &urls);
    let css = dist.add_hashed("style.css", style.into_bytes(), Need::Interactive);

    let index = paths::root().join("index.html");
    let template = std::fs::read_to_string(&index).map_err(TaskError::file(&index))?;
    let page = with_hashed_names(&template, &urls)
        .replace("{{start_js}}", &names.page_loader)
        .replace("{{worker_js}}", &names.worker_loader)
        .replace("{{worker_wasm}}", &names.worker_module)
        .replace("{{css}}", &css)
        .replace("{{asset_map}}", &escape(&json!(urls).to_string()));
    if let Some(at) = page.find("{{") {
        let shown: String = page[at..].chars().take(40).collect();
        return Err(TaskError::message(format!(
            "index.html: nothing is known to fill in for {shown}"
        )));
    }
    dist.add("index.html", page.into_bytes(), Need::Interactive);
    dist.check_references()
}

fn collect(
    root: &Path,
    folder: &Path,
    found: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), TaskError> {
    for entry in std::fs::read_dir(folder).map_err(TaskError::file(folder))? {
        let path = entry.map_err(TaskError::file(folder))?.path();
        if path.is_dir() {
            collect(root, &path, found)?;
        } else {
            let name = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .to_string_lossy()
                .into_owned();
            found.insert(name, std::fs::read(&path).map_err(TaskError::file(&path))?);
        }
    }
    Ok(())
}

/// All style sheets in the order of their names; `styles/main.css`, if there is one, says the order itself by
/// lines of `@import "name.css";`.
fn style_sheet(styles: &BTreeMap<String, Vec<u8>>) -> Result<String, TaskError> {
    const ENTRY: &str = "styles/main.css";
    let Some(entry) = styles.get(ENTRY) else {
        let parts: Result<Vec<_>, _> = styles
            .iter()
            .map(|(path, content)| text(path, content))
            .collect();
        return Ok(parts?.join("\n"));
    };
    let mut sheet = String::new();
    for line in text(ENTRY, entry)?.lines() {
        let imported = line.trim().strip_prefix("@import").map(|rest| {
            rest.trim()
                .trim_start_matches("url(")
                .trim_matches(|c| "\"';) ".contains(c))
                .trim_start_matches("./")
        });
        match imported {
            None => sheet.push_str(line),
            Some(name) => {
                let path = format!("styles/{name}");
                let content = styles.get(&path).ok_or_else(|| {
                    TaskError::message(format!("assets/{ENTRY} imports {name}, which is not there"))
                })?;
                sheet.push_str(&text(&path, content)?);
            }
        }
        sheet.push('\n');
    }
    Ok(sheet)
}

fn refers_to_others(path: &str) -> bool {
    [".svg", ".webmanifest"]
        .iter()
        .any(|extension| path.ends_with(extension))
}

/// Icons come when they are asked for.
fn need(path: &str) -> Need {
    if path.starts_with("fonts/") {
        Need::Interactive
    } else {
        Need::Later
    }
}

fn text(path: &str, content: &[u8]) -> Result<String, TaskError> {
    String::from_utf8(content.to_vec())
        .map_err(|_| TaskError::message(format!("assets/{path} is not UTF-8 text")))
}

/// Longest first, so that `/assets/a.svg` does not spoil `/assets/a.svg.map`.
fn with_hashed_names(text: &str, urls: &BTreeMap<String, String>) -> String {
    let mut longest_first: Vec<_> = urls.iter().collect();
    longest_first.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
    let mut text = text.to_owned();
    for (path, url) in longest_first {
        text = text.replace(path, url);
    }
    text
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}
