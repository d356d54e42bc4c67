//! Writes the seeds of one target into a folder, and its dictionary beside it (`FOLDER.dict`): what `cargo xtask fuzz`
//! begins with.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use viewer_fuzz::{TARGETS, Target};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, folder] = &arguments[..] else {
        eprintln!("usage: viewer_fuzz_seeds TARGET FOLDER");
        return ExitCode::from(2);
    };
    let Some(target) = TARGETS.iter().find(|target| target.name == name) else {
        eprintln!("no target {name}");
        return ExitCode::from(2);
    };
    let folder = PathBuf::from(folder);
    match write(target, &folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

fn write(target: &Target, folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (index, seed) in (target.seeds)().iter().enumerate() {
        std::fs::write(folder.join(format!("seed-{index}")), seed)?;
    }
    if let Some(name) = target.dictionary {
        let dictionaries = Path::new(env!("CARGO_MANIFEST_DIR")).join("dictionaries");
        std::fs::copy(dictionaries.join(name), folder.with_extension("dict"))?;
    }
    Ok(())
}
