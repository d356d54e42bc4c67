//! Puts the built page inside the binary: a table of every file of the folder `CUSPID_DIST` (by default
//! `target/dist` of the workspace), each with its compressed siblings `.br` and `.gz`. An empty folder is no
//! error: the server then says that the page was not built.

use std::{
    env, fmt, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=CUSPID_DIST");
    let var = |name: &str| env::var_os(name).map(PathBuf::from);
    let manifest = var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let dist = var("CUSPID_DIST").unwrap_or_else(|| manifest.join("../target/dist"));
    // Cargo watches a folder only if it is there; a missing one would mean a rebuild each time.
    fs::create_dir_all(&dist)?;
    let dist = dist.canonicalize()?;
    println!("cargo:rerun-if-changed={}", dist.display());
    let mut files = Vec::new();
    collect(&dist, &mut files)?;
    files.sort();
    let mut table = String::from("&[\n");
    for file in files.iter().filter(|file| !is_compressed(file)) {
        let name = file
            .strip_prefix(&dist)
            .map_err(io::Error::other)?
            .to_string_lossy()
            .replace('\\', "/");
        table += &format!(
            "    Embedded {{ name: {name:?}, plain: {}, brotli: {}, gzip: {} }},\n",
            Include(file),
            Sibling(file, "br"),
            Sibling(file, "gz"),
        );
    }
    table.push(']');
    fs::write(var("OUT_DIR").unwrap_or_default().join("assets.rs"), table)
}

fn is_compressed(file: &Path) -> bool {
    file.extension()
        .is_some_and(|extension| extension == "br" || extension == "gz")
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => collect(&path, files)?,
            false => files.push(path),
        }
    }
    Ok(())
}

struct Include<'a>(&'a Path);

impl fmt::Display for Include<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "include_bytes!({:?})", self.0)
    }
}

struct Sibling<'a>(&'a Path, &'a str);

impl fmt::Display for Sibling<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut path = self.0.as_os_str().to_owned();
        path.push(".");
        path.push(self.1);
        let path = PathBuf::from(path);
        match path.is_file() {
            true => write!(f, "Some({})", Include(&path)),
            false => f.write_str("None"),
        }
    }
}
