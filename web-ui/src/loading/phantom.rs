//! The built-in example as a series, with an instance for each slice, so that it is saved as a scan is.

use super::{FileHandle, FileHandles};
use crate::workspace::ActiveScan;
use glam::DVec3;
use viewer_wasm::intake::{Identity, ImageAttributes, Instance, PixelLocation};
use viewer_wasm::phantom::Phantom;
use viewer_wasm::series::{Series, SliceSource};

/// The phantom with `size` voxels on a side. Its slices are made in the workers, when they are needed.
pub(super) fn series(size: usize) -> (Series, FileHandles) {
    let phantom = Phantom::dental(size);
    let mut series = phantom.series();
    let mut files = FileHandles::default();
    let [columns, rows, slices] = series.geometry.dims;
    series.instances = (0..slices)
        .map(|slice| instance(&series, slice, columns, rows))
        .collect();
    series.slices = (0..slices)
        .map(|index| SliceSource {
            index,
            instance: index,
            frame: 0,
        })
        .collect();
    for instance in &series.instances {
        files.insert(
            instance.file.clone(),
            FileHandle::Phantom {
                size: phantom.size(),
            },
        );
    }
    (series, files)
}

/// Where the crosshair starts in the example, LPS in mm: within the roots of the lower left first molar, so that
/// each plane shows teeth in the jaw. (The middle lies between the tooth rows.) `None` for any other scan.
pub(crate) fn example_start_mm(scan: &ActiveScan) -> Option<DVec3> {
    let first = scan.series.instances.first()?;
    matches!(
        scan.files.get(&first.file),
        Some(FileHandle::Phantom { .. })
    )
    .then_some(DVec3::new(21.5, 0.9, -12.0))
}

/// What the header of the slice's file would say.
fn instance(series: &Series, slice: usize, columns: usize, rows: usize) -> Instance {
    let geometry = &series.geometry;
    let position =
        geometry
            .patient_from_voxel()
            .transform_point3(DVec3::new(0.0, 0.0, slice as f64));
    let d = geometry.direction;
    Instance {
        file: format!("phantom/{slice:04}"),
        attributes: ImageAttributes {
            transfer_syntax: "1.2.840.10008.1.2.1".to_owned(),
            // CT Image Storage
            sop_class: "1.2.840.10008.5.1.4.1.1.2".to_owned(),
            modality: series.modality.clone(),
            image_type: ["DERIVED", "PRIMARY", "AXIAL"].map(str::to_owned).to_vec(),
            cone_beam: true,
            rows: rows as u32,
            columns: columns as u32,
            frames: 1,
            samples_per_pixel: 1,
            photometric: "MONOCHROME2".to_owned(),
            bits_allocated: 16,
            bits_stored: 16,
            high_bit: 15,
            signed: true,
            rescale_slope: Some(1.0),
            rescale_intercept: Some(0.0),
            window_center: series.window.map(|window| window.0),
            window_width: series.window.map(|window| window.1),
            pixel_spacing_mm: Some([geometry.spacing_mm[1], geometry.spacing_mm[0]]),
            slice_thickness_mm: Some(geometry.spacing_mm[2]),
            position_mm: Some(position.to_array()),
            orientation: Some([d[0], d[1], d[2], d[3], d[4], d[5]]),
            instance_number: Some(slice as i64 + 1),
            ..ImageAttributes::default()
        },
        identity: Identity {
            series_description: Some(series.description.clone()),
            ..Identity::default()
        },
        pixels: PixelLocation {
            offset: 0,
            len: (rows * columns * 2) as u64,
            encapsulated: false,
            deflated: false,
        },
    }
}
