//! Series of instances whose headers say anything that a header, or a package, can say.

use arbitrary::{Arbitrary, Result, Unstructured};
use viewer_wasm::intake::received::is_acceptable;
use viewer_wasm::intake::{FrameAttributes, Identity, ImageAttributes, Instance};
use viewer_wasm::series::{Assembly, Series, assemble};

/// Files of one drop.
const FILES: usize = 24;

/// Frames of one file.
const FRAMES: u32 = 40;

/// Assembles the instances that the bytes describe.
pub fn series(bytes: &[u8]) {
    let mut source = Unstructured::new(bytes);
    let Ok(instances) = instances(&mut source) else {
        return;
    };
    check(&assemble(instances));
}

fn instances(source: &mut Unstructured<'_>) -> Result<Vec<Instance>> {
    let count = source.int_in_range(1..=FILES)?;
    let mut instances = Vec::new();
    for index in 0..count {
        if source.is_empty() && index > 0 {
            break;
        }
        let instance = instance(source, index)?;
        // What neither a header nor a package gets past intake.
        if is_acceptable(&instance.attributes) {
            instances.push(instance);
        }
    }
    Ok(instances)
}

fn instance(source: &mut Unstructured<'_>, index: usize) -> Result<Instance> {
    let frames = if source.ratio(1, 4)? {
        source.int_in_range(1..=FRAMES)?
    } else {
        1
    };
    let per_frame = if frames > 1 && source.arbitrary()? {
        (0..frames).map(|_| frame(source)).collect::<Result<_>>()?
    } else {
        Default::default()
    };
    let name = |source: &mut Unstructured<'_>, of: [Option<&str>; 3]| -> Result<Option<String>> {
        Ok(source.choose(&of)?.map(str::to_owned))
    };
    let shared = frame(source)?;
    Ok(Instance {
        file: format!("{index:03}.dcm"),
        attributes: ImageAttributes {
            transfer_syntax: "1.2.840.10008.1.2.1".to_owned(),
            modality: (*source.choose(&["CT", "CT", "DX", ""])?).to_owned(),
            group: if source.ratio(1, 8)? {
                Some(source.arbitrary()?)
            } else {
                None
            },
            rows: *source.choose(&[4, 4, 4, 5, 1])?,
            columns: *source.choose(&[6, 6, 6, 4])?,
            frames,
            samples_per_pixel: 1,
            photometric: "MONOCHROME2".to_owned(),
            bits_allocated: 16,
            bits_stored: 16,
            high_bit: 15,
            signed: source.arbitrary()?,
            padding: source.arbitrary()?,
            rescale_slope: shared.rescale_slope,
            rescale_intercept: shared.rescale_intercept,
            window_center: shared.window_center,
            window_width: shared.window_width,
            pixel_spacing_mm: shared.pixel_spacing_mm,
            imager_spacing_mm: shared.pixel_spacing_mm,
            slice_thickness_mm: shared.slice_thickness_mm,
            slice_spacing_mm: shared.slice_spacing_mm,
            position_mm: shared.position_mm,
            orientation: shared.orientation,
            slice_location_mm: option(source)?.map(|mm| mm % 99_999.0),
            instance_number: source.arbitrary()?,
            acquisition_number: shared.acquisition_number,
            temporal_position: shared.temporal_position,
            echo_number: shared.echo_number,
            per_frame,
            ..ImageAttributes::default()
        },
        identity: Identity {
            patient_name: name(source, [Some("a"), Some("b"), None])?,
            series_uid: name(source, [Some("1.2"), Some("1.3"), None])?,
            sop_uid: name(source, [Some("1.4"), None, None])?,
            frame_of_reference_uid: name(source, [Some("1.5"), Some("1.6"), None])?,
            series_number: name(source, [Some("7"), Some("x"), None])?,
            ..Identity::default()
        },
        pixels: Default::default(),
    })
}

fn frame(source: &mut Unstructured<'_>) -> Result<FrameAttributes> {
    let position = match source.int_in_range(0..=3)? {
        0 => None,
        1 => Some([place(source)?, place(source)?, place(source)?]),
        _ => Some([0.0, 0.0, f64::from(source.arbitrary::<i8>()?) / 4.0]),
    };
    let orientation = match source.int_in_range(0..=5)? {
        0 => None,
        1 => Some(rotated(source)?),
        2 => Some([0.0, 1.0, 0.0, 0.0, 0.0, -1.0]),
        _ => Some([1.0, 0.0, 0.0, 0.0, 1.0, 0.0]),
    };
    let spacing = match source.int_in_range(0..=3)? {
        0 => None,
        1 => Some([distance(number(source)?), distance(number(source)?)]),
        _ => Some([0.5, 0.5]),
    };
    Ok(FrameAttributes {
        position_mm: position,
        orientation,
        pixel_spacing_mm: spacing,
        slice_thickness_mm: option(source)?.map(distance),
        slice_spacing_mm: option(source)?.map(distance),
        rescale_slope: option(source)?.map(level),
        rescale_intercept: option(source)?.map(level),
        rescale_type: None,
        window_center: option(source)?.map(level),
        window_width: option(source)?.map(level),
        stack: option_of(source)?,
        in_stack_position: option_of(source)?,
        temporal_position: option_of(source)?,
        acquisition_number: option_of(source)?,
        echo_number: None,
    })
}

/// A coordinate that a header may have.
fn place(source: &mut Unstructured<'_>) -> Result<f64> {
    Ok(number(source)? % 99_999.0)
}

/// A thickness or spacing that a header may have.
fn distance(mm: f64) -> f64 {
    mm.abs().clamp(2e-5, 999.0)
}

/// A grey value that a header may have.
fn level(value: f64) -> f64 {
    value % 1e12
}

/// Directions of a plane turned about two axes, with cosines as roughly rounded as a header's may be.
fn rotated(source: &mut Unstructured<'_>) -> Result<[f64; 6]> {
    let angle = |source: &mut Unstructured<'_>| -> Result<f64> {
        Ok(f64::from(source.arbitrary::<i16>()?) / 10_000.0)
    };
    let (a, b) = (angle(source)?, angle(source)?);
    let digits = 10f64.powi(source.int_in_range(3..=8)?);
    let cosines = [
        a.cos(),
        a.sin(),
        0.0,
        -a.sin() * b.cos(),
        a.cos() * b.cos(),
        b.sin(),
    ];
    Ok(cosines.map(|cosine| (cosine * digits).round() / digits))
}

/// Any finite number, mostly of a size that occurs.
fn number(source: &mut Unstructured<'_>) -> Result<f64> {
    Ok(match source.int_in_range(0..=3)? {
        0 => Some(f64::arbitrary(source)?)
            .filter(|number| number.is_finite())
            .unwrap_or(0.0),
        1 => f64::from(source.arbitrary::<i32>()?),
        _ => f64::from(source.arbitrary::<i16>()?) / 64.0,
    })
}

fn option(source: &mut Unstructured<'_>) -> Result<Option<f64>> {
    if source.ratio(1, 3)? {
        number(source).map(Some)
    } else {
        Ok(None)
    }
}

fn option_of(source: &mut Unstructured<'_>) -> Result<Option<i64>> {
    Ok(match source.int_in_range(0..=5)? {
        0 => Some(source.arbitrary()?),
        1 | 2 => Some(i64::from(source.arbitrary::<u8>()? % 3)),
        _ => None,
    })
}

/// What must hold of every assembly, whatever the headers say.
///
/// # Panics
/// If it does not.
pub fn check(assembly: &Assembly) {
    for series in &assembly.series {
        places(series);
        geometry(series);
        for warning in &series.warnings {
            assert!(warning.message.ends_with('.'), "{:?}", warning.message);
        }
    }
}

fn places(series: &Series) {
    let [columns, rows, depth] = series.geometry.dims;
    assert!(columns > 0 && rows > 0 && depth > 0 && !series.slices.is_empty());
    // Slices of an irregular stack that lie between two positions come after them.
    let most = series.rescale.len();
    assert!(most >= depth && most <= depth + series.slices.len());
    assert!(
        depth <= (4 * series.slices.len()).max(256) + 1,
        "{depth} positions for {} slices",
        series.slices.len()
    );
    let mut indices = std::collections::HashSet::new();
    let mut taken = std::collections::HashSet::new();
    for slice in &series.slices {
        assert!(
            slice.index < most && indices.insert(slice.index),
            "slice indices"
        );
        let image = &series.instances[slice.instance].attributes;
        assert!(slice.frame < image.frames);
        assert!(
            taken.insert((slice.instance, slice.frame)),
            "a frame in two places"
        );
    }
    for instance in &series.instances {
        let image = &instance.attributes;
        assert_eq!(
            (image.columns as usize, image.rows as usize),
            (columns, rows)
        );
    }
}

fn geometry(series: &Series) {
    let geometry = &series.geometry;
    assert!(
        geometry
            .spacing_mm
            .iter()
            .all(|mm| mm.is_finite() && *mm > 0.0),
        "spacing {:?}",
        geometry.spacing_mm
    );
    assert!(
        geometry.origin_mm.iter().all(|mm| mm.is_finite()),
        "origin {:?}",
        geometry.origin_mm
    );
    for direction in [
        geometry.row_direction(),
        geometry.column_direction(),
        geometry.slice_direction(),
    ] {
        assert!(
            (direction.length() - 1.0).abs() < 1e-6,
            "direction {direction}"
        );
    }
    let inverse = geometry.voxel_from_patient();
    assert!(
        inverse.is_finite(),
        "the slices lie in their own plane: {:?}",
        geometry.direction
    );
    for rescale in &series.rescale {
        assert!(rescale.slope.is_finite() && rescale.slope != 0.0 && rescale.intercept.is_finite());
    }
    if let Some((center, width)) = series.window {
        assert!(center.is_finite() && width.is_finite());
    }
}
