//! The inverse wavelet transforms, 5/3 in whole numbers and 9/7 (ITU-T T.800 annex F).
//!
//! Along rows, low and high samples are kept apart until the end, so that each lifting step runs over plain slices.

use super::geometry::Area;

/// A coefficient of one of the transforms.
pub(super) trait Coefficient: Copy + Default {
    /// Lifting steps, the first of which changes the low samples.
    const STEPS: usize;
    /// A sample after a step, between its neighbours of the other kind.
    fn step(step: usize, value: Self, before: Self, after: Self) -> Self;
    /// A high sample that is alone.
    fn alone(self) -> Self;
    /// Scales samples that come from a low or a high band.
    fn scale(values: &mut [Self], is_high: bool);
}

impl Coefficient for i32 {
    const STEPS: usize = 2;

    #[inline(always)]
    fn step(step: usize, value: Self, before: Self, after: Self) -> Self {
        let sum = before.wrapping_add(after);
        if step == 0 {
            value.wrapping_sub(sum.wrapping_add(2) >> 2)
        } else {
            value.wrapping_add(sum >> 1)
        }
    }

    fn alone(self) -> Self {
        self >> 1
    }

    fn scale(_values: &mut [Self], _is_high: bool) {}
}

/// T.800 table F.4.
const LIFTING: [f32; 4] = [0.443_506_85, 0.882_911_1, -0.052_980_12, -1.586_134_3];
const GAIN: f32 = 1.230_174_1;

impl Coefficient for f32 {
    const STEPS: usize = 4;

    #[inline(always)]
    fn step(step: usize, value: Self, before: Self, after: Self) -> Self {
        value - LIFTING[step] * (before + after)
    }

    fn alone(self) -> Self {
        self / 2.0
    }

    fn scale(values: &mut [Self], is_high: bool) {
        if is_high {
            for value in values {
                *value /= GAIN;
            }
        } else {
            for value in values {
                *value *= GAIN;
            }
        }
    }
}

/// Puts the four bands of a resolution together: LL, HL, LH and HH, each row by row.
pub(super) fn synthesise<T: Coefficient>(bands: [&mut [T]; 4], area: &Area) -> Vec<T> {
    let (width, height) = (area.width(), area.height());
    let low_columns = (area.x1.div_ceil(2) - area.x0.div_ceil(2)) as usize;
    let (odd_x, odd_y) = (area.x0 % 2 == 1, area.y0 % 2 == 1);
    let mut out = vec![T::default(); width * height];
    let [ll, hl, lh, hh] = bands;
    // Rows by turns, each where it stays.
    for (low, high, is_second) in [(ll, hl, odd_y), (lh, hh, !odd_y)] {
        let targets = out[width * usize::from(is_second)..].chunks_mut(2 * width);
        rows(low, high, low_columns, odd_x, targets, width);
    }
    columns(&mut out, odd_y, width);
    out
}

/// Synthesises each row from its low and its high half.
fn rows<'a, T: Coefficient + 'a>(
    low: &mut [T],
    high: &mut [T],
    low_columns: usize,
    odd: bool,
    targets: impl Iterator<Item = &'a mut [T]>,
    width: usize,
) {
    let high_columns = width - low_columns;
    for (y, out) in targets.enumerate() {
        let out = &mut out[..width];
        let low = &mut low[y * low_columns..(y + 1) * low_columns];
        let high = &mut high[y * high_columns..(y + 1) * high_columns];
        if width == 1 {
            out[0] = if odd { high[0].alone() } else { low[0] };
            continue;
        }
        T::scale(low, false);
        T::scale(high, true);
        for step in 0..T::STEPS {
            if step % 2 == 0 {
                lift(step, low, high, !odd);
            } else {
                lift(step, high, low, odd);
            }
        }
        let (first, second) = if odd {
            (&*high, &*low)
        } else {
            (&*low, &*high)
        };
        let pairs = out.as_chunks_mut::<2>().0.iter_mut();
        for (pair, (a, b)) in pairs.zip(first.iter().zip(second)) {
            *pair = [*a, *b];
        }
        if width % 2 == 1 {
            out[width - 1] = first[width / 2];
        }
    }
}

/// One step along a row. `leads`: the changed samples begin before the others. At an end the one neighbour counts twice.
#[inline(always)]
fn lift<T: Coefficient>(step: usize, changed: &mut [T], others: &[T], leads: bool) {
    let last = others.len() - 1;
    let count = changed.len();
    if leads {
        changed[0] = T::step(step, changed[0], others[0], others[0]);
        let inner = last.min(count - 1);
        let pairs = others[..inner].iter().zip(&others[1..]);
        for (value, (before, after)) in changed[1..=inner].iter_mut().zip(pairs) {
            *value = T::step(step, *value, *before, *after);
        }
        if count > inner + 1 {
            changed[count - 1] = T::step(step, changed[count - 1], others[last], others[last]);
        }
    } else {
        let inner = last.min(count);
        let pairs = others[..inner].iter().zip(&others[1..]);
        for (value, (before, after)) in changed[..inner].iter_mut().zip(pairs) {
            *value = T::step(step, *value, *before, *after);
        }
        if count > inner {
            changed[count - 1] = T::step(step, changed[count - 1], others[last], others[last]);
        }
    }
}

/// Synthesises all columns at once, where they are. The steps follow each other as closely as they can, each a row
/// behind the one before, so that rows are still in the cache.
fn columns<T: Coefficient>(values: &mut [T], odd: bool, width: usize) {
    let height = values.len() / width;
    if height == 1 {
        if odd {
            for value in values {
                *value = value.alone();
            }
        }
        return;
    }
    for (y, row) in values.chunks_exact_mut(width).enumerate() {
        T::scale(row, (y % 2 == 1) != odd);
    }
    for front in (usize::from(odd)..height + T::STEPS).step_by(2) {
        for step in 0..T::STEPS {
            if let Some(y) = front.checked_sub(step).filter(|y| *y < height) {
                lift_row(step, values, y, width);
            }
        }
    }
}

/// One step of all columns in a row, between the rows above and below; at an end the one neighbour counts twice.
fn lift_row<T: Coefficient>(step: usize, values: &mut [T], y: usize, width: usize) {
    let (above, rest) = values.split_at_mut(y * width);
    let (row, below) = rest.split_at_mut(width);
    let above = above.rchunks_exact(width).next();
    let below = below.chunks_exact(width).next();
    if let Some((above, below)) = above.or(below).zip(below.or(above)) {
        for (value, (before, after)) in row.iter_mut().zip(above.iter().zip(below)) {
            *value = T::step(step, *value, *before, *after);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The forward 5/3 transform by its definition (T.800 F.4.8.1), on a line that begins at `x0`.
    fn analysed(line: &[i32], x0: usize) -> (Vec<i32>, Vec<i32>) {
        let n = line.len() as i64;
        let mirror = |i: i64| {
            let i = i.rem_euclid((2 * n - 2).max(1));
            if i < n { i } else { 2 * n - 2 - i }
        };
        let at = |values: &[i32], i: i64| values[mirror(i) as usize];
        if n == 1 {
            return match x0 % 2 {
                0 => (line.to_vec(), vec![]),
                _ => (vec![], vec![2 * line[0]]),
            };
        }
        let mut values = line.to_vec();
        let parity = |i: i64| (x0 as i64 + i) % 2;
        for i in (0..n).filter(|i| parity(*i) == 1) {
            values[i as usize] -= (at(line, i - 1) + at(line, i + 1)) >> 1;
        }
        let odd = values.clone();
        for i in (0..n).filter(|i| parity(*i) == 0) {
            values[i as usize] += (at(&odd, i - 1) + at(&odd, i + 1) + 2) >> 2;
        }
        let of = |kind: i64| {
            (0..n)
                .filter(|i| parity(*i) == kind)
                .map(|i| values[i as usize])
                .collect()
        };
        (of(0), of(1))
    }

    #[test]
    fn it_undoes_the_forward_transform_at_any_size_and_place() {
        let mut seed = 7u32;
        for (width, height, x0, y0) in [
            (1, 1, 0, 0),
            (1, 1, 1, 1),
            (1, 5, 1, 0),
            (5, 1, 0, 1),
            (2, 2, 1, 0),
            (2, 3, 0, 1),
            (8, 6, 0, 0),
            (9, 7, 0, 0),
            (9, 7, 1, 1),
            (8, 6, 1, 1),
        ] {
            let image: Vec<i32> = (0..width * height)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (seed >> 20) as i32 - 2048
                })
                .collect();
            // Columns, then rows, into LL, HL, LH and HH.
            let columns: Vec<_> = (0..width)
                .map(|x| {
                    let column: Vec<_> = (0..height).map(|y| image[y * width + x]).collect();
                    analysed(&column, y0)
                })
                .collect();
            let mut bands = [vec![], vec![], vec![], vec![]];
            for high in [false, true] {
                let halves: Vec<_> = columns
                    .iter()
                    .map(|(low, other)| if high { other } else { low })
                    .collect();
                for y in 0..halves[0].len() {
                    let row: Vec<_> = halves.iter().map(|column| column[y]).collect();
                    let (low, other) = analysed(&row, x0);
                    bands[2 * usize::from(high)].extend(low);
                    bands[2 * usize::from(high) + 1].extend(other);
                }
            }
            let area = Area {
                x0: x0 as u64,
                y0: y0 as u64,
                x1: (x0 + width) as u64,
                y1: (y0 + height) as u64,
            };
            let [ll, hl, lh, hh] = &mut bands;
            assert_eq!(
                synthesise([ll, hl, lh, hh], &area),
                image,
                "{width} {height} {x0} {y0}"
            );
        }
    }
}
