//! Functional groups of multi-frame images (PS3.3 C.7.6.16).

use std::collections::HashMap;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::header::text;
use super::instance::{FrameAttributes, ImageAttributes};
use super::numbers::{
    distance, level, number, orientation, position, positive_level, single, spacing,
};

/// What differs from frame to frame, and what the shared functional groups say for all (PS3.3 C.7.6.16). Some dental
/// exports write the attributes straight into the groups' items, without the macros' sequences.
pub(super) fn read(object: &InMemDicomObject, attributes: &mut ImageAttributes) {
    let items = |tag: Tag| {
        object
            .get(tag)
            .and_then(|element| element.items())
            .unwrap_or_default()
    };
    if let Some(shared) = items(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE).first() {
        let shared = frame(shared, &HashMap::new());
        let image = &mut *attributes;
        image.position_mm = image.position_mm.or(shared.position_mm);
        image.orientation = image.orientation.or(shared.orientation);
        image.pixel_spacing_mm = image.pixel_spacing_mm.or(shared.pixel_spacing_mm);
        image.slice_thickness_mm = image.slice_thickness_mm.or(shared.slice_thickness_mm);
        image.slice_spacing_mm = image.slice_spacing_mm.or(shared.slice_spacing_mm);
        image.rescale_slope = image.rescale_slope.or(shared.rescale_slope);
        image.rescale_intercept = image.rescale_intercept.or(shared.rescale_intercept);
        image.rescale_type = image.rescale_type.take().or(shared.rescale_type);
        image.window_center = image.window_center.or(shared.window_center);
        image.window_width = image.window_width.or(shared.window_width);
    }
    let per_frame = items(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE);
    if per_frame.len() == attributes.frames as usize {
        let mut stacks = HashMap::new();
        for name in per_frame.iter().filter_map(stack_name) {
            let rank = stacks.len() as i64;
            stacks.entry(name).or_insert(rank);
        }
        attributes.per_frame = per_frame.iter().map(|item| frame(item, &stacks)).collect();
    }
}

fn stack_name(item: &InMemDicomObject) -> Option<String> {
    flat(item)
        .into_iter()
        .find_map(|group| text(group, tags::STACK_ID))
}

/// An item of functional groups and the first items of the macros in it.
fn flat(item: &InMemDicomObject) -> Vec<&InMemDicomObject> {
    let nested = item
        .iter()
        .filter_map(|element| element.items().and_then(|items| items.first()));
    nested.chain([item]).collect()
}

fn frame(item: &InMemDicomObject, stacks: &HashMap<String, i64>) -> FrameAttributes {
    let groups = flat(item);
    /// The first of the item's groups that has the attribute.
    macro_rules! first {
        ($read:expr) => {
            groups.iter().find_map(|group| $read(group))
        };
    }
    FrameAttributes {
        position_mm: first!(position),
        orientation: first!(orientation),
        pixel_spacing_mm: first!(|group| spacing(group, tags::PIXEL_SPACING)),
        slice_thickness_mm: first!(|group| distance(group, tags::SLICE_THICKNESS)),
        slice_spacing_mm: first!(|group| distance(group, tags::SPACING_BETWEEN_SLICES)),
        rescale_slope: first!(|group| level(group, tags::RESCALE_SLOPE)),
        rescale_intercept: first!(|group| level(group, tags::RESCALE_INTERCEPT)),
        rescale_type: first!(|group| text(group, tags::RESCALE_TYPE)),
        window_center: first!(|group| level(group, tags::WINDOW_CENTER)),
        window_width: first!(|group| positive_level(group, tags::WINDOW_WIDTH)),
        stack: stack_name(item).and_then(|name| stacks.get(&name).copied()),
        in_stack_position: first!(|group| single(group, tags::IN_STACK_POSITION_NUMBER)),
        temporal_position: first!(|group| single(group, tags::TEMPORAL_POSITION_INDEX)),
        acquisition_number: first!(|group| single(group, tags::FRAME_ACQUISITION_NUMBER)),
        echo_number: first!(|group| number(group, tags::EFFECTIVE_ECHO_TIME))
            .map(|milliseconds| (milliseconds * 1000.0).round() as i64),
    }
}
