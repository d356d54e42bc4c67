//! The original DICOM file of an instance, from its header, its pixels and what followed them.

use flate2::{Compression, write::DeflateEncoder};
use std::io::Write;
use vault::package::InstanceIdentity;

/// Where the group length of the file meta information is, and where the group begins (PS3.10 section 7.1).
const MAGIC: std::ops::Range<usize> = 128..132;
const LENGTH_ELEMENT: std::ops::Range<usize> = 132..140;
const LENGTH_VALUE: std::ops::Range<usize> = 140..144;

/// Byte for byte the file that was saved. Of a deflated one (PS3.5 A.5) the data set is the same byte for byte, and
/// deflated anew: its compressed form depends on the program that made it.
pub fn rebuild_instance(
    identity: &InstanceIdentity,
    pixel_value: &[u8],
) -> std::io::Result<Vec<u8>> {
    if !identity.deflated {
        return Ok(identity.rebuild(pixel_value));
    }
    let meta_len = meta_end(&identity.head)
        .and_then(|end| usize::try_from(end).ok())
        .unwrap_or(0);
    let (meta, head) = identity
        .head
        .split_at_checked(meta_len)
        .unwrap_or((&[], &identity.head));
    let mut deflated = DeflateEncoder::new(meta.to_vec(), Compression::default());
    for bytes in [head, pixel_value, &identity.tail] {
        deflated.write_all(bytes)?;
    }
    deflated.finish()
}

/// The offset at which a file's data set begins, from its first 144 bytes; `None` if they are not DICOM's.
pub(super) fn meta_end(start: &[u8]) -> Option<u64> {
    let is_dicom =
        start.get(MAGIC)? == b"DICM" && start.get(LENGTH_ELEMENT)? == b"\x02\x00\x00\x00UL\x04\x00";
    let length = u32::from_le_bytes(start.get(LENGTH_VALUE)?.try_into().ok()?);
    is_dicom.then(|| LENGTH_VALUE.end as u64 + u64::from(length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::DeflateDecoder;
    use std::io::Read;

    fn identity(deflated: bool, head: &[u8], tail: &[u8]) -> InstanceIdentity {
        InstanceIdentity {
            file: "a.dcm".to_owned(),
            fields: serde_json::Value::Null,
            deflated,
            head: head.to_vec(),
            tail: tail.to_vec(),
        }
    }

    /// Preamble, magic and a file meta group of one made-up element.
    fn meta() -> Vec<u8> {
        let mut meta = vec![0; 128];
        meta.extend(b"DICM\x02\x00\x00\x00UL\x04\x00\x0c\x00\x00\x00");
        meta.extend(b"\x02\x00\x10\x00UI\x04\x00abcd");
        meta
    }

    #[test]
    fn a_plain_file_is_its_pieces() {
        let rebuilt = rebuild_instance(&identity(false, b"head", b"tail"), b"pixels");
        assert_eq!(rebuilt.ok(), Some(b"headpixelstail".to_vec()));
    }

    #[test]
    fn a_deflated_file_has_the_same_data_set() {
        let meta = meta();
        let head = [meta.as_slice(), b"data set before "].concat();
        let rebuilt =
            rebuild_instance(&identity(true, &head, b" after"), &[7; 5000]).unwrap_or_default();
        assert_eq!(&rebuilt[..meta.len()], meta);
        assert!(rebuilt.len() < 1000);
        let mut data_set = Vec::new();
        assert!(
            DeflateDecoder::new(&rebuilt[meta.len()..])
                .read_to_end(&mut data_set)
                .is_ok()
        );
        assert_eq!(
            data_set,
            [b"data set before ".as_slice(), &[7; 5000], b" after"].concat()
        );
    }

    #[test]
    fn the_data_set_begins_after_the_meta_group() {
        let meta = meta();
        assert_eq!(meta_end(&meta), Some(meta.len() as u64));
        assert_eq!(meta_end(&meta[..140]), None);
        assert_eq!(meta_end(&[0; 200]), None);
    }
}
