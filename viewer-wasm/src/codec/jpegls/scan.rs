//! The coded lines of a JPEG-LS scan (T.87 annex A).

use super::super::DecodeError;
use super::bits::{Bits, Cache};
use super::context::{Context, RunContext};
use super::parameters::Parameters;

/// J (T.87 A.2.1): a run segment at run index `i` is `1 << RUN_ORDER[i]` samples long.
const RUN_ORDER: [u8; 32] = [
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13,
    14, 15,
];

/// 364 contexts and none for 0, rounded up so that an index needs no check.
const CONTEXTS: usize = 512;

/// Decodes the lines of one scan. Lines are given as `width + 2` samples: one before and one behind.
pub(super) struct Scan<'a> {
    bits: Bits<'a>,
    parameters: Parameters,
    regions: Vec<i8>,
    contexts: Box<[Context; CONTEXTS]>,
    runs: [RunContext; 2],
}

impl<'a> Scan<'a> {
    /// A scan whose coded data begins at `at`.
    pub fn new(bytes: &'a [u8], at: usize, parameters: Parameters) -> Self {
        Self {
            bits: Bits::new(bytes, at),
            regions: parameters.regions(),
            contexts: Box::new([Context::new(&parameters); CONTEXTS]),
            runs: [0, 1].map(|kind| RunContext::new(&parameters, kind)),
            parameters,
        }
    }

    /// Forgets all that was learnt and goes on at another place (T.87 A.1, restart intervals).
    pub fn restart(&mut self, bytes: &'a [u8], at: usize) {
        self.bits = Bits::new(bytes, at);
        *self.contexts = [Context::new(&self.parameters); CONTEXTS];
        self.runs = [0, 1].map(|kind| RunContext::new(&self.parameters, kind));
    }

    /// Where the marker behind the coded data is; `None` if the stream ends without one.
    pub fn marker(&self) -> Option<usize> {
        self.bits.marker()
    }

    /// An error if the data was used up.
    pub fn check(&self) -> Result<(), DecodeError> {
        if self.bits.ran_out() {
            return Err(DecodeError::Corrupt(
                "the JPEG-LS stream ends early".to_owned(),
            ));
        }
        Ok(())
    }

    /// Decodes a line of one component.
    pub fn line(
        &mut self,
        above: &mut [u16],
        line: &mut [u16],
        run_index: &mut usize,
    ) -> Result<(), DecodeError> {
        frame_lines(above, line);
        if self.parameters.is_plain() {
            self.samples::<true>(above, line, run_index)
        } else {
            self.samples::<false>(above, line, run_index)
        }
    }

    fn samples<const PLAIN: bool>(
        &mut self,
        above: &[u16],
        line: &mut [u16],
        run_index: &mut usize,
    ) -> Result<(), DecodeError> {
        let end = line.len() - 1;
        let above = &above[..=end];
        let mut cache = self.bits.cache;
        let mut x = 1;
        let (mut left, mut corner, mut up) = (line[0], above[0], above[1]);
        let mut between = self.region(up, corner);
        while x < end {
            let right = above[x + 1];
            let beyond = self.region(right, up);
            let context = 81 * beyond + 9 * between + self.region(corner, left);
            if context != 0 {
                left = self.regular::<PLAIN>(&mut cache, context, [left, up, corner]);
                line[x] = left;
                x += 1;
                (corner, up, between) = (up, right, beyond);
                continue;
            }
            self.bits.cache = cache;
            let run = self.run(end - x, run_index)?;
            line[x..x + run].fill(left);
            x += run;
            if x < end {
                left = self.interruption(left, above[x], *run_index);
                line[x] = left;
                *run_index = run_index.saturating_sub(1);
                (corner, up) = (above[x], above[x + 1]);
                between = self.region(up, corner);
                x += 1;
            }
            cache = self.bits.cache;
        }
        self.bits.cache = cache;
        self.check()
    }

    /// Decodes a line of three components, sample by sample.
    pub fn line_of_three(
        &mut self,
        above: &mut [Vec<u16>; 3],
        line: &mut [Vec<u16>; 3],
        run_index: &mut usize,
    ) -> Result<(), DecodeError> {
        for (above, line) in above.iter_mut().zip(&mut *line) {
            frame_lines(above, line);
        }
        let end = line[0].len() - 1;
        let mut x = 1;
        while x < end {
            let contexts = [0, 1, 2].map(|c| {
                let (above, left) = (&above[c], line[c][x - 1]);
                81 * self.region(above[x + 1], above[x])
                    + 9 * self.region(above[x], above[x - 1])
                    + self.region(above[x - 1], left)
            });
            if contexts != [0; 3] {
                let lines = line.iter_mut().zip(above.iter());
                let mut cache = self.bits.cache;
                for ((line, above), context) in lines.zip(contexts) {
                    let around = [line[x - 1], above[x], above[x - 1]];
                    line[x] = self.regular::<false>(&mut cache, context, around);
                }
                self.bits.cache = cache;
                x += 1;
                continue;
            }
            let run = self.run(end - x, run_index)?;
            for line in &mut *line {
                let value = line[x - 1];
                line[x..x + run].fill(value);
            }
            x += run;
            if x == end {
                break;
            }
            for (line, above) in line.iter_mut().zip(above.iter()) {
                let (left, up) = (line[x - 1], above[x]);
                let error = self.run_error(0, *run_index);
                line[x] = self.with_above(left, up, error);
            }
            *run_index = run_index.saturating_sub(1);
            x += 1;
        }
        self.check()
    }

    #[inline]
    fn region(&self, a: u16, b: u16) -> i32 {
        let index = self.parameters.max + i32::from(a) - i32::from(b);
        self.regions
            .get(index as usize)
            .map_or(0, |region| i32::from(*region))
    }

    /// The regular mode (T.87 A.4 to A.6), between the samples on the left, above and left above.
    #[inline(always)]
    fn regular<const PLAIN: bool>(
        &mut self,
        cache: &mut Cache,
        context: i32,
        [left, up, corner]: [u16; 3],
    ) -> u16 {
        let parameters = self.parameters;
        let max = parameters.max;
        let near = if PLAIN { 0 } else { parameters.near };
        // -1 for a context whose mirror image is used.
        let sign = context >> 31;
        let known = &mut self.contexts[((context ^ sign) - sign) as usize % CONTEXTS];
        let (a, b, c) = (i32::from(left), i32::from(up), i32::from(corner));
        let edge = (a + b - c).clamp(a.min(b), a.max(b));
        let prediction = (edge + (known.correction ^ sign) - sign).clamp(0, max);
        let k = known.golomb_parameter();
        let longest = parameters.limit - parameters.error_bits - 1;
        let code = self
            .bits
            .golomb_of(cache, k, longest, parameters.error_bits);
        let mut error = (code >> 1) as i32 ^ -((code & 1) as i32);
        if k | near as u32 == 0 && known.leans_down() {
            error = !error;
        }
        known.learn(error, 2 * near + 1, parameters.reset);
        let error = (error ^ sign) - sign;
        if PLAIN {
            ((prediction + error) & max) as u16
        } else {
            reconstruct(&parameters, prediction, error)
        }
    }

    /// The length of a run of at most `most` samples (T.87 A.7.1).
    fn run(&mut self, most: usize, run_index: &mut usize) -> Result<usize, DecodeError> {
        let mut run = 0;
        while self.bits.take(1) == 1 {
            let segment = 1 << RUN_ORDER[*run_index];
            if run + segment > most {
                return Ok(most);
            }
            run += segment;
            *run_index = (*run_index + 1).min(31);
            if run == most {
                return Ok(run);
            }
        }
        run += self.bits.take(u32::from(RUN_ORDER[*run_index])) as usize;
        if run > most {
            return Err(DecodeError::Corrupt(
                "a run in the JPEG-LS stream is longer than its line".to_owned(),
            ));
        }
        Ok(run)
    }

    /// The sample that ends a run (T.87 A.7.2).
    fn interruption(&mut self, left: u16, up: u16, run_index: usize) -> u16 {
        let alike = (i32::from(left) - i32::from(up)).abs() <= self.parameters.near;
        let error = self.run_error(usize::from(alike), run_index);
        if alike {
            reconstruct(&self.parameters, left.into(), error)
        } else {
            self.with_above(left, up, error)
        }
    }

    fn run_error(&mut self, kind: usize, run_index: usize) -> i32 {
        let parameters = &self.parameters;
        let known = &mut self.runs[kind];
        let k = known.golomb_parameter();
        let longest = parameters
            .limit
            .saturating_sub(u32::from(RUN_ORDER[run_index]) + 1 + parameters.error_bits + 1);
        let code = self.bits.golomb(k, longest, parameters.error_bits);
        known.error(code, k, parameters.reset)
    }

    /// The sample that ends a run, from the one above, where it differs from the run's.
    fn with_above(&self, left: u16, up: u16, error: i32) -> u16 {
        let error = if up < left { -error } else { error };
        reconstruct(&self.parameters, up.into(), error)
    }
}

/// Prediction and error to a sample (T.87 A.4.4, the decoder's side).
fn reconstruct(parameters: &Parameters, prediction: i32, error: i32) -> u16 {
    let step = 2 * parameters.near + 1;
    let span = parameters.range * step;
    let mut value = prediction.wrapping_add(error.wrapping_mul(step));
    if value < -parameters.near {
        value = value.wrapping_add(span);
    } else if value > parameters.max + parameters.near {
        value -= span;
    }
    value.clamp(0, parameters.max) as u16
}

/// Sets the samples beside the lines (T.87 A.2.1): left of the line is the first of the line above, right of the line
/// above its last. What is left of the line above was set when that was decoded.
fn frame_lines(above: &mut [u16], line: &mut [u16]) {
    let last = above.len() - 1;
    above[last] = above[last - 1];
    line[0] = above[1];
}
