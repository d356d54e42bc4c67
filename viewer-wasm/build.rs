//! The shaders without comments and indentation: they are part of a page that everybody waits for.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let shaders = Path::new("src/render/shaders");
    println!("cargo::rerun-if-changed={}", shaders.display());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    for entry in fs::read_dir(shaders)? {
        let path = entry?.path();
        let Some(name) = path
            .file_name()
            .filter(|_| path.extension().is_some_and(|e| e == "wgsl"))
        else {
            continue;
        };
        let mut short = String::new();
        // WGSL has no texts, so two slashes always begin a comment.
        for line in fs::read_to_string(&path)?.lines() {
            let code = line.split("//").next().unwrap_or_default().trim();
            if !code.is_empty() {
                short.push_str(code);
                short.push('\n');
            }
        }
        fs::write(out.join(name), short)?;
    }
    Ok(())
}
