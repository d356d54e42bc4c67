//! The wasm modules: compiled by cargo, bound to JavaScript by wasm-bindgen, shrunk by wasm-opt.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use wasm_bindgen_cli_support::Bindgen;

use super::{cache, split};
use crate::error::TaskError;
use crate::paths;
use crate::process::{cargo, program};
use crate::stages::stage;

const TARGET: &str = "wasm32-unknown-unknown";

/// How much work goes into a module.
pub enum Quality {
    /// Compiled as for `cargo test`, names kept: to look at while the code changes.
    Quick,
    /// The `wasm` profile, and wasm-opt where it is to be had.
    Release { optimiser: Option<PathBuf> },
}

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

/// A crate that becomes a module, with some of its features.
#[derive(Clone, Copy)]
pub struct Module {
    /// What the module's files are called.
    pub name: &'static str,
    pub package: &'static str,
    pub library: &'static str,
    pub features: &'static [&'static str],
    /// Crates that are built for size here.
    pub small: &'static [&'static str],
    /// Passes of wasm-opt.
    pub level: &'static str,
    /// Whether it is cut where the source says so, see [`split`].
    pub split: bool,
}

/// The page for browsers with WebGPU, which compiles shaders itself.
pub const PAGE_WEBGPU: Module = Module {
    name: "page-webgpu",
    features: &["--no-default-features", "--features", "webgpu,split"],
    level: "-O2",
    split: true,
    ..PAGE
};

/// The page for browsers without it: a translator of shaders is half of its weight.
pub const PAGE_WEBGL2: Module = Module {
    name: "page-webgl2",
    features: &["--no-default-features", "--features", "webgl2,split"],
    // The engine hands buffers on and fills in uniforms here; decoding is the worker's.
    small: &["viewer-wasm"],
    // Once more with what it knows of the whole by then.
    level: "-Oz --gufa -Oz",
    split: true,
    ..PAGE
};

/// One page for both, to look at while the code changes. Small before fast: it is waited for.
pub const PAGE: Module = Module {
    name: "page",
    package: "web-ui",
    library: "web_ui",
    features: &[],
    small: &[],
    level: "-Oz",
    split: false,
};

/// The worker decodes. Its start function is a feature, so that the page, which links its messages, has none.
pub const WORKER: Module = Module {
    name: "decode",
    package: "worker",
    library: "worker",
    features: &["--features", "entry"],
    small: &[],
    level: "-O3",
    split: false,
};

/// The decoder of JPEG XL, which a worker fetches when it needs it.
pub const JPEG_XL: Module = Module {
    name: "jpeg-xl",
    package: "jpeg-xl",
    library: "jpeg_xl",
    features: &[],
    small: &[],
    level: "-O3",
    split: false,
};

/// Compiles a module: its file, to be bound before the next one of the same crate is compiled. Each is a cargo call of
/// its own, so that the worker is not given the page's features.
fn compile(module: Module, quality: &Quality) -> Result<PathBuf, TaskError> {
    let profile = match quality {
        Quality::Quick => "dev",
        Quality::Release { .. } => "wasm",
    };
    let mut build = cargo([
        "rustc",
        "--lib",
        "--target",
        TARGET,
        "--profile",
        profile,
        "-p",
        module.package,
    ])
    .args(module.features);
    if let Quality::Release { .. } = quality {
        build = build.args(["--config", &without_own_paths()]);
        for package in module.small {
            let level = format!(r#"profile.wasm.package.{package}.opt-level="z""#);
            build = build.args(["--config", &level]);
        }
    }
    if module.split {
        build = build.args(["--"]).args(split::COMPILER_FLAGS);
    }
    build.run()?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(paths::target()
        .join(TARGET)
        .join(folder)
        .join(format!("{}.wasm", module.library)))
}

/// A panic's message names the source file. What is sent to browsers should not tell where it was built, nor
/// depend on it; short names also weigh less.
fn without_own_paths() -> String {
    let registry = paths::cargo_home().join("registry/src");
    let prefixes = [registry, paths::root()].map(|folder| {
        let flag = format!("--remap-path-prefix={}/=", folder.display());
        json!(flag).to_string()
    });
    format!("target.{TARGET}.rustflags=[{}]", prefixes.join(","))
}

/// Compiles a module and makes its bindings for the web; it is given its wasm by URL.
pub fn build(module: Module, quality: &Quality) -> Result<Artefact, TaskError> {
    let name = module.name;
    let compiled = stage(&format!("{name}, wasm"), || compile(module, quality))?;
    stage(&format!("{name}, bindings"), || {
        bind(&compiled, module, quality)
    })
}

fn bind(compiled: &Path, module: Module, quality: &Quality) -> Result<Artefact, TaskError> {
    let Module { name, level, .. } = module;
    let input = std::fs::read(compiled).map_err(TaskError::file(compiled))?;
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
        &input,
    ]);
    let mut fresh = None;
    let described = cache::bytes(&format!("{key}.json"), || {
        let (modules, described) = generate(&input, module, quality)?;
        fresh = Some(modules);
        Ok(described.to_string().into_bytes())
    })?;
    let mut artefact = describe(name, &described)?;
    let mut optimised = |index: usize| {
        let key = format!("{key}.{index}");
        cache::bytes(&format!("{key}.wasm"), || {
            let modules = match fresh.take() {
                Some(modules) => modules,
                None => generate(&input, module, quality)?.0,
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
