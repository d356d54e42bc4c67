//! The analytic phantom through the whole pipeline: files, series, volume, and what is shown of it.
//!
//! `phantom_truth` of the manifest says where spheres are (LPS, mm); their edges are 1 mm linear ramps on a background of
//! 0. Every voxel must have the value that its place has. A sphere's centre is found as the centroid of its values, once from
//! the volume's voxels and once from the pictures of the plain renderer, which samples as the views do; where slices are so
//! far apart that a sphere is in one or two of them, a centroid says nothing, and the values alone count.

use glam::{DVec2, DVec3};
use serde_json::Value;
use viewer_wasm::measure;
use viewer_wasm::reference;
use viewer_wasm::series::Series;
use viewer_wasm::view::{PlaneView, ViewId, Window};
use viewer_wasm::volume::Volume;

use crate::opened::volumes_of;
use crate::support::{files, folder, manifest, vector};
use crate::volume::centroid;

/// Centres must be true to this part of a voxel.
const VOXELS: f64 = 0.1;
const DISTANCE_MM: f64 = 0.1;
/// Centroids are taken where slices are no further apart.
const FINE_MM: f64 = 2.0;
/// Values are rounded to stored ones of slopes up to 3, and positions to a millionth.
const ROUNDING: f64 = 2.0;
const ANGLE_DEG: f64 = 0.5;

/// A sphere's values reach half a ramp beyond its radius; interpolation carries them one voxel further.
pub const BEYOND_MM: f64 = 1.6;

pub struct Sphere {
    pub name: String,
    pub center: DVec3,
    pub radius_mm: f64,
    pub value: f64,
}

pub fn spheres(manifest: &Value) -> Vec<Sphere> {
    let list = manifest["phantom_truth"]["spheres"].as_array();
    let number = |value: &Value| value.as_f64().expect("a number");
    list.expect("spheres")
        .iter()
        .map(|sphere| Sphere {
            name: sphere["name"].as_str().expect("a name").to_owned(),
            center: vector(&sphere["centre_lps"]),
            radius_mm: number(&sphere["radius_mm"]),
            value: number(&sphere["value"]),
        })
        .collect()
}

/// Everything in the manifest that is of the phantom, but the folders without positions or pixel spacing.
fn sources(manifest: &Value) -> Vec<String> {
    let folders = manifest["series_folders"].as_object().expect("folders");
    let special = [
        "series/phantom-no-pixel-spacing",
        "series/phantom-no-position",
    ];
    let of_phantom = |path: &str, folder: &Value| {
        folder["phantom"] == true || path.contains("phantom") && folder["series"].is_array()
    };
    folders
        .iter()
        .filter(|(path, folder)| of_phantom(path, folder))
        .map(|(path, _)| path.clone())
        .filter(|path| !special.contains(&path.as_str()))
        .chain(
            files(manifest)
                .filter_map(|file| file["path"].as_str())
                .filter(|path| path.contains("phantom-enhanced"))
                .map(str::to_owned),
        )
        .chain(["stored.zip", "deflated-nested-folders.zip"].map(|zip| format!("series/zip/{zip}")))
        .collect()
}

/// Whether the ball lies within the volume, and no slice within it is missing.
pub fn is_whole(volume: &Volume, center: DVec3, reach_mm: f64) -> bool {
    let geometry = volume.geometry();
    let voxel_from_patient = geometry.voxel_from_patient();
    let at = voxel_from_patient.transform_point3(center);
    // Half the ball's extent along each voxel axis.
    let rows = voxel_from_patient.matrix3.transpose();
    let reach = DVec3::new(
        rows.x_axis.length(),
        rows.y_axis.length(),
        rows.z_axis.length(),
    ) * reach_mm;
    let inside = (0..3).all(|axis| {
        at[axis] - reach[axis] >= 0.0 && at[axis] + reach[axis] <= geometry.dims[axis] as f64 - 1.0
    });
    let (first, last) = ((at.z - reach.z).floor(), (at.z + reach.z).ceil());
    inside && (first as usize..=last as usize).all(|k| volume.slice(k).is_some())
}

/// The sphere's centre as the views show it: from an axial and a coronal picture through it.
fn shown_center(volume: &Volume, sphere: &Sphere) -> DVec3 {
    const PX: u32 = 96;
    let size = DVec2::splat(PX.into());
    let reach_mm = sphere.radius_mm + BEYOND_MM;
    let of = |id: ViewId| {
        let mut view = PlaneView::of_view(id, volume.geometry(), size).expect("a plane");
        // Not centred, so that a picture without the sphere does not look right.
        view.center_mm = sphere.center + view.right * 0.9 - view.down * 0.6;
        view.mm_per_px = 2.2 * reach_mm / f64::from(PX);
        view.window = Window::new(sphere.value / 2.0, sphere.value);
        let picture = reference::plane(volume, &view, (PX, PX));
        let mut sum = (DVec3::ZERO, 0.0);
        for (n, pixel) in picture.pixels.chunks_exact(4).enumerate() {
            let px = DVec2::new((n as u32 % PX).into(), (n as u32 / PX).into()) + 0.5;
            let point = view.patient_from_px(px, size);
            if point.distance(sphere.center) <= reach_mm {
                let weight = f64::from(pixel[0]);
                sum = (sum.0 + point * weight, sum.1 + weight);
            }
        }
        sum.0 / sum.1
    };
    let (axial, coronal) = (of(ViewId::Axial), of(ViewId::Coronal));
    DVec3::new(axial.x, axial.y, coronal.z)
}

#[test]
pub fn spheres_are_where_they_are_and_as_bright() {
    let Some(root) = folder() else { return };
    let manifest = manifest(&root);
    let spheres = spheres(&manifest);
    let mut wrong = Vec::new();
    let mut found = 0;
    for path in sources(&manifest) {
        let (mut of_source, mut voxels) = (0, 0);
        for (series, volume) in volumes_of(&root.join(&path)) {
            // A projection has no place in depth.
            if series.slices.len() == 1 {
                continue;
            }
            // Two time points: the second is brighter by 100 throughout.
            let background = volume.value_at(0, 0, 0).expect("a value");
            let mut centers = Vec::new();
            // What is interpolated is as fine as the slices it is made from.
            let coarsest = widest_step(&series);
            for sphere in &spheres {
                let reach_mm = sphere.radius_mm + BEYOND_MM;
                match values_are_true(&volume, sphere, background) {
                    Ok(count) => voxels += count,
                    Err(what) => wrong.push(format!("{path} {}: {what}", sphere.name)),
                }
                if coarsest > FINE_MM {
                    continue;
                }
                let voxel_mm = DVec3::from_array(series.geometry.spacing_mm);
                if !is_whole(&volume, sphere.center, reach_mm + voxel_mm.max_element()) {
                    continue;
                }
                let center = centroid(&volume, sphere.center, reach_mm, background);
                let shown = (background == 0.0).then(|| shown_center(&volume, sphere));
                let mut voxel = series.geometry;
                voxel.spacing_mm[2] = voxel.spacing_mm[2].max(coarsest);
                let to_voxels = voxel.voxel_from_patient().matrix3;
                for (how, center) in [("volume", Some(center)), ("picture", shown)] {
                    let Some(center) = center else { continue };
                    let off = (to_voxels * (center - sphere.center)).abs();
                    if off.max_element() > VOXELS || off.is_nan() {
                        wrong.push(format!("{path} {how} {}: off by {off} voxels", sphere.name));
                    }
                }
                let probe = volume.probe(sphere.center).expect("inside");
                if (probe.value - background - sphere.value).abs() > 1.0 {
                    wrong.push(format!("{path} {}: {probe:?}", sphere.name));
                }
                of_source += 1;
                centers.push((sphere, center));
            }
            wrong.extend(
                distances(&manifest, &series, &centers).map(|what| format!("{path}: {what}")),
            );
            wrong.extend(canal(&manifest, &volume).map(|what| format!("{path}: {what}")));
        }
        println!("{path}: {of_source} spheres, {voxels} voxels");
        if voxels < 100 {
            wrong.push(format!("{path}: no sphere"));
        }
        found += of_source;
    }
    println!("{found} spheres");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(found > 50);
}

/// The widest step between slices that something is interpolated between, or the grid's.
fn widest_step(series: &Series) -> f64 {
    let mut made: Vec<usize> = series.interpolated.iter().map(|made| made.below).collect();
    made.sort_unstable();
    let runs = made.chunk_by(|a, b| a == b).map(|run| run.len() + 1);
    series.geometry.spacing_mm[2] * runs.max().unwrap_or(1) as f64
}

/// Holds every measured voxel of a sphere's ball against the value at its place; returns how many there were.
fn values_are_true(volume: &Volume, sphere: &Sphere, background: f64) -> Result<usize, String> {
    let [columns, rows, slices] = volume.geometry().dims;
    let patient_from_voxel = volume.geometry().patient_from_voxel();
    let mut count = 0;
    for k in (0..slices).filter(|k| !volume.is_interpolated(*k)) {
        for (i, j) in (0..rows).flat_map(|j| (0..columns).map(move |i| (i, j))) {
            let voxel = DVec3::new(i as f64, j as f64, k as f64);
            let from_center = patient_from_voxel
                .transform_point3(voxel)
                .distance(sphere.center);
            if from_center > sphere.radius_mm + 1.0 {
                continue;
            }
            let Some(value) = volume.value_at(i, j, k) else {
                continue;
            };
            let part = (sphere.radius_mm + 0.5 - from_center).clamp(0.0, 1.0);
            if (value - background - part * sphere.value).abs() > ROUNDING {
                return Err(format!(
                    "{value} at {from_center} mm from the centre of voxel {voxel}"
                ));
            }
            count += 1;
        }
    }
    Ok(count)
}

/// Distances and angles between centres, as the tools measure them, where voxels are not much larger than the tolerance.
pub fn distances<'a>(
    manifest: &'a Value,
    series: &Series,
    centers: &'a [(&Sphere, DVec3)],
) -> impl Iterator<Item = String> + 'a {
    // The widest step of an irregular series is its voxel.
    let tolerance_mm = DISTANCE_MM
        * if series.interpolated.is_empty() {
            1.0
        } else {
            widest_step(series)
        };
    let at = |name: &str| {
        let name = if ["LEFT", "SUPERIOR", "ANTERIOR"].contains(&name) {
            format!("marker-{name}")
        } else {
            name.to_owned()
        };
        centers
            .iter()
            .find(|(sphere, _)| sphere.name == name)
            .map(|(_, center)| *center)
    };
    let truth = &manifest["phantom_truth"];
    let lengths = truth["distances_mm"].as_object().into_iter().flatten();
    let lengths = lengths.filter_map(move |(pair, mm)| {
        let (from, to) = pair.split_once(" to ").expect("a pair");
        let found = measure::length_mm(at(from)?, at(to)?);
        let off = (found - mm.as_f64()?).abs();
        (off > tolerance_mm).then(|| format!("{pair}: {found} mm"))
    });
    let angle = |from: Option<DVec3>, apex: Option<DVec3>, to: Option<DVec3>, name: &str| {
        let found = measure::angle_deg(from?, apex?, to?)?;
        let off = (found - truth["angle_deg"][name].as_f64()?).abs();
        (off > ANGLE_DEG).then(|| format!("{name}: {found} degrees"))
    };
    let angles = [
        angle(
            at("LEFT"),
            Some(DVec3::ZERO),
            at("SUPERIOR"),
            "LEFT-SUPERIOR at origin",
        ),
        angle(at("sphere-A"), at("LEFT"), at("sphere-B"), "A-LEFT-B"),
    ];
    lengths.chain(angles.into_iter().flatten())
}

/// The canal is dark along its whole length, and the block around it is not.
fn canal(manifest: &Value, volume: &Volume) -> impl Iterator<Item = String> {
    let truth = &manifest["phantom_truth"];
    let line: Vec<DVec3> = truth["canal"]["polyline_lps"]
        .as_array()
        .expect("a polyline")
        .iter()
        .map(vector)
        .collect();
    let length: f64 = line
        .windows(2)
        .map(|pair| measure::length_mm(pair[0], pair[1]))
        .sum();
    assert!((length - truth["canal"]["length_mm"].as_f64().expect("mm")).abs() < 1e-6);
    let value = |key: &str| truth[key]["value"].as_f64().expect("a value");
    let (dark, bright) = (value("canal"), value("block"));
    let background = volume.value_at(0, 0, 0).expect("a value");
    let mut wrong = Vec::new();
    for pair in line.windows(2) {
        let along = (pair[1] - pair[0]).normalize();
        for part in 1..10 {
            let point = pair[0].lerp(pair[1], f64::from(part) / 10.0);
            // Coarse voxels' centres may lie outside of so thin a thing.
            let Some(inside) = nearest_within(volume, point, 0.8) else {
                continue;
            };
            if (inside - background - dark).abs() > 1.0 {
                wrong.push(format!("canal at {point}: {inside}"));
            }
            let beside = point + along.cross(DVec3::Z).normalize() * 3.4;
            // The block's own edge is a ramp as well.
            let [low, high] = ["min_lps", "max_lps"].map(|corner| vector(&truth["block"][corner]));
            let inside_block = (beside - 1.2).cmpge(low).all() && (beside + 1.2).cmple(high).all();
            if let Some(beside) = nearest_within(volume, beside, 0.6)
                && inside_block
                && beside - background < bright - 1.0
            {
                wrong.push(format!("beside the canal at {point}: {beside}"));
            }
        }
    }
    wrong.into_iter()
}

/// The value of the nearest voxel, if it is a measured one and its centre is so near.
fn nearest_within(volume: &Volume, point: DVec3, within_mm: f64) -> Option<f64> {
    let probe = volume.probe(point)?;
    let voxel = DVec3::from_array(probe.voxel.map(|index| index as f64));
    let center = volume
        .geometry()
        .patient_from_voxel()
        .transform_point3(voxel);
    (center.distance(point) <= within_mm && !probe.interpolated).then_some(probe.value)
}
