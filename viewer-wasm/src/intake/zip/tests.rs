use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

fn archive(files: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Bytes that start like a DICOM file.
fn dicom(len: usize) -> Vec<u8> {
    let mut bytes = vec![7; len];
    bytes[128..132].copy_from_slice(b"DICM");
    bytes
}

#[test]
fn entries_come_back_and_stored_ones_are_windows() {
    let bytes = archive(
        &[("a/b.dcm", b"one"), ("c", b"two")],
        CompressionMethod::Stored,
    );
    let entries = list(&bytes).unwrap();
    assert_eq!(entries[0].name, "a/b.dcm");
    let (offset, len) = entries[1].stored().unwrap();
    assert_eq!(bytes.read_range(offset, len).unwrap(), b"two");
    let big = dicom(100_000);
    let packed = archive(&[("big", &big)], CompressionMethod::Deflated);
    let entry = &list(&packed).unwrap()[0];
    assert!(entry.stored().is_none());
    assert_eq!(read(&packed, entry, 200_000).unwrap(), big);
    assert_eq!(
        read(&packed, entry, 99_999).unwrap_err().code,
        RejectCode::TooLarge
    );
}

#[test]
fn names_lead_nowhere() {
    assert_eq!(inert_name(b"../../etc/passwd", 0), "etc/passwd");
    assert_eq!(inert_name(b"C:\\Windows\\..\\x.dcm", 0), "Windows/x.dcm");
    assert_eq!(inert_name("/a\u{202e}\n/b".as_bytes(), 0), "a/b");
    assert_eq!(inert_name(b"../..", 4), "file 5");
}

#[test]
fn lies_and_damage_are_refused() {
    let mut bytes = archive(&[("x", &[7; 10_000])], CompressionMethod::Deflated);
    let mut entry = list(&bytes).unwrap().remove(0);
    entry.len = 1 << 40;
    assert_eq!(
        read(&bytes, &entry, u64::MAX).unwrap_err().code,
        RejectCode::TooLarge
    );
    entry.len = 9_999;
    assert_eq!(
        read(&bytes, &entry, u64::MAX).unwrap_err().code,
        RejectCode::Malformed
    );
    entry.len = 10_000;
    let middle = (entry.offset + entry.packed_len / 2) as usize;
    bytes[middle] ^= 0x55;
    assert_eq!(
        read(&bytes, &entry, u64::MAX).unwrap_err().code,
        RejectCode::Malformed
    );
    assert_eq!(list(&vec![0; 30]).unwrap_err().code, RejectCode::Malformed);
}

#[test]
fn what_is_not_dicom_is_not_unpacked() {
    let zeros = vec![0; 50 << 20];
    let bomb = archive(&[("zeros", &zeros)], CompressionMethod::Deflated);
    let inner = archive(&[("a", &bomb)], CompressionMethod::Stored);
    let nested = archive(&[("inner.zip", &inner)], CompressionMethod::Deflated);
    for archive in [bomb, nested] {
        let entry = &list(&archive).unwrap()[0];
        let refused = read(&archive, entry, u64::MAX).unwrap_err();
        assert_eq!(refused.code, RejectCode::NotDicom);
    }
}

/// The non-recursive zip bomb: many directory entries, one stream.
#[test]
fn entries_that_share_bytes_are_refused() {
    let mut bytes = archive(
        &[("a", &dicom(20_000)), ("b", &dicom(20_000))],
        CompressionMethod::Deflated,
    );
    assert_eq!(list(&bytes).unwrap().len(), 2);
    let directory = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    let second = directory
        + 4
        + bytes[directory + 4..]
            .windows(4)
            .position(|w| w == b"PK\x01\x02")
            .unwrap();
    // Where the local header of `b` is said to be: where that of `a` is.
    bytes[second + 42..second + 46].copy_from_slice(&[0; 4]);
    assert_eq!(list(&bytes).unwrap_err().code, RejectCode::Malformed);
}

/// A directory in the 64-bit form that claims more files than the archive has bytes for.
#[test]
fn room_is_made_for_no_more_files_than_there_can_be() {
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.resize(100, 0);
    let record = bytes.len() as u64;
    bytes.extend(b"PK\x06\x06");
    bytes.extend(44u64.to_le_bytes());
    bytes.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for value in [1 << 40, 1 << 40, 46 << 40, 1u64 << 50] {
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend(b"PK\x06\x07\0\0\0\0");
    bytes.extend(record.to_le_bytes());
    bytes.extend([1, 0, 0, 0]);
    bytes.extend(b"PK\x05\x06");
    bytes.extend([0xFF; 16]);
    bytes.extend([0, 0]);
    assert_eq!(list(&bytes).unwrap_err().code, RejectCode::TooLarge);
}
