//! The wasm modules, and how cargo compiles them.

use std::path::PathBuf;

use serde_json::json;

use super::split;
use crate::error::TaskError;
use crate::paths;
use crate::process::cargo;
use crate::stages::stage;

const TARGET: &str = "wasm32-unknown-unknown";

/// How much work goes into a module.
pub enum Quality {
    /// Compiled as for `cargo test`, names kept: to look at while the code changes.
    Quick,
    /// The `wasm` profile, and wasm-opt where it is to be had.
    Release { optimiser: Option<PathBuf> },
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

/// A module as the compiler makes it, see [`super::bind`] for what is left to do.
pub struct Compiled {
    pub module: Module,
    pub wasm: Vec<u8>,
}

/// Compiles a module. Each is a cargo call of its own, so that the worker is not given the page's features.
pub fn compile(module: Module, quality: &Quality) -> Result<Compiled, TaskError> {
    stage(&format!("{}, wasm", module.name), || {
        let profile = match quality {
            Quality::Quick => "dev",
            Quality::Release { .. } => "wasm",
        };
        run_cargo(module, quality, profile)?;
        let folder = if profile == "dev" { "debug" } else { profile };
        let path = paths::target()
            .join(TARGET)
            .join(folder)
            .join(format!("{}.wasm", module.library));
        // Read at once: the next module of the same crate takes the file's place.
        let wasm = std::fs::read(&path).map_err(TaskError::file(&path))?;
        Ok(Compiled { module, wasm })
    })
}

fn run_cargo(module: Module, quality: &Quality, profile: &str) -> Result<(), TaskError> {
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
    build.run()
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
