//! Zip archives: listed from the directory at their end, read entry by entry, never loaded whole.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::{Crc, Decompress, FlushDecompress, Status};
use serde::{Deserialize, Serialize};
use zip::result::ZipError;
use zip::{CompressionMethod, HasZipMetadata, ZipArchive};

use super::{ByteSource, Kind, RejectCode, Rejection, sniff};

/// Files of one archive, at most.
const MOST_ENTRIES: usize = 100_000;

/// DEFLATE makes at most 1032 bytes of one; an entry that claims more lies.
const MOST_RATIO: u64 = 1032;

/// Bytes of an archive's end in which its directory's last record is looked for.
const TAIL: u64 = 80 << 10;

/// Bytes of that record in its 64-bit form (APPNOTE 4.3.14), and of a directory entry at least (4.3.12).
const ZIP64_RECORD: usize = 56;
const DIRECTORY_ENTRY: u64 = 46;

/// Bytes of a file that show whether it is DICOM.
const START: u64 = 16 << 10;

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
    let many = || {
        Rejection::new(
            "",
            RejectCode::TooLarge,
            "The zip archive has too many files.",
        )
    };
    if !plausible(source).map_err(|error| damaged(error.into()))? {
        return Err(many());
    }
    let reader = BufReader::with_capacity(64 << 10, Reader { source, at: 0 });
    let mut archive = ZipArchive::new(reader).map_err(damaged)?;
    if archive.len() > MOST_ENTRIES {
        return Err(many());
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
    if overlap(&entries) {
        return Err(damaged(ZipError::FileNotFound));
    }
    if !entries.is_empty() && entries.iter().all(|entry| entry.encrypted) {
        return Err(Rejection::new("", RejectCode::EncryptedZip, ENCRYPTED));
    }
    Ok(entries)
}

/// Whether two files share bytes of the archive, which no writer makes: so a small archive claims to be an endless one.
fn overlap(entries: &[ZipEntry]) -> bool {
    let mut ranges: Vec<(u64, u64)> = entries
        .iter()
        .filter(|entry| entry.packed_len > 0)
        .map(|entry| (entry.offset, entry.offset + entry.packed_len))
        .collect();
    ranges.sort_unstable();
    ranges.windows(2).any(|pair| pair[0].1 > pair[1].0)
}

/// Whether the archive's directory may be read at all: a claim of more files than the archive has bytes for would be
/// made room for before the first of them is looked at. Only the 64-bit form can claim so many.
fn plausible(source: &dyn ByteSource) -> io::Result<bool> {
    let tail = source.len().min(TAIL);
    let bytes = source.read_range(source.len() - tail, tail)?;
    let records = bytes
        .windows(ZIP64_RECORD)
        .filter(|window| window.starts_with(b"PK\x06\x06"));
    Ok(records.into_iter().all(|record| {
        let mut count = [0; 8];
        count.copy_from_slice(&record[32..40]);
        let count = u64::from_le_bytes(count);
        count <= MOST_ENTRIES as u64 && count * DIRECTORY_ENTRY <= source.len()
    }))
}

const ENCRYPTED: &str = "The zip archive is protected by a password. Unpack it first.";

/// Unpacks one entry, at most `max_len` bytes, if it is a DICOM file. What its first bytes show to be something else is
/// left out without unpacking the rest: an archive of zeros, or of archives, costs nothing.
pub fn read(source: &dyn ByteSource, entry: &ZipEntry, max_len: u64) -> Result<Vec<u8>, Rejection> {
    let reject = |code, message: &str| Rejection::new(&entry.name, code, message);
    let too_large = || {
        reject(
            RejectCode::TooLarge,
            "The file in the zip archive is too large.",
        )
    };
    if entry.encrypted {
        return Err(reject(RejectCode::EncryptedZip, ENCRYPTED));
    }
    if entry.len / MOST_RATIO > entry.packed_len {
        return Err(too_large());
    }
    if entry.deflated && entry.len > START {
        let start = Beginning {
            bytes: inflate(source, entry, START)
                .map_err(|_| reject(RejectCode::Malformed, "The zip archive could not be read."))?,
            len: entry.len,
        };
        match sniff(&start) {
            Ok(Kind::Dicom | Kind::DicomDir) | Err(_) => {}
            Ok(Kind::Zip) => {
                return Err(reject(
                    RejectCode::NotDicom,
                    "A zip archive in a zip archive is not opened.",
                ));
            }
            Ok(Kind::Other) => return Err(reject(RejectCode::NotDicom, "Not a DICOM file.")),
        }
    }
    if entry.len > max_len {
        return Err(too_large());
    }
    let unreadable = |_| reject(RejectCode::Malformed, "The zip archive could not be read.");
    let bytes = if entry.deflated {
        inflate(source, entry, entry.len).map_err(unreadable)?
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

/// The first bytes of a file of some length.
struct Beginning {
    bytes: Vec<u8>,
    len: u64,
}

impl ByteSource for Beginning {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        self.bytes.read_at(offset, buf)
    }
}

/// Inflates the first `len` bytes of an entry; all of it if that is its length. No more is ever held.
fn inflate(source: &dyn ByteSource, entry: &ZipEntry, len: u64) -> io::Result<Vec<u8>> {
    let whole = len == entry.len;
    // A stream grows by a few bytes where it cannot shrink (RFC 1951 3.2.4).
    let needed = if whole { u64::MAX } else { len + len / 8 };
    let packed = source.read_range(entry.offset, entry.packed_len.min(needed))?;
    let len = usize::try_from(len).map_err(|_| io::ErrorKind::OutOfMemory)?;
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(len.max(1))
        .map_err(|_| io::ErrorKind::OutOfMemory)?;
    let mut decoder = Decompress::new(false);
    let flush = if whole {
        FlushDecompress::Finish
    } else {
        FlushDecompress::None
    };
    match decoder.decompress_vec(&packed, &mut bytes, flush) {
        Ok(Status::StreamEnd) => Ok(bytes),
        Ok(_) if !whole && bytes.len() >= len => Ok(bytes),
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
        && !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{FEFF}' | '\u{2028}' | '\u{2029}')
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
mod tests;
