//! How often each value is in the volume: what a window or a transfer function is set against.

use super::Volume;
use super::range::widen;

/// At most so many slices are looked at: each is copied out of the browser's memory whole.
const SLICES: usize = 64;
/// At most so many values are looked at: they take a megabyte of memory that a browser never gets back.
const VALUES: usize = 250_000;
/// This share of the values at either end does not decide the range: single voxels of metal or noise would make the
/// rest of the histogram narrow.
const OUTLIERS: f64 = 1e-4;

/// How many of the values looked at lie in each of equally wide bins, in rescaled values (HU or GV).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// Lower end of the first bin.
    pub low: f64,
    /// Upper end of the last bin; above `low` unless there is none.
    pub high: f64,
    /// Values in each bin; the few beyond the ends are counted in the outermost ones. Empty without a value.
    pub counts: Vec<u64>,
}

impl Histogram {
    /// Width of a bin, in the unit of the volume; 0 without a bin.
    pub fn bin_width(&self) -> f64 {
        (self.high - self.low) / self.counts.len().max(1) as f64
    }
}

impl Volume {
    /// The histogram of the slices that are there, padding left out, in at most `bins` bins. There are fewer where the
    /// values do not span as many steps: a bin is a whole number of steps of the stored values wide, so that none
    /// counts more of them than its neighbour does.
    ///
    /// It spans all values but the outermost 0.01 % at either end. Of a large volume 64 slices, evenly spread, are looked
    /// at, and in them every so many-th value, at most 250,000 in all; always the same ones. Takes a few milliseconds.
    pub fn histogram(&self, bins: usize) -> Histogram {
        let mut values = self.some_values();
        if values.is_empty() {
            return Histogram::default();
        }
        let mut ranked = |part: f64| {
            let rank = ((values.len() - 1) as f64 * part).round() as usize;
            f64::from(*values.select_nth_unstable_by(rank, f32::total_cmp).1)
        };
        let (least, most) = (ranked(OUTLIERS), ranked(1.0 - OUTLIERS));
        let step = self.value_step();
        let steps = ((most - least) / step).round() + 1.0;
        let bin_width = (steps / bins.max(1) as f64).ceil() * step;
        let count = (steps * step / bin_width).ceil().max(1.0) as usize;
        // Values lie in the middle of their step.
        let low = least - 0.5 * step;
        let mut counts = vec![0; count];
        for value in values {
            let bin = ((f64::from(value) - low) / bin_width).max(0.0) as usize;
            counts[bin.min(count - 1)] += 1;
        }
        Histogram {
            low,
            high: low + bin_width * count as f64,
            counts,
        }
    }

    /// Rescaled values of voxels spread over the slices that are there, padding left out.
    fn some_values(&self) -> Vec<f32> {
        let [columns, rows, slices] = self.geometry.dims;
        let there: Vec<usize> = (0..slices).filter(|k| self.slice(*k).is_some()).collect();
        let looked_at = there.len().min(SLICES);
        let stride = (columns * rows * looked_at).div_ceil(VALUES);
        let stride = coprime(stride.max(1), columns);
        let mut values = Vec::with_capacity((columns * rows).div_ceil(stride) * looked_at);
        let mut bits = vec![0u16; columns * rows];
        for n in 0..looked_at {
            // The middles of equal shares of the slices.
            let k = there[(2 * n + 1) * there.len() / (2 * looked_at)];
            let (Some(slice), Some(rescale)) = (self.slice(k), self.rescale.get(k)) else {
                continue;
            };
            slice.copy_to_i16_bits(&mut bits);
            for bits in bits.iter().skip(n % stride).step_by(stride) {
                let stored = widen(*bits, self.value_type);
                let padding = self.padding;
                if padding.is_none_or(|(low, high)| stored < low || stored > high) {
                    values.push(self.output(*rescale, stored) as f32);
                }
            }
        }
        values
    }

    /// The least difference of two rescaled values, above 0.
    fn value_step(&self) -> f64 {
        let slopes = self.rescale.iter().map(|rescale| rescale.slope.abs());
        let step = match self.modality_lut {
            Some(_) => 1.0,
            None => slopes.fold(0.0, f64::max),
        };
        if step.is_finite() && step > 0.0 {
            step
        } else {
            1.0
        }
    }
}

/// `stride`, or the next number that has no divisor in common with `columns`: another would see the same columns in
/// each row and never the rest.
fn coprime(stride: usize, columns: usize) -> usize {
    let divisor = |mut a: usize, mut b: usize| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    (stride..)
        .find(|stride| divisor(*stride, columns) == 1)
        .unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phantom::Phantom;
    use crate::series::{Rescale, Series};
    use crate::volume::SliceValues;

    fn filled(edge: usize, change: impl Fn(&mut Series), value: impl Fn(usize) -> i16) -> Volume {
        let mut series = Phantom::dental(edge).series();
        change(&mut series);
        let mut volume = Volume::new(&series);
        let area = edge * edge;
        for k in 0..edge {
            let values = (0..area).map(|at| value(k * area + at)).collect();
            volume.insert(k, SliceValues::from_i16(values));
        }
        volume
    }

    #[test]
    fn every_value_of_a_small_volume_is_counted_once() {
        let volume = filled(16, |_| {}, |at| (at % 4) as i16);
        let histogram = volume.histogram(256);
        assert_eq!(histogram.counts, [1024; 4], "no bins between whole values");
        assert_eq!((histogram.low, histogram.high), (-0.5, 3.5));
        assert_eq!(volume.histogram(2).counts, [2048; 2]);
        assert_eq!(volume.histogram(0).counts, [4096]);
    }

    #[test]
    fn bins_are_in_rescaled_values_and_without_padding() {
        let rescaled = |series: &mut Series| {
            let rescale = Rescale {
                slope: 0.5,
                intercept: -1000.0,
            };
            series.rescale.fill(rescale);
            series.padding = Some((-9, -9));
        };
        let volume = filled(16, rescaled, |at| if at % 2 == 0 { -9 } else { 10 });
        let histogram = volume.histogram(100);
        assert_eq!(histogram.counts, [2048]);
        assert_eq!((histogram.low, histogram.high), (-995.25, -994.75));
        assert_eq!(histogram.bin_width(), 0.5);
        let padding = filled(16, rescaled, |_| -9).histogram(100);
        assert_eq!(padding, Histogram::default());
    }

    #[test]
    fn a_few_outliers_do_not_stretch_it() {
        let volume = filled(
            32,
            |_| {},
            |at| match at {
                7 => -32_768,
                9 => 32_767,
                _ => (at % 1000) as i16,
            },
        );
        let histogram = volume.histogram(250);
        assert!(
            histogram.low > -2.0 && histogram.high < 1010.0,
            "{histogram:?}"
        );
        assert_eq!(histogram.counts.iter().sum::<u64>(), 32 * 32 * 32);
    }

    /// 160³ values: every seventh of 64 slices. Against a count of them all.
    #[test]
    fn what_is_left_out_of_a_large_volume_does_not_change_its_shape() {
        let volume = Phantom::dental(160).volume();
        let histogram = volume.histogram(64);
        let looked_at: u64 = histogram.counts.iter().sum();
        assert!((200_000..=250_000).contains(&looked_at), "{looked_at}");
        let mut all = vec![0u64; histogram.counts.len()];
        for k in 0..160 {
            for at in 0..160 * 160 {
                let value = volume
                    .value_at(at % 160, at / 160, k)
                    .expect("it is filled");
                let bin = ((value - histogram.low) / histogram.bin_width()).max(0.0) as usize;
                all[bin.min(histogram.counts.len() - 1)] += 1;
            }
        }
        let total = 160.0 * 160.0 * 160.0;
        for (bin, (some, all)) in histogram.counts.iter().zip(&all).enumerate() {
            let (some, all) = (*some as f64 / looked_at as f64, *all as f64 / total);
            assert!((some - all).abs() < 0.003, "bin {bin}: {some} of {all}");
        }
        assert_eq!(histogram, volume.histogram(64), "the same every time");
    }
}
