//! What a machine needs before it can build and test, installed where that is possible. A step that lacks the
//! rights or the network says the exact command to run instead.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::error::TaskError;
use crate::paths;
use crate::process::{cargo, is_installed, program};

const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The compiler's wasm32 target.
pub fn wasm_target() -> Result<(), TaskError> {
    let sysroot = program("rustc")
        .args(["--print", "sysroot"])
        .quiet_output()
        .ok_or_else(|| {
            TaskError::message(
                "`rustc` does not answer: install the Rust toolchain with rustup first",
            )
        })?;
    if Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(WASM_TARGET)
        .join("lib")
        .is_dir()
    {
        return Ok(());
    }
    program("rustup")
        .args(["target", "add", WASM_TARGET])
        .run()
        .map_err(|error| {
            TaskError::message(format!("{error}. Run: rustup target add {WASM_TARGET}"))
        })
}

/// `wasm-opt`, if Node is on this machine: the build works without it, and the page is about a tenth larger.
pub fn wasm_opt() -> Option<PathBuf> {
    let installed = npm_packages().is_ok();
    let path = paths::browser_tests().join("node_modules/.bin/wasm-opt");
    (installed && path.exists()).then_some(path)
}

/// Playwright, axe and wasm-opt, at the versions of the lock file, and never a browser download.
pub fn npm_packages() -> Result<(), TaskError> {
    let folder = paths::browser_tests();
    if !is_installed("node") || !is_installed("npm") {
        return Err(TaskError::message(
            "Node is missing, and the browser tests need it. Run: apt-get install -y nodejs npm",
        ));
    }
    let lock = folder.join("package-lock.json");
    let stamp = folder.join("node_modules/.cuspid-lock");
    let wanted = std::fs::read(&lock).map_err(TaskError::file(&lock))?;
    if std::fs::read(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(());
    }
    program("npm")
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .current_dir(&folder)
        .run()
        .map_err(|error| TaskError::message(format!("{error}. Run: cd tests/browser && npm ci")))?;
    std::fs::write(&stamp, wanted).map_err(TaskError::file(&stamp))
}

/// The Chromium of the browser tests: `CUSPID_CHROMIUM`, or Debian's package, installed if we may.
pub fn chromium() -> Result<PathBuf, TaskError> {
    if let Some(path) = std::env::var_os("CUSPID_CHROMIUM") {
        return Ok(PathBuf::from(path));
    }
    let path = PathBuf::from("/usr/bin/chromium");
    if !path.exists() {
        debian(
            "Chromium (or set CUSPID_CHROMIUM to one of yours)",
            &["chromium", "fonts-liberation"],
        )?;
    }
    Ok(path)
}

/// The Firefox of the browser tests, `CUSPID_FIREFOX` or Debian's package, and the screen it draws on, installed if we may.
pub fn firefox() -> Result<(), TaskError> {
    let named = std::env::var_os("CUSPID_FIREFOX").map(PathBuf::from);
    let firefox = named.unwrap_or_else(|| PathBuf::from("/usr/bin/firefox-esr"));
    if firefox.exists() && Path::new("/usr/bin/Xvfb").exists() {
        Ok(())
    } else {
        debian(
            "Firefox and a screen for it",
            &["firefox-esr", "xvfb", "libegl1"],
        )
    }
}

/// A Vulkan device for the renderer's native tests: any driver will do, a software one is installed if there is none.
pub fn vulkan() -> Result<(), TaskError> {
    let folders = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"];
    let known = std::env::var_os("VK_ICD_FILENAMES").is_some()
        || std::env::var_os("VK_DRIVER_FILES").is_some()
        || folders
            .iter()
            .any(|folder| std::fs::read_dir(folder).is_ok_and(|mut found| found.next().is_some()));
    if known {
        Ok(())
    } else {
        debian("a Vulkan driver", &["mesa-vulkan-drivers", "libvulkan1"])
    }
}

/// A C++ compiler, which libFuzzer is built with.
pub fn cpp() -> Result<(), TaskError> {
    let named = std::env::var_os("CXX").is_some();
    if named || is_installed("c++") || is_installed("g++") || is_installed("clang++") {
        Ok(())
    } else {
        debian("a C++ compiler", &["g++"])
    }
}

/// Installs Debian packages, if this is root; otherwise says what to run. One call at a time, since `apt-get` has locks
/// that it does not wait for.
fn debian(what: &str, packages: &[&str]) -> Result<(), TaskError> {
    let by_hand = format!(
        "Run: sudo apt-get update && sudo apt-get install -y {}",
        packages.join(" ")
    );
    let is_root = program("id")
        .args(["-u"])
        .quiet_output()
        .is_some_and(|id| id.trim() == "0");
    if !is_root {
        return Err(TaskError::message(format!("Missing: {what}. {by_hand}")));
    }
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock();
    let apt = |arguments: &[&str]| {
        program("apt-get")
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .run()
    };
    apt(&["update", "-qq"])
        .and_then(|()| {
            let install = ["install", "-y", "-qq", "--no-install-recommends"];
            apt(&[&install, packages].concat())
        })
        .map_err(|error| TaskError::message(format!("{error}. {by_hand}")))
}

/// The test runner of the native crates.
pub fn nextest() -> Result<(), TaskError> {
    cargo_tool("cargo-nextest")
}

/// A cargo subcommand, installed from its source package if missing.
pub fn cargo_tool(name: &str) -> Result<(), TaskError> {
    if is_installed(name) {
        return Ok(());
    }
    cargo(["install", "--locked", name])
        .run()
        .map_err(|error| TaskError::message(format!("{error}. Run: cargo install --locked {name}")))
}
