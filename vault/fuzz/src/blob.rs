//! Sealed blobs: headers, lengths, segments. Whatever a server makes of them, what opens is what was sealed, in its place.

use std::ops::Range;
use std::sync::OnceLock;

use pollster::block_on;
use protocol::Sealed;
use protocol::limits::MAX_BLOB_LEN;
use protocol::scan::{Blob, BlobRole};
use vault::VaultError;
use vault::package::{BlobReader, BlobWriter, SEGMENT_PLAIN_LEN, seal_whole, sealed_len};

use crate::{check_error, keys};

/// Length of a header in bytes.
pub const HEADER_LEN: usize = vault::floe::HEADER_LEN;

/// Plaintext of the stream that is edited: one segment, and a little of a second.
const PLAIN_LEN: usize = SEGMENT_PLAIN_LEN as usize + 40;

/// The plaintext of all streams here, and of those in the frozen vectors.
fn plaintext(range: Range<usize>) -> Vec<u8> {
    range.map(|at| (at % 251) as u8).collect()
}

/// The first byte says whether the rest is a short blob as it is (role, header, how many bytes longer it claims to be, its
/// bytes) or a list of changes to a longer one.
pub fn blob(bytes: &[u8]) {
    match bytes {
        [kind, rest @ ..] if kind % 2 == 0 => short(rest),
        [_, rest @ ..] => edited(rest),
        [] => {}
    }
}

fn short(bytes: &[u8]) {
    let Some((&[role, a, b, c, d], rest)) = bytes.split_first_chunk::<5>() else {
        return;
    };
    let (header, sealed) = rest.split_at(rest.len().min(HEADER_LEN));
    let more = i32::from_le_bytes([a, b, c, d]);
    let blob = Blob {
        role: BlobRole::ALL[usize::from(role % 4)],
        floe_header: Sealed(header.to_vec()),
        // Blobs of many parts lie within reach of a few bytes.
        sealed_len: (sealed.len() as u64).saturating_add_signed(i64::from(more) << (role >> 2)),
    };
    read(&blob, sealed);
}

/// A stream of two segments, sealed once for each run of the program.
fn stream() -> &'static (Sealed, Vec<u8>) {
    static STREAM: OnceLock<(Sealed, Vec<u8>)> = OnceLock::new();
    STREAM.get_or_init(|| {
        block_on(async {
            let writer = BlobWriter::start(keys::scan(), BlobRole::Frames).await;
            let writer = writer.expect("a blob");
            let header = writer.header().clone();
            let plain = plaintext(0..PLAIN_LEN);
            let (parts, _) = seal_whole(writer, &plain).await.expect("a sealed blob");
            let bytes = parts.into_iter().flat_map(|part| part.bytes).collect();
            (header, bytes)
        })
    })
}

/// Changes of six bytes each: what, where (three bytes), with what, how many.
fn edited(bytes: &[u8]) {
    let Some((&[low, high, role], changes)) = bytes.split_first_chunk::<3>() else {
        return;
    };
    let (header, original) = stream();
    let mut sealed = original.clone();
    for change in changes.chunks_exact(6).take(8) {
        let &[what, a, b, c, value, count] = change else {
            return;
        };
        if sealed.is_empty() {
            break;
        }
        let at = u32::from_le_bytes([a, b, c, 0]) as usize % sealed.len();
        let end = (at + usize::from(count)).min(sealed.len());
        match what % 6 {
            0 => sealed[at] ^= value,
            1 => sealed.truncate(at),
            2 => drop(sealed.drain(at..end)),
            3 => drop(sealed.splice(at..at, vec![value; usize::from(count)])),
            4 => sealed.rotate_left(at),
            _ => sealed.extend_from_within(at..end),
        }
    }
    let more = i16::from_le_bytes([low, high]);
    let blob = Blob {
        role: if role == 0 {
            BlobRole::Frames
        } else {
            BlobRole::ALL[usize::from(role % 4)]
        },
        floe_header: header.clone(),
        sealed_len: (sealed.len() as u64).saturating_add_signed(more.into()),
    };
    if read(&blob, &sealed) {
        assert!(sealed == *original && more == 0, "an altered blob opens");
    }
}

/// Opens a blob whole and by ranges; says whether it opens whole.
fn read(blob: &Blob, sealed: &[u8]) -> bool {
    let reader = match block_on(BlobReader::open(keys::scan(), blob)) {
        Ok(reader) => reader,
        Err(error) => {
            refused(&error);
            return false;
        }
    };
    let plain_len = reader.plain_len();
    assert!(blob.sealed_len <= MAX_BLOB_LEN && sealed_len(plain_len) == blob.sealed_len);
    let parts: u64 = (0..reader.parts())
        .filter_map(|index| reader.part_len(index))
        .sum();
    assert_eq!(parts, blob.sealed_len, "the parts are not the blob");
    for range in [
        0..plain_len,
        plain_len / 3..plain_len / 2,
        plain_len.saturating_sub(7)..plain_len,
    ] {
        pieces(&reader, range, sealed);
    }
    let beyond = reader.pieces(0..plain_len + 1);
    assert!(matches!(beyond, Err(VaultError::OutOfRange { .. })));
    match block_on(reader.open_whole(sealed)) {
        Ok(plain) => {
            assert!(
                plain == plaintext(0..plain_len as usize),
                "other bytes than were sealed"
            );
            true
        }
        Err(error) => {
            refused(&error);
            false
        }
    }
}

/// The pieces of a range are that range, and those that open hold its bytes.
fn pieces(reader: &BlobReader, range: Range<u64>, sealed: &[u8]) {
    let pieces = reader.pieces(range.clone()).expect("a range of the blob");
    let mut at = range.start;
    for piece in pieces {
        let len = (piece.wanted.end - piece.wanted.start) as u64;
        assert!(piece.bytes.end <= reader.part_len(piece.part).unwrap_or(0));
        // Only the first part of a blob is here.
        let bytes = piece.bytes.start as usize..piece.bytes.end as usize;
        if piece.part == 0
            && let Some(bytes) = sealed.get(bytes)
        {
            match block_on(reader.open_piece(&piece, bytes)) {
                Ok(plain) => {
                    let expected = plaintext(at as usize..(at + len) as usize);
                    assert!(plain == expected, "a piece of something else");
                }
                Err(error) => refused(&error),
            }
        }
        at += len;
    }
    assert_eq!(at, range.end, "the pieces are not the range");
}

fn refused(error: &VaultError) {
    assert!(matches!(error, VaultError::Tampered(_)), "{error:?}");
    check_error(error);
}
