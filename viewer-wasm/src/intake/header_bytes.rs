//! A sliding window over the first bytes of a file.

use std::io;

use super::limits;
use super::source::ByteSource;

/// Reads in steps of this many bytes: most headers need one.
const STEP: u64 = 16 << 10;

/// A file whose first step is read once, however often it is looked at.
pub(crate) struct Start<'a> {
    source: &'a dyn ByteSource,
    start: Vec<u8>,
}

impl<'a> Start<'a> {
    pub fn read(source: &'a dyn ByteSource) -> io::Result<Self> {
        let start = source.read_range(0, source.len().min(STEP))?;
        Ok(Self { source, start })
    }
}

impl ByteSource for Start<'_> {
    fn len(&self) -> u64 {
        self.source.len()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        let held = usize::try_from(offset)
            .ok()
            .and_then(|from| self.start.get(from..)?.get(..buf.len()));
        match held {
            Some(held) => {
                buf.copy_from_slice(held);
                Ok(())
            }
            None => self.source.read_at(offset, buf),
        }
    }
}

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
            // On whole steps, so that the first one is what `Start` holds.
            let start = offset / STEP * STEP;
            let size = (end - start).next_multiple_of(STEP).min(self.len - start);
            self.total += size;
            if self.total > limits::HEADER_BYTES {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            // A failed read must not leave a window that claims to be filled.
            self.window.clear();
            self.start = start;
            let mut window = vec![0; size as usize];
            self.source.read_at(start, &mut window)?;
            self.window = window;
        }
        let from = (offset - self.start) as usize;
        Ok(&self.window[from..from + len])
    }
}
