//! Lookup tables and palettes (PS3.3 C.11.1.1, C.7.6.3.1.5, C.7.9.2).

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use serde::{Deserialize, Serialize};

use super::numbers::numbers;

/// Most entries that a descriptor can announce.
const MOST_ENTRIES: usize = 1 << 16;

/// From integers to unsigned values of up to 16 bits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookupTable {
    /// The value that the first entry is for; smaller ones get it too, and larger than the last get the last.
    pub first: i32,
    /// Bits of an entry, 8 to 16.
    pub bits: u16,
    /// At least one.
    pub entries: Vec<u16>,
}

impl LookupTable {
    /// The table of an item of _Modality LUT Sequence_ or _VOI LUT Sequence_; `None` if it is broken.
    pub(super) fn read(item: &InMemDicomObject, signed: bool) -> Option<Self> {
        let descriptor = Descriptor::read(item, tags::LUT_DESCRIPTOR, signed)?;
        let entries = descriptor.entries(words(item, tags::LUT_DATA))?;
        let most = entries.iter().copied().max().unwrap_or(0);
        Some(Self {
            first: descriptor.first,
            // Descriptors with fewer bits than the entries have occur; what is there counts.
            bits: descriptor
                .bits
                .clamp(8, 16)
                .max((u16::BITS - most.leading_zeros()) as u16),
            entries,
        })
    }

    /// The entry for a value.
    pub fn apply(&self, value: i32) -> u16 {
        let at = value.saturating_sub(self.first).max(0) as usize;
        let last = self.entries.len().saturating_sub(1);
        self.entries.get(at.min(last)).copied().unwrap_or(0)
    }

    /// Greatest value an entry can have.
    pub fn full(&self) -> u16 {
        u16::MAX >> (16 - self.bits.clamp(1, 16))
    }
}

/// From stored values to colours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Palette {
    /// The stored value that the first entry is for.
    pub first: i32,
    /// Red, green, blue of each entry, 8 bits; tables of 16 bits keep their upper half.
    pub entries: Vec<[u8; 3]>,
}

impl Palette {
    /// The palette of an image, discrete or segmented; `None` without one, or if a table is broken.
    pub(super) fn read(object: &InMemDicomObject, signed: bool) -> Option<Self> {
        let (red, first) = channel(object, 0, signed)?;
        let (green, _) = channel(object, 1, signed)?;
        let (blue, _) = channel(object, 2, signed)?;
        (red.len() == green.len() && green.len() == blue.len()).then(|| Self {
            first,
            entries: red
                .into_iter()
                .zip(green)
                .zip(blue)
                .map(|((red, green), blue)| [red, green, blue])
                .collect(),
        })
    }

    /// The colour of a stored value.
    pub fn apply(&self, stored: i32) -> [u8; 3] {
        let at = stored.saturating_sub(self.first).max(0) as usize;
        let last = self.entries.len().saturating_sub(1);
        self.entries.get(at.min(last)).copied().unwrap_or_default()
    }
}

/// One table of a palette, as 8-bit values, and its first stored value. Red, green and blue have neighbouring tags.
fn channel(object: &InMemDicomObject, nth: u16, signed: bool) -> Option<(Vec<u8>, i32)> {
    let of = |red: Tag| Tag(red.0, red.1 + nth);
    let descriptor = Descriptor::read(
        object,
        of(tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR),
        signed,
    )?;
    let plain = words(object, of(tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA));
    let entries = if plain.is_empty() {
        let data = words(
            object,
            of(tags::SEGMENTED_RED_PALETTE_COLOR_LOOKUP_TABLE_DATA),
        );
        if descriptor.bits <= 8 {
            segments(&bytes_of(&data), 1, descriptor.count)?
        } else {
            segments(&data, 2, descriptor.count)?
        }
    } else {
        descriptor.entries(plain)?
    };
    // Tables that say 16 bits and hold 8 occur, and the reverse; what is there counts.
    let wide = entries.iter().any(|entry| *entry > 255);
    let eight = |entry: u16| {
        if wide {
            (entry >> 8) as u8
        } else {
            entry as u8
        }
    };
    Some((entries.into_iter().map(eight).collect(), descriptor.first))
}

/// The three numbers of a _LUT Descriptor_: entries, first value, bits.
struct Descriptor {
    count: usize,
    first: i32,
    bits: u16,
}

impl Descriptor {
    fn read(object: &InMemDicomObject, tag: Tag, signed: bool) -> Option<Self> {
        let numbers: [f64; 3] = numbers(object, tag).try_into().ok()?;
        // The middle one has the pixels' sign, the others have none, and one value representation must do for all.
        let [count, first, bits] = numbers.map(|number| number as i64 & 0xFFFF);
        Some(Self {
            count: if count == 0 {
                MOST_ENTRIES
            } else {
                count as usize
            },
            first: if signed {
                i32::from(first as u16 as i16)
            } else {
                first as i32
            },
            bits: u16::try_from(bits).ok().filter(|bits| *bits <= 16)?,
        })
    }

    /// The table's entries from its words: one in each, or two where 8-bit entries were packed. A table that is a little
    /// too short ends with its last entry.
    fn entries(&self, words: Vec<u16>) -> Option<Vec<u16>> {
        let packed = words.len() < self.count && words.len() * 2 >= self.count;
        let mut entries = if packed { bytes_of(&words) } else { words };
        entries.truncate(self.count);
        (!entries.is_empty()).then_some(entries)
    }
}

/// The values of a table, whatever their representation.
fn words(object: &InMemDicomObject, tag: Tag) -> Vec<u16> {
    numbers(object, tag)
        .into_iter()
        .take(MOST_ENTRIES)
        .map(|number| number as i64 as u16)
        .collect()
}

/// The two bytes of each word, the lower first (PS3.5 8.1.1).
fn bytes_of(words: &[u16]) -> Vec<u16> {
    words
        .iter()
        .flat_map(|word| [word & 0xFF, word >> 8])
        .collect()
}

/// Expands the segments of a table (PS3.3 C.7.9.2): discrete, linear, and indirect, which repeats earlier ones. `size` is
/// the bytes of an entry.
fn segments(data: &[u16], size: usize, count: usize) -> Option<Vec<u16>> {
    let mut entries = Vec::new();
    expand(data, size, 0..usize::MAX, count, &mut entries)?;
    (entries.len() >= count).then(|| {
        entries.truncate(count);
        entries
    })
}

/// Expands segments from `range.start` on, at most `range.end` of them, until there are `count` entries.
fn expand(
    data: &[u16],
    size: usize,
    range: std::ops::Range<usize>,
    count: usize,
    entries: &mut Vec<u16>,
) -> Option<()> {
    let (mut at, most) = (range.start, range.end);
    let mut done = 0;
    while done < most && entries.len() < count {
        // An odd byte at the end of an 8-bit table is padding.
        let (Some(&kind), Some(&len)) = (data.get(at), data.get(at + 1)) else {
            break;
        };
        let len = usize::from(len);
        at += 2;
        match kind {
            0 => {
                entries.extend_from_slice(data.get(at..at + len)?);
                at += len;
            }
            1 => {
                let from = f64::from(*entries.last()?);
                let to = f64::from(*data.get(at)?);
                at += 1;
                for step in 1..=len {
                    let value = from + (to - from) * step as f64 / len as f64;
                    entries.push(value.round_ties_even() as u16);
                }
            }
            // The target of an indirect segment may hold no other, so that nothing repeats itself for ever.
            2 if most == usize::MAX => {
                let parts = data.get(at..at + 4 / size)?;
                at += parts.len();
                let target = parts
                    .iter()
                    .rev()
                    .fold(0, |offset, part| offset << (8 * size) | usize::from(*part));
                expand(data, size, target / size..len, count, entries)?;
            }
            _ => return None,
        }
        done += 1;
    }
    Some(())
}

#[cfg(test)]
mod tests;
