//! Instances to volumes, by the same steps as the page's, and where things in them are.

use std::collections::HashMap;

use glam::DVec3;
use viewer_wasm::codec;
use viewer_wasm::intake::Instance;
use viewer_wasm::series::{Series, assemble};
use viewer_wasm::volume::{Volume, slice_from_samples};

/// Assembles instances and decodes their frames, last slice first: the order must not matter.
pub fn volumes(
    instances: Vec<Instance>,
    files: &HashMap<String, Vec<u8>>,
) -> Vec<(Series, Volume)> {
    let assembly = assemble(instances);
    let filled = assembly.series.into_iter().map(|series| {
        let mut volume = Volume::new(&series);
        for slice in series.slices.iter().rev() {
            let instance = &series.instances[slice.instance];
            let image = &instance.attributes;
            let samples = codec::read_frame(&files[&instance.file], instance, slice.frame)
                .expect("a frame that decodes");
            let (values, _) = slice_from_samples(
                samples,
                &image.photometric,
                image.samples_per_pixel,
                series.value_type,
            );
            volume.insert(slice.index, values.into());
        }
        assert!(volume.is_complete());
        (series, volume)
    });
    filled.collect()
}

/// Centroid of the values above `background` within a ball, in patient space.
pub fn centroid(volume: &Volume, around: DVec3, reach_mm: f64, background: f64) -> DVec3 {
    let patient_from_voxel = volume.geometry().patient_from_voxel();
    let [columns, rows, slices] = volume.geometry().dims;
    let mut sum = (DVec3::ZERO, 0.0);
    for k in 0..slices {
        for j in 0..rows {
            for i in 0..columns {
                let voxel = DVec3::new(i as f64, j as f64, k as f64);
                let point = patient_from_voxel.transform_point3(voxel);
                if point.distance_squared(around) > reach_mm * reach_mm {
                    continue;
                }
                if let Some(value) = volume.value_at(i, j, k) {
                    sum = (
                        sum.0 + point * (value - background),
                        sum.1 + value - background,
                    );
                }
            }
        }
    }
    sum.0 / sum.1
}
