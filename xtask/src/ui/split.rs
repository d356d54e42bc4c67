//! A page's module taken apart: what has to be there before a person can use it, and the part that comes later.
//!
//! The source marks one function (`web-ui/src/later/chunk.rs`). Whatever that function reaches and nothing else does,
//! code and data, becomes a module of its own, which shares the page's memory and calls its functions through the
//! table. wasm-bindgen sees the page's module alone.

use wasm_split_cli_support::{Options, transform};

use crate::error::TaskError;
use crate::paths;

/// What the compiler is told: to keep the relocations and names that say who calls whom.
pub const COMPILER_FLAGS: [&str; 4] = ["-C", "strip=none", "-C", "link-args=--emit-relocs"];

/// The chunk's name: the one that the source gives.
const CHUNK: &str = "later";
/// The JavaScript module that wasm-bindgen is told to import the chunk's loader from.
const LINK: &str = "./__wasm_split.js";

/// A module in pieces.
pub struct Cut {
    pub main: Vec<u8>,
    /// Names and wasm.
    pub chunks: Vec<(String, Vec<u8>)>,
}

/// A module that is not cut.
pub fn whole(input: &[u8]) -> Cut {
    Cut {
        main: input.to_vec(),
        chunks: Vec::new(),
    }
}

/// Takes a module apart that was compiled with [`COMPILER_FLAGS`].
pub fn cut(input: &[u8], name: &str) -> Result<Cut, TaskError> {
    let folder = paths::target()
        .join("ui-cache")
        .join(format!("{name}.{}.split", std::process::id()));
    let main = folder.join("main.wasm");
    let mut options = Options::new(input);
    options.output_dir = &folder;
    options.main_out_path = &main;
    options.link_name = LINK;
    options.emit_dwarf = false;
    let made = transform(options)
        .map_err(|error| TaskError::message(format!("wasm-split on {name}: {error:#}")))?;
    let [chunk] = made.split_modules.as_slice() else {
        return Err(TaskError::message(format!(
            "wasm-split on {name}: one chunk is expected, and there are {}",
            made.split_modules.len()
        )));
    };
    let read = |path| std::fs::read(path).map_err(TaskError::file(path));
    let cut = Cut {
        main: read(&main)?,
        chunks: vec![(CHUNK.to_owned(), read(chunk)?)],
    };
    std::fs::remove_dir_all(&folder).map_err(TaskError::file(&folder))?;
    Ok(cut)
}

/// What stands in the bindings for a chunk's URL.
pub fn placeholder(chunk: &str) -> String {
    format!("{{{{{chunk}}}}}")
}

/// Puts the chunk's loader in place of the import of it: one file less to wait for, and it finds the page's exports.
pub fn with_loader(js: &str) -> Result<String, TaskError> {
    let unknown = || {
        TaskError::message("wasm-bindgen's bindings import the chunk's loader in an unknown way")
    };
    let import = js
        .lines()
        .find(|line| line.starts_with("import ") && line.contains(LINK))
        .ok_or_else(unknown)?;
    let name = import
        .strip_prefix("import * as ")
        .and_then(|rest| rest.split(' ').next())
        .ok_or_else(unknown)?;
    let loader = include_str!("page_chunk.js").replace("{{imports}}", name);
    Ok(js.replace(import, loader.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loader_stands_where_the_import_was() {
        let js = "import * as import1 from \"./__wasm_split.js\";\nlet wasm;\nuse({ \"./__wasm_split.js\": import1 });\n";
        let loaded = with_loader(js).expect("an import of the loader");
        assert!(loaded.contains("const import1 = {") && !loaded.contains("import * as"));
        assert!(loaded.contains(&placeholder(CHUNK)));
        assert!(loaded.ends_with("use({ \"./__wasm_split.js\": import1 });\n"));
        assert!(with_loader("let wasm;\n").is_err());
    }
}
