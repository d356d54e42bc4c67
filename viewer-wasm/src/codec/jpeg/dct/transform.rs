//! The inverse cosine transform of one block (T.81 A.3.3), in whole numbers.
//!
//! The method of Loeffler, Ligtenberg and Moschytz (1989) with the constants and rounding that the reference software
//! of the Independent JPEG Group uses, so that lossy images come out as the usual decoders show them, to the bit.

use std::num::Wrapping;

/// Bits of the constants' fraction.
const FRACTION: usize = 13;

const fn fixed(value: f64) -> Wrapping<i32> {
    Wrapping((value * (1 << FRACTION) as f64 + 0.5) as i32)
}

const C_0_298: Wrapping<i32> = fixed(0.298_631_336);
const C_0_390: Wrapping<i32> = fixed(0.390_180_644);
const C_0_541: Wrapping<i32> = fixed(0.541_196_100);
const C_0_765: Wrapping<i32> = fixed(0.765_366_865);
const C_0_899: Wrapping<i32> = fixed(0.899_976_223);
const C_1_175: Wrapping<i32> = fixed(1.175_875_602);
const C_1_501: Wrapping<i32> = fixed(1.501_321_110);
const C_1_847: Wrapping<i32> = fixed(1.847_759_065);
const C_1_961: Wrapping<i32> = fixed(1.961_570_560);
const C_2_053: Wrapping<i32> = fixed(2.053_119_869);
const C_2_562: Wrapping<i32> = fixed(2.562_915_447);
const C_3_072: Wrapping<i32> = fixed(3.072_711_026);

/// Eight rows of eight values.
type Block = [[Wrapping<i32>; 8]; 8];

/// Transforms the columns, and scales them down by `bits` bits. Eight columns at a time, so that it is done in vectors.
// With an iterator in place of the index it is not.
#[allow(clippy::needless_range_loop)]
#[inline(always)]
fn columns(x: &mut Block, bits: usize) {
    for i in 0..8 {
        // Even part.
        let z = (x[2][i] + x[6][i]) * C_0_541;
        let t2 = z - x[6][i] * C_1_847;
        let t3 = z + x[2][i] * C_0_765;
        let t0 = (x[0][i] + x[4][i]) << FRACTION;
        let t1 = (x[0][i] - x[4][i]) << FRACTION;
        let even = [t0 + t3, t1 + t2, t1 - t2, t0 - t3];
        // Odd part.
        let [mut t0, mut t1, mut t2, mut t3] = [x[7][i], x[5][i], x[3][i], x[1][i]];
        let z1 = -(t0 + t3) * C_0_899;
        let z2 = -(t1 + t2) * C_2_562;
        let (z3, z4) = (t0 + t2, t1 + t3);
        let z5 = (z3 + z4) * C_1_175;
        let z3 = z5 - z3 * C_1_961;
        let z4 = z5 - z4 * C_0_390;
        t0 = t0 * C_0_298 + z1 + z3;
        t1 = t1 * C_2_053 + z2 + z4;
        t2 = t2 * C_3_072 + z2 + z3;
        t3 = t3 * C_1_501 + z1 + z4;
        x[0][i] = scaled(even[0] + t3, bits);
        x[1][i] = scaled(even[1] + t2, bits);
        x[2][i] = scaled(even[2] + t1, bits);
        x[3][i] = scaled(even[3] + t0, bits);
        x[4][i] = scaled(even[3] - t0, bits);
        x[5][i] = scaled(even[2] - t1, bits);
        x[6][i] = scaled(even[1] - t2, bits);
        x[7][i] = scaled(even[0] - t3, bits);
    }
}

#[inline(always)]
fn scaled(value: Wrapping<i32>, bits: usize) -> Wrapping<i32> {
    (value + Wrapping(1 << (bits - 1))) >> bits
}

#[inline(always)]
fn transposed(x: &Block) -> Block {
    let mut out = [[Wrapping(0); 8]; 8];
    for (y, row) in x.iter().enumerate() {
        for (x, value) in row.iter().enumerate() {
            out[x][y] = *value;
        }
    }
    out
}

/// Samples of one block, of `precision` (8 or 12) bits, written to `out` with `stride` samples from row to row.
pub(super) fn block(
    coefficients: &[i16; 64],
    steps: &[u16; 64],
    precision: u8,
    out: &mut [u16],
    stride: usize,
) {
    let max = (1 << precision) - 1;
    let middle = Wrapping(1 << (precision - 1));
    // Bits of fraction kept between the passes: as many as fit.
    let kept = if precision > 8 { 1 } else { 2 };
    if coefficients[1..].iter().fold(0, |all, c| all | c) == 0 {
        let level = Wrapping(i32::from(coefficients[0])) * Wrapping(i32::from(steps[0]));
        let value = scaled(level << kept, kept + 3) + middle;
        for row in out.chunks_mut(stride).take(8) {
            row[..8].fill(value.0.clamp(0, max) as u16);
        }
        return;
    }
    let mut x = [[Wrapping(0); 8]; 8];
    let lines = coefficients.as_chunks::<8>().0.iter();
    for (row, (values, steps)) in x.iter_mut().zip(lines.zip(steps.as_chunks::<8>().0)) {
        for (place, (value, step)) in row.iter_mut().zip(values.iter().zip(steps)) {
            *place = Wrapping(i32::from(*value)) * Wrapping(i32::from(*step));
        }
    }
    columns(&mut x, FRACTION - kept);
    let mut x = transposed(&x);
    columns(&mut x, FRACTION + kept + 3);
    for (row, out) in transposed(&x).iter().zip(out.chunks_mut(stride)) {
        for (value, out) in row.iter().zip(&mut out[..8]) {
            *out = (*value + middle).0.clamp(0, max) as u16;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition (T.81 A.3.3), in floating point.
    fn by_definition(coefficients: &[i16; 64], steps: &[u16; 64], precision: u8) -> Vec<f64> {
        let scale = |k: usize| if k == 0 { 0.5f64.sqrt() } else { 1.0 };
        let cosine = |x: usize, u: usize| {
            ((2 * x + 1) as f64 * u as f64 * std::f64::consts::PI / 16.0).cos()
        };
        let at = |y: usize, x: usize| {
            let mut sum = 0.0;
            for v in 0..8 {
                for u in 0..8 {
                    let i = 8 * v + u;
                    let value = f64::from(coefficients[i]) * f64::from(steps[i]);
                    sum += scale(u) * scale(v) * value * cosine(x, u) * cosine(y, v);
                }
            }
            let max = f64::from((1u32 << precision) - 1);
            (sum / 4.0 + f64::from(1u32 << (precision - 1))).clamp(0.0, max)
        };
        (0..64).map(|i| at(i / 8, i % 8)).collect()
    }

    #[test]
    fn it_is_the_cosine_transform() {
        let mut seed = 1u32;
        let mut random = |most: i32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as i32 % (2 * most + 1) - most
        };
        for precision in [8, 12] {
            for sparse in [1, 4, 64] {
                let mut coefficients = [0; 64];
                for value in &mut coefficients[..sparse] {
                    *value = random(20 << (precision - 8)) as i16;
                }
                let steps = [3; 64];
                let mut out = [0; 64];
                block(&coefficients, &steps, precision, &mut out, 8);
                for (ours, exact) in out
                    .iter()
                    .zip(by_definition(&coefficients, &steps, precision))
                {
                    assert!((f64::from(*ours) - exact).abs() < 1.0, "{ours} {exact}");
                }
            }
        }
    }
}
