//! The phantom without positions, without pixel spacing, and with uneven steps.

use std::path::Path;

use glam::DVec3;
use serde_json::Value;
use viewer_wasm::series::{Series, WarningCode};
use viewer_wasm::volume::Volume;

use crate::opened::volumes_of;
use crate::phantom::{BEYOND_MM, Sphere, distances, is_whole, spheres};
use crate::support::{folder, manifest, vector};
use crate::volume::centroid;

fn only(root: &Path, path: &str) -> (Series, Volume) {
    let mut all = volumes_of(&root.join(path));
    assert_eq!(all.len(), 1, "{path}");
    all.remove(0)
}

fn warns(series: &Series, code: WarningCode) -> bool {
    series.warnings.iter().any(|warning| warning.code == code)
}

/// Without positions there is no place in the patient, but sizes hold.
#[test]
fn without_positions_distances_hold() {
    let Some(root) = folder() else { return };
    let manifest = manifest(&root);
    let (series, volume) = only(&root, "series/phantom-no-position");
    assert!(
        warns(&series, WarningCode::OrientationUnknown),
        "{:?}",
        series.warnings
    );
    assert!(series.geometry.spacing_known);
    // The folder's `expected_geometry` says where the first voxel really is.
    let expected = &manifest["series_folders"]["series/phantom-no-position"]["expected_geometry"];
    let origin = vector(&expected["first_position_along_normal"]);
    let spheres = spheres(&manifest);
    let centers: Vec<(&Sphere, DVec3)> = spheres
        .iter()
        .filter(|sphere| is_whole(&volume, sphere.center - origin, sphere.radius_mm + 2.0))
        .map(|sphere| {
            let reach_mm = sphere.radius_mm + BEYOND_MM;
            (
                sphere,
                centroid(&volume, sphere.center - origin, reach_mm, 0.0) + origin,
            )
        })
        .collect();
    assert!(centers.len() >= 4);
    assert_eq!(
        distances(&manifest, &series, &centers).collect::<Vec<_>>(),
        Vec::<String>::new()
    );
}

#[test]
fn without_pixel_spacing_there_are_no_millimetres() {
    let Some(root) = folder() else { return };
    let (series, _) = only(&root, "series/phantom-no-pixel-spacing");
    assert!(warns(&series, WarningCode::SpacingUnknown));
    assert!(!series.geometry.spacing_known);
}

/// Between the wide steps what is shown is interpolated and says so; at the true positions it is what the file holds.
#[test]
fn an_irregular_series_is_resampled_and_says_so() {
    let Some(root) = folder() else { return };
    let manifest = manifest(&root);
    let (series, volume) = only(&root, "series/phantom-variable-spacing");
    assert!(
        warns(&series, WarningCode::IrregularSpacing),
        "{:?}",
        series.warnings
    );
    let expected =
        &manifest["series_folders"]["series/phantom-variable-spacing"]["expected_geometry"];
    let heights: Vec<f64> = expected["z_positions"]
        .as_array()
        .expect("heights")
        .iter()
        .filter_map(Value::as_f64)
        .collect();
    assert_eq!(series.slices.len(), heights.len());
    for (slice, height) in series.slices.iter().zip(&heights) {
        let at = series
            .geometry
            .patient_from_voxel()
            .transform_point3(DVec3::new(0.0, 0.0, slice.index as f64));
        assert!((at.z - height).abs() < 1e-6);
        let own = volume.probe(DVec3::new(0.0, 0.0, *height)).expect("inside");
        assert!(own.stored.is_some() && !own.interpolated);
    }
    for k in 0..series.geometry.dims[2] {
        assert!(volume.slice(k).is_some(), "nothing is black at {k}");
    }
    let between = volume.probe(DVec3::new(0.0, 0.0, 1.0)).expect("inside");
    assert!(between.stored.is_none() && between.interpolated);
    let (below, above) = (volume.value_at(40, 40, 16), volume.value_at(40, 40, 18));
    let (below, above) = (below.expect("a slice"), above.expect("a slice"));
    let middle = volume.value_at(40, 40, 17).expect("made");
    assert!((middle - 0.5 * (below + above)).abs() <= 0.5);
    assert_eq!(series.geometry.spacing_mm[2], 1.0);
}
