//! Changes to sound input, always the same ones.

/// A plain generator of numbers.
pub struct Random(pub u64);

impl Random {
    /// From 0 to one less than the limit.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

/// Changes an input in one to four places.
pub fn mutate(bytes: &mut Vec<u8>, words: &[Vec<u8>], random: &mut Random) {
    const EXTREMES: [u32; 6] = [0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0xFFFF];
    for _ in 0..=random.below(4) {
        if bytes.is_empty() {
            return;
        }
        // Headers matter most.
        let reach = if random.below(2) == 0 {
            bytes.len().min(200)
        } else {
            bytes.len()
        };
        let at = random.below(reach);
        match random.below(9) {
            0 => bytes.truncate(at),
            1 => {
                let end = (at + random.below(20)).min(bytes.len());
                bytes.drain(at..end);
            }
            2 => {
                let part = bytes[at..(at + random.below(20)).min(bytes.len())].to_vec();
                bytes.splice(at..at, part);
            }
            3 if !words.is_empty() => {
                let word = &words[random.below(words.len())];
                let end = (at + word.len()).min(bytes.len());
                bytes.splice(at..end, word.iter().copied());
            }
            4 => {
                let value = EXTREMES[random.below(EXTREMES.len())].to_le_bytes();
                let width = 1 + random.below(4);
                for (byte, new) in bytes[at..].iter_mut().zip(&value[..width]) {
                    *byte = *new;
                }
            }
            5 => bytes[at] = bytes[at].wrapping_add(1),
            6 => bytes[at] ^= 1 << random.below(8),
            _ => bytes[at] = random.below(256) as u8,
        }
    }
}
