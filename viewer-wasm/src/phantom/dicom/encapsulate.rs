//! Compressed frames: RLE, JPEG lossless and JPEG-LS, of 12-bit samples in 16 bits.

use std::io;

/// Bits of a sample.
const PRECISION: u8 = 12;

/// RLE (PS3.5 annex G): a segment of high bytes, then one of low bytes, each row packed on its own.
pub fn rle(samples: &[u16], columns: usize) -> Vec<u8> {
    let segment = |byte: fn(u16) -> u8| {
        let mut out = Vec::new();
        for row in samples.chunks(columns) {
            pack_bits(&row.iter().map(|s| byte(*s)).collect::<Vec<_>>(), &mut out);
        }
        if !out.len().is_multiple_of(2) {
            out.push(0);
        }
        out
    };
    let (high, low) = (segment(|s| (s >> 8) as u8), segment(|s| s as u8));
    let mut header = [0u32; 16];
    header[..3].copy_from_slice(&[2, 64, 64 + high.len() as u32]);
    let header: Vec<u8> = header.iter().flat_map(|word| word.to_le_bytes()).collect();
    [header, high, low].concat()
}

/// PackBits: runs of 3 or more equal bytes, the rest as it is, in pieces of at most 128.
fn pack_bits(row: &[u8], out: &mut Vec<u8>) {
    let run_at = |at: usize| {
        row[at..]
            .iter()
            .take(128)
            .take_while(|b| **b == row[at])
            .count()
    };
    let mut at = 0;
    while at < row.len() {
        let run = run_at(at);
        if run >= 3 {
            out.extend([(257 - run) as u8, row[at]]);
            at += run;
            continue;
        }
        let mut end = at + run;
        while end < row.len() && end - at < 128 && run_at(end) < 3 {
            end += 1;
        }
        out.push((end - at - 1) as u8);
        out.extend(&row[at..end]);
        at = end;
    }
}

/// JPEG-LS (ISO/IEC 14495-1), lossless.
pub fn jpeg_ls(samples: &[u16], columns: usize, rows: usize) -> io::Result<Vec<u8>> {
    let mut options = jpegls::EncodeOptions::default();
    options.precision = Some(PRECISION);
    let mut out = Vec::new();
    jpegls::encode_with_options(samples, columns as u32, rows as u32, &options, &mut out)
        .map_err(|error| io::Error::other(format!("{error:?}")))?;
    Ok(out)
}

/// How many codes of each length from 1 bit on the Huffman table has.
const CODES_OF_LENGTH: [u8; 16] = [0, 2, 2, 2, 2, 2, 1, 2, 4, 0, 0, 0, 0, 0, 0, 0];
/// Categories (bits of a difference) in the order of their codes: for smooth images with noise.
const CATEGORIES: [u8; 17] = [4, 5, 3, 6, 2, 7, 0, 1, 8, 9, 10, 11, 12, 13, 14, 15, 16];

/// JPEG lossless, process 14 with selection value 1 (ITU-T T.81 annex H): each sample is predicted by the one to its
/// left, the first of a row by the one above.
pub fn jpeg_lossless(samples: &[u16], columns: usize, rows: usize) -> Vec<u8> {
    let mut out = vec![0xFF, 0xD8];
    let size = [(rows as u16).to_be_bytes(), (columns as u16).to_be_bytes()].concat();
    // SOF3: one component, no subsampling, no quantisation table.
    out.extend([0xFF, 0xC3, 0, 11, PRECISION]);
    out.extend(size);
    out.extend([1, 1, 0x11, 0]);
    out.extend([0xFF, 0xC4, 0, 19 + CATEGORIES.len() as u8, 0]);
    out.extend(CODES_OF_LENGTH);
    out.extend(CATEGORIES);
    // SOS: predictor 1, no point transform.
    out.extend([0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 0, 0]);
    let codes = huffman_codes();
    let mut bits = BitWriter {
        out,
        pending: 0,
        count: 0,
    };
    for (at, sample) in samples.iter().enumerate() {
        let predicted = match (at % columns, at / columns) {
            (0, 0) => 1 << (PRECISION - 1),
            (0, _) => samples[at - columns],
            _ => samples[at - 1],
        };
        let difference = i32::from(sample.wrapping_sub(predicted) as i16);
        let category = 32 - difference.unsigned_abs().leading_zeros();
        let (code, length) = codes[category as usize];
        bits.push(code, length);
        // Negative differences as one less, in as many bits (T.81 F.1.2.1).
        let extra = if difference < 0 {
            difference - 1
        } else {
            difference
        } as u32;
        if category < 16 {
            bits.push(extra & ((1 << category) - 1), category);
        }
    }
    let mut out = bits.finish();
    out.extend([0xFF, 0xD9]);
    out
}

/// Code and length of each category (T.81 annex C).
fn huffman_codes() -> [(u32, u32); 17] {
    let mut codes = [(0, 0); 17];
    let (mut code, mut next) = (0, CATEGORIES.iter());
    for (length, count) in (1u32..).zip(CODES_OF_LENGTH) {
        for category in next.by_ref().take(count.into()) {
            codes[usize::from(*category)] = (code, length);
            code += 1;
        }
        code <<= 1;
    }
    codes
}

struct BitWriter {
    out: Vec<u8>,
    pending: u64,
    count: u32,
}

impl BitWriter {
    fn push(&mut self, value: u32, length: u32) {
        self.pending = (self.pending << length) | u64::from(value);
        self.count += length;
        while self.count >= 8 {
            self.count -= 8;
            self.byte((self.pending >> self.count) as u8);
        }
    }

    fn byte(&mut self, byte: u8) {
        self.out.push(byte);
        if byte == 0xFF {
            self.out.push(0);
        }
    }

    /// Fills the last byte with ones.
    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            let free = 8 - self.count;
            self.push((1 << free) - 1, free);
        }
        self.out
    }
}
