//! Zip archives: listed from the directory at their end, read entry by entry, never loaded whole.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::{Crc, Decompress, FlushDecompress, Status};
use serde::{Deserialize, Serialize};
use zip::result::ZipError;
use zip::{CompressionMethod, HasZipMetadata, ZipArchive};

use super::{ByteSource, RejectCode, Rejection};

/// Files of one archive, at most.
const MOST_ENTRIES: usize = 100_000;

/// DEFLATE makes at most 1032 bytes of one; an entry that claims more lies.
const MOST_RATIO: u64 = 1032;

/// Characters kept of a name.
const NAME_CHARS: usize = 512;

/// One file in a zip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZipEntry {
    /// Path within the zip, made inert: relative, with `/` between its parts, without `..`, drive letters or control
    /// characters. It names the file in lists; nothing is ever written to it.
    pub name: String,
    /// Bytes once unpacked, as declared.
    pub len: u64,
    /// Where the entry's bytes are in the archive.
    pub offset: u64,
    /// How many bytes that are.
    pub packed_len: u64,
    /// Whether these are a DEFLATE stream and not the file as it is.
    pub deflated: bool,
    /// Whether a password is needed; such an entry cannot be read.
    pub encrypted: bool,
    /// CRC-32 of the unpacked bytes.
    pub crc: u32,
}

impl ZipEntry {
    /// Offset and length in the archive of a file that is stored as it is: a window on the archive is the file.
    pub fn stored(&self) -> Option<(u64, u64)> {
        (!self.deflated && !self.encrypted).then_some((self.offset, self.packed_len))
    }
}

/// Lists the files of an archive. An archive in which every file needs a password is rejected as a whole.
pub fn list(source: &dyn ByteSource) -> Result<Vec<ZipEntry>, Rejection> {
    let damaged = |_| Rejection::new("", RejectCode::Malformed, "The zip archive is damaged.");
    let reader = BufReader::with_capacity(64 << 10, Reader { source, at: 0 });
    let mut archive = ZipArchive::new(reader).map_err(damaged)?;
    if archive.len() > MOST_ENTRIES {
        return Err(Rejection::new(
            "",
            RejectCode::TooLarge,
            "The zip archive has too many files.",
        ));
    }
    let mut entries = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let file = match archive.by_index_raw(index) {
            Ok(file) => file,
            Err(ZipError::UnsupportedArchive(_)) => continue,
            Err(error) => return Err(damaged(error)),
        };
        let (offset, len, packed_len) = (file.data_start(), file.size(), file.compressed_size());
        let plain = file.compression() == CompressionMethod::Stored;
        let Some(offset) = offset.filter(|_| file.is_file()) else {
            continue;
        };
        if !plain && file.compression() != CompressionMethod::Deflated {
            continue;
        }
        let fits = offset
            .checked_add(packed_len)
            .is_some_and(|end| end <= source.len());
        if !fits || plain && packed_len != len && !file.encrypted() {
            return Err(damaged(ZipError::FileNotFound));
        }
        entries.push(ZipEntry {
            name: inert_name(file.name_raw(), index),
            len,
            offset,
            packed_len,
            deflated: !plain,
            encrypted: file.encrypted(),
            crc: file.get_metadata().crc32,
        });
    }
    if !entries.is_empty() && entries.iter().all(|entry| entry.encrypted) {
        return Err(Rejection::new("", RejectCode::EncryptedZip, ENCRYPTED));
    }
    Ok(entries)
}

const ENCRYPTED: &str = "The zip archive is protected by a password. Unpack it first.";

/// Unpacks one entry, at most `max_len` bytes.
pub fn read(source: &dyn ByteSource, entry: &ZipEntry, max_len: u64) -> Result<Vec<u8>, Rejection> {
    let reject = |code, message: &str| Rejection::new(&entry.name, code, message);
    if entry.encrypted {
        return Err(reject(RejectCode::EncryptedZip, ENCRYPTED));
    }
    let lies = entry.len / MOST_RATIO > entry.packed_len;
    if entry.len > max_len || lies {
        return Err(reject(
            RejectCode::TooLarge,
            "The file in the zip archive is too large.",
        ));
    }
    let unreadable = |_| reject(RejectCode::Malformed, "The zip archive could not be read.");
    let bytes = if entry.deflated {
        inflate(source, entry).map_err(unreadable)?
    } else {
        source
            .read_range(entry.offset, entry.packed_len)
            .map_err(unreadable)?
    };
    let mut crc = Crc::new();
    crc.update(&bytes);
    if bytes.len() as u64 != entry.len || crc.sum() != entry.crc {
        return Err(reject(
            RejectCode::Malformed,
            "The file in the zip archive is damaged.",
        ));
    }
    Ok(bytes)
}

/// Inflates an entry. More than the declared length is never held.
fn inflate(source: &dyn ByteSource, entry: &ZipEntry) -> io::Result<Vec<u8>> {
    let packed = source.read_range(entry.offset, entry.packed_len)?;
    let len = usize::try_from(entry.len).map_err(|_| io::ErrorKind::OutOfMemory)?;
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(len.max(1))
        .map_err(|_| io::ErrorKind::OutOfMemory)?;
    let status =
        Decompress::new(false).decompress_vec(&packed, &mut bytes, FlushDecompress::Finish);
    match status {
        Ok(Status::StreamEnd) => Ok(bytes),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// A path that leads nowhere but into the archive.
fn inert_name(raw: &[u8], index: usize) -> String {
    let text = String::from_utf8_lossy(raw);
    let parts: Vec<String> = text
        .split(['/', '\\'])
        .map(|part| {
            part.chars()
                .filter(|c| is_inert(*c))
                .take(NAME_CHARS)
                .collect::<String>()
        })
        .filter(|part| !matches!(part.trim(), "" | "." | "..") && !is_drive(part))
        .collect();
    if parts.is_empty() {
        return format!("file {}", index + 1);
    }
    parts.join("/")
}

fn is_inert(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}')
}

fn is_drive(part: &str) -> bool {
    matches!(part.as_bytes(), [letter, b':'] if letter.is_ascii_alphabetic())
}

/// A byte source as a stream.
struct Reader<'a> {
    source: &'a dyn ByteSource,
    at: u64,
}

impl Read for Reader<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let left = self.source.len().saturating_sub(self.at);
        let count = left.min(buf.len() as u64) as usize;
        self.source.read_at(self.at, &mut buf[..count])?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Reader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.source.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
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
        let packed = archive(&[("big", &[7; 100_000])], CompressionMethod::Deflated);
        let entry = &list(&packed).unwrap()[0];
        assert!(entry.stored().is_none());
        assert_eq!(read(&packed, entry, 200_000).unwrap(), [7; 100_000]);
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
}
