//! Known balls at known places, scanned in any direction, with any tilt and any steps, in files of any order: they are
//! found where they are.

use std::collections::HashMap;

use crate::dicom::{EXPLICIT_LE, Slice, Writer};
use crate::volume::{centroid, volumes};
use glam::{DQuat, DVec2, DVec3, EulerRot};
use proptest::prelude::*;
use viewer_wasm::intake;
use viewer_wasm::measure::{angle_deg, length_mm};
use viewer_wasm::reference;
use viewer_wasm::series::{Geometry, Series, WarningCode};
use viewer_wasm::view::{PlaneView, ViewId, Window};
use viewer_wasm::volume::Volume;

/// Centre (LPS, mm), radius, value. Edges are ramps of 1 mm.
const BALLS: [(DVec3, f64, f64); 3] = [
    (DVec3::new(5.0, -2.0, 3.0), 3.0, 2000.0),
    (DVec3::new(-5.0, 3.0, -2.0), 2.5, 1000.0),
    (DVec3::new(-3.0, -5.0, 4.0), 2.5, 3000.0),
];

fn value_at(point: DVec3) -> f64 {
    let of = |(center, radius, value): (DVec3, f64, f64)| {
        value * (radius + 0.5 - point.distance(center)).clamp(0.0, 1.0)
    };
    BALLS.into_iter().map(of).fold(0.0, f64::max)
}

/// How a stack is scanned.
#[derive(Clone, Debug)]
struct Scan {
    turn: DQuat,
    /// Drift along row and column for each mm along the normal.
    tilt: DVec2,
    /// Between columns, between rows.
    pixel_mm: DVec2,
    steps_mm: Vec<f64>,
    /// Rescale slopes of even and odd slices.
    slopes: [f64; 2],
    shuffle: usize,
}

const PIXELS: u16 = 36;

impl Scan {
    fn geometry_of(&self, k: usize) -> (DVec3, DVec3, DVec3) {
        let [row, column, normal] = DVec3::AXES.map(|axis| self.turn * axis);
        let total: f64 = self.steps_mm.iter().sum();
        let along: f64 = self.steps_mm[..k].iter().sum::<f64>() - total / 2.0;
        let middle = (normal + row * self.tilt.x + column * self.tilt.y) * along;
        let half = self.pixel_mm * (f64::from(PIXELS) - 1.0) / 2.0;
        (middle - row * half.x - column * half.y, row, column)
    }

    fn file(&self, k: usize) -> Vec<u8> {
        let (first, row, column) = self.geometry_of(k);
        let mut slice = Slice::at(0.0, k as i64 + 1);
        slice.rows = PIXELS;
        slice.columns = PIXELS;
        slice.position = first.to_array();
        slice.orientation = std::array::from_fn(|n| [row, column][n / 3][n % 3]);
        slice.spacing = Some([self.pixel_mm.y, self.pixel_mm.x]);
        let mut set = slice.data_set(true, false);
        let slope = self.slopes[k % 2];
        // The last statement of an element counts less than the first: the writer's own rescale is changed in place.
        replace(
            &mut set,
            b"\x28\x00\x53\x10DS\x02\x002 ",
            &format!("{slope:.1}"),
        );
        replace(&mut set, b"\x28\x00\x52\x10DS\x06\x00-1000 ", "0");
        let count = u32::from(PIXELS) * u32::from(PIXELS);
        set.head(0x7FE0, 0x0010, b"OW", count * 2);
        for j in 0..PIXELS {
            for i in 0..PIXELS {
                let point = first
                    + row * (self.pixel_mm.x * f64::from(i))
                    + column * (self.pixel_mm.y * f64::from(j));
                set.u16((value_at(point) / slope).round() as u16);
            }
        }
        let mut bytes = Writer::meta(EXPLICIT_LE);
        bytes.extend(set.bytes);
        bytes
    }

    fn volume(&self) -> (Series, Volume) {
        let count = self.steps_mm.len() + 1;
        let mut files = HashMap::new();
        let mut instances = Vec::new();
        for n in 0..count {
            let k = (n * self.shuffle + 5) % count;
            let (name, bytes) = (format!("{}", (k * 7919) % 1000 + 1000 * k), self.file(k));
            instances.push(intake::read_instance(&bytes, &name).expect("a sound file"));
            files.insert(name, bytes);
        }
        let mut all = volumes(instances, &files);
        assert_eq!(all.len(), 1);
        all.remove(0)
    }
}

/// Puts another text in the place of an element's.
fn replace(set: &mut Writer, element: &[u8], text: &str) {
    let at = set
        .bytes
        .windows(element.len())
        .position(|part| part == element);
    let at = at.expect("the element");
    let text = format!("{text}{}", if text.len() % 2 == 1 { " " } else { "" });
    let mut new = element[..6].to_vec();
    new.extend((text.len() as u16).to_le_bytes());
    new.extend(text.as_bytes());
    set.bytes.splice(at..at + element.len(), new);
}

/// The centre in a picture that looks along `normal`, as the views sample.
fn shown(volume: &Volume, (center, radius, value): (DVec3, f64, f64), id: ViewId) -> DVec2 {
    const PX: u32 = 64;
    let size = DVec2::splat(PX.into());
    let mut view = PlaneView::of_view(id, volume.geometry(), size).expect("a plane");
    view.center_mm = center;
    view.mm_per_px = 2.4 * (radius + 1.5) / f64::from(PX);
    view.window = Window::new(value / 2.0, value);
    let picture = reference::plane(volume, &view, (PX, PX));
    let mut sum = (DVec2::ZERO, 0.0);
    for (n, pixel) in picture.pixels.chunks_exact(4).enumerate() {
        let px = DVec2::new((n as u32 % PX).into(), (n as u32 / PX).into()) + 0.5;
        let from_middle = (px - size / 2.0) * view.mm_per_px;
        if from_middle.length() <= radius + 1.5 {
            sum = (
                sum.0 + from_middle * f64::from(pixel[0]),
                sum.1 + f64::from(pixel[0]),
            );
        }
    }
    sum.0 / sum.1
}

/// The longest voxel edge.
fn coarsest(geometry: &Geometry) -> f64 {
    geometry.spacing_mm.into_iter().fold(0.0, f64::max)
}

fn check(scan: &Scan) -> Result<Series, TestCaseError> {
    let (series, volume) = scan.volume();
    let to_voxels = series.geometry.voxel_from_patient().matrix3;
    let mut centers = Vec::new();
    for ball in BALLS {
        let (center, radius, value) = ball;
        let found = centroid(&volume, center, radius + 1.6, 0.0);
        let off = (to_voxels * (found - center)).abs().max_element();
        // What is interpolated is as fine as the slices it is made from.
        let step = scan.steps_mm.iter().copied().fold(0.0, f64::max);
        let off_mm = found.distance(center);
        prop_assert!(
            off < 0.1 || off_mm < 0.1 * step,
            "off by {off} voxels, {off_mm} mm"
        );
        for id in ViewId::PLANES {
            let off_mm = shown(&volume, ball, id).length();
            prop_assert!(
                off_mm < 0.1 * coarsest(&series.geometry).max(step),
                "{id:?}: {off_mm} mm"
            );
        }
        let probe = volume.probe(center).expect("inside");
        prop_assert!((probe.value - value).abs() <= 2.0, "{probe:?}");
        centers.push(found);
    }
    for (a, b) in [(0, 1), (1, 2), (2, 0)] {
        let off = length_mm(centers[a], centers[b]) - length_mm(BALLS[a].0, BALLS[b].0);
        prop_assert!(off.abs() < 0.1, "{off} mm");
    }
    let angle = |of: [DVec3; 3]| angle_deg(of[0], of[1], of[2]).unwrap_or(f64::NAN);
    let off =
        angle([centers[0], centers[1], centers[2]]) - angle([BALLS[0].0, BALLS[1].0, BALLS[2].0]);
    prop_assert!(off.abs() < 1.0, "{off} degrees");
    Ok(series)
}

fn turns() -> impl Strategy<Value = DQuat> {
    (-3.1..3.1f64, -1.5..1.5f64, -3.1..3.1f64)
        .prop_map(|(x, y, z)| DQuat::from_euler(EulerRot::ZXY, x, y, z))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn regular_stacks_in_any_direction(
        turn in turns(),
        tilt in (-0.25..0.25f64, -0.25..0.25f64),
        pixel in (0.9..1.1f64, 0.9..1.1f64),
        step in 0.9..1.2f64,
        shuffle in prop::sample::select(vec![1usize, 7, 11, 13]),
    ) {
        let scan = Scan {
            turn,
            tilt: DVec2::new(tilt.0, tilt.1),
            pixel_mm: DVec2::new(pixel.0, pixel.1),
            steps_mm: vec![step; 33],
            slopes: [1.0, 2.5],
            shuffle,
        };
        let series = check(&scan)?;
        let codes: Vec<_> = series.warnings.iter().map(|warning| warning.code).collect();
        let tilted = scan.tilt.length().atan().to_degrees() >= 0.5;
        prop_assert_eq!(codes, if tilted { vec![WarningCode::GantryTilt] } else { vec![] });
    }

    #[test]
    fn irregular_stacks_in_any_direction(
        turn in turns(),
        tilt in -0.3..0.3f64,
        steps in prop::collection::vec(0.7..1.25f64, 34),
        shuffle in prop::sample::select(vec![1usize, 2, 11, 13]),
    ) {
        let scan = Scan {
            turn,
            tilt: DVec2::new(0.0, tilt),
            pixel_mm: DVec2::new(0.9, 1.0),
            steps_mm: steps,
            slopes: [1.0, 2.5],
            shuffle,
        };
        let series = check(&scan)?;
        let irregular = series.warnings.iter().any(|warning| warning.code == WarningCode::IrregularSpacing);
        prop_assert!(irregular && series.geometry.spacing_known);
        prop_assert!(!series.interpolated.is_empty());
    }
}
