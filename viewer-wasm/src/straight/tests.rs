//! Against the plain CPU reference.

use glam::{DVec2, DVec3};

use super::{Missing, Scratch, StraightPlane};
use crate::phantom::Phantom;
use crate::reference;
use crate::series::Geometry;
use crate::view::{ColorMap, Interpolation, PlaneView, RgbaImage, SlabMode, Tones, ViewId, Window};
use crate::volume::Volume;

const SIZE: (u32, u32) = (150, 110);

fn size_px() -> DVec2 {
    DVec2::new(SIZE.0.into(), SIZE.1.into())
}

/// A jaw whose voxels are no cubes and whose axes run the other way, so that nothing is right by chance.
fn jaw() -> Volume {
    let phantom = Phantom::dental(40);
    let mut series = phantom.series();
    series.geometry.spacing_mm = [0.7, 0.5, 1.3];
    series.geometry.direction = [-1.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 1.0, 0.0];
    let mut volume = Volume::new(&series);
    let values = phantom.volume();
    for k in 0..40 {
        if let Some(slice) = values.slice(k) {
            volume.insert(k, slice.clone());
        }
    }
    volume
}

fn plane(geometry: &Geometry, id: ViewId) -> PlaneView {
    let fitted = PlaneView::of_view(id, geometry, size_px());
    fitted.expect("a plane")
}

fn drawn(volume: &Volume, view: &PlaneView, missing: Missing) -> RgbaImage {
    let straight = StraightPlane::of(view, volume.geometry(), SIZE).expect("a straight plane");
    // What another picture left there must not shine through.
    let mut picture = RgbaImage::new(SIZE.0, SIZE.1);
    picture.pixels.fill(77);
    straight.draw(volume, missing, &mut Scratch::default(), &mut picture);
    picture
}

/// No pixel further off than one of 255 levels; and it is a picture.
fn assert_alike(drawn: &RgbaImage, reference: &RgbaImage, case: &str) {
    let pairs = || drawn.pixels.iter().zip(&reference.pixels);
    let most = pairs().map(|(a, b)| a.abs_diff(*b)).max();
    let off = pairs().filter(|(a, b)| a != b).count();
    assert!(most <= Some(1), "{case}: {most:?} levels off");
    assert!(off * 100 < drawn.pixels.len(), "{case}: {off} off");
    let tones: std::collections::BTreeSet<_> = drawn.pixels.iter().collect();
    assert!(tones.len() > 20, "{case}: an empty picture");
}

#[test]
fn every_plane_is_the_reference_s_in_every_interpolation_and_size() {
    let volume = jaw();
    for id in ViewId::PLANES {
        let fitted = plane(volume.geometry(), id);
        for interpolation in [
            Interpolation::Linear,
            Interpolation::Nearest,
            Interpolation::Cubic,
        ] {
            // Enlarged; with a part of the coarser level; of the coarser level alone.
            for enlarged in [2.5, 1.0, 0.28, 0.2] {
                let view = PlaneView {
                    mm_per_px: fitted.mm_per_px / enlarged,
                    // Between two layers, and not in the middle of a pixel.
                    center_mm: fitted.center_mm + DVec3::new(0.31, 0.17, 0.43),
                    interpolation,
                    ..fitted
                };
                let case = format!("{id:?} {interpolation:?} × {enlarged}");
                let picture = drawn(&volume, &view, Missing::Gap(-1000.0));
                assert_alike(&picture, &reference::plane(&volume, &view, SIZE), &case);
            }
        }
    }
}

#[test]
fn turned_by_right_angles_it_is_straight_still() {
    let volume = jaw();
    for id in ViewId::PLANES {
        let mut view = plane(volume.geometry(), id);
        for turn in 1..4 {
            (view.right, view.down) = (view.down, -view.right);
            let picture = drawn(&volume, &view, Missing::Gap(0.0));
            assert_alike(
                &picture,
                &reference::plane(&volume, &view, SIZE),
                &format!("{id:?} turned {turn} times"),
            );
        }
    }
}

#[test]
fn tones_are_the_reference_s() {
    let volume = jaw();
    let mut scratch = Scratch::default();
    for (color_map, gamma, invert) in [
        (ColorMap::Grey, 0.5, false),
        (ColorMap::Grey, 5.0, true),
        (ColorMap::Heat, 1.0, false),
        (ColorMap::Heat, 2.2, true),
    ] {
        let view = PlaneView {
            tones: Tones {
                invert,
                gamma,
                color_map,
            },
            window: Window::new(300.0, 1500.0),
            ..plane(volume.geometry(), ViewId::Coronal)
        };
        let straight = StraightPlane::of(&view, volume.geometry(), SIZE).expect("straight");
        let mut picture = RgbaImage::new(SIZE.0, SIZE.1);
        straight.draw(&volume, Missing::Gap(0.0), &mut scratch, &mut picture);
        let case = format!("{color_map:?} {gamma} {invert}");
        let reference = reference::plane(&volume, &view, SIZE);
        // What is outside is black, whatever the tones make of a brightness of nothing.
        assert_alike(&picture, &reference, &case);
    }
}

#[test]
fn oblique_planes_slabs_and_sheared_volumes_are_left_to_the_device() {
    let volume = jaw();
    let geometry = volume.geometry();
    let view = plane(geometry, ViewId::Axial);
    let is_straight = |view: &PlaneView| StraightPlane::of(view, geometry, SIZE).is_some();
    assert!(is_straight(&view));
    // Directions as a calculation leaves them.
    assert!(is_straight(&view.turned(view.center_mm, DVec3::Z, 1e-9)));
    assert!(!is_straight(&view.turned(view.center_mm, DVec3::Z, 0.01)));
    assert!(!is_straight(&view.turned(view.center_mm, DVec3::X, 0.01)));
    let slab = PlaneView {
        slab_mm: 5.0,
        slab_mode: SlabMode::Mip,
        ..view
    };
    assert!(!is_straight(&slab));
    let mut sheared = *geometry;
    sheared.direction[6..].copy_from_slice(&DVec3::new(0.0, 1.0, 0.2).normalize().to_array());
    assert!(StraightPlane::of(&plane(geometry, ViewId::Sagittal), &sheared, SIZE).is_none());
    let nonsense = PlaneView {
        mm_per_px: f64::NAN,
        ..view
    };
    assert!(!is_straight(&nonsense));
}

/// As `reference` does it for a picture of the slices that came.
#[test]
fn while_slices_are_missing_the_nearest_goes_on_and_a_gap_stays_one() {
    let whole = jaw();
    let series = Phantom::dental(40).series();
    let mut part = Volume::new(&crate::series::Series {
        geometry: *whole.geometry(),
        ..series
    });
    let view = plane(whole.geometry(), ViewId::Axial);
    let black = drawn(&part, &view, Missing::Neighbours);
    assert!(black == RgbaImage::new(SIZE.0, SIZE.1), "nothing is there");
    for k in [0, 3, 4, 9, 20, 21, 39] {
        if let Some(slice) = whole.slice(k) {
            part.insert(k, slice.clone());
        }
    }
    // What the picture would be of a volume in which each position has the nearest slice that came.
    let mut filled = Volume::new(&crate::series::Series {
        geometry: *whole.geometry(),
        ..Phantom::dental(40).series()
    });
    let came = [0usize, 3, 4, 9, 20, 21, 39];
    for k in 0..40usize {
        // The one after it where two are equally near is the later one only if it is nearer.
        let nearest = came.iter().min_by_key(|other| other.abs_diff(k));
        if let Some(slice) = nearest.and_then(|nearest| whole.slice(*nearest)) {
            filled.insert(k, slice.clone());
        }
    }
    for id in ViewId::PLANES {
        let view = PlaneView {
            center_mm: plane(whole.geometry(), id).center_mm + DVec3::splat(0.37),
            ..plane(whole.geometry(), id)
        };
        assert_alike(
            &drawn(&part, &view, Missing::Neighbours),
            &reference::plane(&filled, &view, SIZE),
            &format!("{id:?}, loading"),
        );
    }
    // The reference takes nothing for a gap.
    for id in [ViewId::Sagittal, ViewId::Axial] {
        let view = plane(whole.geometry(), id);
        assert_alike(
            &drawn(&part, &view, Missing::Gap(0.0)),
            &reference::plane(&part, &view, SIZE),
            &format!("{id:?}, with gaps"),
        );
    }
}
