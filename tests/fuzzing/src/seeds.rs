//! Seeds in files, as libFuzzer reads them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::Target;

/// The whole program that writes the seeds of one target into a folder, and its dictionary beside it (`FOLDER.dict`). Its
/// arguments are TARGET and FOLDER; `room` is the folder of the crate.
pub fn write_seeds(targets: &[Target], room: &str) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, folder] = &arguments[..] else {
        eprintln!("usage: TARGET FOLDER");
        return ExitCode::from(2);
    };
    let Some(target) = targets.iter().find(|target| target.name == name) else {
        eprintln!("no target {name}");
        return ExitCode::from(2);
    };
    let folder = PathBuf::from(folder);
    match write(target, &folder, Path::new(room)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

fn write(target: &Target, folder: &Path, room: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (index, seed) in (target.seeds)().iter().enumerate() {
        std::fs::write(folder.join(format!("seed-{index}")), seed)?;
    }
    if let Some(name) = target.dictionary {
        let dictionary = room.join("dictionaries").join(name);
        std::fs::copy(dictionary, folder.with_extension("dict"))?;
    }
    Ok(())
}
