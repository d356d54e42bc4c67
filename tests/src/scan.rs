//! A folder of DICOM files as a volume, by the same steps as the page's.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use viewer_wasm::codec;
use viewer_wasm::intake::{self, Found};
use viewer_wasm::series::{Series, assemble};
use viewer_wasm::volume::{Volume, slice_from_samples};

/// The series with the most slices of those in a folder, or of one file.
///
/// # Errors
/// Whatever cannot be read, and a folder without a volume.
pub fn read(path: &Path) -> io::Result<(Series, Volume)> {
    let mut files = HashMap::new();
    let mut instances = Vec::new();
    let paths = if path.is_dir() {
        fs::read_dir(path)?
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<Vec<_>>>()?
    } else {
        vec![path.to_owned()]
    };
    for path in paths {
        let name = path.display().to_string();
        if let Found::Image(instance) = intake::examine(&File::open(&path)?, &name) {
            instances.push(*instance);
            files.insert(name, fs::read(&path)?);
        }
    }
    let assembly = assemble(instances);
    let largest = assembly.series.into_iter().max_by_key(|s| s.slices.len());
    let invalid = |text: String| io::Error::new(io::ErrorKind::InvalidData, text);
    let series = largest.ok_or_else(|| invalid("There is no series in this folder.".into()))?;
    let mut volume = Volume::new(&series);
    for slice in &series.slices {
        let instance = &series.instances[slice.instance];
        let image = &instance.attributes;
        let bytes = &files[&instance.file];
        let samples = codec::read_frame(bytes, instance, slice.frame)
            .map_err(|error| invalid(format!("{}: {error}", instance.file)))?;
        let (values, _) = slice_from_samples(
            samples,
            &image.photometric,
            image.samples_per_pixel,
            series.value_type,
        );
        volume.insert(slice.index, values.into());
    }
    Ok((series, volume))
}
