//! The documents inside a scan package: authentic, but written by whoever made the link.

use vault::VaultError;
use vault::package::{Chunk, Codec, IdentityDocument, Manifest};

use crate::{check_error, keys, seeds};

/// The first byte says which of the two the rest is.
pub fn documents(bytes: &[u8]) {
    match bytes {
        [kind, rest @ ..] if kind % 2 == 0 => manifest(rest),
        [_, rest @ ..] => identity(rest),
        [] => {}
    }
}

fn manifest(bytes: &[u8]) {
    let manifest = match Manifest::from_bytes(keys::scan_id(), 1, bytes) {
        Ok(manifest) => manifest,
        Err(error) => return refused(&error),
    };
    for instance in &manifest.instances {
        within(&instance.chunks, manifest.frames_len);
        let len = instance
            .chunks
            .iter()
            .map(|chunk| u128::from(chunk.plain_len));
        assert_eq!(
            u128::from(instance.pixel_len()),
            len.sum::<u128>().min(u64::MAX.into())
        );
    }
    if let Some(coarse) = &manifest.coarse {
        within(&coarse.chunks, coarse.len);
    }
    let written = manifest.to_bytes().expect("what was read can be written");
    let again = Manifest::from_bytes(keys::scan_id(), 1, &written).expect("and read again");
    assert_eq!(again.instances.len(), manifest.instances.len());
    for (a, b) in again.instances.iter().zip(&manifest.instances) {
        assert_eq!(a.chunks, b.chunks);
    }
}

fn within(chunks: &[Chunk], blob_len: u64) {
    for chunk in chunks {
        let end = chunk.offset.checked_add(chunk.stored_len);
        assert!(
            end.is_some_and(|end| end <= blob_len),
            "a chunk outside its blob"
        );
        assert!(chunk.codec != Codec::Raw || chunk.stored_len == chunk.plain_len);
    }
}

fn identity(bytes: &[u8]) {
    let manifest = seeds::manifest();
    let document = match IdentityDocument::from_bytes(&manifest, bytes) {
        Ok(document) => document,
        Err(error) => return refused(&error),
    };
    assert_eq!(document.instances.len(), manifest.instances.len());
    let kept: usize = (document.instances.iter())
        .map(|instance| instance.head.len() + instance.tail.len())
        .sum();
    assert!(kept <= bytes.len(), "bytes from nowhere");
    let written = document.to_bytes().expect("what was read can be written");
    let again = IdentityDocument::from_bytes(&manifest, &written).expect("and read again");
    for (a, b) in again.instances.iter().zip(&document.instances) {
        assert!(
            a.file == b.file && a.head == b.head && a.tail == b.tail && a.deflated == b.deflated
        );
    }
}

fn refused(error: &VaultError) {
    assert!(
        matches!(
            error,
            VaultError::Tampered(_) | VaultError::UnknownVersion { .. }
        ),
        "{error:?}"
    );
    check_error(error);
}
