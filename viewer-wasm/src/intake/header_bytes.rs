//! A sliding window over the first bytes of a file.

use std::io;

use super::limits;
use super::source::ByteSource;

/// Reads in steps of this many bytes: most headers need one.
const STEP: u64 = 32 << 10;

/// A sliding window over a file: headers are read in a few pieces, however many elements they have.
pub(crate) struct HeaderBytes<'a> {
    source: &'a dyn ByteSource,
    len: u64,
    start: u64,
    window: Vec<u8>,
    total: u64,
}

impl<'a> HeaderBytes<'a> {
    pub fn new(source: &'a dyn ByteSource) -> Self {
        Self {
            source,
            len: source.len(),
            start: 0,
            window: Vec::new(),
            total: 0,
        }
    }

    /// Length of the file.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// `len` bytes from `offset` on.
    pub fn view(&mut self, offset: u64, len: usize) -> io::Result<&[u8]> {
        let end = offset
            .checked_add(len as u64)
            .filter(|end| *end <= self.len)
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        let held = self.start..=self.start + self.window.len() as u64;
        if !held.contains(&offset) || !held.contains(&end) {
            let size = (len as u64).max(STEP).min(self.len - offset);
            self.total += size;
            if self.total > limits::HEADER_BYTES {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            // A failed read must not leave a window that claims to be filled.
            self.start = offset;
            self.window.clear();
            let mut window = vec![0; size as usize];
            self.source.read_at(offset, &mut window)?;
            self.window = window;
        }
        let from = (offset - self.start) as usize;
        Ok(&self.window[from..from + len])
    }
}
