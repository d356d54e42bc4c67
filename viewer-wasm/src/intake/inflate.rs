//! Deflated data sets (PS3.5 A.5).

use std::io;

use flate2::{Decompress, FlushDecompress, Status};

use super::source::ByteSource;

/// Compressed bytes read at a time.
const PIECE: u64 = 256 << 10;

/// The start of an inflated data set.
pub(crate) struct Inflated {
    pub bytes: Vec<u8>,
    /// Whether `bytes` is all of it.
    pub complete: bool,
}

/// Inflates the raw DEFLATE stream that begins at `offset`, at most `max_len` bytes of output. A damaged stream ends
/// where the damage is, and counts as complete.
pub(crate) fn inflate(source: &dyn ByteSource, offset: u64, max_len: u64) -> io::Result<Inflated> {
    let max_len = usize::try_from(max_len).unwrap_or(usize::MAX);
    let mut decoder = Decompress::new(false);
    let mut bytes = Vec::new();
    let mut at = offset;
    let end = source.len();
    while at < end {
        let piece = source.read_range(at, PIECE.min(end - at))?;
        let mut used = 0;
        while used < piece.len() {
            if bytes.len() >= max_len {
                return Ok(Inflated {
                    bytes,
                    complete: false,
                });
            }
            // Grows with what really comes out, so that a small file cannot ask for the cap at once.
            let room = (bytes.len().max(64 << 10)).min(max_len - bytes.len());
            bytes.reserve_exact(room);
            let (before_in, before_out) = (decoder.total_in(), bytes.len());
            let status = decoder.decompress_vec(&piece[used..], &mut bytes, FlushDecompress::None);
            bytes.truncate(max_len);
            used += (decoder.total_in() - before_in) as usize;
            let stuck = decoder.total_in() == before_in && bytes.len() == before_out;
            match status {
                Ok(Status::StreamEnd) | Err(_) => {
                    return Ok(Inflated {
                        bytes,
                        complete: true,
                    });
                }
                Ok(_) if stuck => break,
                Ok(_) => {}
            }
        }
        at += piece.len() as u64;
    }
    Ok(Inflated {
        bytes,
        complete: true,
    })
}
