//! Writes the synthetic dental phantom as a DICOM series.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use viewer_wasm::phantom::dicom::{TransferSyntax, write_series};

#[derive(Parser)]
#[command(about = "Writes the synthetic dental phantom as a DICOM series")]
struct Arguments {
    /// Voxels along an edge; the field of view is 80 mm.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(8..=2048))]
    size: u16,
    /// How the files are written.
    #[arg(long, default_value = "explicit-le", value_parser = syntax_names())]
    transfer_syntax: String,
    /// Folder to write to, made if missing.
    #[arg(long)]
    out: PathBuf,
}

fn syntax_names() -> Vec<&'static str> {
    TransferSyntax::ALL.map(TransferSyntax::name).to_vec()
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let Some(syntax) = TransferSyntax::from_name(&arguments.transfer_syntax) else {
        eprintln!(
            "phantom: unknown transfer syntax {}",
            arguments.transfer_syntax
        );
        return ExitCode::from(2);
    };
    match write_series(arguments.size.into(), syntax, &arguments.out) {
        Ok(files) => {
            println!("{} files in {}", files.len(), arguments.out.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("phantom: {}: {error}", arguments.out.display());
            ExitCode::FAILURE
        }
    }
}
