//! From what the compiler makes to what is sent: bound to JavaScript by wasm-bindgen, shrunk by wasm-opt. All of it is
//! work for one processor, to be done while the next module is compiled.

use std::collections::HashMap;
use std::path::Path;

use serde_json::{Value, json};
use wasm_bindgen_cli_support::Bindgen;

use super::wasm::{Compiled, Module, Quality};
use super::{cache, files, split};
use crate::error::TaskError;
use crate::paths;
use crate::process::program;
use crate::stages::stage;

/// A module and the JavaScript that loads it.
pub struct Artefact {
    /// What its files are called.
    pub name: &'static str,
    pub wasm: Vec<u8>,
    pub js: String,
    /// JavaScript that crates bring along, by path below `snippets/`.
    pub snippets: Vec<(String, Vec<u8>)>,
    /// What was cut off: its name, and its wasm. `js` refers to it as [`split::placeholder`] says.
    pub chunks: Vec<(String, Vec<u8>)>,
}

/// Makes a module's bindings for the web, which are given its wasm by URL, and everything else that takes long, up to its
/// compressed siblings: they are in the cache when [`files::Dist`] asks for them.
pub fn finish(compiled: &Compiled, quality: &Quality) -> Result<Artefact, TaskError> {
    let name = compiled.module.name;
    let artefact = stage(&format!("{name}, bindings"), || bind(compiled, quality))?;
    if let Quality::Release { .. } = quality {
        stage(&format!("{name}, compression"), || {
            let chunks = artefact.chunks.iter().map(|(_, wasm)| wasm);
            chunks
                .chain([&artefact.wasm])
                .try_for_each(|wasm| files::compress(wasm, true).map(drop))
        })?;
    }
    Ok(artefact)
}

fn bind(compiled: &Compiled, quality: &Quality) -> Result<Artefact, TaskError> {
    let Compiled {
        module,
        wasm: input,
    } = compiled;
    let Module { name, level, .. } = *module;
    let how: &[u8] = match quality {
        Quality::Quick => b"quick",
        Quality::Release { optimiser: None } => b"release",
        Quality::Release { optimiser: Some(_) } => b"release, wasm-opt",
    };
    let key = cache::hash(&[
        b"bindings 4",
        name.as_bytes(),
        how,
        level.as_bytes(),
        LARGEST_INLINED.as_bytes(),
        OPTIMISE.join(" ").as_bytes(),
        input,
    ]);
    let mut fresh = None;
    let described = cache::bytes(&format!("{key}.json"), || {
        let (modules, described) = generate(input, *module, quality)?;
        fresh = Some(modules);
        Ok(described.to_string().into_bytes())
    })?;
    let mut artefact = describe(name, &described)?;
    let mut optimised = |index: usize| {
        let key = format!("{key}.{index}");
        cache::bytes(&format!("{key}.wasm"), || {
            let modules = match fresh.take() {
                Some(modules) => modules,
                None => generate(input, *module, quality)?.0,
            };
            let bound = &fresh.insert(modules)[index];
            match quality {
                Quality::Release {
                    optimiser: Some(tool),
                } => optimise(tool, level, &key, bound),
                _ => Ok(bound.clone()),
            }
        })
    };
    artefact.wasm = optimised(0)?;
    for (index, (_, wasm)) in artefact.chunks.iter_mut().enumerate() {
        *wasm = optimised(index + 1)?;
    }
    Ok(artefact)
}

/// The module, then what was cut off it; and everything else of the artefact, as JSON.
fn generate(
    input: &[u8],
    module: Module,
    quality: &Quality,
) -> Result<(Vec<Vec<u8>>, Value), TaskError> {
    let name = module.name;
    let release = matches!(quality, Quality::Release { .. });
    let failed = |error| TaskError::message(format!("wasm-bindgen on {name}: {error:#}"));
    let cut = if module.split {
        split::cut(input, name)?
    } else {
        split::whole(input)
    };
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes(name, cut.main)
        .typescript(false)
        .omit_default_module_path(true)
        // A chunk needs the page's table of functions.
        .keep_lld_exports(module.split)
        .remove_name_section(release)
        .remove_producers_section(release);
    bindgen.web(true).map_err(failed)?;
    let mut output = bindgen.generate_output().map_err(failed)?;
    let mut snippets = Vec::new();
    for (owner, inline) in output.snippets() {
        for (index, content) in inline.iter().enumerate() {
            snippets.push(json!([format!("{owner}/inline{index}.js"), content]));
        }
    }
    for (path, content) in output.local_modules() {
        snippets.push(json!([path, content]));
    }
    let wasm = output.wasm_mut();
    let mut short_names = HashMap::new();
    if release {
        let own = wasm
            .imports
            .iter_mut()
            .filter(|import| import.name.starts_with("__wb"));
        for (n, import) in own.enumerate() {
            let short = short_names
                .entry(import.name.clone())
                .or_insert_with(|| format!("i{n}"));
            import.name.clone_from(short);
        }
    }
    let mut modules = vec![wasm.emit_wasm()];
    let mut js = with_names(output.js(), &short_names);
    if module.split {
        js = split::with_loader(&js)?;
    }
    let (names, chunks): (Vec<_>, Vec<_>) = cut.chunks.into_iter().unzip();
    modules.extend(chunks);
    let described = json!({ "js": js, "snippets": snippets, "chunks": names });
    Ok((modules, described))
}

/// Replaces identifiers. Each import's name carries a hash, which no compression makes smaller, in both files.
fn with_names(js: &str, names: &HashMap<String, String>) -> String {
    let in_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut replaced = String::with_capacity(js.len());
    let mut rest = js;
    while let Some(start) = rest.find(in_name) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !in_name(c)).unwrap_or(from.len());
        let (name, after) = from.split_at(end);
        replaced.push_str(before);
        replaced.push_str(names.get(name).map_or(name, String::as_str));
        rest = after;
    }
    replaced.push_str(rest);
    replaced
}

/// An artefact without its wasm.
fn describe(name: &'static str, described: &[u8]) -> Result<Artefact, TaskError> {
    let broken =
        || TaskError::message("target/ui-cache is damaged; remove that folder and build again");
    let value: Value = serde_json::from_slice(described).map_err(|_| broken())?;
    let js = value["js"].as_str().ok_or_else(broken)?.to_owned();
    let mut snippets = Vec::new();
    for entry in value["snippets"].as_array().ok_or_else(broken)? {
        let path = entry[0].as_str().ok_or_else(broken)?;
        let content = entry[1].as_str().ok_or_else(broken)?;
        snippets.push((path.to_owned(), content.as_bytes().to_vec()));
    }
    let mut chunks = Vec::new();
    for chunk in value["chunks"].as_array().ok_or_else(broken)? {
        chunks.push((chunk.as_str().ok_or_else(broken)?.to_owned(), Vec::new()));
    }
    Ok(Artefact {
        name,
        wasm: Vec::new(),
        js,
        snippets,
        chunks,
    })
}

/// A function of one caller that is larger than this (in nodes of wasm-opt's tree) stays one of its own. Without a limit
/// all of a worker's decoders end up in the function that picks one: when the first slice makes it hot, the browser spends
/// half a second of a core on optimising the whole of it.
const LARGEST_INLINED: &str = "--one-caller-inline-max-function-size=150";

/// The features are those that the compiler uses for this target; all browsers that have WebGL2 have them.
const OPTIMISE: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-simd",
    "--enable-reference-types",
    "--enable-mutable-globals",
    "--enable-sign-ext",
];

fn optimise(tool: &Path, level: &str, key: &str, wasm: &[u8]) -> Result<Vec<u8>, TaskError> {
    let folder = paths::target().join("ui-cache");
    let input = folder.join(format!("{key}.{}.bound.wasm", std::process::id()));
    let output = folder.join(format!("{key}.{}.optimised.wasm", std::process::id()));
    std::fs::write(&input, wasm).map_err(TaskError::file(&input))?;
    program(tool)
        .args(level.split(' '))
        .args(OPTIMISE)
        .args(["--strip-producers", LARGEST_INLINED])
        .args([&input])
        .args(["-o"])
        .args([&output])
        .run()?;
    let optimised = std::fs::read(&output).map_err(TaskError::file(&output))?;
    for path in [&input, &output] {
        std::fs::remove_file(path).map_err(TaskError::file(path))?;
    }
    eprintln!("    wasm-opt: {} -> {} bytes", wasm.len(), optimised.len());
    Ok(optimised)
}
