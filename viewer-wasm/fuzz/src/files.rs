//! Files of a drop: headers, with what follows from them, and zip archives.

use viewer_wasm::codec::{self, FrameIndex};
use viewer_wasm::intake::{Found, Identity, Instance, Rejection, examine, zip as engine};
use viewer_wasm::series::assemble;

use fuzzing::is_inert;

use crate::{assembly, frames};

/// Frames of more samples are not decoded here: the codecs have targets of their own.
const DECODED_SAMPLES: u64 = 1 << 16;

/// Instances of more frames are not assembled here.
const ASSEMBLED_FRAMES: u32 = 4096;

/// Bytes unpacked of an entry.
const ENTRY_LEN: u64 = 1 << 20;

/// A file, as the worker reads it.
pub fn header(bytes: &[u8]) {
    match examine(&bytes, "a.dcm") {
        Found::Image(instance) => image(&instance, bytes),
        Found::Rejected(rejection) => refused(&rejection),
        Found::Zip => zip(bytes),
        Found::DicomDir => {}
    }
}

fn image(instance: &Instance, bytes: &[u8]) {
    let image = &instance.attributes;
    assert!(image.rows > 0 && image.columns > 0 && image.frames > 0);
    let samples =
        u64::from(image.rows) * u64::from(image.columns) * u64::from(image.samples_per_pixel);
    assert!(samples <= 1 << 28, "{samples} samples");
    assert!(image.bits_stored > 0 && image.bits_stored <= image.bits_allocated);
    assert!(image.high_bit < image.bits_allocated && image.high_bit + 1 >= image.bits_stored);
    assert!(image.per_frame.is_empty() || image.per_frame.len() == image.frames as usize);
    let location = instance.pixels;
    if !location.deflated {
        let end = location.offset.checked_add(location.len);
        assert!(end.is_some_and(|end| end <= bytes.len() as u64));
    }
    texts(&instance.identity);
    for text in [&image.modality, &image.photometric, &image.sop_class] {
        assert!(is_inert(text), "{text:?}");
    }
    // A header travels from the worker to the page in this form.
    let json = serde_json::to_string(instance).expect("a header can be written");
    serde_json::from_str::<Instance>(&json).expect("a header can be read again");

    if image.frames <= ASSEMBLED_FRAMES {
        assembly::check(&assemble(vec![instance.clone()]));
    }
    if samples > DECODED_SAMPLES {
        return;
    }
    for frame in [0, image.frames - 1] {
        let outcome = codec::read_frame(&bytes, instance, frame);
        frames::check(image, &outcome);
    }
    if location.encapsulated {
        let value = &bytes[location.offset as usize..][..location.len as usize];
        if let Ok(index) = FrameIndex::read(image, &value) {
            let outcome = codec::decode_indexed(image, &value, &index, 0);
            frames::check(image, &outcome);
        }
    }
}

fn texts(identity: &Identity) {
    let texts = serde_json::to_value(identity).expect("an identity can be written");
    for text in texts
        .as_object()
        .into_iter()
        .flat_map(|members| members.values())
    {
        assert!(text.as_str().is_none_or(is_inert), "{text:?}");
    }
}

fn refused(rejection: &Rejection) {
    assert!(
        rejection.message.ends_with('.') && is_inert(&rejection.message),
        "{:?}",
        rejection.message
    );
    assert!(rejection.patient_name.as_deref().is_none_or(is_inert));
}

/// A zip archive.
pub fn zip(bytes: &[u8]) {
    let entries = match engine::list(&bytes) {
        Ok(entries) => entries,
        Err(rejection) => return refused(&rejection),
    };
    for entry in &entries {
        assert!(is_inert(&entry.name), "{:?}", entry.name);
        let parts: Vec<&str> = entry.name.split('/').collect();
        assert!(
            parts
                .iter()
                .all(|part| !matches!(*part, "" | "." | "..") && !part.contains('\\')),
            "{:?}",
            entry.name
        );
        let end = entry.offset.checked_add(entry.packed_len);
        assert!(end.is_some_and(|end| end <= bytes.len() as u64));
    }
    for entry in entries.iter().take(8) {
        match engine::read(&bytes, entry, ENTRY_LEN) {
            Ok(plain) => {
                assert_eq!(plain.len() as u64, entry.len);
                assert!(entry.len <= ENTRY_LEN);
            }
            Err(rejection) => refused(&rejection),
        }
    }
    // Two entries that share bytes are how a small archive becomes an endless one.
    let mut ranges: Vec<(u64, u64)> = entries
        .iter()
        .filter(|entry| entry.packed_len > 0)
        .map(|entry| (entry.offset, entry.offset + entry.packed_len))
        .collect();
    ranges.sort_unstable();
    assert!(
        ranges.windows(2).all(|pair| pair[0].1 <= pair[1].0),
        "entries overlap"
    );
}
