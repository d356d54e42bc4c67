//! Where the pixels of a view are in the patient, on volumes that lie straight and askew.

use glam::{DQuat, DVec2, DVec3};
use proptest::prelude::*;
use viewer_wasm::series::Geometry;
use viewer_wasm::view::layers::step_along_mm;
use viewer_wasm::view::plane::extent_along;
use viewer_wasm::view::{PlaneView, SlabMode, ViewId, VolumeView, Window};

const SIZE: DVec2 = DVec2::new(400.0, 300.0);

/// 100 × 80 × 60 voxels of 0.5 × 0.5 × 1 mm, its middle at (10, -20, 30).
fn straight() -> Geometry {
    Geometry {
        dims: [100, 80, 60],
        spacing_mm: [0.5, 0.5, 1.0],
        spacing_known: true,
        origin_mm: [10.0 - 24.75, -20.0 - 19.75, 30.0 - 29.5],
        direction: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0],
    }
}

/// The same, stored as sagittal slices (columns to posterior, rows to inferior, slices to the right).
fn sagittal_stack() -> Geometry {
    Geometry {
        direction: [0.0, 1.0, 0.0, 0.0, 0.0, -1.0, -1.0, 0.0, 0.0],
        ..straight()
    }
}

#[test]
fn planes_follow_radiological_convention() {
    for geometry in [straight(), sagittal_stack()] {
        let letters = |id| {
            PlaneView::of_view(id, &geometry, SIZE)
                .map(|plane| plane.orientation_letters().join(""))
        };
        assert_eq!(letters(ViewId::Axial).as_deref(), Some("RLAP"));
        assert_eq!(letters(ViewId::Coronal).as_deref(), Some("RLSI"));
        assert_eq!(letters(ViewId::Sagittal).as_deref(), Some("APSI"));
        assert_eq!(letters(ViewId::Volume), None);
    }
}

#[test]
fn the_patients_left_is_on_the_right_of_the_screen() {
    let axial = PlaneView::axial(&straight(), SIZE);
    let left = axial.px_from_patient(axial.center_mm + DVec3::X * 10.0, SIZE);
    assert!(left.x > 200.0 && (left.y - 150.0).abs() < 1e-9);
    let front = axial.px_from_patient(axial.center_mm - DVec3::Y * 10.0, SIZE);
    assert!(front.y < 150.0);
    let coronal = PlaneView::coronal(&straight(), SIZE);
    assert!(
        coronal
            .px_from_patient(coronal.center_mm + DVec3::Z, SIZE)
            .y
            < 150.0
    );
}

#[test]
fn a_new_plane_starts_on_a_voxel_layer_and_fits() {
    let geometry = straight();
    for id in ViewId::PLANES {
        let Some(plane) = PlaneView::of_view(id, &geometry, SIZE) else {
            panic!("{id:?}")
        };
        let voxel = geometry
            .voxel_from_patient()
            .transform_point3(plane.center_mm);
        assert!(
            (voxel - voxel.round()).abs().max_element() < 1e-9,
            "{voxel}"
        );
        let wide = extent_along(&geometry, plane.right) / plane.mm_per_px;
        let high = extent_along(&geometry, plane.down) / plane.mm_per_px;
        assert!(wide <= 400.0 + 1e-9 && high <= 300.0 + 1e-9);
        assert!((wide - 400.0).abs() < 1e-9 || (high - 300.0).abs() < 1e-9);
    }
}

#[test]
fn scrolling_goes_layer_by_layer_and_stops_at_the_ends() {
    let geometry = straight();
    let axial = PlaneView::axial(&geometry, SIZE);
    assert_eq!(step_along_mm(&geometry, axial.normal()), 1.0);
    let ordinal = |plane: &PlaneView| {
        let at = plane.ordinal(&geometry);
        assert!(!at.oblique);
        (at.number, at.count)
    };
    assert_eq!(ordinal(&axial), (31, 60));
    let next = axial.scrolled(1.0, &geometry);
    assert!((next.center_mm - axial.center_mm - DVec3::Z).length() < 1e-9);
    assert_eq!(ordinal(&next), (32, 60));
    assert_eq!(ordinal(&axial.scrolled(500.0, &geometry)), (60, 60));
    assert_eq!(ordinal(&axial.scrolled(-500.0, &geometry)), (1, 60));
    let far = axial.scrolled(500.0, &geometry).scrolled(500.0, &geometry);
    assert!(
        (geometry
            .voxel_from_patient()
            .transform_point3(far.center_mm)
            .z
            - 59.0)
            .abs()
            < 1e-9
    );
}

#[test]
fn crosshair_lines_meet_at_the_crosshair() {
    let geometry = straight();
    let crosshair = DVec3::new(3.0, -12.5, 41.0);
    let [axial, coronal, sagittal] = [
        PlaneView::axial(&geometry, SIZE),
        PlaneView::coronal(&geometry, SIZE),
        PlaneView::sagittal(&geometry, SIZE),
    ]
    .map(|plane| plane.through(crosshair));
    let at = axial.px_from_patient(crosshair, SIZE);
    let Some((a, b)) = axial.crosshair_line(&coronal, SIZE) else {
        panic!("no line")
    };
    assert!(
        (a.y - at.y).abs() < 1e-9 && (b.y - at.y).abs() < 1e-9,
        "coronal is a horizontal line"
    );
    assert!((a.x - b.x).abs() > 399.0, "from border to border");
    let Some((a, b)) = axial.crosshair_line(&sagittal, SIZE) else {
        panic!("no line")
    };
    assert!((a.x - at.x).abs() < 1e-9 && (b.x - at.x).abs() < 1e-9);
    assert!(
        axial
            .crosshair_line(&axial.scrolled(3.0, &geometry), SIZE)
            .is_none(),
        "parallel"
    );
    let outside = sagittal.through(DVec3::new(9000.0, 0.0, 0.0));
    assert!(
        axial.crosshair_line(&outside, SIZE).is_none(),
        "outside the view"
    );
}

#[test]
fn the_volume_camera_walks_around_the_patient() {
    let mut view = VolumeView::fit(&straight(), SIZE);
    let letters = |view: &VolumeView| view.orientation_letters().join("");
    (view.azimuth_deg, view.elevation_deg) = (0.0, 0.0);
    assert_eq!(letters(&view), "RLSI", "face to face");
    view.azimuth_deg = 90.0;
    assert_eq!(letters(&view), "APSI", "from the patient's left");
    view.azimuth_deg = 180.0;
    assert_eq!(letters(&view), "LRSI", "from behind");
    (view.azimuth_deg, view.elevation_deg) = (0.0, 90.0);
    assert_eq!(letters(&view), "RLPA", "from above, face down");
    let turned = VolumeView::fit(&straight(), SIZE).turned(DVec2::new(400.0, 9e9));
    assert_eq!(turned.elevation_deg, 90.0);
    assert!((-180.0..180.0).contains(&turned.azimuth_deg));
}

#[test]
fn perspective_keeps_the_target_and_enlarges_what_is_near() {
    let flat = VolumeView::fit(&straight(), SIZE);
    let view = flat.with_perspective(true, SIZE);
    let axes = view.axes();
    let eye_mm = view.eye_position_mm().unwrap_or(DVec3::NAN);
    let distance_mm = eye_mm.distance(view.target_mm);
    let half_height_mm = 0.5 * SIZE.y * view.mm_per_px;
    let seen_deg = 2.0 * (half_height_mm / distance_mm).atan().to_degrees();
    assert!((seen_deg - VolumeView::FIELD_OF_VIEW_DEG).abs() < 1e-9);
    let beside = view.target_mm + axes.right * 10.0;
    let from_middle = |view: &VolumeView, point| {
        view.px_from_patient(point, SIZE)
            .map(|px| px.x - 0.5 * SIZE.x)
            .unwrap_or(f64::NAN)
    };
    let at_target = from_middle(&flat, beside);
    assert!((from_middle(&view, beside) - at_target).abs() < 1e-9);
    let half_way = beside - axes.forward * (0.5 * distance_mm);
    assert!((from_middle(&view, half_way) - 2.0 * at_target).abs() < 1e-6);
    let behind = beside - axes.forward * (distance_mm + 1.0);
    assert_eq!(view.px_from_patient(behind, SIZE), None);
    assert!(flat.px_from_patient(behind, SIZE).is_some());
    assert_eq!(view.with_perspective(false, SIZE), flat);
    // Closer by a factor of two, under the same angle.
    let near_by = view.zoomed(2.0);
    assert!(near(
        near_by.eye_position_mm().unwrap_or(DVec3::NAN),
        0.5 * (eye_mm + view.target_mm)
    ));
}

#[test]
fn view_states_survive_json() -> Result<(), serde_json::Error> {
    let mut plane = PlaneView::axial(&straight(), SIZE);
    plane.slab_mode = SlabMode::MinIp;
    plane.window = Window::TEETH;
    let json = serde_json::to_string(&plane)?;
    assert!(json.contains("\"minip\""), "{json}");
    assert_eq!(serde_json::from_str::<PlaneView>(&json)?, plane);
    let view = VolumeView::fit(&straight(), SIZE);
    assert_eq!(
        serde_json::from_str::<VolumeView>(&serde_json::to_string(&view)?)?,
        view
    );
    Ok(())
}

fn near(a: DVec3, b: DVec3) -> bool {
    (a - b).length() < 1e-6
}

proptest! {
    #[test]
    fn pixels_and_patient_invert_each_other(
        turn in prop::array::uniform3(-3.0..3.0f64),
        px in prop::array::uniform2(-50.0..450.0f64),
        zoom in 0.2..8.0f64,
    ) {
        let geometry = straight();
        let axis = DVec3::from_array(turn);
        let plane = PlaneView::axial(&geometry, SIZE)
            .turned(geometry.center_mm(), axis, axis.length())
            .zoomed(zoom, DVec2::new(30.0, 250.0), SIZE);
        prop_assert!(plane.right.dot(plane.down).abs() < 1e-9);
        prop_assert!((plane.normal().length() - 1.0).abs() < 1e-9);
        let px = DVec2::from_array(px);
        let patient = plane.patient_from_px(px, SIZE);
        prop_assert!(plane.depth_mm(patient).abs() < 1e-9);
        prop_assert!((plane.px_from_patient(patient, SIZE) - px).length() < 1e-6);
    }

    #[test]
    fn zoom_keeps_the_point_under_the_pointer(px in prop::array::uniform2(0.0..300.0f64), factor in 0.1..9.0f64) {
        let px = DVec2::from_array(px);
        let plane = PlaneView::sagittal(&straight(), SIZE);
        let before = plane.patient_from_px(px, SIZE);
        prop_assert!(near(plane.zoomed(factor, px, SIZE).patient_from_px(px, SIZE), before));
    }

    #[test]
    fn pan_moves_the_point_with_the_pointer(px in prop::array::uniform2(0.0..300.0f64), dx in -80.0..80.0f64) {
        let (px, delta) = (DVec2::from_array(px), DVec2::new(dx, 17.0));
        let plane = PlaneView::coronal(&straight(), SIZE);
        let before = plane.patient_from_px(px, SIZE);
        prop_assert!(near(plane.panned(delta).patient_from_px(px + delta, SIZE), before));
    }

    #[test]
    fn the_camera_is_a_rigid_frame(azimuth in -360.0..360.0f64, elevation in -90.0..90.0f64) {
        let mut view = VolumeView::fit(&straight(), SIZE);
        (view.azimuth_deg, view.elevation_deg) = (azimuth, elevation);
        let axes = view.axes();
        prop_assert!((axes.right.cross(axes.down) - axes.forward).length() < 1e-9);
        let turn = DQuat::from_rotation_arc(axes.forward, axes.right);
        prop_assert!(near(turn * axes.forward, axes.right));
        let px = DVec2::new(17.0, 211.0);
        for view in [view, view.with_perspective(true, SIZE)] {
            let point_mm = view.patient_from_px(px, SIZE);
            let back = view.px_from_patient(point_mm, SIZE);
            prop_assert!(back.is_some_and(|back| (back - px).length() < 1e-6));
            let (on_ray_mm, direction) = view.ray_from_px(px, SIZE);
            prop_assert!(near(on_ray_mm, point_mm));
            let farther = view.px_from_patient(point_mm + direction * 31.0, SIZE);
            prop_assert!(farther.is_some_and(|farther| (farther - px).length() < 1e-6));
        }
    }
}
