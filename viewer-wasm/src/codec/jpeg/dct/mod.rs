//! Lossy JPEG (ITU-T T.81): baseline, extended sequential and progressive, Huffman-coded, of 8 or 12 bits.
//!
//! Our own, since no other decoder that builds for the browser reads 12 bits. `blocks` are coefficients, `transform` turns them into samples, `component` holds one colour.

mod blocks;
mod component;
mod transform;

use super::super::DecodeError;
use super::bits::Bits;
use super::tables::Tables;
use super::{
    FrameHeader, HUFFMAN_TABLES, RESTART_INTERVAL, START_OF_SCAN, Segments, corrupt, restart_units,
    restarted,
};
use blocks::{Band, NoCode};
use component::Component;

/// Scans of one image at most. Progressive files have about ten; each costs a walk over the image.
const SCANS: usize = 100;

const ARITHMETIC_TABLES: u8 = 0xCC;
const PROGRESSIVE: u8 = 0xC2;
const QUANTISATION_TABLES: u8 = 0xDB;

impl From<NoCode> for DecodeError {
    fn from(NoCode: NoCode) -> Self {
        corrupt("the JPEG stream")
    }
}

/// Decodes an image whose frame header was compared with the image description. Colours are interleaved and stay as
/// they are.
pub(super) fn decode(header: &FrameHeader, bytes: &[u8]) -> Result<Vec<u16>, DecodeError> {
    let mut image = Image::new(header, bytes)?;
    let mut segments = Segments::new(bytes)?;
    let mut tables = Tables::default();
    let mut restarts = 0;
    let mut scans = 0;
    loop {
        let next = match segments.next() {
            Ok(next) => next,
            // A stream that is whole but for its end.
            Err(_) if scans > 0 && image.is_complete() => None,
            Err(error) => return Err(error),
        };
        let Some((marker, segment)) = next else { break };
        match marker {
            HUFFMAN_TABLES => tables.read_huffman(segment)?,
            QUANTISATION_TABLES => tables.read_steps(segment)?,
            RESTART_INTERVAL => restarts = restart_units(segment),
            START_OF_SCAN => {
                scans += 1;
                if scans > SCANS {
                    return Err(corrupt("the JPEG stream has too many scans"));
                }
                let scan = image.scan_header(segment)?;
                let end = image.scan(&tables, &scan, segments.position(), restarts)?;
                segments = Segments::resume(bytes, end);
            }
            ARITHMETIC_TABLES => {
                return Err(DecodeError::UnsupportedImage(
                    "JPEG with arithmetic coding".to_owned(),
                ));
            }
            _ => {}
        }
    }
    if !image.is_complete() {
        return Err(DecodeError::Truncated);
    }
    image.finish(&tables)
}

/// What a scan header (T.81 B.2.3) says.
struct ScanHeader {
    /// Which components, and their tables for levels and for other coefficients.
    parts: Vec<Part>,
    band: Band,
}

#[derive(Clone, Copy)]
struct Part {
    component: usize,
    dc: usize,
    ac: usize,
}

struct Image<'a> {
    bytes: &'a [u8],
    precision: u8,
    progressive: bool,
    columns: usize,
    rows: usize,
    components: Vec<Component>,
    /// The largest H and V.
    most: (usize, usize),
    seen: Vec<bool>,
}

impl<'a> Image<'a> {
    fn new(header: &FrameHeader, bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let error = || corrupt("the JPEG frame header");
        let specs = &header.specs;
        let factors = |spec: &[u8; 3]| (usize::from(spec[1] >> 4), usize::from(spec[1] & 15));
        let most = specs.iter().map(factors).fold((1, 1), |most, factors| {
            (most.0.max(factors.0), most.1.max(factors.1))
        });
        let sound = matches!(header.precision, 8 | 12)
            && !specs.is_empty()
            && specs.iter().all(|spec| {
                let (across, down) = factors(spec);
                let whole =
                    |part: usize, all: usize| part > 0 && part <= 4 && all.is_multiple_of(part);
                whole(across, most.0) && whole(down, most.1) && spec[2] < 4
            });
        if !sound {
            return Err(error());
        }
        let (columns, rows) = (header.columns as usize, header.rows as usize);
        let progressive = header.marker == PROGRESSIVE;
        Ok(Self {
            bytes,
            precision: header.precision,
            progressive,
            columns,
            rows,
            components: specs
                .iter()
                .map(|spec| Component::new(*spec, (columns, rows), most, progressive))
                .collect(),
            most,
            seen: vec![false; specs.len()],
        })
    }

    fn is_complete(&self) -> bool {
        self.seen.iter().all(|seen| *seen)
    }

    fn scan_header(&self, segment: &[u8]) -> Result<ScanHeader, DecodeError> {
        let error = || corrupt("the JPEG scan header");
        let (&count, rest) = segment.split_first().ok_or_else(error)?;
        let (specs, rest) = rest
            .split_at_checked(2 * usize::from(count))
            .ok_or_else(error)?;
        let &[first, last, precision] = rest else {
            return Err(error());
        };
        let mut parts: Vec<Part> = Vec::new();
        for &[id, tables] in specs.as_chunks::<2>().0 {
            let component = self.components.iter().position(|c| c.id == id);
            let component = component.ok_or_else(error)?;
            let (dc, ac) = (usize::from(tables >> 4), usize::from(tables & 15));
            let again = parts.iter().any(|part| part.component == component);
            if again || dc > 3 || ac > 3 {
                return Err(error());
            }
            parts.push(Part { component, dc, ac });
        }
        let band = Band {
            first: first.into(),
            last: last.into(),
            refines: precision >> 4 != 0,
            low: u32::from(precision & 15),
        };
        let levels_only = band.first == 0 && band.last == 0;
        let others_only = (1..64).contains(&band.first)
            && (band.first..64).contains(&band.last)
            && parts.len() == 1;
        let sound = !self.progressive || ((levels_only || others_only) && band.low <= 13);
        if parts.is_empty() || !sound {
            return Err(error());
        }
        Ok(ScanHeader { parts, band })
    }

    /// Decodes the scan whose data begins at `at`; where its data ends.
    fn scan(
        &mut self,
        tables: &Tables,
        scan: &ScanHeader,
        at: usize,
        restarts: usize,
    ) -> Result<usize, DecodeError> {
        let mut bits = Bits::new(self.bytes, at);
        for part in &scan.parts {
            self.components[part.component].level = 0;
            self.seen[part.component] |= scan.band.first == 0;
        }
        let alone = match &scan.parts[..] {
            [part] => Some(part.component),
            _ => None,
        };
        let (across, down) = match alone {
            Some(component) => self.components[component].own_blocks(),
            None => (
                self.columns.div_ceil(8 * self.most.0),
                self.rows.div_ceil(8 * self.most.1),
            ),
        };
        let mut blank = 0;
        for y in 0..down {
            for x in 0..across {
                let unit = y * across + x;
                if restarts > 0 && unit > 0 && unit.is_multiple_of(restarts) {
                    bits = restarted(self.bytes, &bits, unit / restarts - 1)?;
                    blank = 0;
                    for component in &mut self.components {
                        component.level = 0;
                    }
                }
                for part in &scan.parts {
                    let component = &self.components[part.component];
                    let (h, v) = if alone.is_some() {
                        (1, 1)
                    } else {
                        (component.across, component.down)
                    };
                    for place in (0..h * v).map(|i| (x * h + i % h, y * v + i / h)) {
                        self.block(&mut bits, tables, *part, scan.band, place, &mut blank)?;
                    }
                }
            }
            if bits.ran_out() {
                return Err(DecodeError::Truncated);
            }
        }
        Ok(bits.marker().unwrap_or(self.bytes.len()))
    }

    #[inline]
    fn block(
        &mut self,
        bits: &mut Bits<'_>,
        tables: &Tables,
        part: Part,
        band: Band,
        place: (usize, usize),
        blank: &mut u32,
    ) -> Result<(), DecodeError> {
        let missing = || corrupt("a table is missing in the JPEG stream");
        let (dc, ac) = (tables.dc[part.dc].as_ref(), tables.ac[part.ac].as_ref());
        let component = &mut self.components[part.component];
        if !self.progressive {
            let steps = &tables.steps[usize::from(component.steps)];
            let steps = steps.as_ref().ok_or_else(missing)?;
            let (dc, ac) = (dc.ok_or_else(missing)?, ac.ok_or_else(missing)?);
            let mut block = [0; 64];
            blocks::sequential(bits, dc, ac, &mut component.level, &mut block)?;
            component.put(place, &block, steps, self.precision);
            return Ok(());
        }
        let mut level = component.level;
        let block = component
            .coefficients(place.0, place.1)
            .ok_or_else(missing)?;
        if band.first == 0 {
            blocks::progressive_level(bits, dc, band, &mut level, block)?;
            component.level = level;
        } else {
            let ac = ac.ok_or_else(missing)?;
            let decode = if band.refines {
                blocks::progressive_refine
            } else {
                blocks::progressive_first
            };
            decode(bits, ac, band, blank, block)?;
        }
        Ok(())
    }

    fn finish(mut self, tables: &Tables) -> Result<Vec<u16>, DecodeError> {
        if self.progressive {
            for component in &mut self.components {
                let steps = &tables.steps[usize::from(component.steps)];
                let steps = steps
                    .as_ref()
                    .ok_or_else(|| corrupt("a table is missing in the JPEG stream"))?;
                component.finish(steps, self.precision);
            }
        }
        let channels = self.components.len();
        let mut values = vec![0; self.columns * self.rows * channels];
        for (y, row) in values.chunks_mut(self.columns * channels).enumerate() {
            for (channel, component) in self.components.iter().enumerate() {
                component.write_row(y, self.most, &mut row[channel..], channels);
            }
        }
        Ok(values)
    }
}
